"""Why the patient's age and pregnancy allow entry or not."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from postgraft.criteria.concepts.age import age_at_least
from postgraft.criteria.demographics import adult
from postgraft.criteria.pregnancy import not_pregnant
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.reason import Reason, Used
from postgraft.eligibility.explanations.wording import name_of, span
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

OLDEST = 130


def _ages(case: Case) -> tuple[int, int] | None:
    """Youngest and oldest possible age in completed years; None if nothing is known."""

    def first(answers: tuple[int, ...]) -> int:
        """The first age for which the answer is one of these; answers get worse with age."""
        years = range(OLDEST)
        return bisect_left(years, True, key=lambda age: case.at(age_at_least(case.block, age)) in answers)

    youngest, oldest = first((UNKNOWN, FAIL)) - 1, first((FAIL,)) - 1
    return None if oldest == OLDEST - 1 else (max(youngest, 0), oldest)


def _age_source(case: Case) -> str:
    facts = case.block.facts
    if not np.isnan(facts["birth_day"][0]):
        return "from the date of birth"
    if not np.isnan(facts["age_at_transplant"][0]):
        return "from the age at transplant"
    return f"from the year of birth {facts['birth_year'][0]:.0f} alone"


def explain_adult(case: Case) -> Reason:
    verdict, ages = case.at(adult(case.block, case.p)), _ages(case)
    least = f"at least {case.limit('age_min_years')} are required"
    if ages is None:
        missing = (
            "patients holds neither a date nor a year of birth nor an age at transplant that tells the age"
        )
        return Reason(verdict, f"{missing}; {least}")
    youngest, oldest = ages
    age = f"{youngest} years" if youngest == oldest else f"{youngest} or {oldest} years"
    if oldest - youngest > 1:
        age = f"{youngest} to {oldest} years"
    settle = ", a date of birth in patients would settle it" if verdict == UNKNOWN else ""
    source = _age_source(case)
    used = Used("age", case.day, case.day, youngest, unit="a", detail=source)
    return Reason(verdict, f"age {age} on day {case.day} ({source}); {least}{settle}", (used,))


def explain_not_pregnant(case: Case) -> Reason:
    verdict = case.at(not_pregnant(case.block, case.p))
    within = case.p.pregnancy_window_days
    test = case.result("pregnancy_test", within)
    pregnant = [used for state, used in case.named_conditions("pregnant") if state == PASS]
    clear = [
        used
        for used in case.results("pregnancy_test", *case.window(case.p.pregnancy_days))
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
        text = f"{case.no_result('pregnancy_test', within)}; the protocol requires a recorded negative one"
    else:
        text = f"the sex is not known in patients, and {case.no_result('pregnancy_test', within)}"
    return Reason(verdict, text, used)


def _not_pregnant(case: Case, verdict: int) -> Reason:
    sterile = [used for state, used in case.named_conditions("not_childbearing") if state == PASS]
    limit = case.p.menopause_age_years
    if case.at(age_at_least(case.block, limit)) == PASS:
        age = case.limit("menopause_age_years")
        return Reason(verdict, f"at {age} or older the patient is taken not to be of childbearing potential")
    if sterile:
        return Reason(verdict, f"not of childbearing potential: {sterile[0].finding}", tuple(sterile))
    test = case.result("pregnancy_test", case.p.pregnancy_window_days)
    if test and test.result == "negative":
        return Reason(verdict, f"{test.finding}")
    window = span(*case.window(case.p.pregnancy_window_days))
    text = f"no {name_of('pregnancy_test')} on {window}; it is assumed that screening would have found her not pregnant"
    return Reason(verdict, text)
