"""E11: no contraindication to the premedication."""

from spec.patient import FAIL, PASS, UNKNOWN, criterion

no_contraindication = criterion("no_contraindication")

RECORDED = "conditions:\ndays | condition\n50..60 | premedication_contraindication"


def test_attested():
    """Assumed by default, or left open, whatever is declared complete."""
    no_contraindication("", {"..": PASS})
    no_contraindication("", {"..": PASS}, complete=(), missing=["conditions"])
    no_contraindication("", {"..": UNKNOWN}, attested="open")


def test_recorded_ever():
    """Fails from its start on, though the row has an end; under both readings."""
    no_contraindication(RECORDED, {"0..49": PASS, "50..": FAIL})
    no_contraindication(RECORDED, {"0..49": UNKNOWN, "50..": FAIL}, attested="open")
    no_contraindication(RECORDED.replace("50..60", "-90..-80"), {"..": FAIL})
