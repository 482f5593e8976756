"""I9 and E5: not pregnant."""

from spec.patient import FAIL, PASS, UNKNOWN, criterion

not_pregnant = criterion("not_pregnant")


def woman(age: float | str = 30, sex: str = "female") -> str:
    return f"patients:\nsex | age_at_transplant\n{sex} | {age}\n\n"


def test_a_man_passes():
    """Whatever is on file."""
    not_pregnant("day | pregnancy_test\n50 | positive", {"..": PASS}, pregnancy_test="required")


def test_a_negative_test_is_current_for_14_days():
    """It passes even where a test is required."""
    patient = woman() + "day | pregnancy_test\n100 | negative"
    not_pregnant(patient, {"..": PASS})
    not_pregnant(patient, {"0..99": UNKNOWN, "100..113": PASS, "114..": UNKNOWN}, pregnancy_test="required")


def test_a_positive_test_counts_for_300_days():
    """Its own day included, unless a negative one follows; an indeterminate one takes nothing back."""
    patient = woman() + "day | pregnancy_test\n20 | positive"
    not_pregnant(patient, {"0..19": PASS, "20..319": FAIL, "320..": PASS})
    not_pregnant(patient, {"20..119": FAIL, "120..": PASS}, pregnancy_days=100)
    not_pregnant(patient + "\n30 | indeterminate", {"20..319": FAIL})
    required = {"pregnancy_test": "required"}
    not_pregnant(patient + "\n50 | negative", {"20..49": FAIL, "50..63": PASS, "64..": UNKNOWN}, **required)
    not_pregnant(patient + "\n20 | negative", {20: FAIL})  # the worse of one day
    not_pregnant(woman() + "day | pregnancy_test\n-250 | positive", {"0..49": FAIL, "50..": PASS})


def test_the_other_reading_of_10_to_14_days():
    """The shorter of the two limits the record names."""
    patient = woman() + "day | pregnancy_test\n100 | negative"
    not_pregnant(patient, {"100..109": PASS, "110..": UNKNOWN}, pregnancy_test="required", pregnancy_window_days=10)


def test_a_recorded_pregnancy():
    """Fails while active; without an end it is active for 300 days, its first included, and then over."""
    not_pregnant(woman() + "conditions:\ndays | condition\n50..80 | pregnant", {49: PASS, "50..80": FAIL, "81..": PASS})
    open_end = woman() + "conditions:\ndays | condition\n20.. | pregnant"
    not_pregnant(open_end, {19: PASS, "20..319": FAIL, "320..": PASS})
    not_pregnant(open_end, {"20..119": FAIL, "120..": PASS}, pregnancy_days=100)
    # a negative test says nothing against a recorded pregnancy
    not_pregnant(open_end + "\n\nday | pregnancy_test\n100 | negative", {"20..319": FAIL})


def test_a_pregnancy_with_a_late_end():
    """The end is not known before its day: until then the row is as good as open; on it she is pregnant."""
    patient = woman() + "conditions:\ndays | condition\n20..340 | pregnant"
    not_pregnant(patient, {"20..319": FAIL, "320..339": PASS, 340: FAIL, "341..": PASS})
    # whatever list of acute conditions it is in
    not_pregnant(patient, {"20..319": FAIL, "320..339": PASS}, acute_conditions=["pregnant"])


def test_not_of_childbearing_potential():
    """From 55 years, or with the condition, no test is needed; a positive test or a pregnancy fails first."""
    required = {"pregnancy_test": "required"}
    # 54.9 years and 37 days are 55 years
    not_pregnant(woman(54.9), {"0..36": UNKNOWN, "37..": PASS}, **required)
    not_pregnant(
        woman(54.9) + "day | pregnancy_test\n50 | positive",
        {"37..49": PASS, "50..349": FAIL, "350..": PASS},
        **required,
    )
    sterile = woman() + "conditions:\ndays | condition\n20.. | not_childbearing"
    not_pregnant(sterile, {"0..19": UNKNOWN, "20..": PASS}, **required)
    not_pregnant(sterile + "\n50..60 | pregnant", {"50..60": FAIL, "61..": PASS}, **required)
    not_pregnant(sterile + "\n50.. | pregnant", {"50..349": FAIL, "350..": PASS}, **required)


def test_a_woman_of_unknown_age():
    """May be of childbearing potential."""
    not_pregnant(woman(""), {"..": UNKNOWN}, pregnancy_test="required")
    not_pregnant(woman(""), {"..": PASS})


def test_sex_unknown():
    """Nothing is assumed; a test in its window or 55 years settle it."""
    patient = woman(sex="unknown") + "day | pregnancy_test\n50 | negative\n80 | positive"
    not_pregnant(patient, {"0..49": UNKNOWN, "50..63": PASS, "64..79": UNKNOWN, "80..": FAIL})
    not_pregnant(woman(60, "unknown"), {"..": PASS})


def test_an_indeterminate_test():
    """Is neither positive nor negative."""
    patient = woman() + "day | pregnancy_test\n50 | indeterminate"
    not_pregnant(patient, {"..": PASS})
    not_pregnant(patient, {"..": UNKNOWN}, pregnancy_test="required")


def test_another_age_of_menopause():
    """`menopause_age_years` is inclusive."""
    required = {"pregnancy_test": "required"}
    not_pregnant(woman(50), {"..": PASS}, menopause_age_years=50, **required)
    not_pregnant(woman(49), {"..365": UNKNOWN}, menopause_age_years=50, **required)
