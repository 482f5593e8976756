"""I4: at least 45 days since the transplant."""

from spec.patient import FAIL, PASS, criterion

days_since_transplant = criterion("days_since_transplant")


def test_from_day_45_on():
    """Day 45 is enough, day 44 is not; nothing of the extract is needed."""
    days_since_transplant("", {"0..44": FAIL, "45..": PASS})
    days_since_transplant("", {"0..44": FAIL, "45..": PASS}, complete=())


def test_an_earlier_screening():
    """`days_since_transplant_min` moves the day."""
    days_since_transplant("", {"0..29": FAIL, "30..": PASS}, days_since_transplant_min=30)
    days_since_transplant("", {"..": PASS}, days_since_transplant_min=0)
