"""E2: no active transplant-associated thrombotic microangiopathy."""

from spec.patient import FAIL, PASS, UNKNOWN, criterion

no_ta_tma = criterion("no_ta_tma")

TA_TMA = "conditions:\ndays | condition\n50..80 | ta_tma"


def test_while_active():
    """Both ends are active days; without an end it stays active, as it is no acute condition."""
    no_ta_tma(TA_TMA, {49: PASS, "50..80": FAIL, "81..": PASS})
    no_ta_tma("conditions:\ndays | condition\n50.. | ta_tma", {49: PASS, "50..": FAIL})


def test_no_row_by_completeness():
    """Declared complete as a table or as a concept; else unknown."""
    no_ta_tma(TA_TMA, {49: PASS, 50: FAIL, 81: PASS}, complete={"conditions": ["ta_tma"]})
    no_ta_tma(TA_TMA, {49: UNKNOWN, 50: FAIL, 81: UNKNOWN}, complete={"conditions": ["ttp"]})
    no_ta_tma("", {"..": UNKNOWN}, missing=["conditions"])


def test_schistocytes_leave_it_open():
    """The latest result of the last 14 days, if positive; a negative one adds nothing."""
    patient = "day | schistocytes\n20 | positive\n60 | positive\n65 | negative"
    no_ta_tma(patient, {"0..19": PASS, "20..33": UNKNOWN, "34..59": PASS, "60..64": UNKNOWN, "65..": PASS})
    no_ta_tma(patient, {"..": UNKNOWN}, complete=())
    no_ta_tma("day | schistocytes\n60 | positive\n\n" + TA_TMA, {"60..80": FAIL, 81: PASS})
