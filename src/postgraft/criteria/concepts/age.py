"""Age, as exactly as the extract gives it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.block import Block
from postgraft.timeline.verdict import Verdict
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

DAYS_PER_YEAR = 365.25
NEVER = 1e9
AGE_FACTS = ("birth_day", "birth_year", "age_at_transplant")
"""Columns of patients that tell the age, the first that is given."""


def _birthday(birth: NDArray[np.datetime64], years: int) -> NDArray[np.float64]:
    """Absolute day of the completed year; 29 February is completed on 1 March of a common year."""
    month = birth.astype("datetime64[M]")
    day_of_month = birth - month.astype("datetime64[D]")
    reached = (month + 12 * years).astype("datetime64[D]") + day_of_month
    return np.asarray(reached.astype(np.int64), np.float64)


def _year(year: NDArray[np.float64], month_day: str) -> NDArray[np.datetime64]:
    """That day of each year (NaN: 1970, to be masked by the caller)."""
    whole = np.nan_to_num(year, nan=1970).astype(np.int64) - 1970
    start = whole.astype("datetime64[Y]").astype("datetime64[D]")
    return start if month_day == "01-01" else (whole + 1).astype("datetime64[Y]").astype("datetime64[D]") - 1


def age_at_least(block: Block, years: int) -> Verdict:
    """Age on day d ≥ ``years``: completed years by birth date, days / 365.25 by birth day or age at transplant.

    By birth year alone: UNKNOWN between the days on which the oldest and the youngest possible patient gets
    there; in a days extract the calendar day of day 0 within ``transplant_year`` is just as unknown.
    """
    facts = block.facts
    day0, calendar = facts["day0"], facts["calendar"]
    birth = facts["birth_day"]
    dated = np.nan_to_num(birth).astype(np.int64).astype("datetime64[D]")
    by_birth = np.where(calendar, _birthday(dated, years), _up(birth + years * DAYS_PER_YEAR)) - day0
    by_age = _up((years - facts["age_at_transplant"]) * DAYS_PER_YEAR) + facts["age_day"] - day0
    oldest = _birthday(_year(facts["birth_year"], "01-01"), years)
    youngest = _birthday(_year(facts["birth_year"], "12-31"), years)
    first_day0 = _year(facts["transplant_year"], "01-01").astype(np.int64)
    last_day0 = _year(facts["transplant_year"], "12-31").astype(np.int64)
    no_year = np.isnan(facts["birth_year"]) | (~calendar & np.isnan(facts["transplant_year"]))
    maybe = np.where(no_year, -NEVER, oldest - np.where(calendar, 0, last_day0) - day0)
    surely = np.where(no_year, NEVER, youngest - np.where(calendar, 0, first_day0) - day0)
    exact = np.where(np.isnan(birth), by_age, by_birth)
    maybe, surely = (np.where(np.isnan(exact), bound, exact) for bound in (maybe, surely))
    if np.all((maybe == surely) & (surely <= 0)):
        return block.shape.constant(PASS)
    possible = block.shape.since(maybe).mapped(fail=FAIL, unknown=FAIL, passed=UNKNOWN)
    return possible | block.shape.since(surely)


def _up(days: NDArray[np.float64]) -> NDArray[np.float64]:
    """The first whole day on or after; 1e-6 of a day is rounding noise of an age in years."""
    return np.asarray(np.ceil(np.round(days, 6)))
