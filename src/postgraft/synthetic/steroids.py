"""Systemic corticosteroid courses: a full dose, then a stepwise taper."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from postgraft.synthetic.calibration import Bools, Dice, Floats, Ints, repeat_ranges, stack, table

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

    def cut(self, mark: Bools, stop: Floats) -> "Courses":
        """The marked courses, ended at ``stop``."""
        return Courses(self.patient[mark], self.start[mark], self.dose[mark], self.durations[mark], stop[mark])


def join_courses(courses: list[Courses]) -> Courses:
    """All courses in one."""
    return Courses(*stack([tuple(vars(course).values()) for course in courses]))


def taper_fractions() -> Floats:
    """Share of the first dose at each step."""
    return table("taper")["fraction"].to_numpy(np.float64)


def step_below(fraction: float) -> int:
    """First step whose dose is below ``fraction`` of the first dose."""
    return int(np.flatnonzero(taper_fractions() < fraction)[0])


def plan_durations(dice: Dice, full: str, step: str, size: int) -> Floats:
    """Days on each step from the named quantities: full dose, and each later step."""
    later = dice.days(step, size)
    return np.column_stack([dice.days(full, size), *([later] * (len(taper_fractions()) - 1))])


def steroid_rows(dice: Dice, courses: Courses, weight: Floats, purpose: str) -> pd.DataFrame:
    """Rows of `medications` for the courses: mg a day in tablets, or methylprednisolone per kg at first."""
    fractions = taper_fractions()
    course, step = repeat_ranges(np.full(len(courses.patient), len(fractions)))
    start = courses.step_starts[course, step]
    end = np.minimum(start + courses.durations[course, step], courses.stop[course]) - 1
    kept = end >= start
    course, step, start, end = course[kept], step[kept], start[kept], end[kept]
    by_vein = (step == 0) & dice.happens("steroids_by_vein", len(courses.patient))[course]
    dose = courses.dose[course] * fractions[step]
    tablets = np.maximum(np.round(dose * weight[courses.patient[course]] / TABLET_MG), 1) * TABLET_MG
    as_methylprednisolone = np.round(dose / dice["prednisone_mg_per_mg_methylprednisolone"], 2)
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
