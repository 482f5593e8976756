"""E10: no maintenance treatment against relapse, or the sponsor agrees."""

import pytest
from spec.patient import COMPLETE, FAIL, PASS, UNKNOWN, criterion

maintenance_therapy = criterion("maintenance_therapy")

NO_MEDICATIONS = [name for name in COMPLETE if name != "medications"]


def drug(name: str, purpose: str) -> str:
    return f"medications:\ndays | drug | dose | purpose\n50..80 | {name} | 10 mg/day | {purpose}\n\n"


@pytest.mark.parametrize(("agreement", "verdict"), [("granted", PASS), ("withheld", FAIL), ("open", UNKNOWN)])
def test_maintenance_is_up_to_the_sponsor(agreement: str, verdict: str):
    """On the days given: any drug of that purpose, or a maintenance drug without a purpose."""
    for patient in (drug("study_drug", "relapse_prevention"), drug("sorafenib", "")):
        maintenance_therapy(patient, {49: PASS, "50..80": verdict, 81: PASS}, sponsor_agreement=agreement)


@pytest.mark.parametrize(
    ("name", "purpose"), [("sorafenib", "other"), ("imatinib", "gvhd"), ("prednisone", ""), ("ruxolitinib", "gvhd")]
)
def test_what_is_no_maintenance(name: str, purpose: str):
    """A maintenance drug with another purpose, another drug without one, GVHD prophylaxis."""
    maintenance_therapy(drug(name, purpose), {"..": PASS}, sponsor_agreement="withheld")


def test_medications_that_are_not_complete():
    """None on file is unknown; maintenance on file is answered by the sponsor."""
    patient = drug("sorafenib", "")
    maintenance_therapy(patient, {49: UNKNOWN, "50..80": PASS, 81: UNKNOWN}, complete=NO_MEDICATIONS)
    maintenance_therapy("", {"..": UNKNOWN}, missing=["medications"])


def test_gvhd_prophylaxis_read_as_maintenance():
    """Only while no GVHD is active: then the drug treats. A grade 0 row is not active."""
    patient = drug("tacrolimus", "gvhd") + "conditions:\ndays | condition | grade\n"
    reading = {"gvhd_prophylaxis_is_maintenance": True, "sponsor_agreement": "withheld"}
    maintenance_therapy(
        patient + "60..70 | acute_gvhd | 2", {49: PASS, "50..59": FAIL, "60..70": PASS, "71..80": FAIL}, **reading
    )
    maintenance_therapy(patient + "60..70 | chronic_gvhd |", {"50..59": FAIL, "60..70": PASS}, **reading)
    maintenance_therapy(patient + "60..70 | acute_gvhd | 0", {"50..80": FAIL}, **reading)


@pytest.mark.parametrize("agreement", ["granted", "withheld", "open"])
def test_prophylaxis_where_gvhd_may_not_be_on_file(agreement: str):
    """Without a GVHD on record the drug may treat one, unless conditions are complete for both kinds.

    Where the sponsor agrees, the answer is the same either way.
    """
    patient = drug("tacrolimus", "gvhd") + "conditions:\ndays | condition | grade\n60..70 | acute_gvhd | 2"
    reading = {"gvhd_prophylaxis_is_maintenance": True, "sponsor_agreement": agreement}
    partly = {"medications": True, "conditions": ["acute_gvhd"]}
    either = PASS if agreement == "granted" else UNKNOWN
    expected = {49: PASS, "50..59": either, "60..70": PASS, "71..80": either, 81: PASS}
    maintenance_therapy(patient, expected, complete=partly, **reading)
    both = {"medications": True, "conditions": ["acute_gvhd", "chronic_gvhd"]}
    answer = {"granted": PASS, "withheld": FAIL, "open": UNKNOWN}[agreement]
    maintenance_therapy(patient, {"50..59": answer, "60..70": PASS}, complete=both, **reading)


def test_the_list_of_drugs():
    """`maintenance_drugs` can be amended."""
    maintenance_therapy(
        drug("sorafenib", ""), {"..": PASS}, maintenance_drugs=["imatinib"], sponsor_agreement="withheld"
    )
