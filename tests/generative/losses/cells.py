"""Losses of cells: doses, weights, grades and details, half-lives, birth and sex; everything stays declared."""

from __future__ import annotations

import datetime

from parts.draws import Row

from losses import allowed
from losses.kind import kind
from losses.less import Less, Which, every
from losses.results import lose_weights, tested_pregnant
from losses.states import GVHD


def _doses(less: Less, which: Which) -> None:
    """But doses of 0, which were not given: no completion takes a row away."""
    less.empty("medications", lambda row: bool(row["dose"]) and which(row), "dose")


@kind()
def doses(less: Less) -> None:
    """All; but for doses of 0."""
    _doses(less, every)


@kind()
def some_doses(less: Less) -> None:
    """One dose in three, so that parts of a day's or a window's amount stay known; but for doses of 0."""
    _doses(less, lambda row: less.r.random() < 1 / 3)


@kind()
def doses_of_immunoglobulins(less: Less) -> None:
    """One dose of IVIG in two; but for doses of 0."""
    _doses(less, lambda row: row["drug"] == "ivig" and less.some(row))


@kind()
def weights(less: Less) -> None:
    """All; always possible."""
    lose_weights(less, every)


@kind()
def first_weights(less: Less) -> None:
    """The first ones up to some day, so that no earlier one is left that would count in their place."""
    lose_weights(less, less.some)


@kind()
def weights_without_a_value(less: Less) -> None:
    """The same, but the rows are there, without a value."""
    lose_weights(less, less.some, emptied=True)


@kind()
def details_of_gvhd(less: Less) -> None:
    """Details, then grades, with drugs complete, as far as `allowed.detail` and `allowed.grade` say."""
    _gvhd(less)


@kind("medications")
def details_of_gvhd_with_drugs_not_declared(less: Less) -> None:
    """The same where drugs are not complete, so that somebody may have treated it: `refractory` and grade 4 too."""
    _gvhd(less)


def _gvhd(less: Less) -> None:
    of_gvhd = lambda row: row["condition"] in GVHD and less.some(row)  # noqa: E731
    less.empty("conditions", lambda row: of_gvhd(row) and allowed.detail(less, row), "detail")
    less.empty("conditions", lambda row: of_gvhd(row) and allowed.grade(less, row), "grade")


@kind()
def half_lives(less: Less) -> None:
    """Of drugs that are in no table, if they are gone after `washout_unknown_days`."""
    less.empty("medications", lambda row: allowed.half_life(less, row), "half_life_days")


@kind()
def births(less: Less) -> None:
    """Everything that tells the age; always possible."""
    less.empty("patients", every, "birth_day", "birth_year", "age_at_transplant")


@kind()
def days_of_birth(less: Less) -> None:
    """The year is left; if it fits the day, and no age is given beside it."""
    less.empty("patients", _year_fits, "birth_day")


def _year_fits(person: Row) -> bool:
    born, year = person.get("birth_day"), person.get("birth_year")
    in_year = person.get("transplant_year")
    if born is None or year is None or in_year is None or person.get("age_at_transplant") is not None:
        return False
    earliest, latest = (
        (datetime.date(in_year, *day) + datetime.timedelta(days=born)).year for day in ((1, 1), (12, 31))
    )
    return bool(earliest <= year <= latest)


@kind()
def sexes(less: Less) -> None:
    """Always possible, but of a man on file as pregnant: sex agrees with pregnancy rows."""
    lose_sex(less)


def lose_sex(less: Less) -> None:
    less.empty("patients", lambda row: not (row["sex"] == "male" and tested_pregnant(less)), "sex", to="unknown")
