"""How the planted cytopenias are treated, line after line, and how the counts answer."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from postgraft.synthetic.calibration import Bools, Floats, Ints, Rates, Texts, choose_index, lookup, table
from postgraft.synthetic.cytopenias import KINDS, Courses, Onsets, join_courses, plan_durations, step_below

GROUPS = ("steroids", "ivig", "rituximab", "other")
RESPONSE = {
    "steroids": "steroid_response_days",
    "ivig": "ivig_response_days",
    "rituximab": "rituximab_time_to_response_median",
    "other": "other_response_days",
}
"""Days to the response, if one comes."""
WAIT = {group: f"{group}_wait_days" for group in GROUPS}
"""Days until a line is judged to have failed."""
LASTS = {"steroids": "steroid_hold_days", "ivig": "ivig_response_lasts_days"} | dict.fromkeys(
    ("rituximab", "other"), "other_response_lasts_days"
)
"""Days a response lasts that will be lost; for steroids, days the dose is held that keeps it."""


@dataclass(frozen=True)
class Episodes:
    """Episodes with their whole course; arrays have one entry an episode, days count from day 0."""

    patient: Ints
    kind: Texts
    onset: Floats
    severity: Floats
    """Factor on the typical change of the counts."""
    response: Texts
    """responder, dependent, refractory or untreated."""
    resolution: Floats
    lines: pd.DataFrame
    """episode, line, drug, start, stop, in order of time."""
    levels: pd.DataFrame
    """episode, day, change: steps of the severity between 0 (resolved) and 1."""
    courses: Courses


def treat(rng: np.random.Generator, rates: Rates, onsets: Onsets, last: Floats) -> Episodes:
    """Give lines of treatment one after the other until one holds, and record how the counts answer.

    ``last`` is each patient's last day of observation; what would begin later is left out.
    """
    n = len(onsets.patient)
    is_prca = onsets.kind == "prca"
    treated_share = np.where(is_prca, rates["prca_specific_treatment_fraction"], rates["ic_treated"])
    open_ = rng.random(n) < treated_share
    natural = onsets.day + np.ceil(
        np.where(
            is_prca, rates.draw(rng, "prca_duration_median_resolved", n), rates.draw(rng, "late_resolution_days", n)
        )
    )
    delay = np.where(
        is_prca, rates.draw(rng, "prca_treatment_delay_days", n), rates.draw(rng, "treatment_delay_days", n)
    )
    state = _State(open_, onsets.day + np.round(delay), np.ones(n), natural, np.full(n, np.inf), last[onsets.patient])
    response = np.where(open_, "responder", "untreated").astype(object)
    levels = [_changes(np.arange(n), onsets.day, np.ones(n))]
    lines: list[pd.DataFrame] = []
    courses: list[Courses] = []
    for line in range(1, int(rates["max_lines"]) + 1):
        at = np.flatnonzero(state.open & (state.start < np.minimum(natural, state.last)))
        given = _one_line(rng, rates, onsets, state, at, line)
        lines.append(given.rows)
        courses.extend(given.courses)
        levels.extend(given.levels)
        if line == 1:
            response[at[~given.responds]] = "refractory"
        response[at[given.steroid_lost]] = "dependent"
    sick = np.flatnonzero(state.level > 0)
    levels.append(_changes(sick, natural[sick], -state.level[sick]))
    state.resolution = np.minimum(state.resolution, natural)
    return Episodes(
        patient=onsets.patient,
        kind=onsets.kind,
        onset=onsets.day,
        severity=rates.draw(rng, "ic_severity", n),
        response=response,
        resolution=state.resolution,
        lines=pd.concat(lines, ignore_index=True).sort_values(["episode", "line"], ignore_index=True),
        levels=pd.concat(levels, ignore_index=True),
        courses=join_courses(courses),
    )


@dataclass
class _State:
    """Where each episode stands between two lines."""

    open: Bools
    start: Floats
    level: Floats
    natural: Floats
    resolution: Floats
    last: Floats


@dataclass(frozen=True)
class _Line:
    rows: pd.DataFrame
    courses: list[Courses]
    levels: list[pd.DataFrame]
    responds: Bools
    steroid_lost: Bools


def _one_line(rng: np.random.Generator, rates: Rates, onsets: Onsets, state: _State, at: Ints, line: int) -> _Line:
    """One line of treatment for the episodes ``at``; moves their state on."""
    n = len(at)
    drug, answer, loss = _regimen(rng, rates, onsets.kind[at], line)
    steroid = np.asarray(drug == "prednisone")
    group = np.where(steroid, "steroids", np.where(np.isin(drug.astype(str), tuple(WAIT)), drug, "other"))
    start = state.start[at]
    response_day = start + _by_group(rng, rates, group, RESPONSE)
    wait = _by_group(rng, rates, group, WAIT)
    lasts = _by_group(rng, rates, group, LASTS)
    responds = (rng.random(n) < answer) & (response_day < state.natural[at])
    lost = responds & (rng.random(n) < loss)
    held = lost & steroid & (rng.random(n) < rates["dependence_held_on_dose"])

    course, held_until = _steroid_course(rng, rates, onsets.patient[at], start, responds, wait, held, lasts)
    low_step = step_below(rates["dependence_dose_fraction"]) + rng.integers(0, int(rates["relapse_steps"]), n)
    reached_low = np.maximum(course.step_starts[np.arange(n), low_step], response_day)
    loss_day = np.where(steroid, reached_low + rates["relapse_lag_days"], response_day + lasts)
    falls = lost & ~held & (loss_day < state.natural[at])

    residual = np.where(rng.random(n) < rates["partial_response"], rates["partial_response_level"], 0.0)
    before = state.level[at]
    reached = np.where(responds, np.minimum(before, residual), before)
    after = np.where(falls, 1.0, reached)
    needs_more = ~responds | falls | held
    gap = np.round(rates.draw(rng, "next_line_delay_days", n))
    next_start = np.where(falls, loss_day + gap, np.where(held, held_until - gap, start + wait))
    state.open[at] = needs_more & (rng.random(n) < rates["further_line"])
    state.start[at] = next_start
    state.level[at] = after
    state.resolution[at] = np.where((after == 0) & ~needs_more, response_day, np.inf)

    on_drug = np.round(rates.draw(rng, "other_drug_given_days", n))
    stop = np.where(needs_more, next_start, response_day + on_drug)
    again = falls & steroid
    return _Line(
        rows=pd.DataFrame({"episode": at, "line": line, "drug": drug, "start": start, "stop": stop}),
        courses=[
            _take(course, steroid & ~again, course.stop),
            _take(course, again, loss_day),
            _restart(rng, rates, course, again, loss_day),
        ],
        levels=[
            _changes(at, response_day, reached - before),
            _changes(at[falls], loss_day[falls], (after - reached)[falls]),
        ],
        responds=responds,
        steroid_lost=steroid & (falls | held),
    )


def _steroid_course(
    rng: np.random.Generator,
    rates: Rates,
    patient: Ints,
    start: Floats,
    responds: Bools,
    wait: Floats,
    held: Bools,
    holds: Floats,
) -> tuple[Courses, Floats]:
    """The course each patient would be given, and the last day a held dose is kept up.

    Who does not respond is tapered quickly after the wait; who is held stays on the lowest dose that still
    counts as dependence for ``holds`` days.
    """
    n = len(patient)
    quick = rates["steroid_quick_taper_step_days"]
    durations = plan_durations(rng, rates, "steroid_ic_full_dose_duration", "steroid_taper_step_days", n)
    durations[~responds, 0] = wait[~responds] + rates["steroid_overlap_days"]
    durations[~responds, 1:] = quick
    held_step = step_below(rates["dependence_dose_fraction"]) - 1
    durations[held, held_step] = holds[held]
    durations[held, held_step + 1 :] = quick
    high = rng.random(n) < rates["steroid_start_dose_high"]
    dose = np.where(high, rates.bounds("steroid_ic_start_dose")[1], rates["steroid_ic_start_dose"])
    course = Courses(patient, start, dose, durations, np.full(n, np.inf))
    return course, course.step_starts[:, held_step] + durations[:, held_step]


def _regimen(rng: np.random.Generator, rates: Rates, kind: Texts, line: int) -> tuple[Texts, Floats, Floats]:
    """Drug, chance to respond and chance to lose the response; lines after the third are like the third."""
    regimens = table("regimens")
    drug, answer, loss = np.empty(len(kind), dtype=object), np.zeros(len(kind)), np.zeros(len(kind))
    for name in KINDS:
        choice = regimens[(regimens["cytopenia"] == name) & (regimens["line"] == min(line, regimens["line"].max()))]
        of = np.flatnonzero(kind == name)
        row = choose_index(rng, choice["share"].tolist(), len(of))
        drug[of] = choice["drug"].to_numpy(object)[row]
        answer[of] = np.array([rates[q] for q in choice["response"]])[row]
        loss[of] = np.array([rates[q] for q in choice["loss"]])[row]
    return drug, answer, loss


def _by_group(rng: np.random.Generator, rates: Rates, group: Texts, names: dict[str, str]) -> Floats:
    """Days drawn from the quantity of each patient's drug group."""
    median = lookup(group, {g: rates[q] for g, q in names.items()})
    spread = lookup(group, {g: rates.log_spread(q) for g, q in names.items()})
    return np.asarray(np.round(median * np.exp(spread * rng.standard_normal(len(group)))))


def _changes(episode: Ints, day: Floats, change: Floats) -> pd.DataFrame:
    return pd.DataFrame({"episode": episode, "day": day, "change": change})


def _take(course: Courses, mark: Bools, stop: Floats) -> Courses:
    return Courses(course.patient[mark], course.start[mark], course.dose[mark], course.durations[mark], stop[mark])


def _restart(rng: np.random.Generator, rates: Rates, course: Courses, mark: Bools, day: Floats) -> Courses:
    """The full dose once more where the response was lost on taper."""
    again = int(mark.sum())
    durations = plan_durations(rng, rates, "steroid_restart_full_days", "steroid_taper_step_days", again)
    return Courses(course.patient[mark], day[mark], course.dose[mark], durations, np.full(again, np.inf))
