"""The planted immune cytopenias: who, which one, when, how they are treated and how the counts answer.

Incidences are those of all patients, death and relapse competing; a recipient whose red-cell antibodies meet
the donor's cells carries nearly all pure red cell aplasia, unrelated donors more haemolytic anaemia.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from postgraft.synthetic.calibration import QUARTILE, Bools, Dice, Floats, Ints, Texts, stack, table
from postgraft.synthetic.course import YEAR, Course
from postgraft.synthetic.people import SyntheticPatients
from postgraft.synthetic.steroids import Courses, join_courses, plan_durations, step_below

MONTH = YEAR / 12
KINDS = ("aiha", "itp", "prca", "evans")
RESPONSE = {
    "steroids": "steroid_response_days",
    "ivig": "ivig_response_days",
    "rituximab": "rituximab_time_to_response_median",
    "other": "other_response_days",
}
"""Days to the response, if one comes, by group of drugs."""
WAIT = {group: f"{group}_wait_days" for group in RESPONSE}
"""Days until a line is judged to have failed."""
LASTS = {
    "steroids": "steroid_hold_days",
    "ivig": "ivig_response_lasts_days",
    "rituximab": "other_response_lasts_days",
    "other": "other_response_lasts_days",
}
"""Days a response lasts that will be lost; for steroids, days the dose is held that keeps it."""


@dataclass(frozen=True)
class Onsets:
    """Episodes at their start; one entry an episode."""

    patient: Ints
    kind: Texts
    onset: Floats
    """Day from day 0."""

    @property
    def hemolytic(self) -> Bools:
        """Autoimmune hemolytic anemia, with ITP or without."""
        return np.isin(self.kind.astype(str), ("aiha", "evans"))


def draw_onsets(dice: Dice, people: SyntheticPatients, course: Course, enrich: float) -> Onsets:
    """Choose the patients and onset days; ``enrich`` multiplies every incidence."""
    n = people.size
    wait = dice["ic_after_engraftment_days"]
    spread = np.log(dice["aiha_onset_iqr_high"] / dice["aiha_onset_iqr_low"]) / (2 * QUARTILE)
    aiha_day = dice["aiha_onset_median"] * np.exp(spread * dice.rng.standard_normal(n))
    aiha_day = np.ceil(np.maximum(aiha_day, course.neutrophils_engraft + wait))
    unrelated = np.isin(people.donor.astype(str), ("matched_unrelated", "mismatched_unrelated"))
    weight = np.where(unrelated, dice["aiha_hr_unrelated_donor"], 1.0)
    aiha = dice.pick(enrich * dice["aiha_cuminc_overall"], aiha_day < course.event_free, weight)
    evans = aiha & dice.happens("evans_share_of_ahd", n) & (course.platelets_engraft + wait < aiha_day)

    itp_day = np.ceil(np.maximum(MONTH * dice.draw("itp_onset_median", n), course.platelets_engraft + wait))
    itp_share = enrich * dice["itp_working_cuminc_2y"] / dice.share_by("itp_onset_median", 2 * YEAR / MONTH)
    itp = dice.pick(itp_share, (itp_day < course.event_free) & ~aiha)

    prca_day = np.ceil(np.maximum(dice.draw("prca_onset_median", n), course.platelets_engraft))
    given = np.where(people.abo_major, dice["prca_cuminc_given_major_abo"], dice["prca_given_no_major_abo"])
    given = np.where(people.graft == "cord_blood", dice["prca_given_cord"], given)
    prca = dice.pick(enrich * float(given.mean()), prca_day < course.event_free, given)

    marks = {
        "aiha": (aiha & ~evans, aiha_day),
        "itp": (itp, itp_day),
        "prca": (prca, prca_day),
        "evans": (evans, aiha_day),
    }
    return Onsets(*stack([(np.flatnonzero(mark), kind, day[mark]) for kind, (mark, day) in marks.items()]))


@dataclass(frozen=True)
class Episodes(Onsets):
    """Episodes with their whole course."""

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


@dataclass
class _State:
    """Where each episode stands between two lines, and what has been written of all so far."""

    open: Bools
    start: Floats
    level: Floats
    natural: Floats
    resolution: Floats
    response: Texts
    lines: list[pd.DataFrame]
    levels: list[tuple[Ints, Floats, Floats]]
    courses: list[Courses]


def treat(dice: Dice, onsets: Onsets, last: Floats) -> Episodes:
    """Give lines of treatment one after the other until one holds, and record how the counts answer.

    ``last`` is each patient's last day of observation; what would begin later is left out.
    """
    n = len(onsets.patient)
    everyone = np.arange(n)

    def by_kind(prca: Floats | float, other: Floats | float) -> Floats:
        return np.where(onsets.kind == "prca", prca, other)

    open_ = dice.happens(by_kind(dice["prca_specific_treatment_fraction"], dice["ic_treated"]), n)
    lasts = by_kind(dice.draw("prca_duration_median_resolved", n), dice.draw("late_resolution_days", n))
    natural = onsets.onset + np.ceil(lasts)
    delay = by_kind(dice.draw("prca_treatment_delay_days", n), dice.draw("treatment_delay_days", n))
    state = _State(
        open=open_,
        start=onsets.onset + np.round(delay),
        level=np.ones(n),
        natural=natural,
        resolution=np.full(n, np.inf),
        response=np.where(open_, "responder", "untreated").astype(object),
        lines=[],
        levels=[(everyone, onsets.onset, np.ones(n))],
        courses=[],
    )
    for line in range(1, int(dice["max_lines"]) + 1):
        going = state.open & (state.start < np.minimum(natural, last[onsets.patient]))
        _give_line(dice, onsets, state, np.flatnonzero(going), line)
    sick = np.flatnonzero(state.level > 0)
    state.levels.append((sick, natural[sick], -state.level[sick]))
    return Episodes(
        **vars(onsets),
        severity=dice.draw("ic_severity", n),
        response=state.response,
        resolution=np.minimum(state.resolution, natural),
        lines=pd.concat(state.lines, ignore_index=True).sort_values(["episode", "line"], ignore_index=True),
        levels=pd.DataFrame(dict(zip(("episode", "day", "change"), stack(state.levels), strict=True))),
        courses=join_courses(state.courses),
    )


def _give_line(dice: Dice, onsets: Onsets, state: _State, at: Ints, line: int) -> None:
    """One line of treatment for the episodes ``at``; moves their state on."""
    n = len(at)
    drug, answer, loss = _regimen(dice, onsets.kind[at], line)
    steroid = np.asarray(drug == "prednisone")
    group = np.where(steroid, "steroids", np.where(np.isin(drug.astype(str), tuple(WAIT)), drug, "other"))
    start = state.start[at]
    response_day = start + _by_group(dice, group, RESPONSE)
    wait = _by_group(dice, group, WAIT)
    lasts = _by_group(dice, group, LASTS)
    responds = dice.happens(answer, n) & (response_day < state.natural[at])
    lost = responds & dice.happens(loss, n)
    held = lost & steroid & dice.happens("dependence_held_on_dose", n)

    course, held_until = _steroid_course(dice, onsets.patient[at], start, responds, wait, held, lasts)
    low_step = step_below(dice["dependence_dose_fraction"]) + dice.rng.integers(0, int(dice["relapse_steps"]), n)
    reached_low = np.maximum(course.step_starts[np.arange(n), low_step], response_day)
    loss_day = np.where(steroid, reached_low + dice["relapse_lag_days"], response_day + lasts)
    falls = lost & ~held & (loss_day < state.natural[at])

    residual = np.where(dice.happens("partial_response", n), dice["partial_response_level"], 0.0)
    before = state.level[at]
    reached = np.where(responds, np.minimum(before, residual), before)
    after = np.where(falls, 1.0, reached)
    needs_more = ~responds | falls | held
    gap = dice.days("next_line_delay_days", n)
    next_start = np.where(falls, loss_day + gap, np.where(held, held_until - gap, start + wait))
    state.open[at] = needs_more & dice.happens("further_line", n)
    state.start[at] = next_start
    state.level[at] = after
    state.resolution[at] = np.where((after == 0) & ~needs_more, response_day, np.inf)
    if line == 1:
        state.response[at[~responds]] = "refractory"
    state.response[at[steroid & (falls | held)]] = "dependent"

    stop = np.where(needs_more, next_start, response_day + dice.days("other_drug_given_days", n))
    state.lines.append(pd.DataFrame({"episode": at, "line": line, "drug": drug, "start": start, "stop": stop}))
    state.levels += [(at, response_day, reached - before), (at[falls], loss_day[falls], (after - reached)[falls])]
    again = falls & steroid  # the full dose once more where the response was lost on taper
    durations = plan_durations(dice, "steroid_restart_full_days", "steroid_taper_step_days", int(again.sum()))
    endless = np.full(len(durations), np.inf)
    state.courses += [
        course.cut(steroid & ~again, course.stop),
        course.cut(again, loss_day),
        Courses(course.patient[again], loss_day[again], course.dose[again], durations, endless),
    ]


def _steroid_course(
    dice: Dice, patient: Ints, start: Floats, responds: Bools, wait: Floats, held: Bools, holds: Floats
) -> tuple[Courses, Floats]:
    """The course each patient would be given, and the last day a held dose is kept up.

    Who does not respond is tapered quickly after the wait; who is held stays on the lowest dose that still
    counts as dependence for ``holds`` days.
    """
    n = len(patient)
    quick = dice["steroid_quick_taper_step_days"]
    durations = plan_durations(dice, "steroid_ic_full_dose_duration", "steroid_taper_step_days", n)
    durations[~responds, 0] = wait[~responds] + dice["steroid_overlap_days"]
    durations[~responds, 1:] = quick
    held_step = step_below(dice["dependence_dose_fraction"]) - 1
    durations[held, held_step] = holds[held]
    durations[held, held_step + 1 :] = quick
    high = dice.happens("steroid_start_dose_high", n)
    dose = np.where(high, dice.bounds("steroid_ic_start_dose")[1], dice["steroid_ic_start_dose"])
    course = Courses(patient, start, dose, durations, np.full(n, np.inf))
    return course, course.step_starts[:, held_step] + durations[:, held_step]


def _regimen(dice: Dice, kind: Texts, line: int) -> tuple[Texts, Floats, Floats]:
    """Drug, chance to respond and chance to lose the response; lines after the third are like the third."""
    regimens = table("regimens")
    drug, answer, loss = np.empty(len(kind), dtype=object), np.zeros(len(kind)), np.zeros(len(kind))
    for name in KINDS:
        choice = regimens[(regimens["cytopenia"] == name) & (regimens["line"] == min(line, regimens["line"].max()))]
        of = np.flatnonzero(kind == name)
        row = dice.choose_index(choice["share"].tolist(), len(of))
        drug[of] = choice["drug"].to_numpy(object)[row]
        answer[of] = np.array([dice[q] for q in choice["response"]])[row]
        loss[of] = np.array([dice[q] for q in choice["loss"]])[row]
    return drug, answer, loss


def _by_group(dice: Dice, group: Texts, names: dict[str, str]) -> Floats:
    """Days drawn from the quantity of each patient's drug group."""
    spread = np.array([dice.log_spread(names[g]) for g in group.tolist()], dtype=np.float64)
    return np.asarray(np.round(dice.by_label(group, names) * np.exp(spread * dice.rng.standard_normal(len(group)))))
