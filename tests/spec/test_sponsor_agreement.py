"""Section 1: statements that say "may be eligible after agreement" ask the sponsor."""

import pytest
from spec.patient import FAIL, PASS, UNKNOWN, criterion

RESPONSIVE = "conditions:\ndays | condition | grade | detail\n50..60 | chronic_gvhd | 2 | responsive"
MAINTENANCE = "medications:\ndays | drug | dose | purpose\n50..60 | sorafenib | 400 mg/day | relapse_prevention"
EARLY = "medications:\ndays | drug | dose | purpose\n50..60 | ruxolitinib | 10 mg/day | investigational"


@pytest.mark.parametrize(("agreement", "verdict"), [("granted", PASS), ("withheld", FAIL), ("open", UNKNOWN)])
def test_what_the_sponsor_says(agreement: str, verdict: str):
    """Granted passes, withheld fails, open is unknown: for GVHD, maintenance and a waived washout."""
    given = {"sponsor_agreement": agreement}
    criterion("gvhd_controlled")(RESPONSIVE, {49: PASS, "50..60": verdict, 61: PASS}, **given)
    criterion("maintenance_therapy")(MAINTENANCE, {49: PASS, "50..60": verdict, 61: PASS}, **given)
    criterion("investigational_washout")(
        EARLY, {49: PASS, "50..73": verdict, 74: PASS}, washout_waiver="sponsor_agreement", **given
    )


def test_granted_is_the_default():
    """And the washout asks nobody, unless the waiver is set."""
    criterion("gvhd_controlled")(RESPONSIVE, {"..": PASS})
    criterion("maintenance_therapy")(MAINTENANCE, {"..": PASS})
    criterion("investigational_washout")(EARLY, {"50..73": FAIL})
