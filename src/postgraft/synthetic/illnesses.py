"""Other illnesses that lower counts or bar from the trial, and graft-versus-host disease.

When they come, and the rows of `conditions` they leave.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from postgraft.synthetic.calibration import PERCENTILE_95, Bools, Dice, Floats, Ints, Texts, stack, table
from postgraft.synthetic.course import Course, left_open
from postgraft.synthetic.cytopenias import Episodes, Onsets
from postgraft.synthetic.people import SyntheticPatients
from postgraft.synthetic.steroids import Courses, plan_durations


@dataclass(frozen=True)
class Illnesses:
    """Spans of illness; one entry a span, both ends included."""

    patient: Ints
    condition: Texts
    start: Floats
    end: Floats
    severity: Floats
    """Factor on the typical change of the counts."""
    end_recorded: Bools
    closed_late: Bools
    """The chart was closed at a later visit, whose day it gives as the end."""

    def of(self, condition: str) -> tuple[Ints, Floats]:
        """Patients and start days of one condition."""
        mark = self.condition == condition
        return self.patient[mark], self.start[mark]


def draw_microangiopathy(dice: Dice, course: Course) -> Floats:
    """Onset day of transplant-associated thrombotic microangiopathy; infinite where it does not come."""
    onset = dice.days("ta_tma_onset_median", len(course.death))
    return np.where(dice.pick("ta_tma_cuminc_3y_registry", onset < course.death), onset, np.inf)


def draw_illnesses(
    dice: Dice, people: SyntheticPatients, course: Course, onsets: Onsets, microangiopathy: Floats
) -> Illnesses:
    """All of them: from ``data/confounders.csv``, and those that follow from the course of the transplant."""
    n = people.size
    confounders = table("confounders")
    spans: list[tuple[Ints, str, Floats, Floats, float, Bools | bool]] = []

    def days(row: Mapping[Any, Any], what: str, size: int) -> Floats:
        median, low, high = (float(row[f"{what}_{part}"]) for part in ("median", "low", "high"))
        spread = np.log(high / low) / (2 * PERCENTILE_95)
        return np.asarray(np.round(median * np.exp(spread * dice.rng.standard_normal(size))))

    for row in confounders.to_dict("records"):
        onset = days(row, "onset", n)
        who = np.flatnonzero(dice.pick(row["probability"], (onset < course.death) & ~course.graft_failed))
        end = onset[who] + days(row, "duration", len(who))
        spans.append((who, row["condition"], onset[who], end, 1.0, dice.happens(row["end_recorded"], len(who))))
    who = np.flatnonzero(np.isfinite(microangiopathy))
    end = microangiopathy[who] + dice.days("ta_tma_duration_days", len(who))
    spans.append((who, "ta_tma", microangiopathy[who], end, 1.0, dice.happens("ta_tma_end_recorded", len(who))))
    who = np.flatnonzero(course.graft_failed)
    start, end = np.full(len(who), dice["graft_failure_recorded_day"]), course.second_engraftment[who]
    spans.append((who, "graft_failure", start, end, 1.0, np.isfinite(end)))
    who = np.flatnonzero(np.isfinite(course.relapse) & dice.happens("relapse_in_marrow", n))
    again = dice.happens("second_remission", len(who))
    end = np.where(again, course.relapse[who] + dice.days("second_remission_days", len(who)), np.inf)
    spans.append((who, "relapse_marrow", course.relapse[who], end, 1.0, True))
    who, start, end = _bridging_anemia(dice, onsets)
    recorded = dice.happens("bridging_anemia_end_recorded", len(who))
    spans.append((who, "renal_anemia", start, end, dice["bridging_anemia_severity"], recorded))
    patient, condition, start, end, severity, recorded = stack(spans)
    late = confounders.set_index("condition")["closed_late"].reindex(condition).fillna(0.0).to_numpy(np.float64)
    return Illnesses(patient, condition, start, end, severity, recorded, dice.happens(late, len(condition)))


def _bridging_anemia(dice: Dice, onsets: Onsets) -> tuple[Ints, Floats, Floats]:
    """Renal anemia that begins weeks after the transplant and runs into a later hemolytic anemia."""
    n = len(onsets.patient)
    start = dice.days("bridging_anemia_day", n)
    end = onsets.onset + dice.days("bridging_anemia_after_onset_days", n)
    before = onsets.onset - start >= dice["bridging_anemia_before_onset_days"]
    of = onsets.hemolytic & before & dice.happens("bridging_anemia_in_aiha", n)
    return onsets.patient[of], start[of], end[of]


def illness_rows(dice: Dice, course: Course, illnesses: Illnesses) -> pd.DataFrame:
    """Rows of `conditions`; an end that was not recorded or never came is empty."""
    late = dice.days("closed_late_days", len(illnesses.patient))
    end = illnesses.end + np.where(illnesses.closed_late, late, 0)
    known = illnesses.end_recorded & np.isfinite(end)
    known &= ~left_open(dice, course, illnesses.patient, end)
    return condition_rows(illnesses.condition, illnesses.patient, illnesses.start, np.where(known, end, np.nan))


def diagnosis_rows(dice: Dice, episodes: Episodes) -> pd.DataFrame:
    """Rows of `conditions` for cytopenias that were coded, days after they began, often without an end."""
    n = len(episodes.patient)
    coded = dice.happens("ic_diagnosis_coded", n)
    start = episodes.onset + dice.days("ic_diagnosis_delay_days", n)
    ended = np.isfinite(episodes.resolution) & dice.happens("ic_end_recorded", n)
    end = np.where(ended, np.maximum(episodes.resolution, start), np.nan)
    return condition_rows(episodes.kind[coded], episodes.patient[coded], start[coded], end[coded])


def constant_rows(dice: Dice, people: SyntheticPatients) -> pd.DataFrame:
    """Women past childbearing before the menopausal age, G6PD deficiency: true from before day 0."""
    made = []
    for condition, sex in (("not_childbearing", "female"), ("g6pd_deficiency", "male")):
        who = np.flatnonzero((people.sex == sex) & dice.happens(f"{condition}_share", people.size))
        made.append(condition_rows(condition, who, -dice["lasting_condition_days_before"], np.nan))
    return pd.concat(made)


def condition_rows(
    condition: str | Texts,
    patient: Ints,
    start: float | Floats,
    end: float | Floats,
    grade: float | Floats = np.nan,
    detail: str | npt.NDArray[np.str_] = "",
) -> pd.DataFrame:
    """Rows of `conditions`."""
    return pd.DataFrame(
        {"patient": patient, "start": start, "end": end, "condition": condition, "grade": grade, "detail": detail}
    )


@dataclass(frozen=True)
class Gvhd:
    """One form of the disease; one entry a patient, grade 0 where it does not come."""

    name: str
    grade: Floats
    onset: Floats
    end: Floats
    refractory: Bools
    treated: Bools
    """Needs systemic therapy."""

    @property
    def present(self) -> Bools:
        """Grade 1 or more."""
        return self.grade > 0


def draw_acute(dice: Dice, people: SyntheticPatients, course: Course) -> Gvhd:
    """Acute disease with its grades 1 to 4 by prophylaxis."""
    n = people.size
    engrafted = np.where(course.graft_failed, np.inf, course.neutrophils_engraft)
    onset = np.maximum(dice.days("agvhd_onset_median", n), engrafted)
    at_risk = onset < course.event_free
    severe_share = np.where(people.ptcy, dice["agvhd_3_4_day100_ptcy"], dice["agvhd_3_4_day100_tacmtx"])
    severe = dice.pick(float(severe_share.mean()), at_risk, severe_share)
    moderate = dice.pick(dice["agvhd_2_4_day100_tacmtx"] - float(severe_share.mean()), at_risk & ~severe)
    mild = dice.pick("agvhd_grade_1", at_risk & ~severe & ~moderate)
    fourth = severe & dice.happens("agvhd_grade_4_given_3_4", n)
    refractory = np.where(severe, dice["agvhd_refractory_3_4"], np.where(moderate, dice["agvhd_refractory_2"], 0.0))
    return Gvhd(
        name="acute_gvhd",
        grade=np.where(severe, 3.0 + fourth, np.where(moderate, 2.0, np.where(mild, 1.0, 0.0))),
        onset=onset,
        end=onset + np.maximum(dice.days("agvhd_duration_days", n), 1),
        refractory=dice.happens(refractory, n),
        treated=severe | (moderate & dice.happens("agvhd_2_treated", n)),
    )


def draw_chronic(dice: Dice, people: SyntheticPatients, course: Course) -> Gvhd:
    """Chronic disease; grade 1 mild, 2 moderate, 3 severe."""
    n = people.size
    onset = dice.days("cgvhd_onset_days", n)
    share = np.where(people.ptcy, dice["cgvhd_1y_ptcy"], dice["cgvhd_1y_tacmtx"])
    share = share / dice.share_by("cgvhd_onset_days", 365)
    present = dice.pick(float(share.mean()), onset < course.event_free, share)
    grade = 1.0 + dice.choose_index([dice["cgvhd_mild"], dice["cgvhd_moderate"], dice["cgvhd_severe"]], n)
    return Gvhd(
        name="chronic_gvhd",
        grade=np.where(present, grade, 0.0),
        onset=onset,
        end=onset + np.maximum(dice.days("cgvhd_duration_days", n), 1),
        refractory=dice.happens("cgvhd_refractory", n),
        treated=present & (grade > 1),
    )


def gvhd_rows(dice: Dice, course: Course, gvhd: Gvhd) -> pd.DataFrame:
    """A row for the untreated disease, for how it answered, for a change of grade, and of grade 0 when it is over.

    Not everybody writes a row when it is over, some lack detail or end, and some rows are left without an end
    where the next one begins.
    """
    who = np.flatnonzero(gvhd.present)
    n = len(who)
    onset, end, grade = gvhd.onset[who], gvhd.end[who], gvhd.grade[who]
    treated, refractory = gvhd.treated[who], gvhd.refractory[who]
    judged = np.maximum(np.minimum(onset + dice.days("gvhd_judged_after_days", n), end), onset + 1)
    changed = judged + np.ceil((end - judged) / 2)
    gets_worse = refractory & (gvhd.name == "acute_gvhd") & (grade == 3)
    gets_better = ~refractory & (grade > 1)
    share = np.where(gets_worse, dice["agvhd_worsens"], np.where(gets_better, dice["gvhd_improves"], 0.0))
    changes = treated & (changed > judged) & dice.happens(share, n)
    open_ended = dice.happens("gvhd_end_not_recorded", n)
    open_ended |= left_open(dice, course, who, end)
    over = ~open_ended & dice.happens("gvhd_over_as_grade_0", n)

    answer = np.where(refractory, "refractory", "responsive")
    start = np.column_stack([onset, judged, changed, end + 1])
    written = np.column_stack([np.full(n, True), treated, changes, over])
    grades = np.column_stack([grade, grade, np.where(gets_worse, grade + 1, grade - 1), np.zeros(n)])
    details = np.column_stack([np.full(n, "untreated"), answer, answer, np.full(n, "")])
    details[dice.happens("gvhd_detail_missing", n)] = ""
    later = np.where(written, start, np.inf)[:, ::-1]
    following = np.column_stack([np.minimum.accumulate(later, axis=1)[:, -2::-1], np.full(n, np.inf)])
    closed = dice.rng.random(start.shape) >= dice["gvhd_row_not_closed"]
    ends = np.where(np.isfinite(following) & closed, following - 1, np.nan)
    last = np.isinf(following) & (grades > 0)
    ends[last] = np.where(open_ended, np.nan, end)[np.nonzero(last)[0]]
    at = np.nonzero(written)
    return condition_rows(gvhd.name, who[at[0]], start[at], ends[at], grades[at], details[at])


def gvhd_steroids(dice: Dice, gvhd: Gvhd) -> Courses:
    """First-line steroids; the full published dose for acute grades 3 and 4, its lower bound else."""
    who = np.flatnonzero(gvhd.treated)
    high = (gvhd.name == "acute_gvhd") & (gvhd.grade[who] >= 3)
    low_dose = dice.bounds("steroid_agvhd_start_dose")[0]
    dose = np.where(high, dice["steroid_agvhd_start_dose"], low_dose)
    durations = plan_durations(dice, "gvhd_steroid_full_days", f"{gvhd.name}_taper_step_days", len(who))
    return Courses(who, gvhd.onset[who] + 1, dose, durations, np.full(len(who), np.inf))
