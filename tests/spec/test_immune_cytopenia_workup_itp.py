"""I5c, the work-up verdict: megakaryocytes, and other causes of low platelets."""

import pytest
from spec.cytopenias import conditions, itp, prca
from spec.patient import FAIL, PASS, UNKNOWN
from spec.workup import OPEN, VERDICTS, is_itp, is_prca


@pytest.mark.parametrize(
    ("marrow", "verdict"),
    [
        ("90 | normal", PASS),
        ("90 | increased", PASS),
        ("90 | decreased", FAIL),
        ("90 | absent", FAIL),
        ("31 | normal", PASS),
        ("30 | normal", UNKNOWN),
        ("80 | absent\n90 | normal", PASS),
        ("90 | normal\n90 | decreased", FAIL),
        ("90 | increased\n90 | normal", PASS),
    ],
)
def test_megakaryocytes_of_the_last_60_days(marrow: str, verdict: str):
    """Normal or increased pass, decreased and absent fail, none is unknown; of one day the fewest."""
    is_itp(itp(marrow=marrow), VERDICTS[verdict], **OPEN)


def test_without_the_marrow():
    """`megakaryocytes_required: false` leaves this element out, whatever it shows."""
    is_itp(itp(marrow="90 | absent"), {89: FAIL, 90: PASS}, megakaryocytes_required=False)
    is_itp(itp(marrow="-300 | absent"), {89: FAIL, 90: PASS}, megakaryocytes_required=False)
    is_itp(itp(marrow="30 | normal"), {90: PASS}, marrow_window_days=61)


@pytest.mark.parametrize(
    "cause",
    [
        "drug_induced_thrombocytopenia", "ta_tma", "dic", "hit", "ttp", "graft_failure", "poor_graft_function",
        "hypersplenism", "sinusoidal_obstruction", "infection_thrombocytopenia", "relapse_marrow",
        "drug_induced_marrow_suppression",
    ],
)  # fmt: skip
def test_other_causes_of_low_platelets(cause: str):
    """Any one that is active is in the way; on the next count day after its end it is not."""
    is_itp(itp() + conditions(f"80..92 | {cause}"), {"89..94": FAIL, "95..": PASS})


def test_a_cause_that_is_over():
    """One that ended the day before explains nothing."""
    is_itp(itp() + conditions("80..90 | ttp"), {90: FAIL, 95: PASS})
    is_itp(itp() + conditions("80..89 | ttp"), {89: FAIL, 90: PASS})
    is_prca(prca() + conditions("80..90 | renal_anemia"), {90: FAIL, 95: PASS})
    is_prca(prca() + conditions("80..89 | renal_anemia"), {89: FAIL, 90: PASS})


def test_an_old_acute_cause_without_an_end():
    """Active for 90 days from its start, then unknown; a chronic one stays active."""
    is_itp(itp() + conditions("1.. | hit"), {90: FAIL, "91..94": FAIL, 95: UNKNOWN}, **OPEN)
    is_itp(itp() + conditions("0.. | hit"), {90: UNKNOWN}, **OPEN)
    is_itp(itp() + conditions("0.. | hypersplenism"), {"..": FAIL}, **OPEN)
    is_itp(itp() + conditions("1.. | hit"), {90: UNKNOWN}, open_condition_days=89, **OPEN)


def test_each_cause_by_completeness():
    """A list that leaves out one cause leaves ITP open; the other eleven don't help."""
    causes = [
        "drug_induced_thrombocytopenia", "ta_tma", "dic", "hit", "ttp", "graft_failure", "poor_graft_function",
        "hypersplenism", "sinusoidal_obstruction", "infection_thrombocytopenia", "relapse_marrow",
        "drug_induced_marrow_suppression",
    ]  # fmt: skip
    declared = {"transfusions": True, "medications": True}
    is_itp(itp(), {89: FAIL, 90: PASS}, complete={**declared, "conditions": causes})
    is_itp(itp(), {89: FAIL, 90: UNKNOWN}, complete={**declared, "conditions": causes[:-1]})
    is_itp(itp(), {90: PASS}, complete={**declared, "conditions": ["ttp"]}, itp_other_causes=["ttp"])
