"""Systemic corticosteroid courses: a full dose, then a stepwise taper."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from postgraft.synthetic.arrays import Floats, Ints, repeat_ranges
from postgraft.synthetic.calibration import Rates, table

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
