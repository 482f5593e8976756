"""I7a: no growth factor in the last 28 days, or one at an unchanged dose for two weeks."""

import pytest
from spec.patient import COMPLETE, FAIL, PASS, UNKNOWN, criterion

stable_growth_factor = criterion("stable_growth_factor")


def medications(*rows: str) -> str:
    return "medications:\ndays | drug | dose\n" + "\n".join(rows)


def test_one_dose_for_14_days():
    """A day 14 days ago at the same dose is needed: begun on day 40, the dose is stable from day 54."""
    stable_growth_factor(
        medications("40..70 | filgrastim | 300 mcg/day"), {"0..39": PASS, "40..53": FAIL, "54..": PASS}
    )


def test_a_change_of_dose_is_seen_for_28_days():
    """One and the same amount on all days of the window; the old one leaves it 28 days after its last day."""
    stable_growth_factor(
        medications("40..70 | filgrastim | 300 mcg/day", "71.. | filgrastim | 480 mcg/day"),
        {"54..70": PASS, "71..97": FAIL, "98..": PASS},
    )


def test_a_short_course():
    """Three days on one dose fail until 14 days after the first of them, then no longer matter."""
    stable_growth_factor(medications("40..42 | filgrastim | 300 mcg/day"), {"40..53": FAIL, "54..": PASS})


def test_single_administrations():
    """A weekly injection is given on its own day only; the days given have one amount."""
    weekly = medications(*(f"{day} | epoetin | 40000 U" for day in (40, 47, 54, 61)))
    stable_growth_factor(weekly, {"40..53": FAIL, "54..": PASS})
    changed = medications("40 | epoetin | 40000 U", "47 | epoetin | 30000 U")
    # day 40 leaves the window of 28 days on day 68; by then day 47 is more than 14 days ago
    stable_growth_factor(changed, {"40..67": FAIL, "68..": PASS})


def test_number_and_unit_as_given():
    """300 mcg and 0.3 mg are not compared: the unit changed, so the amount is not one and the same."""
    stable_growth_factor(
        medications("40..70 | filgrastim | 300 mcg/day", "71..90 | filgrastim | 0.3 mg/day"),
        {70: PASS, "71..97": FAIL, 98: PASS},
    )


def test_the_daily_amount_is_the_sum_of_the_rows():
    """Twice 300 and once 600 on a day are the same daily amount."""
    stable_growth_factor(
        medications(
            "40..70 | filgrastim | 300 mcg/day | oral",
            "40..70 | filgrastim | 300 mcg/day | other",
            "71..90 | filgrastim | 600 mcg/day | other",
        ).replace("| dose", "| dose | route"),
        {"40..53": FAIL, "54..": PASS},
    )


def test_every_growth_factor_must_be_stable():
    """AND over the growth factors of the window; other drugs have no say."""
    stable_growth_factor(
        medications(
            "20..80 | filgrastim | 300 mcg/day", "50..80 | darbepoetin | 10 mcg/day", "60.. | prednisone | 5 mg/day"
        ),
        {"34..49": PASS, "50..63": FAIL, "64..": PASS},
    )


def test_an_amount_that_is_absent():
    """Leaves it unknown as long as it lies in the window of 28 days."""
    stable_growth_factor(
        medications("40..50 | filgrastim |", "51..90 | filgrastim | 300 mcg/day"), {"40..77": UNKNOWN, "78..": PASS}
    )


def test_medications_that_are_not_complete():
    """What is on file can only fail: another growth factor, or another dose, may have been given."""
    stable_growth_factor(
        medications("40..70 | filgrastim | 300 mcg/day"),
        {"0..39": UNKNOWN, "40..53": FAIL, "54..": UNKNOWN},
        complete=[name for name in COMPLETE if name != "medications"],
    )
    stable_growth_factor("", {"..": UNKNOWN}, missing=["medications"])
    stable_growth_factor("", {"..": PASS})


def test_days_before_the_record_begins():
    """Before `observed_from_day` medications are not complete, so the whole window must lie after it."""
    person = "patients:\nobserved_from_day\n{}\n\n"
    stable_growth_factor(person.format(40), {"40..66": UNKNOWN, "67..": PASS})
    stable_growth_factor(
        person.format(40) + medications("40..70 | filgrastim | 300 mcg/day"),
        {"40..53": FAIL, "54..66": UNKNOWN, "67..": PASS},
    )
    stable_growth_factor(person.format(-20), {"0..6": UNKNOWN, "7..": PASS})
    stable_growth_factor(person.format(-27), {"..": PASS})


@pytest.mark.parametrize("drug", ["filgrastim", "pegfilgrastim", "sargramostim", "epoetin", "darbepoetin"])
def test_the_growth_factors(drug: str):
    """The default list."""
    stable_growth_factor(medications(f"40 | {drug} | 6 mg"), {40: FAIL})


def test_its_parameters():
    """The list, the window and the days of stability can be amended."""
    patient = medications("40..70 | filgrastim | 300 mcg/day", "71.. | filgrastim | 480 mcg/day")
    stable_growth_factor(patient, {"..": PASS}, growth_factors=["epoetin"])
    stable_growth_factor(patient, {"40..46": FAIL, "47..70": PASS}, growth_factor_stable_days=7)
    stable_growth_factor(patient, {"71..89": FAIL, "90..": PASS}, growth_factor_window_days=20)
