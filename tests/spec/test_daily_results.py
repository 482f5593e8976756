"""Section 1: several results of one analyte on one day become one, and how long a result is current."""

import pytest
from spec.cytopenias import aiha, itp, medications, prca
from spec.patient import FAIL, PASS, UNKNOWN, Spec, criterion

is_aiha = criterion("immune_cytopenia.aiha")
is_itp = criterion("immune_cytopenia.itp")
is_prca = criterion("immune_cytopenia.prca")
organ_function = criterion("organ_function")

OPEN = {"absent_diagnosis": "ignored"}


@pytest.mark.parametrize(
    ("criterion_of", "patient", "verdict"),
    [
        (is_itp, itp(platelets="60") + "day | platelets\n90 | 30", PASS),
        (is_aiha, aiha(hemoglobin="11") + "day | hemoglobin\n90 | 9", PASS),
        (is_aiha, aiha(markers="90 | 600 | 10\n90 | | 200"), PASS),  # the lowest haptoglobin
        (is_prca, prca(reticulocytes="90 | 2 |\n90 | 0.5 |"), PASS),
        (is_prca, prca(reticulocytes="90 | | 50\n90 | | 5"), PASS),
    ],
)
def test_the_lowest(criterion_of: Spec, patient: str, verdict: str):
    """Of platelets, hemoglobin, haptoglobin and both reticulocyte measures (neutrophils: `neutrophil_count`)."""
    criterion_of(patient, {90: verdict}, **OPEN)


@pytest.mark.parametrize("analyte", ["creatinine", "alt", "ast", "bilirubin_total"])
def test_the_highest(analyte: str):
    """Of creatinine, ALT, AST and bilirubin (LDH: `immune_cytopenia_workup`)."""
    patient = f"day | {analyte}\n50 | 1 [..2]\n50 | 5 [..2]\n50 | 2 [..2]"
    organ_function(patient, {50: FAIL}, organ_limits={f"{analyte}_max_uln": 2})
    organ_function(patient, {50: PASS}, organ_limits={f"{analyte}_max_uln": 2.5})


def test_the_mean():
    """Of weight: 70 mg are 1 mg/kg for 60 and 80 kg of one day."""
    for second, verdict in ((80, PASS), (90, FAIL)):
        patient = itp() + f"day | weight\n50 | 60\n50 | {second}\n\n"
        patient += medications("100..106 | prednisone | 70 mg/day |")
        criterion("incomplete_response.refractory")(patient, {106: verdict})


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        (("negative", "positive"), FAIL),
        (("indeterminate", "negative"), UNKNOWN),
        (("positive", "indeterminate"), FAIL),
        (("negative", "negative"), PASS),
    ],
)
def test_the_worst_finding(results: tuple[str, str], verdict: str):
    """Positive or detected, then indeterminate, then negative."""
    woman = "patients:\nsex\nfemale\n\nday | pregnancy_test\n"
    patient = woman + "\n".join(f"50 | {result}" for result in results)
    criterion("not_pregnant")(patient, {50: verdict}, pregnancy_test="required")


def test_the_worst_marrow():
    """Absent, decreased, normal, increased, in this order."""
    is_itp(itp(marrow="90 | normal\n90 | absent"), {90: FAIL}, **OPEN)
    is_itp(itp(marrow="90 | increased\n90 | decreased"), {90: FAIL}, **OPEN)
    is_itp(itp(marrow="90 | increased\n90 | normal"), {90: PASS}, **OPEN)


@pytest.mark.parametrize(
    ("written", "verdict"), [("1000 /uL", PASS), ("0.9 K/uL", FAIL), ("1.0 10*9/L", PASS), ("999 cells/mm3", FAIL)]
)
def test_units_are_converted(written: str, verdict: str):
    """Thresholds are in the canonical unit, whatever unit a result came in."""
    value, unit = written.split(" ")
    frames = f"day | neutrophils\n60 | {value} {unit}"
    criterion("neutrophil_count")(frames, {60: verdict})


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        (("1.0", "<1.0"), FAIL),  # below 1.0 is lower than 1.0
        (("1.0", "<=1.0"), UNKNOWN),
        (("1.0", ">=1.0"), PASS),
        (("0.9", ">2.0"), FAIL),
    ],
)
def test_the_lowest_of_numbers_and_intervals(results: tuple[str, str], verdict: str):
    """An interval goes by the number next to its end; among equal ones first the one that may be lower yet."""
    patient = "day | neutrophils\n" + "\n".join(f"60 | {result}" for result in results)
    criterion("neutrophil_count")(patient, {60: verdict})


@pytest.mark.parametrize(
    ("results", "verdict"), [(("2", ">2"), FAIL), (("2", ">=2"), UNKNOWN), (("2", "<=2"), PASS), (("2.1", "<1"), FAIL)]
)
def test_the_highest_of_numbers_and_intervals(results: tuple[str, str], verdict: str):
    """Likewise: first the one that may be higher yet."""
    patient = "day | creatinine\n" + "\n".join(f"50 | {result} [..1]" for result in results)
    criterion("organ_function")(patient, {50: verdict}, organ_limits={"creatinine_max_uln": 2})


def test_the_latest_result_of_the_window():
    """Not the lowest: an earlier low count does not outlive a later normal one."""
    criterion("neutrophil_count")(
        "day | neutrophils\n55 | 0.2\n60 | 1.5", {"55..59": FAIL, "60..73": PASS, "74..": UNKNOWN}
    )
