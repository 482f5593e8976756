"""Acute and chronic graft-versus-host disease: grade, response, conditions rows and treatment courses."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from postgraft.synthetic.arrays import Bools, Floats, choose_index, pick
from postgraft.synthetic.calibration import Rates
from postgraft.synthetic.course import Course, left_open
from postgraft.synthetic.people import People
from postgraft.synthetic.steroids import Courses, plan_durations


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


def draw_acute(rng: np.random.Generator, rates: Rates, people: People, course: Course) -> Gvhd:
    """Acute disease with its grades 1 to 4 by prophylaxis."""
    n = people.size
    onset = np.maximum(
        np.round(rates.draw(rng, "agvhd_onset_median", n)),
        np.where(course.graft_failed, np.inf, course.neutrophils_engraft),
    )
    at_risk = onset < course.event_free
    severe_share = np.where(people.ptcy, rates["agvhd_3_4_day100_ptcy"], rates["agvhd_3_4_day100_tacmtx"])
    severe = pick(rng, float(severe_share.mean()), at_risk, severe_share)
    moderate = pick(rng, rates["agvhd_2_4_day100_tacmtx"] - float(severe_share.mean()), at_risk & ~severe)
    mild = pick(rng, rates["agvhd_grade_1"], at_risk & ~severe & ~moderate)
    fourth = severe & (rng.random(n) < rates["agvhd_grade_4_given_3_4"])
    grade = np.where(severe, 3.0 + fourth, np.where(moderate, 2.0, np.where(mild, 1.0, 0.0)))
    refractory_share = np.where(
        severe, rates["agvhd_refractory_3_4"], np.where(moderate, rates["agvhd_refractory_2"], 0.0)
    )
    return Gvhd(
        name="acute_gvhd",
        grade=grade,
        onset=onset,
        end=onset + np.maximum(np.round(rates.draw(rng, "agvhd_duration_days", n)), 1),
        refractory=rng.random(n) < refractory_share,
        treated=severe | (moderate & (rng.random(n) < rates["agvhd_2_treated"])),
    )


def draw_chronic(rng: np.random.Generator, rates: Rates, people: People, course: Course) -> Gvhd:
    """Chronic disease; grade 1 mild, 2 moderate, 3 severe."""
    n = people.size
    onset = np.round(rates.draw(rng, "cgvhd_onset_days", n))
    share = np.where(people.ptcy, rates["cgvhd_1y_ptcy"], rates["cgvhd_1y_tacmtx"]) / rates.share_by(
        "cgvhd_onset_days", 365
    )
    present = pick(rng, float(share.mean()), onset < course.event_free, share)
    grade = 1.0 + choose_index(rng, [rates["cgvhd_mild"], rates["cgvhd_moderate"], rates["cgvhd_severe"]], n)
    return Gvhd(
        name="chronic_gvhd",
        grade=np.where(present, grade, 0.0),
        onset=onset,
        end=onset + np.maximum(np.round(rates.draw(rng, "cgvhd_duration_days", n)), 1),
        refractory=rng.random(n) < rates["cgvhd_refractory"],
        treated=present & (grade > 1),
    )


def condition_rows(rng: np.random.Generator, rates: Rates, course: Course, gvhd: Gvhd) -> pd.DataFrame:
    """A row for the untreated disease, for how it answered, for a change of grade, and of grade 0 when it is over.

    Not everybody writes a row when it is over, some lack detail or end, and some rows are left without an end
    where the next one begins.
    """
    who = np.flatnonzero(gvhd.present)
    n = len(who)
    onset, end, grade = gvhd.onset[who], gvhd.end[who], gvhd.grade[who]
    treated, refractory = gvhd.treated[who], gvhd.refractory[who]
    judged = onset + np.round(rates.draw(rng, "gvhd_judged_after_days", n))
    judged = np.maximum(np.minimum(judged, end), onset + 1)
    changed = judged + np.ceil((end - judged) / 2)
    gets_worse = refractory & (gvhd.name == "acute_gvhd") & (grade == 3)
    gets_better = ~refractory & (grade > 1)
    share = np.where(gets_worse, rates["agvhd_worsens"], np.where(gets_better, rates["gvhd_improves"], 0.0))
    changes = treated & (changed > judged) & (rng.random(n) < share)
    open_ended = rng.random(n) < rates["gvhd_end_not_recorded"]
    open_ended |= left_open(rng, rates, course, who, end)
    over = ~open_ended & (rng.random(n) < rates["gvhd_over_as_grade_0"])

    answer = np.where(refractory, "refractory", "responsive")
    start = np.column_stack([onset, judged, changed, end + 1])
    written = np.column_stack([np.full(n, True), treated, changes, over])
    grades = np.column_stack([grade, grade, np.where(gets_worse, grade + 1, grade - 1), np.zeros(n)])
    details = np.column_stack([np.full(n, "untreated"), answer, answer, np.full(n, "")])
    details[rng.random(n) < rates["gvhd_detail_missing"]] = ""
    later = np.where(written, start, np.inf)[:, ::-1]
    following = np.column_stack([np.minimum.accumulate(later, axis=1)[:, -2::-1], np.full(n, np.inf)])
    closed = rng.random(start.shape) >= rates["gvhd_row_not_closed"]
    ends = np.where(np.isfinite(following) & closed, following - 1, np.nan)
    last = np.isinf(following) & (grades > 0)
    ends[last] = np.where(open_ended, np.nan, end)[np.nonzero(last)[0]]
    row, column = np.nonzero(written)
    return pd.DataFrame(
        {
            "patient": who[row],
            "start": start[row, column],
            "end": ends[row, column],
            "condition": gvhd.name,
            "grade": grades[row, column],
            "detail": details[row, column],
        }
    )


def steroid_courses(rng: np.random.Generator, rates: Rates, gvhd: Gvhd) -> Courses:
    """First-line steroids; the full published dose for acute grades 3 and 4, its lower bound else."""
    who = np.flatnonzero(gvhd.treated)
    high = (gvhd.name == "acute_gvhd") & (gvhd.grade[who] >= 3)
    low_dose = rates.bounds("steroid_agvhd_start_dose")[0]
    return Courses(
        patient=who,
        start=gvhd.onset[who] + 1,
        dose=np.where(high, rates["steroid_agvhd_start_dose"], low_dose),
        durations=plan_durations(
            rng, rates, "gvhd_steroid_full_days", f"{gvhd.name}_taper_step_days", len(who)
        ),
        stop=np.full(len(who), np.inf),
    )
