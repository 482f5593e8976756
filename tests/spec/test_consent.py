"""I12 and E12: informed consent, which an extract cannot show."""

from spec.patient import FAIL, PASS, UNKNOWN, criterion

consent = criterion("consent")


def test_attested():
    """Assumed by default, or left open; no table has a say."""
    consent("", {"..": PASS})
    consent("", {"..": PASS}, complete=(), missing=["conditions", "medications"])
    consent("", {"..": UNKNOWN}, attested="open")


def test_an_adjudication_says_otherwise():
    """The site's chart review overrides on the days it covers, under both readings."""
    patient = "adjudications:\ndays | criterion | verdict\n50..60 | consent | FAIL"
    consent(patient, {49: PASS, "50..60": FAIL, 61: PASS})
    consent(patient, {49: UNKNOWN, "50..60": FAIL, 61: UNKNOWN}, attested="open")
