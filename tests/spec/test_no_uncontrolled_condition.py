"""E7: no uncontrolled infection or other condition that makes participation unsafe."""

from spec.patient import FAIL, PASS, UNKNOWN, criterion

no_uncontrolled_condition = criterion("no_uncontrolled_condition")


def infection(days: str) -> str:
    return f"conditions:\ndays | condition\n{days} | uncontrolled_infection"


def test_attested():
    """Assumed by default, or left open, whatever is declared complete."""
    no_uncontrolled_condition("", {"..": PASS})
    no_uncontrolled_condition("", {"..": PASS}, complete=())
    no_uncontrolled_condition("", {"..": UNKNOWN}, attested="open")


def test_a_recorded_uncontrolled_infection():
    """Fails while active, under both readings."""
    no_uncontrolled_condition(infection("50..80"), {49: PASS, "50..80": FAIL, "81..": PASS})
    no_uncontrolled_condition(infection("50..80"), {49: UNKNOWN, "50..80": FAIL, "81..": UNKNOWN}, attested="open")


def test_an_infection_without_an_end():
    """Acute and open-ended: active for 90 days, then unknown, and unknown here too."""
    no_uncontrolled_condition(infection("50.."), {49: PASS, "50..139": FAIL, "140..": UNKNOWN})


def test_an_adjudication_says_otherwise():
    """The site's word overrides on the days it covers."""
    patient = "adjudications:\ndays | criterion | verdict\n60..70 | no_uncontrolled_condition | "
    no_uncontrolled_condition(patient + "FAIL", {59: PASS, "60..70": FAIL, 71: PASS})
    no_uncontrolled_condition(infection("50..80") + "\n\n" + patient + "PASS", {59: FAIL, "60..70": PASS, 71: FAIL})
