"""Who the patient is: age, as exactly as the extract gives it, and pregnancy."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.case import PatientDay
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.criteria.memo import Parameters
from postgraft.criteria.records import recorded
from postgraft.criteria.rules import Lab
from postgraft.criteria.wording import Reason, Used, name_of, span
from postgraft.timeline.block import Block
from postgraft.timeline.measure import Measure
from postgraft.timeline.verdict import Verdict, first_that_holds
from postgraft.vocabulary.analytes import NEGATIVE, POSITIVE
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

DAYS_PER_YEAR, OLDEST, NEVER = 365.25, 130, 1e9
AGE_FACTS = ("birth_day", "birth_year", "age_at_transplant")
"""Columns of patients that tell the age, the first that is given."""
TEST = Lab("pregnancy_test", "pregnancy_window_days")


def adult(block: Block, p: Parameters) -> Verdict:
    """Age on the day ≥ ``age_min_years``."""
    return age_at_least(block, p.age_min_years)


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


def _found_pregnant(test: Measure, days: int) -> Verdict:
    """PASS for ``days`` days from a positive test on, until a negative one; an indeterminate one says nothing."""
    clear = test.events.where(np.isin(test.value, (POSITIVE, NEGATIVE)))
    return Measure(test.shape, clear).carried(days).is_any((POSITIVE,), none=FAIL)


def not_pregnant(block: Block, p: Parameters) -> Verdict:
    """Male, not of childbearing potential, or not pregnant by test."""
    sex = {name: block.shape.by_row(block.fact_is("sex", name)) for name in ("male", "female")}
    pregnant = recorded(block, p, "pregnant")
    past_childbearing = age_at_least(block, p.menopause_age_years).equals(PASS)
    untested = {"assumed": PASS, "required": UNKNOWN}[p.pregnancy_test]
    return first_that_holds(
        (sex["male"], PASS),
        (pregnant.equals(PASS) | _found_pregnant(block.measure(TEST.analyte), p.pregnancy_days), FAIL),
        (past_childbearing | recorded(block, p, "not_childbearing").equals(PASS), PASS),
        (TEST.carried(block, p).is_any((NEGATIVE,), none=FAIL), PASS),
        (sex["female"], untested),
        otherwise=UNKNOWN,
    )


def _ages(case: PatientDay) -> tuple[int, int] | None:
    """Youngest and oldest possible age in completed years; None if nothing is known."""

    def first(answers: tuple[int, ...]) -> int:
        """The first age for which the answer is one of these; answers get worse with age."""
        years = range(OLDEST)
        return bisect_left(years, True, key=lambda age: case.at(age_at_least(case.block, age)) in answers)

    youngest, oldest = first((UNKNOWN, FAIL)) - 1, first((FAIL,)) - 1
    return None if oldest == OLDEST - 1 else (max(youngest, 0), oldest)


def _age_source(case: PatientDay) -> str:
    facts = case.block.facts
    if not np.isnan(facts["birth_day"][0]):
        return "from the date of birth"
    if not np.isnan(facts["age_at_transplant"][0]):
        return "from the age at transplant"
    return f"from the year of birth {facts['birth_year'][0]:.0f} alone"


def explain_adult(case: PatientDay) -> Reason:
    verdict, ages = case.at(adult(case.block, case.p)), _ages(case)
    least = f"at least {case.limit('age_min_years')} are required"
    if ages is None:
        missing = "patients holds neither a date nor a year of birth nor an age at transplant that tells the age"
        return Reason(verdict, f"{missing}; {least}")
    youngest, oldest = ages
    age = f"{youngest} years" if youngest == oldest else f"{youngest} or {oldest} years"
    if oldest - youngest > 1:
        age = f"{youngest} to {oldest} years"
    settle = ", a date of birth in patients would settle it" if verdict == UNKNOWN else ""
    source = _age_source(case)
    used = Used("age", case.day, case.day, youngest, unit="a", detail=source)
    return Reason(verdict, f"age {age} on day {case.day} ({source}); {least}{settle}", (used,))


def explain_not_pregnant(case: PatientDay) -> Reason:
    verdict = case.at(not_pregnant(case.block, case.p))
    test = TEST.found(case)
    pregnant = [used for state, used in case.named_conditions("pregnant") if state == PASS]
    clear = [
        used
        for used in case.results(TEST.analyte, *case.window(case.p.pregnancy_days))
        if used.result != "indeterminate"
    ]
    positive = clear[-1:] if clear and clear[-1].result == "positive" else []
    used = (*positive, *pregnant) if verdict == FAIL else (*([test] if test else []),)
    if case.block.fact_is("sex", "male")[0]:
        return Reason(verdict, "the patient is male")
    if verdict == FAIL:
        return Reason(verdict, "pregnant: " + " and ".join(row.finding for row in used), used)
    if verdict == PASS:
        return _not_pregnant(case, verdict).also(used)
    if case.block.fact_is("sex", "female")[0]:
        text = f"{TEST.missing(case)}; the protocol requires a recorded negative one"
    else:
        text = f"the sex is not known in patients, and {TEST.missing(case)}"
    return Reason(verdict, text, used)


def _not_pregnant(case: PatientDay, verdict: int) -> Reason:
    sterile = [used for state, used in case.named_conditions("not_childbearing") if state == PASS]
    limit = case.p.menopause_age_years
    if case.at(age_at_least(case.block, limit)) == PASS:
        age = case.limit("menopause_age_years")
        return Reason(verdict, f"at {age} or older the patient is taken not to be of childbearing potential")
    if sterile:
        return Reason(verdict, f"not of childbearing potential: {sterile[0].finding}", tuple(sterile))
    test = TEST.found(case)
    if test and test.result == "negative":
        return Reason(verdict, test.finding)
    window = span(*case.window(case.p.pregnancy_window_days))
    text = f"no {name_of(TEST.analyte)} on {window}; it is assumed that screening would have found her not pregnant"
    return Reason(verdict, text)


ADULT = Criterion("adult", adult, explain_adult, lambda p: Needs(facts=AGE_FACTS))
NOT_PREGNANT = Criterion(
    "not_pregnant",
    not_pregnant,
    explain_not_pregnant,
    lambda p: Needs(
        analytes=("pregnancy_test",), conditions=("pregnant", "not_childbearing"), facts=("sex", *AGE_FACTS)
    ),
    left_open="Without a test a woman of childbearing age is taken as not pregnant unless the test is required.",
    answers=lambda p: TEST.could_be(p, "negative", "positive"),
)
