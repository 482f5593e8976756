"""What a day's dose is known to be, what may come on top of it, and which weight serves."""

import numpy as np
import pytest
from spec.patient import outcome

from postgraft.criteria.memo import Parameters
from postgraft.criteria.steroid_dose import prednisone_equivalent
from postgraft.evaluation.observations import observe
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

NOT_COMPLETE = {"complete": ["conditions"]}
DOSE = "medications:\ndays | drug | dose\n100..109 | prednisone | {}\n\n"


def dose(patient, **given):
    """The daily dose of the patient's only transplant, and the first of its rows of days."""
    seen = outcome(patient, **given)
    block = observe(seen.extract, seen.protocol).block(np.arange(1))
    return prednisone_equivalent(block, Parameters(seen.protocol), True)


def at(patient, least, *days, **given):
    return [int(dose(patient, **given).reaches(least)[0, day]) for day in days]


def test_a_row_does_not_make_the_day_whole():
    """Where medications are not complete, more may have been given on every day, that of a row or not."""
    half = DOSE.format("0.5 mg/kg/day")
    assert at(half, 1, 99, 100, 109, 110) == [FAIL] * 4
    assert at(half, 1, 99, 100, 109, 110, **NOT_COMPLETE) == [UNKNOWN] * 4
    assert at(half, 0.5, 99, 100, 109, 110, **NOT_COMPLETE) == [UNKNOWN, PASS, PASS, UNKNOWN]
    assert at("", 0.5, 0, 300, **NOT_COMPLETE) == [UNKNOWN, UNKNOWN]


def test_days_before_the_record_begins():
    """Before observed_from medications are not complete, whatever is declared."""
    person = "patients:\nobserved_from_day\n105\n\n"
    assert at(person + DOSE.format("0.5 mg/kg/day"), 1, 104, 105) == [UNKNOWN, FAIL]


@pytest.mark.parametrize(("measured", "known"), [(-986, True), (-987, False), (100, True), (101, False)])
def test_the_weight_of_the_last_three_years_serves(measured, known):
    """The latest of the 1095 days that end today: of day -986 for the last time on day 108."""
    weight = f"day | weight\n{measured} | 80\n\n"
    day = 108 if measured < 0 else 100
    found = dose(weight + DOSE.format("40 mg/day"))
    assert bool(found.unknown[0, day]) is not known
    assert found.known[0, day] == (0.5 if known else 0)


def test_another_window_of_weights():
    """`weight_window_days` covers the day itself."""
    patient = "day | weight\n99 | 80\n\n" + DOSE.format("40 mg/day")
    assert at(patient, 0.5, 100, 101, 102, weight_window_days=3) == [PASS, PASS, UNKNOWN]


def test_nobody_weighs_nothing():
    """A weight of 0 is absent: the one before it serves."""
    patient = "day | weight\n90 | 80\n95 | 0\n\n" + DOSE.format("40 mg/day")
    assert at(patient, 0.5, 100) == [PASS]


def test_a_dose_per_kg_needs_no_weight():
    assert at(DOSE.format("0.5 mg/kg/day"), 0.5, 100) == [PASS]
