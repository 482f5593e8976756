"""I10, I11 and E5: contraception, which an extract cannot show."""

from spec.patient import FAIL, PASS, UNKNOWN, criterion

contraception = criterion("contraception")


def test_attested():
    """Assumed by default, or left open; no table has a say."""
    contraception("", {"..": PASS})
    contraception("", {"..": PASS}, complete=(), missing=["conditions", "medications"])
    contraception("", {"..": UNKNOWN}, attested="open")


def test_an_adjudication_says_otherwise():
    """The site's chart review overrides on the days it covers, under both readings."""
    patient = "adjudications:\ndays | criterion | verdict\n50..60 | contraception | FAIL"
    contraception(patient, {49: PASS, "50..60": FAIL, 61: PASS})
    contraception(patient, {49: UNKNOWN, "50..60": FAIL, 61: UNKNOWN}, attested="open")
