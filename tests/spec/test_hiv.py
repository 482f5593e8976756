"""E6: not known to be HIV-positive."""

from spec.patient import FAIL, PASS, UNKNOWN, criterion

hiv = criterion("hiv")


def test_not_known_to_be_positive():
    """Nothing on file passes, whatever is complete."""
    hiv("", {"..": PASS})
    hiv("", {"..": PASS}, complete=(), missing=["conditions"])


def test_the_condition_ever():
    """HIV does not end: a row with an end, or before day 0, counts from its start on."""
    hiv("conditions:\ndays | condition\n50..60 | hiv", {"0..49": PASS, "50..": FAIL})
    hiv("conditions:\ndays | condition\n-900..-800 | hiv", {"..": FAIL})


def test_rna_ever_detected():
    """Later negative results don't undo it."""
    hiv("day | hiv_rna\n50 | detected\n80 | not_detected", {"0..49": PASS, "50..": FAIL})


def test_a_screen_ever_positive_is_unknown():
    """A positive screen needs confirmation, which no later negative screen is."""
    hiv("day | hiv_screen\n50 | positive\n80 | negative", {"0..49": PASS, "50..": UNKNOWN})
    hiv("day | hiv_screen | hiv_rna\n50 | positive |\n80 | | not_detected", {"50..": UNKNOWN})


def test_documented_negative():
    """A negative screen, or RNA not detected, must be on file; results do not expire."""
    reading = {"hiv_reading": "documented_negative"}
    hiv("", {"..": UNKNOWN}, **reading)
    hiv("day | hiv_screen\n50 | negative", {"0..49": UNKNOWN, "50..": PASS}, **reading)
    hiv("day | hiv_rna\n50 | not_detected", {"0..49": UNKNOWN, "50..": PASS}, **reading)
    hiv("day | hiv_screen\n50 | indeterminate", {"..": UNKNOWN}, **reading)
    hiv("day | hiv_screen\n50 | positive\n80 | negative", {"..": UNKNOWN}, **reading)
    hiv("day | hiv_screen | hiv_rna\n20 | negative |\n50 | | detected", {49: PASS, "50..": FAIL}, **reading)
