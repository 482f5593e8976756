"""Pregnancy."""

from __future__ import annotations

import numpy as np

from postgraft.criteria.concepts.age import AGE_FACTS, age_at_least
from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.concepts.records import recorded
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.timeline.block import Block
from postgraft.timeline.measure import Measure
from postgraft.timeline.verdict import Verdict, first_that_holds
from postgraft.vocabulary.results import NEGATIVE, POSITIVE
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def _found_pregnant(test: Measure, days: int) -> Verdict:
    """PASS for ``days`` days from a positive test on, until a negative one; an indeterminate one says nothing."""
    clear = test.events.where(np.isin(test.value, (POSITIVE, NEGATIVE)))
    return Measure(test.shape, clear).carried(days).is_any((POSITIVE,), none=FAIL)


def not_pregnant(block: Block, p: Parameters) -> Verdict:
    """Male, not of childbearing potential, or not pregnant by test."""
    sex = {name: block.shape.by_row(block.fact_is("sex", name)) for name in ("male", "female")}
    pregnant = recorded(block, p, "pregnant")
    test = block.measure("pregnancy_test")
    past_childbearing = age_at_least(block, p.menopause_age_years).equals(PASS)
    untested = {"assumed": PASS, "required": UNKNOWN}[p.pregnancy_test]
    return first_that_holds(
        (sex["male"], PASS),
        (pregnant.equals(PASS) | _found_pregnant(test, p.pregnancy_days), FAIL),
        (past_childbearing | recorded(block, p, "not_childbearing").equals(PASS), PASS),
        (test.carried(p.pregnancy_window_days).is_any((NEGATIVE,), none=FAIL), PASS),
        (sex["female"], untested),
        otherwise=UNKNOWN,
    )


NOT_PREGNANT = Criterion(
    "not_pregnant",
    not_pregnant,
    lambda p: Needs(
        analytes=("pregnancy_test",), conditions=("pregnant", "not_childbearing"), facts=("sex", *AGE_FACTS)
    ),
    left_open="Without a test a woman of childbearing age is taken as not pregnant unless the test is required.",
)
