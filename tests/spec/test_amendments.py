"""Section 4: amendments change parameters by name and drop criteria."""

import pytest
from spec.cytopenias import itp, medications
from spec.patient import BASE, FAIL, PASS, UNKNOWN, criterion, outcome

from postgraft import ProtocolError

NEUTROPHILS = "day | neutrophils\n60 | 0.5"


def test_a_changed_parameter():
    """Reaches the criterion that reads it, and no other."""
    criterion("neutrophil_count")(NEUTROPHILS, {60: FAIL})
    criterion("neutrophil_count")(NEUTROPHILS, {60: PASS}, neutrophils_min=0.5)
    criterion("days_since_transplant")(NEUTROPHILS, {44: FAIL, 45: PASS}, neutrophils_min=0.5)


def test_several_at_once():
    """The example of an earlier screening."""
    amended = {"days_since_transplant_min": 30, "itp_platelets_max": 50}
    criterion("days_since_transplant")("", {29: FAIL, 30: PASS}, **amended)
    criterion("immune_cytopenia.itp")(itp(platelets="50"), {89: FAIL, 90: PASS}, **amended)
    criterion("immune_cytopenia.itp")(itp(platelets="51"), {90: FAIL}, **amended)


def test_a_dropped_criterion():
    """PASS on every day, whatever the rows, the missing rows or a chart review say."""
    for name in ("remission", "adult", "neutrophil_count", "immune_cytopenia"):
        criterion(name)(NEUTROPHILS, {"..": PASS}, drop=[name])
    reviewed = "adjudications:\ndays | criterion | verdict\n50..60 | adult | FAIL"
    criterion("adult")(reviewed, {"..": PASS}, drop=["adult"])


def test_dropping_leaves_its_components_and_other_criteria():
    """The response to treatment still needs a cytopenia that is active."""
    dropped = {"drop": ["immune_cytopenia"]}
    criterion("immune_cytopenia.itp")(itp(), {"0..89": FAIL, "90..": PASS}, **dropped)
    criterion("incomplete_response")(itp(), {"..": FAIL}, **dropped)
    criterion("remission")("", {"..": UNKNOWN}, drop=["adult"])


def test_dropping_decides_the_status():
    """A patient whom only remission kept from being eligible."""
    patient = itp() + medications("95..365 | prednisone | 1 mg/kg/day |")
    patient += "disease_status:\nday | status\n50 | active"
    assert outcome(patient).patients["status"].tolist() == ["ineligible"]
    assert outcome(patient, drop=["remission"]).patients["status"].tolist() == ["eligible"]


@pytest.mark.parametrize(
    ("amended", "told"),
    [
        ({"neutrophil_min": 0.5}, "neutrophils_min"),
        ({"neutrophils_min": "low"}, "neutrophils_min"),
        ({"neutrophils_min": -1}, "at least 0"),
        ({"days_since_transplant_min": 30.5}, "whole number"),
        ({"dat_negative_aiha": "maybe"}, "open, excluded, included"),
        ({"prca_esa_is_line": "perhaps"}, "true"),
        ({"onset_after_engraftment_days": {"ain": 14}}, "aiha, itp, prca"),
    ],
)
def test_what_is_refused(amended: dict[str, object], told: str):
    """Unknown names, wrong types and values out of range are errors that say what is accepted."""
    with pytest.raises(ProtocolError, match=told):
        outcome("", **amended)  # type: ignore[arg-type]


def test_an_unknown_criterion_is_refused():
    """With the nearest name."""
    with pytest.raises(ProtocolError, match="remission"):
        outcome("", drop=["remision"])


@pytest.mark.parametrize(("reading", "verdict"), [("strict", UNKNOWN), ("base", PASS), ("lenient", PASS)])
def test_the_shipped_readings(reading: str, verdict: str):
    """Every ambiguous statement at its narrow or at its wide reading; here HIV that was never tested."""
    parameters = BASE.reading(reading).parameters
    assert parameters["hiv_reading"].value == ("documented_negative" if reading == "strict" else "known_positive")
    criterion("hiv")("", {"..": verdict}, hiv_reading=parameters["hiv_reading"].value)
