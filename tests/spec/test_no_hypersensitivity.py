"""E8: no hypersensitivity to the study drug, no intolerance of anti-CD38 antibodies or of steroids."""

import pytest
from spec.patient import FAIL, PASS, UNKNOWN, criterion

no_hypersensitivity = criterion("no_hypersensitivity")

CONDITIONS = ("study_drug_hypersensitivity", "anti_cd38_intolerance", "steroid_intolerance")


@pytest.mark.parametrize("name", CONDITIONS)
def test_recorded_ever(name: str):
    """Fails from its start on, though the row has an end."""
    patient = f"conditions:\ndays | condition\n50..60 | {name}"
    no_hypersensitivity(patient, {"0..49": PASS, "50..": FAIL})
    no_hypersensitivity(patient, {"0..49": PASS, "50..": FAIL}, complete=())


def test_none_recorded():
    """PASS if these conditions are complete or what is not on file is assumed; else unknown."""
    no_hypersensitivity("", {"..": PASS}, complete=())
    no_hypersensitivity("", {"..": PASS}, attested="open")
    no_hypersensitivity("", {"..": PASS}, complete={"conditions": CONDITIONS}, attested="open")
    for missing in CONDITIONS:
        others = [name for name in CONDITIONS if name != missing]
        no_hypersensitivity("", {"..": UNKNOWN}, complete={"conditions": others}, attested="open")
    no_hypersensitivity("", {"..": UNKNOWN}, missing=["conditions"], attested="open")


@pytest.mark.parametrize("drug", ["daratumumab", "isatuximab"])
def test_an_earlier_anti_cd38_antibody(drug: str):
    """No objection by default; if set so, one begun before the day excludes for good."""
    patient = f"medications:\ndays | drug | dose\n50..60 | {drug} | 1000 mg/day"
    no_hypersensitivity(patient, {"..": PASS})
    no_hypersensitivity(patient, {"0..50": PASS, "51..": FAIL}, prior_anti_cd38_excludes=True)


def test_no_earlier_anti_cd38_antibody_on_file():
    """By completeness of medications, where one would exclude; what was recorded ever still fails."""
    reading = {"prior_anti_cd38_excludes": True}
    no_hypersensitivity("", {"..": PASS}, **reading)
    no_hypersensitivity("", {"..": UNKNOWN}, complete=["conditions"], **reading)
    no_hypersensitivity("", {"..": UNKNOWN}, missing=["medications"], **reading)
    no_hypersensitivity("", {"..": PASS}, complete=["conditions"])
    reacted = "conditions:\ndays | condition\n50 | steroid_intolerance"
    no_hypersensitivity(reacted, {49: UNKNOWN, "50..": FAIL}, complete=["conditions"], **reading)


def test_another_antibody():
    """Rituximab is not directed against CD38."""
    patient = "medications:\ndays | drug | dose\n50 | rituximab | 375 mg/m2"
    no_hypersensitivity(patient, {"..": PASS}, prior_anti_cd38_excludes=True)
