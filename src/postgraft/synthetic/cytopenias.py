"""The planted immune cytopenias: who, when, treated with what, with which response.

Incidences are those of all patients, death and relapse competing; a recipient whose red-cell antibodies meet
the donor's cells carries nearly all pure red cell aplasia, unrelated donors more haemolytic anaemia.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from postgraft.synthetic.arrays import Bools, Floats, Ints, Texts, choose_index, lookup, pick
from postgraft.synthetic.calibration import QUARTILE, Rates, table
from postgraft.synthetic.course import YEAR, Course
from postgraft.synthetic.people import People
from postgraft.synthetic.steroids import Courses, plan_durations, step_below

MONTH = YEAR / 12
KINDS = ("aiha", "itp", "prca", "evans")


@dataclass(frozen=True)
class Onsets:
    """Episodes at their start; one entry an episode."""

    patient: Ints
    kind: Texts
    day: Floats


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


def draw_onsets(
    rng: np.random.Generator, rates: Rates, people: People, course: Course, enrich: float
) -> Onsets:
    """Choose the patients and onset days; ``enrich`` multiplies every incidence."""
    n = people.size
    wait = rates["ic_after_engraftment_days"]
    spread = np.log(rates["aiha_onset_iqr_high"] / rates["aiha_onset_iqr_low"]) / (2 * QUARTILE)
    aiha_day = rates["aiha_onset_median"] * np.exp(spread * rng.standard_normal(n))
    aiha_day = np.ceil(np.maximum(aiha_day, course.neutrophils_engraft + wait))
    unrelated = np.isin(people.donor.astype(str), ("matched_unrelated", "mismatched_unrelated"))
    weight = np.where(unrelated, rates["aiha_hr_unrelated_donor"], 1.0)
    aiha = pick(rng, enrich * rates["aiha_cuminc_overall"], aiha_day < course.event_free, weight)
    evans = (
        aiha & (rng.random(n) < rates["evans_share_of_ahd"]) & (course.platelets_engraft + wait < aiha_day)
    )

    itp_day = np.ceil(
        np.maximum(MONTH * rates.draw(rng, "itp_onset_median", n), course.platelets_engraft + wait)
    )
    itp_share = enrich * rates["itp_working_cuminc_2y"] / rates.share_by("itp_onset_median", 2 * YEAR / MONTH)
    itp = pick(rng, itp_share, (itp_day < course.event_free) & ~aiha)

    prca_day = np.ceil(np.maximum(rates.draw(rng, "prca_onset_median", n), course.platelets_engraft))
    given = np.where(people.abo_major, rates["prca_cuminc_given_major_abo"], rates["prca_given_no_major_abo"])
    given = np.where(people.graft == "cord_blood", rates["prca_given_cord"], given)
    prca = pick(rng, enrich * float(given.mean()), prca_day < course.event_free, given)

    chosen = [
        (aiha & ~evans, "aiha", aiha_day),
        (itp, "itp", itp_day),
        (prca, "prca", prca_day),
        (evans, "evans", aiha_day),
    ]
    return Onsets(
        patient=np.concatenate([np.flatnonzero(mark) for mark, _, _ in chosen]),
        kind=np.concatenate([np.full(int(mark.sum()), kind, dtype=object) for mark, kind, _ in chosen]),
        day=np.concatenate([day[mark] for mark, _, day in chosen]),
    )


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
            is_prca,
            rates.draw(rng, "prca_duration_median_resolved", n),
            rates.draw(rng, "late_resolution_days", n),
        )
    )
    delay = np.where(
        is_prca, rates.draw(rng, "prca_treatment_delay_days", n), rates.draw(rng, "treatment_delay_days", n)
    )
    state = _State(
        open_, onsets.day + np.round(delay), np.ones(n), natural, np.full(n, np.inf), last[onsets.patient]
    )
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


def _one_line(
    rng: np.random.Generator, rates: Rates, onsets: Onsets, state: _State, at: Ints, line: int
) -> _Line:
    """One line of treatment for the episodes ``at``; moves their state on."""
    n = len(at)
    drug, answer, loss = _regimen(rng, rates, onsets.kind[at], line)
    steroid = drug == "prednisone"
    group = np.where(
        steroid, "steroids", np.where(np.isin(drug.astype(str), ("ivig", "rituximab")), drug, "other")
    )
    start = state.start[at]
    response_day = start + _by_group(
        rng,
        rates,
        group,
        {
            "steroids": "steroid_response_days",
            "ivig": "ivig_response_days",
            "rituximab": "rituximab_time_to_response_median",
            "other": "other_response_days",
        },
    )
    wait = _by_group(
        rng, rates, group, {g: f"{g}_wait_days" for g in ("steroids", "ivig", "rituximab", "other")}
    )
    holds_for = _by_group(
        rng,
        rates,
        group,
        {
            "steroids": "steroid_hold_days",
            "ivig": "ivig_response_lasts_days",
            "rituximab": "other_response_lasts_days",
            "other": "other_response_lasts_days",
        },
    )
    responds = (rng.random(n) < answer) & (response_day < state.natural[at])
    lost = responds & (rng.random(n) < loss)
    held = lost & steroid & (rng.random(n) < rates["dependence_held_on_dose"])

    durations = plan_durations(rng, rates, "steroid_ic_full_dose_duration", "steroid_taper_step_days", n)
    durations[~responds, 0] = wait[~responds] + rates["steroid_overlap_days"]
    durations[~responds, 1:] = rates["steroid_quick_taper_step_days"]
    held_step = step_below(rates["dependence_dose_fraction"]) - 1
    durations[held, held_step] = holds_for[held]
    dose = np.where(
        rng.random(n) < rates["steroid_start_dose_high"],
        rates.bounds("steroid_ic_start_dose")[1],
        rates["steroid_ic_start_dose"],
    )
    course = Courses(onsets.patient[at], start, dose, durations, np.full(n, np.inf))
    low_step = held_step + 1 + rng.integers(0, int(rates["relapse_step_spread"]), n)
    relapse_on_taper = (
        np.maximum(course.step_starts[np.arange(n), low_step], response_day) + rates["relapse_lag_days"]
    )
    loss_day = np.where(steroid, relapse_on_taper, response_day + holds_for)
    falls = lost & ~held & (loss_day < state.natural[at])

    residual = np.where(rng.random(n) < rates["partial_response"], rates["partial_response_level"], 0.0)
    before = state.level[at]
    reached = np.where(responds, np.minimum(before, residual), before)
    after = np.where(falls, 1.0, reached)
    needs_more = ~responds | falls | held
    gap = np.round(rates.draw(rng, "next_line_delay_days", n))
    held_until = course.step_starts[:, held_step] + durations[:, held_step]
    next_start = np.where(falls, loss_day + gap, np.where(held, held_until - gap, start + wait))
    state.open[at] = needs_more & (rng.random(n) < rates["further_line"])
    state.start[at] = next_start
    state.level[at] = after
    state.resolution[at] = np.where((after == 0) & ~needs_more, response_day, np.inf)

    on_drug = np.round(rates.draw(rng, "other_drug_given_days", n))
    stop = np.where(needs_more, next_start, response_day + on_drug)
    rows = pd.DataFrame({"episode": at, "line": line, "drug": drug, "start": start, "stop": stop})
    again = falls & steroid
    return _Line(
        rows=rows,
        courses=[
            _take(
                course,
                steroid & ~again,
                np.where(
                    held, held_until + rates["steroid_quick_taper_step_days"] * durations.shape[1], np.inf
                ),
            ),
            _take(course, again, loss_day),
            _restart(rng, rates, course, again, loss_day),
        ],
        levels=[
            _changes(at, response_day, reached - before),
            _changes(at[falls], loss_day[falls], (after - reached)[falls]),
        ],
        responds=responds,
        steroid_lost=lost & steroid,
    )


def _regimen(rng: np.random.Generator, rates: Rates, kind: Texts, line: int) -> tuple[Texts, Floats, Floats]:
    """Drug, chance to respond and chance to lose the response; lines after the third are like the third."""
    regimens = table("regimens")
    drug, answer, loss = np.empty(len(kind), dtype=object), np.zeros(len(kind)), np.zeros(len(kind))
    for name in KINDS:
        choice = regimens[
            (regimens["cytopenia"] == name) & (regimens["line"] == min(line, regimens["line"].max()))
        ]
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
    return Courses(
        course.patient[mark], course.start[mark], course.dose[mark], course.durations[mark], stop[mark]
    )


def _restart(rng: np.random.Generator, rates: Rates, course: Courses, mark: Bools, day: Floats) -> Courses:
    """The full dose once more where the response was lost on taper."""
    again = int(mark.sum())
    durations = plan_durations(rng, rates, "steroid_restart_full_days", "steroid_taper_step_days", again)
    return Courses(course.patient[mark], day[mark], course.dose[mark], durations, np.full(again, np.inf))


def join_courses(courses: list[Courses]) -> Courses:
    """All courses in one."""
    return Courses(
        *(
            np.concatenate([getattr(c, name) for c in courses])
            for name in ("patient", "start", "dose", "durations", "stop")
        )
    )
