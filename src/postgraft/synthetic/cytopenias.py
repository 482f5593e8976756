"""The planted immune cytopenias at their start: who, which one, when.

Incidences are those of all patients, death and relapse competing; a recipient whose red-cell antibodies meet
the donor's cells carries nearly all pure red cell aplasia, unrelated donors more haemolytic anaemia.

Systemic corticosteroid courses: a full dose, then a stepwise taper.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from postgraft.synthetic.calibration import QUARTILE, Floats, Ints, Rates, Texts, pick, repeat_ranges, table
from postgraft.synthetic.course import YEAR, Course
from postgraft.synthetic.people import People

MONTH = YEAR / 12
KINDS = ("aiha", "itp", "prca", "evans")


@dataclass(frozen=True)
class Onsets:
    """Episodes at their start; one entry an episode."""

    patient: Ints
    kind: Texts
    day: Floats


def draw_onsets(rng: np.random.Generator, rates: Rates, people: People, course: Course, enrich: float) -> Onsets:
    """Choose the patients and onset days; ``enrich`` multiplies every incidence."""
    n = people.size
    wait = rates["ic_after_engraftment_days"]
    spread = np.log(rates["aiha_onset_iqr_high"] / rates["aiha_onset_iqr_low"]) / (2 * QUARTILE)
    aiha_day = rates["aiha_onset_median"] * np.exp(spread * rng.standard_normal(n))
    aiha_day = np.ceil(np.maximum(aiha_day, course.neutrophils_engraft + wait))
    unrelated = np.isin(people.donor.astype(str), ("matched_unrelated", "mismatched_unrelated"))
    weight = np.where(unrelated, rates["aiha_hr_unrelated_donor"], 1.0)
    aiha = pick(rng, enrich * rates["aiha_cuminc_overall"], aiha_day < course.event_free, weight)
    evans = aiha & (rng.random(n) < rates["evans_share_of_ahd"]) & (course.platelets_engraft + wait < aiha_day)

    itp_day = np.ceil(np.maximum(MONTH * rates.draw(rng, "itp_onset_median", n), course.platelets_engraft + wait))
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


TABLET_MG = 5.0


@dataclass(frozen=True)
class Courses:
    """Steroid courses, one entry each; ``durations`` has one column a step of ``data/taper.csv``."""

    patient: Ints
    start: Floats
    dose: Floats
    """mg/kg/day of prednisone at the first step."""
    durations: Floats
    """Days on each step."""
    stop: Floats
    """First day without the drug, however far the taper is."""

    @property
    def step_starts(self) -> Floats:
        """First day of each step."""
        return self.start[:, None] + np.cumsum(self.durations, axis=1) - self.durations


def taper_fractions() -> Floats:
    """Share of the first dose at each step."""
    return table("taper")["fraction"].to_numpy(np.float64)


def step_below(fraction: float) -> int:
    """First step whose dose is below ``fraction`` of the first dose."""
    return int(np.flatnonzero(taper_fractions() < fraction)[0])


def plan_durations(rng: np.random.Generator, rates: Rates, full: str, step: str, size: int) -> Floats:
    """Days on each step from the named quantities: full dose, and each later step."""
    steps = len(taper_fractions())
    later = np.round(rates.draw(rng, step, size))
    return np.column_stack([np.round(rates.draw(rng, full, size)), *([later] * (steps - 1))])


def medication_rows(
    rng: np.random.Generator, rates: Rates, courses: Courses, weight: Floats, purpose: str
) -> pd.DataFrame:
    """Rows of `medications` for the courses: mg a day in tablets, or methylprednisolone per kg at first."""
    fractions = taper_fractions()
    count = np.full(len(courses.patient), len(fractions))
    course, step = repeat_ranges(count)
    start = courses.step_starts[course, step]
    end = np.minimum(start + courses.durations[course, step], courses.stop[course]) - 1
    kept = end >= start
    course, step, start, end = course[kept], step[kept], start[kept], end[kept]
    by_vein = (step == 0) & (rng.random(len(courses.patient)) < rates["steroids_by_vein"])[course]
    dose = courses.dose[course] * fractions[step]
    tablets = np.maximum(np.round(dose * weight[courses.patient[course]] / TABLET_MG), 1) * TABLET_MG
    as_methylprednisolone = np.round(dose / rates["prednisone_mg_per_mg_methylprednisolone"], 2)
    return pd.DataFrame(
        {
            "patient": courses.patient[course],
            "start": start,
            "end": end,
            "drug": np.where(by_vein, "methylprednisolone", "prednisone"),
            "dose": np.where(by_vein, as_methylprednisolone, tablets),
            "dose_unit": np.where(by_vein, "mg/kg/day", "mg/day"),
            "route": np.where(by_vein, "intravenous", "oral"),
            "purpose": purpose,
        }
    )


def join_courses(courses: list[Courses]) -> Courses:
    """All courses in one."""
    return Courses(
        *(
            np.concatenate([getattr(c, name) for c in courses])
            for name in ("patient", "start", "dose", "durations", "stop")
        )
    )
