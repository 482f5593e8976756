"""Rows of `disease_status` and of `transplants`.

Acute and chronic graft-versus-host disease: grade, response, conditions rows and treatment courses.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from postgraft.synthetic.calibration import Bools, Floats, Ints, Rates, choose_index, pick
from postgraft.synthetic.course import Course, left_open
from postgraft.synthetic.cytopenias import Courses, plan_durations
from postgraft.synthetic.illnesses import Illnesses
from postgraft.synthetic.people import People


def status_rows(
    rng: np.random.Generator, rates: Rates, people: People, course: Course, illnesses: Illnesses
) -> pd.DataFrame:
    """Status at transplant, at restagings, at relapse and in a second remission; malignant diseases only."""
    n = people.size
    active = people.malignant & (rng.random(n) < rates["active_at_transplant"])
    attained = ~active | (rng.random(n) < rates["remission_after_active"])
    before = np.full(n, -rates["status_days_before"])
    made = [_rows(people.malignant & ~active, before, "remission"), _rows(active, before, "active")]
    for name in rates.names("restaging_day_"):
        planned = np.full(n, rates[name]) + np.round(rates["restaging_spread_days"] * rng.standard_normal(n))
        seen = (
            people.malignant
            & (planned < np.minimum(course.relapse, course.death))
            & (rng.random(n) < rates["restaging_done"])
        )
        made.append(_rows(seen & attained, planned, "remission"))
        made.append(_rows(seen & ~attained, planned, "active"))
    made.append(_rows(np.isfinite(course.relapse), course.relapse, "relapse"))
    marrow = illnesses.condition == "relapse_marrow"
    ended = marrow & np.isfinite(illnesses.end)
    made.append(
        pd.DataFrame({"patient": illnesses.patient[ended], "day": illnesses.end[ended] + 1, "status": "remission"})
    )
    return pd.concat(made)


def transplant_rows(
    rng: np.random.Generator, rates: Rates, people: People, course: Course, illnesses: Illnesses
) -> pd.DataFrame:
    """The index transplant, second transplants, boosts for poor graft function, lymphocytes for relapse."""
    n = people.size
    everyone = np.arange(n)
    index = _infusion(people, everyone, np.zeros(n), "allogeneic").assign(
        neutrophil_engraftment=_recorded(rng, course.neutrophils_engraft, rates["neutrophil_engraftment_recorded"]),
        platelet_engraftment=_recorded(rng, course.platelets_engraft, rates["platelet_engraftment_recorded"]),
    )
    again = np.flatnonzero(np.isfinite(course.second_transplant))
    second = _infusion(people, again, course.second_transplant[again], "allogeneic").assign(
        neutrophil_engraftment=course.second_engraftment[again],
        platelet_engraftment=course.second_engraftment[again] + rates["second_platelets_later_days"],
    )
    poor, onset = illnesses.of("poor_graft_function")
    boosted = rng.random(len(poor)) < rates["boost_in_poor_graft"]
    boost_day = onset + np.round(rates.draw(rng, "boost_after_days", len(poor)))
    lymphocytes = np.flatnonzero(
        np.isfinite(course.relapse)
        & np.isinf(course.second_transplant)
        & (rng.random(n) < rates["lymphocytes_after_relapse"])
    )
    lymphocyte_day = course.relapse[lymphocytes] + np.round(rates.draw(rng, "lymphocytes_after_days", len(lymphocytes)))
    return pd.concat(
        [
            index,
            second,
            _infusion(people, poor[boosted], boost_day[boosted], "boost"),
            _infusion(people, lymphocytes, lymphocyte_day, "donor_lymphocytes"),
        ]
    )


def _rows(mark: Bools, day: Floats, status: str) -> pd.DataFrame:
    who = np.flatnonzero(mark)
    return pd.DataFrame({"patient": who, "day": day[who], "status": status})


def _recorded(rng: np.random.Generator, day: Floats, share: float) -> Floats:
    return np.where(np.isfinite(day) & (rng.random(len(day)) < share), day, np.nan)


def _infusion(people: People, who: Ints, day: Floats, kind: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "patient": who,
            "transplant": day,
            "type": kind,
            "indication": people.indication[who],
            "graft_source": people.graft[who],
            "donor": people.donor[who],
            "conditioning": people.conditioning[who] if kind == "allogeneic" else "",
            "abo_mismatch": people.abo_mismatch[who],
            "neutrophil_engraftment": np.nan,
            "platelet_engraftment": np.nan,
        }
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
        durations=plan_durations(rng, rates, "gvhd_steroid_full_days", f"{gvhd.name}_taper_step_days", len(who)),
        stop=np.full(len(who), np.inf),
    )
