"""I6c and I6d: at best a minimal response to two or more lines of treatment."""

import pytest
from spec.cytopenias import itp, medications
from spec.patient import COMPLETE, FAIL, PASS, UNKNOWN, criterion

two_lines = criterion("incomplete_response.two_lines")

NO_MEDICATIONS = [name for name in COMPLETE if name != "medications"]
WEIGHT = "day | weight\n0 | 70\n\n"
DANAZOL = "92..100 | danazol | 400 mg/day |"  # a line of its own from day 106 on


def beside_danazol(*rows: str) -> str:
    """ITP from day 90, danazol as the first line; the rows must make the second."""
    return itp() + WEIGHT + medications(DANAZOL, *rows)


def test_one_line_is_not_enough():
    """Danazol alone, for however long."""
    two_lines(beside_danazol(), {"..": FAIL})
    two_lines(beside_danazol(), {"0..105": FAIL, "106..": PASS}, lines_min=1)


def test_two_drugs_are_two_lines():
    """Each drug is a kind of its own; the same drug begun twice is one."""
    two_lines(beside_danazol("120..130 | eltrombopag | 50 mg/day |"), {"0..133": FAIL, "134..": PASS})
    two_lines(beside_danazol("150..160 | danazol | 400 mg/day |"), {"..": FAIL})


def test_more_than_a_minimal_response_is_no_failure():
    """Platelets of 30 and twice the nadir of 15 while they last."""
    patient = beside_danazol("120..130 | eltrombopag | 50 mg/day |")
    patient = patient.replace("90..365 by 5", "90..155 by 5")
    patient += "day | platelets\n160..180 by 5 | 30\n185..365 by 5 | 15"
    two_lines(patient, {"134..159": PASS, "160..184": FAIL, "185..": PASS})


def test_how_many_lines():
    """`lines_min: 3` asks for one more."""
    rows = ("120..130 | eltrombopag | 50 mg/day |", "140 | ivig | 1 g/kg |")
    two_lines(beside_danazol(*rows), {"134..": PASS})
    two_lines(beside_danazol(*rows), {"0..146": FAIL, "147..": PASS}, lines_min=3)


# ---- steroids


@pytest.mark.parametrize(
    ("row", "first"),
    [
        ("120..126 | prednisone | 0.5 mg/kg/day |", 126),
        ("120..126 | prednisone | 0.475 mg/kg/day |", 126),
        ("120..126 | prednisone | 0.47 mg/kg/day |", None),
        ("120..125 | prednisone | 0.5 mg/kg/day |", None),  # a mean of 0.43
        ("120..125 | prednisone | 0.6 mg/kg/day |", 125),  # a mean of 0.51
        ("120..121 | prednisone | 2 mg/kg/day |", 121),
        ("120..123 | dexamethasone | 40 mg/day |", 120),  # 3.8 mg/kg on one day are 0.54 a day in seven
        ("120..123 | dexamethasone | 20 mg/day |", 121),  # 1.9 mg/kg on two days
        ("120..126 | prednisone | 0.5 mg/kg/day | gvhd", 126),
        ("120..126 | prednisone | 0.5 mg/kg/day | premedication", None),
        ("120..126 | budesonide | 9 mg/day |", None),
    ],
)
def test_seven_days_with_a_mean_of_half_a_mg_per_kg(row: str, first: int | None):
    """Pulses of dexamethasone count by the mean; no wait after them."""
    expected = {f"0..{first - 1}": FAIL, f"{first}..": PASS} if first else {"..": FAIL}
    two_lines(beside_danazol(row), expected)


@pytest.mark.parametrize(
    ("row", "first"),
    [
        ("80..90 | prednisone | 0.5 mg/kg/day |", 90),
        ("80..89 | prednisone | 0.5 mg/kg/day |", None),  # six days of 84 … 90 are a mean of 0.43
        ("84..90 | prednisone | 0.5 mg/kg/day | gvhd", 90),
    ],
)
def test_the_seven_days_reach_the_onset(row: str, first: int | None):
    """The last day of the window is the onset day or later, here 90; what is given before it counts."""
    expected = {f"0..{first - 1}": FAIL, f"{first}..": PASS} if first else {"..": FAIL}
    two_lines(itp() + WEIGHT + medications(row), expected, lines_min=1)


def test_a_pulse_that_ended_the_day_before():
    """The window 84 … 90 is what must reach day 90, not the doses in it: so it is with danazol, and alone."""
    pulse = "86..89 | dexamethasone | 40 mg/day |"
    two_lines(beside_danazol(pulse), {"0..105": FAIL, "106..": PASS})
    two_lines(itp() + WEIGHT + medications(pulse), {"0..89": FAIL, "90..": PASS}, lines_min=1)


def test_the_seven_days_begin_14_days_before_the_onset_at_most():
    """Of windows of fifteen days 76 … 90 is the first that may count; with 16 days it would be 76 … 91."""
    patient = itp() + medications("60..90 | prednisone | 0.5 mg/kg/day |")
    two_lines(patient, {"0..89": FAIL, "90..": PASS}, lines_min=1, steroid_line_days=15)
    two_lines(patient, {"..": FAIL}, lines_min=1, steroid_line_days=16)
    two_lines(patient, {"90..": PASS}, lines_min=1, steroid_line_days=16, treatment_lead_days=15)


def test_a_pulse_is_averaged_over_seven_days():
    """Days 90 and 91 over days 85 … 91 as soon as they are given."""
    early = itp() + WEIGHT + medications("90..91 | dexamethasone | 40 mg/day |")
    two_lines(early, {"0..89": FAIL, "90..": PASS}, lines_min=1)


def test_a_steroid_dose_that_is_not_known():
    """Unknown, unless the known days of a week reach the mean."""
    two_lines(beside_danazol("120..126 | prednisone | mg/day |"), {"106..119": FAIL, "120..": UNKNOWN})
    two_lines(
        beside_danazol("120..126 | prednisone | mg/day |", "123..124 | dexamethasone | 40 mg/day |"),
        {"120..122": UNKNOWN, "123..": PASS},
    )


def test_parameters_of_the_steroid_line():
    """Days and dose."""
    patient = beside_danazol("120..126 | prednisone | 0.5 mg/kg/day |")
    two_lines(patient, {"..": FAIL}, steroid_line_dose=0.6)
    two_lines(patient, {"0..123": FAIL, "124..": PASS}, steroid_line_days=5)
    two_lines(patient, {"..": FAIL}, steroid_line_days=8)


# ---- IVIG


@pytest.mark.parametrize(
    ("rows", "total", "daily"),
    [
        (["120 | ivig | 1 g/kg |"], 127, None),
        (["120 | ivig | 0.8 g/kg |"], 127, None),
        (["120 | ivig | 0.76 g/kg |"], 127, None),  # the tolerance of 5 %
        (["120 | ivig | 0.75 g/kg |"], None, None),
        (["120 | ivig | 56 g |"], 127, None),  # of 70 kg
        (["120 | ivig | 53 g |"], None, None),
        (["120 | ivig | 0.4 g/kg |", "124 | ivig | 0.4 g/kg |"], 131, 131),
        (["120 | ivig | 0.4 g/kg |", "125 | ivig | 0.4 g/kg |"], None, None),
        (["120 | ivig | 0.38 g/kg |", "121 | ivig | 0.38 g/kg |"], 128, 128),
        (["120 | ivig | 0.37 g/kg |", "121 | ivig | 0.5 g/kg |"], 128, None),
        (["120..121 | ivig | 400 mg/kg/day |"], 128, 128),
        (["120 | ivig | 1 g/kg | immune_cytopenia"], 127, None),
        (["120 | ivig | 1 g/kg | infection_prophylaxis"], None, None),
        (["120 | ivig | 1 g/kg | other"], None, None),
        (["89 | ivig | 1 g/kg |"], None, None),  # ended before the onset
        (["90 | ivig | 1 g/kg |"], 106, None),  # a line before danazol is
    ],
)
def test_a_course_of_immunoglobulins(rows: list[str], total: int | None, daily: int | None):
    """0.8 g/kg within 5 days, or 0.4 g/kg on two of them, and a wait of 7 days."""
    for rule, first in (("total", total), ("daily", daily)):
        expected = {f"0..{first - 1}": FAIL, f"{first}..": PASS} if first else {"..": FAIL}
        two_lines(beside_danazol(*rows), expected, ivig_rule=rule)


@pytest.mark.parametrize("amounts", [(0.8, 0.1), (0.4, 0.4)])
def test_immunoglobulins_before_the_onset(amounts: tuple[float, float]):
    """IVIG counts only on the onset day 90 or after it, so that of day 89 makes no 0.8 g/kg with that of day 90."""
    rows = [f"{day} | ivig | {amount} g/kg |" for day, amount in zip((89, 90), amounts, strict=True)]
    two_lines(beside_danazol(*rows), {"..": FAIL})


def test_immunoglobulins_of_unknown_amount():
    """Make the kind unknown, from the wait on, unless it is met without them."""
    for row in ("120 | ivig | g/kg |", "120 | ivig | 1 U |"):
        two_lines(beside_danazol(row), {"0..126": FAIL, "127..": UNKNOWN})
    no_weight = itp() + medications(DANAZOL, "120 | ivig | 70 g |")
    two_lines(no_weight, {"0..126": FAIL, "127..": UNKNOWN})
    two_lines(beside_danazol("120 | ivig | g/kg |", "122 | ivig | 1 g/kg |"), {127: UNKNOWN, "129..": PASS})


def test_parameters_of_immunoglobulins():
    """Amounts, days and the wait."""
    one = beside_danazol("120 | ivig | 0.5 g/kg |")
    two_lines(one, {"..": FAIL})
    two_lines(one, {126: FAIL, "127..": PASS}, ivig_total_g_per_kg=0.5)
    two_lines(one, {126: FAIL, "127..": PASS}, ivig_rule="daily", ivig_daily_days=1)
    two_lines(one, {"..": FAIL}, ivig_rule="daily", ivig_daily_days=1, ivig_daily_g_per_kg=0.6)
    apart = beside_danazol("120 | ivig | 0.4 g/kg |", "125 | ivig | 0.4 g/kg |")
    two_lines(apart, {131: FAIL, "132..": PASS}, ivig_window_days=6)
    two_lines(apart, {134: FAIL, "135..": PASS}, ivig_window_days=6, ivig_wait_days=10)


# ---- rituximab


def rituximab(*days: int, purpose: str = "") -> list[str]:
    return [f"{day} | rituximab | 375 mg/m2 | {purpose}" for day in days]


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        (rituximab(110, 117, 124, 131), 145),
        (rituximab(110, 117, 124), None),
        (rituximab(110, 117, 124, 131, 138), 145),
        (rituximab(110, 117, 124, 124), None),  # two rows of one day are one dose
        (rituximab(110, 117, 124, 131, purpose="gvhd"), 145),
        (rituximab(76, 117, 124, 131), 145),  # 14 days before the onset
        (rituximab(75, 117, 124, 131), None),
        (rituximab(77, 81, 85, 89), None),  # the fourth before the onset
        (rituximab(77, 81, 85, 90), 106),  # on it, judged from day 104; danazol from 106
        (["110..131 | rituximab | 700 mg/day |"], None),  # one start day
    ],
)
def test_four_doses_of_rituximab(rows: list[str], first: int | None):
    """Start days in the span, for whatever purpose, and a wait of 14 days after the fourth."""
    expected = {f"0..{first - 1}": FAIL, f"{first}..": PASS} if first else {"..": FAIL}
    two_lines(beside_danazol(*rows), expected)


@pytest.mark.parametrize(
    ("purpose", "verdict"), [("immune_cytopenia", PASS), ("", PASS), ("gvhd", FAIL), ("other", FAIL)]
)
def test_what_rituximab_was_given_for(purpose: str, verdict: str):
    """`rituximab_purpose`: the record names none, so any counts; the other reading asks for the cytopenia."""
    patient = beside_danazol(*rituximab(110, 117, 124, 131, purpose=purpose))
    two_lines(patient, {144: FAIL, "145..": PASS})
    two_lines(patient, {144: FAIL, "145..": verdict}, rituximab_purpose="immune_cytopenia")


def test_parameters_of_rituximab():
    """Doses and the wait."""
    patient = beside_danazol(*rituximab(110, 117, 124, 131))
    two_lines(patient, {130: FAIL, "131..": PASS}, rituximab_doses_min=2, rituximab_wait_days=14)
    two_lines(patient, {158: FAIL, "159..": PASS}, rituximab_wait_days=28)
