"""I9 and E5: not pregnant."""

from spec.patient import FAIL, PASS, UNKNOWN, criterion

not_pregnant = criterion("not_pregnant")


def woman(age: float | str = 30, sex: str = "female") -> str:
    return f"patients:\nsex | age_at_transplant\n{sex} | {age}\n\n"


def test_a_man_passes():
    """Whatever is on file."""
    not_pregnant("day | pregnancy_test\n50 | positive", {"..": PASS}, pregnancy_test="required")


def test_a_test_is_current_for_14_days():
    """Positive fails; negative passes even where a test is required."""
    patient = woman() + "day | pregnancy_test\n50 | positive\n100 | negative"
    not_pregnant(patient, {"0..49": PASS, "50..63": FAIL, "64..": PASS})
    not_pregnant(
        patient,
        {"0..49": UNKNOWN, "50..63": FAIL, "64..99": UNKNOWN, "100..113": PASS, "114..": UNKNOWN},
        pregnancy_test="required",
    )


def test_the_other_reading_of_10_to_14_days():
    """The shorter of the two limits the record names."""
    patient = woman() + "day | pregnancy_test\n100 | negative"
    not_pregnant(
        patient,
        {"100..109": PASS, "110..": UNKNOWN},
        pregnancy_test="required",
        pregnancy_window_days=10,
    )


def test_a_recorded_pregnancy():
    """Fails while active; without an end it is active for 90 days and then unknown."""
    not_pregnant(
        woman() + "conditions:\ndays | condition\n50..80 | pregnant", {49: PASS, "50..80": FAIL, "81..": PASS}
    )
    open_end = woman() + "conditions:\ndays | condition\n50.. | pregnant"
    not_pregnant(open_end, {49: PASS, "50..139": FAIL, "140..": UNKNOWN})
    # a negative test settles what an old row leaves open
    not_pregnant(
        open_end + "\n\nday | pregnancy_test\n100 | negative\n150 | negative",
        {"50..139": FAIL, "140..149": UNKNOWN, "150..163": PASS, "164..": UNKNOWN},
    )


def test_not_of_childbearing_potential():
    """From 55 years, or with the condition, no test is needed; a positive test or a pregnancy fails first."""
    required = {"pregnancy_test": "required"}
    # 54.9 years and 37 days are 55 years
    not_pregnant(woman(54.9), {"0..36": UNKNOWN, "37..": PASS}, **required)
    not_pregnant(
        woman(54.9) + "day | pregnancy_test\n50 | positive", {"50..63": FAIL, "64..": PASS}, **required
    )
    sterile = woman() + "conditions:\ndays | condition\n20.. | not_childbearing"
    not_pregnant(sterile, {"0..19": UNKNOWN, "20..": PASS}, **required)
    not_pregnant(sterile + "\n50..60 | pregnant", {"50..60": FAIL, "61..": PASS}, **required)
    # an old open-ended pregnancy leaves nothing open where she can't be pregnant
    not_pregnant(sterile + "\n50.. | pregnant", {"50..139": FAIL, "140..": PASS}, **required)


def test_a_woman_of_unknown_age():
    """May be of childbearing potential."""
    not_pregnant(woman(""), {"..": UNKNOWN}, pregnancy_test="required")
    not_pregnant(woman(""), {"..": PASS})


def test_sex_unknown():
    """Nothing is assumed; a test in its window or 55 years settle it."""
    patient = woman(sex="unknown") + "day | pregnancy_test\n50 | negative\n80 | positive"
    not_pregnant(
        patient, {"0..49": UNKNOWN, "50..63": PASS, "64..79": UNKNOWN, "80..93": FAIL, "94..": UNKNOWN}
    )
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
