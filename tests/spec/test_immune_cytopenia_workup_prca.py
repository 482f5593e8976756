"""I5d, the work-up verdict: reticulocytes, and obvious causes of anemia."""

import pytest
from spec.cytopenias import conditions, prca
from spec.patient import FAIL, PASS, UNKNOWN
from spec.workup import OPEN, VERDICTS, is_prca


@pytest.mark.parametrize(
    ("reticulocytes", "either", "both", "percent", "absolute"),
    [
        ("90 | 0.9 | 9", PASS, PASS, PASS, PASS),
        ("90 | 1.0 | 9", PASS, FAIL, FAIL, PASS),
        ("90 | 0.9 | 10", PASS, FAIL, PASS, FAIL),
        ("90 | 1.0 | 10", FAIL, FAIL, FAIL, FAIL),
        ("90 | 0.9 |", PASS, UNKNOWN, PASS, UNKNOWN),
        ("90 | 1.0 |", FAIL, FAIL, FAIL, UNKNOWN),
        ("90 | | 9", PASS, UNKNOWN, UNKNOWN, PASS),
        ("90 | | 10", FAIL, FAIL, UNKNOWN, FAIL),
        ("-300 | 0.9 | 9", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        ("90 | <1.0 | <10", PASS, PASS, PASS, PASS),
        ("90 | <1.1 | 10", UNKNOWN, FAIL, UNKNOWN, FAIL),
        ("90 | 1.0 | <11", UNKNOWN, FAIL, FAIL, UNKNOWN),
        ("90 | <1.1 | 9", PASS, UNKNOWN, UNKNOWN, PASS),
        ("90 | <1.1 |", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        ("90 | >=1.0 |", FAIL, FAIL, FAIL, UNKNOWN),
    ],
)
def test_reticulocytopenia(reticulocytes: str, either: str, both: str, percent: str, absolute: str):
    """Below 1 % or below 10 ×10⁹/L, by each reading of which must be low."""
    readings = {"either": either, "both": both, "percent": percent, "absolute": absolute}
    for rule, verdict in readings.items():
        is_prca(prca(reticulocytes=reticulocytes), VERDICTS[verdict], prca_reticulocyte_rule=rule, **OPEN)


def test_reticulocytes_are_current_for_14_days():
    """The chemistry window; the lowest of a day."""
    is_prca(prca(reticulocytes="77 | 0.3 |"), {90: PASS})
    is_prca(prca(reticulocytes="76 | 0.3 |"), {90: UNKNOWN}, **OPEN)
    is_prca(prca(reticulocytes="90 | 0.3 |\n90 | 2 |"), {90: PASS})


@pytest.mark.parametrize(
    "cause",
    [
        "bleeding", "iron_deficiency", "vitamin_deficiency", "renal_anemia", "graft_failure",
        "poor_graft_function", "relapse_marrow", "parvovirus_b19", "drug_induced_marrow_suppression",
    ],
)  # fmt: skip
def test_obvious_causes_of_anemia(cause: str):
    """Any one that is active is in the way."""
    is_prca(prca() + conditions(f"80..92 | {cause}"), {"89..94": FAIL, "95..": PASS})


def test_obvious_causes_by_completeness():
    """Each must be known to be absent."""
    is_prca(prca(), {89: FAIL, 90: UNKNOWN}, complete=["transfusions", "medications"])
    declared = {"transfusions": True, "medications": True, "conditions": ["bleeding"]}
    is_prca(prca(), {90: PASS}, complete=declared, prca_obvious_causes=["bleeding"])


def test_parvovirus():
    """Detected in its window of 14 days fails; absent, negative or indeterminate is no objection."""
    is_prca(prca() + "day | parvovirus_b19\n77 | detected", {"89..90": FAIL}, **OPEN)
    is_prca(prca() + "day | parvovirus_b19\n76 | detected", {90: PASS})
    is_prca(prca() + "day | parvovirus_b19\n80 | detected\n90 | not_detected", {90: PASS})
    is_prca(prca() + "day | parvovirus_b19\n90 | indeterminate", {90: PASS})


def test_parameters_of_reticulocytopenia():
    """Both limits are exclusive."""
    is_prca(prca(reticulocytes="90 | 1.5 | 15"), {90: FAIL}, **OPEN)
    is_prca(prca(reticulocytes="90 | 1.5 | 15"), {90: PASS}, prca_reticulocyte_percent_below=1.6)
    is_prca(prca(reticulocytes="90 | 1.5 | 15"), {90: FAIL}, prca_reticulocyte_percent_below=1.5, **OPEN)
    is_prca(prca(reticulocytes="90 | 1.5 | 15"), {90: PASS}, prca_reticulocytes_below=16)
    is_prca(prca(reticulocytes="90 | 1.5 | 15"), {90: FAIL}, prca_reticulocytes_below=15, **OPEN)
