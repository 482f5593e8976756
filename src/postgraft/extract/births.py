"""The births of patients while an extract is read: what cannot be or contradicts itself reads as unknown."""

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd

from postgraft.extract.cells import Floats
from postgraft.extract.events import Values
from postgraft.extract.findings import Place, Time
from postgraft.extract.tables import OLDEST, day_header

DAYS_PER_YEAR: Final = 365.25
_NEAR: Final = DAYS_PER_YEAR + 1
"""Columns that are nearer to each other agree: an age in whole years is as good as that."""


@dataclass(frozen=True, slots=True)
class Births:
    """Ages at the first allogeneic transplant (years) and earliest days of birth, by row; NaN where nothing says."""

    age: Floats
    earliest: Floats


def read_births(values: Values, transplants: pd.DataFrame, place: Place) -> Births:
    """Checks the columns that tell a birth against the transplants and each other; what is wrong is noted.

    A birth after the first allogeneic transplant or more than ``OLDEST`` years before it reads as unknown in
    ``values``, and so do columns that contradict each other: one of them is wrong, and nothing says which.
    """
    first, last = _first_and_last(transplants, len(values["patient_id"]))
    _note_year(values["transplant_year"], first, last, place)
    bounds = _bounds(values, first, place.time)
    for name in ("birth_date", "birth_year"):
        earliest, latest = bounds[name]
        unborn, too_old = earliest > first, first - latest > OLDEST * DAYS_PER_YEAR
        column = place.at(day_header(name, place.time) if name == "birth_date" else name)
        found = "born after the first allogeneic transplant, read as unknown"
        column.warning("birth-after-transplant", found, "", unborn)
        found = f"age over {OLDEST} at the first allogeneic transplant, read as unknown"
        column.warning("implausible", found, "", too_old)
        values[name] = np.where(unborn | too_old, np.nan, values[name])
    bounds = _bounds(values, first, place.time)
    contradicting = []
    for one, other in combinations(bounds, 2):
        apart = np.fmax(bounds[one][0] - bounds[other][1], bounds[other][0] - bounds[one][1]) > _NEAR
        names = [day_header(name, place.time) if name == "birth_date" else name for name in (one, other)]
        found = f"more than a year from what {names[0]} says, both read as unknown"
        place.at(names[1]).warning("contradicting-birth", found, "", apart)
        contradicting.append(apart)
    unknown = np.any(contradicting, axis=0)
    for name in bounds:
        values[name] = np.where(unknown, np.nan, values[name])
    known = _bounds(values, first, place.time)
    by_birth = [(first - known[name][0]) / DAYS_PER_YEAR for name in ("birth_date", "birth_year")]
    age: Floats = np.fmax.reduce([*by_birth, values["age_at_transplant"]])
    by_age = known["age_at_transplant"][0] - _NEAR
    return Births(age, np.fmin.reduce([known["birth_date"][0], known["birth_year"][0], by_age]))


def _bounds(values: Values, first: Floats, time: Time) -> dict[str, tuple[Floats, Floats]]:
    """First and last day on which each patient may have been born, as each of the columns has it."""
    year, transplanted = values["birth_year"], values["transplant_year"]
    # With ``time: days`` the calendar day of day 0 is any of its year.
    early, late = (0, 0) if time == "dates" else (_new_year(transplanted + 1) - 1, _new_year(transplanted))
    index = first if time == "dates" else np.where(np.isnan(first), np.nan, 0)
    by_age = index - values["age_at_transplant"] * DAYS_PER_YEAR
    return {
        "birth_date": (values["birth_date"], values["birth_date"]),
        "birth_year": (_new_year(year) - early, _new_year(year + 1) - 1 - late),
        "age_at_transplant": (by_age, by_age),
    }


def _new_year(year: Floats) -> Floats:
    """The first of January in days since 1970-01-01, NaN for NaN."""
    years = (np.nan_to_num(year, nan=1970).astype(np.int64) - 1970).astype("datetime64[Y]")
    return np.where(np.isnan(year), np.nan, years.astype("datetime64[D]").astype(np.float64))


def _first_and_last(transplants: pd.DataFrame, patients: int) -> tuple[Floats, Floats]:
    """Days of each patient's first and last allogeneic transplant, NaN for none."""
    allogeneic = transplants[transplants["type"] == "allogeneic"]
    patient, day = allogeneic["patient"].to_numpy(), allogeneic["day"].to_numpy()
    first, last = np.full(patients, np.nan), np.full(patients, np.nan)
    first[patient[::-1]] = day[::-1]  # by patient and day: the first one stays
    last[patient] = day
    return first, last


def _note_year(year: Floats, first: Floats, last: Floats, place: Place) -> None:
    """Warns of a ``transplant_year`` in which there is no transplant; with ``time: days`` nothing else tells it."""
    if place.time == "dates":
        wrong = (last < _new_year(year)) | (first >= _new_year(year + 1))
        found = "not the year of an allogeneic transplant; the year of its date is used"
        place.at("transplant_year").warning("contradicting-year", found, "", wrong)
