"""Section 1: `<x` and `>x` are intervals; a verdict is given only if it holds in the whole of them."""

import numpy as np
import pandas as pd
import pytest
from spec.cytopenias import aiha
from spec.patient import FAIL, PASS, UNKNOWN, criterion, outcome

import postgraft as pg
from postgraft.criteria import CRITERIA
from postgraft.timeline.measure import above, at_most, below, reaches
from postgraft.vocabulary.censoring import OPERATORS, as_reported, difference, stand_in
from postgraft.vocabulary.verdicts import VERDICT_NAMES

neutrophil_count = criterion("neutrophil_count")
is_aiha = criterion("immune_cytopenia.aiha")


@pytest.mark.parametrize(
    ("operator", "number", "less", "at_most_30", "at_least", "more"),
    [
        # the bound is 30:  < 30     ≤ 30     ≥ 30     > 30
        ("<", 29, PASS, PASS, FAIL, FAIL),
        ("<", 30, PASS, PASS, FAIL, FAIL),
        ("<", 31, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        ("<=", 29, PASS, PASS, FAIL, FAIL),
        ("<=", 30, UNKNOWN, PASS, UNKNOWN, FAIL),
        ("<=", 31, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        ("=", 29, PASS, PASS, FAIL, FAIL),
        ("=", 30, FAIL, PASS, PASS, FAIL),
        ("=", 31, FAIL, FAIL, PASS, PASS),
        (">=", 29, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        (">=", 30, FAIL, UNKNOWN, PASS, UNKNOWN),
        (">=", 31, FAIL, FAIL, PASS, PASS),
        (">", 29, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        (">", 30, FAIL, FAIL, PASS, PASS),
        (">", 31, FAIL, FAIL, PASS, PASS),
    ],
)
def test_an_interval_against_a_bound(
    operator: str, number: float, less: str, at_most_30: str, at_least: str, more: str
):
    """Platelets `<50` leave "≤ 30" open, haptoglobin `<30` is below 30, LDH `>246` above 246."""
    value, side = held(operator, number)
    rules = (below, at_most, reaches, above)
    found = [VERDICT_NAMES[int(rule(value, 30.0, side)[0])] for rule in rules]
    assert found == [less, at_most_30, at_least, more]


def held(operator: str, number: float) -> tuple[np.ndarray, np.ndarray]:
    sign = OPERATORS.index(operator) - OPERATORS.index("=")
    return stand_in(np.array([float(number)]), np.array([sign], np.int8))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("=", 3), ("=", 1), ("", 2)),
        (("<=", 3), ("=", 1), ("<=", 2)),
        (("=", 3), ("<=", 1), (">=", 2)),
        (("<=", 3), (">=", 1), ("<=", 2)),
        ((">=", 3), ("<=", 1), (">=", 2)),
        (("<=", 3), ("<=", 1), None),
        ((">", 3), (">", 1), None),
    ],
)
def test_the_difference_of_intervals(
    one: tuple[str, float], other: tuple[str, float], expected: tuple[str, float] | None
):
    """Unknown where one could make it larger and the other smaller."""
    (first, of_first), (second, of_second) = held(*one), held(*other)
    value, side = difference(first, second, of_first, of_second)
    if expected is None:
        assert np.isnan(value[0])
    else:
        assert as_reported(float(value[0]), int(side[0])) == expected


@pytest.mark.parametrize("operator", [op for op in OPERATORS if op != "="])
@pytest.mark.parametrize("number", [0.5, 1, 30, 246, 11.25])
def test_it_is_told_as_it_was_reported(operator: str, number: float):
    """Not as the number that stands in for it."""
    value, side = held(operator, number)
    assert as_reported(float(value[0]), int(side[0])) == (operator, number)


@pytest.mark.parametrize(
    ("haptoglobin", "verdict"), [("<30", PASS), ("<=30", UNKNOWN), ("<31", UNKNOWN), (">30", UNKNOWN)]
)
def test_haptoglobin_below_a_bound(haptoglobin: str, verdict: str):
    """`<30` is decreased at the limit 30. (LDH is the other marker; two more that are not known leave it open.)"""
    is_aiha(aiha(markers=f"90 | 600 | {haptoglobin}"), {90: verdict}, absent_diagnosis="ignored")


@pytest.mark.parametrize(("ldh", "verdict"), [(">246", PASS), (">=246", UNKNOWN), (">245", UNKNOWN)])
def test_ldh_above_a_bound(ldh: str, verdict: str):
    """`>246` is increased at the limit 246."""
    is_aiha(aiha(markers=f"90 | {ldh} | 10"), {90: verdict}, absent_diagnosis="ignored")


@pytest.mark.parametrize(
    ("written", "verdict"),
    [("<500 /uL", FAIL), ("<1000 /uL", FAIL), ("<1001 /uL", UNKNOWN), (">=1000 /uL", PASS), (">999 /uL", UNKNOWN)],
)
def test_the_unit_scales_the_number(written: str, verdict: str):
    """The sign stays."""
    neutrophil_count(f"day | neutrophils\n60 | {written}", {60: verdict})


@pytest.mark.parametrize("value", ["1.0", "<1.0"])
def test_the_sign_may_stand_in_its_own_column(value: str):
    """`operator`: <, <=, >, >=; where the value has a sign too, they agree."""
    tables = {
        "patients": {"patient_id": "P1", "sex": "male", "age_at_transplant": 50, "last_contact_day": 100},
        "transplants": {"patient_id": "P1", "transplant_day": 0, "type": "allogeneic"},
        "measurements": {"patient_id": "P1", "day": 60, "analyte": "neutrophils", "value": value, "operator": "<"},
    }
    frames = {name: pd.DataFrame([row]) for name, row in tables.items()}
    extract = pg.Extract.from_tables({"format": 1, "name": "spec", "time": "days"}, frames)
    found = pg.evaluate(extract, pg.load_protocol("nct05873205")).verdicts("P1")["neutrophil_count"]
    assert found[60] == FAIL


def test_a_sweep_counts_an_interval_as_its_verdicts_do():
    """Under each threshold the patient is in, possible or out as if it were evaluated alone."""
    patient = "day | neutrophils\n0..360 by 5 | <1.5"
    others = [one.name for one in CRITERIA if one.name != "neutrophil_count"]
    protocol = pg.load_protocol("nct05873205").amend(name="alone", drop=others)
    thresholds = [0.5, 1.0, 1.499, 1.5, 1.6]
    swept = pg.sweep(outcome(patient).extract, protocol, {"neutrophils_min": thresholds})
    assert swept["certain"].tolist() == [0, 0, 0, 0, 0]
    assert swept["possible"].tolist() == [1, 1, 1, 0, 0]
    for least, possible in zip(thresholds, swept["possible"], strict=True):
        alone = outcome(patient, drop=others, neutrophils_min=least)
        assert (alone.patients["status"] == "possible").sum() == possible
