"""I6c and I6d: at best a minimal response to two or more lines of treatment."""

import pytest
from spec.cytopenias import itp, medications, prca
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


@pytest.mark.parametrize(("last", "first"), [(89, None), (90, 90)])
def test_the_seven_days_reach_the_onset(last: int, first: int | None):
    """Their last day is day 90 or later; what is given before it counts."""
    patient = itp() + medications(f"80..{last} | prednisone | 0.5 mg/kg/day |")
    patient = patient.replace("| 0.5 ", "| 3.5 ") if last == 90 else patient
    expected = {f"0..{first - 1}": FAIL, f"{first}..": PASS} if first else {"..": FAIL}
    two_lines(patient, expected, lines_min=1)


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
        (["89 | ivig | 1 g/kg |"], None, None),  # before the onset
        (["90 | ivig | 1 g/kg |"], 106, None),  # a line before danazol is
    ],
)
def test_a_course_of_immunoglobulins(rows: list[str], total: int | None, daily: int | None):
    """0.8 g/kg within 5 days, or 0.4 g/kg on two of them, and a wait of 7 days."""
    for rule, first in (("total", total), ("daily", daily)):
        expected = {f"0..{first - 1}": FAIL, f"{first}..": PASS} if first else {"..": FAIL}
        two_lines(beside_danazol(*rows), expected, ivig_rule=rule)


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
        (rituximab(89, 117, 124, 131), None),  # one before the onset
        (rituximab(90, 117, 124, 131), 145),
        (["110..131 | rituximab | 700 mg/day |"], None),  # one start day
    ],
)
def test_four_doses_of_rituximab(rows: list[str], first: int | None):
    """Start days in the span, for whatever purpose, and a wait of 14 days after the fourth."""
    expected = {f"0..{first - 1}": FAIL, f"{first}..": PASS} if first else {"..": FAIL}
    two_lines(beside_danazol(*rows), expected)


def test_parameters_of_rituximab():
    """Doses and the wait."""
    patient = beside_danazol(*rituximab(110, 117, 124, 131))
    two_lines(patient, {130: FAIL, "131..": PASS}, rituximab_doses_min=2, rituximab_wait_days=14)
    two_lines(patient, {158: FAIL, "159..": PASS}, rituximab_wait_days=28)


# ---- every other drug


@pytest.mark.parametrize(
    ("row", "first"),
    [
        ("120..130 | eltrombopag | 50 mg/day |", 134),
        ("120 | romiplostim | 100 mcg |", 134),
        ("120..130 | eltrombopag | 50 mg/day | immune_cytopenia", 134),
        ("120..130 | study_drug | 50 mg/day | immune_cytopenia", 134),  # any drug given for it
        ("120..130 | tacrolimus | 2 mg/day | immune_cytopenia", 134),
        ("120..130 | tacrolimus | 2 mg/day |", None),  # not in the list
        ("120..130 | study_drug | 50 mg/day |", None),
        ("120..130 | cyclosporine | 200 mg/day | gvhd", None),  # for something else
        ("120..130 | daratumumab | 16 mg/kg | other", None),
        ("120..130 | filgrastim | 300 mcg/day | immune_cytopenia", None),  # a growth factor
        ("120..122 | prednisone | 0.1 mg/kg/day | immune_cytopenia", None),  # a steroid is no other drug
        ("120..130 | budesonide | 9 mg/day | immune_cytopenia", None),
        ("89..130 | eltrombopag | 50 mg/day |", None),  # begun before the onset
        ("90..130 | eltrombopag | 50 mg/day |", 106),
        ("120.. | eltrombopag | |", 134),  # the amount does not matter
    ],
)
def test_another_drug_begun_in_the_span(row: str, first: int | None):
    """Given for the cytopenia, or in `second_line_drugs` without a purpose; 14 days after its beginning."""
    row = row.replace("120..130 | daratumumab", "120 | daratumumab")
    expected = {f"0..{first - 1}": FAIL, f"{first}..": PASS} if first else {"..": FAIL}
    two_lines(beside_danazol(row), expected)


@pytest.mark.parametrize(
    "drug",
    [
        "romiplostim", "eltrombopag", "avatrombopag", "fostamatinib", "bortezomib", "cyclophosphamide",
        "azathioprine", "mycophenolate", "cyclosporine", "sirolimus", "daratumumab", "eculizumab",
        "alemtuzumab", "vincristine",
    ],
)  # fmt: skip
def test_the_second_line_drugs(drug: str):
    """The default list, beside danazol."""
    two_lines(beside_danazol(f"120 | {drug} | 1 mg |"), {133: FAIL, 134: PASS})


@pytest.mark.parametrize(("again", "first"), [(113, None), (114, 128)])
def test_a_new_beginning_after_28_days_without(again: int, first: int | None):
    """Given until day 85: on day 113 only 27 days were free of it, on day 114 28."""
    rows = ("60..85 | eltrombopag | 50 mg/day |", f"{again}..130 | eltrombopag | 50 mg/day |")
    expected = {f"0..{first - 1}": FAIL, f"{first}..": PASS} if first else {"..": FAIL}
    two_lines(beside_danazol(*rows), expected)
    two_lines(beside_danazol(*rows), {again + 14: PASS}, line_gap_days=27)


def test_rows_of_another_purpose_make_no_gap_shorter():
    """The gap is one without such a row, so mycophenolate for GVHD before does not matter."""
    rows = (
        "60..119 | mycophenolate | 2 g/day | gvhd",
        "120..130 | mycophenolate | 2 g/day | immune_cytopenia",
    )
    two_lines(beside_danazol(*rows), {133: FAIL, 134: PASS})


def test_erythropoietin_for_prca():
    """Support by default; a line if `prca_esa_is_line`, for PRCA only."""
    rows = medications(DANAZOL, "120..130 | epoetin | 40000 U/day | immune_cytopenia")
    two_lines(prca() + rows, {"..": FAIL})
    two_lines(prca() + rows, {133: FAIL, "134..": PASS}, prca_esa_is_line=True)
    two_lines(itp() + rows, {"..": FAIL}, prca_esa_is_line=True)
    other = {"erythropoiesis_stimulating_agents": ["darbepoetin"]}
    two_lines(prca() + rows, {"..": FAIL}, prca_esa_is_line=True, **other)


def test_parameters_of_other_drugs():
    """The list and the wait."""
    patient = beside_danazol("120..130 | tacrolimus | 2 mg/day |")
    two_lines(patient, {134: PASS}, second_line_drugs=["danazol", "tacrolimus"])
    two_lines(patient, {"..": FAIL}, second_line_drugs=["tacrolimus"])
    patient = beside_danazol("120..130 | eltrombopag | 50 mg/day |")
    two_lines(patient, {147: FAIL, "148..": PASS}, other_line_wait_days=28)


# ---- the kinds together


def test_steroids_may_be_required():
    """The record's list reads "and/or"; with `lines_must_include_steroids` two other lines don't do."""
    drugs = beside_danazol("120..130 | eltrombopag | 50 mg/day |")
    two_lines(drugs, {"134..": PASS})
    two_lines(drugs, {"..": FAIL}, lines_must_include_steroids=True)
    steroids = beside_danazol("120..126 | prednisone | 0.5 mg/kg/day |")
    two_lines(steroids, {"126..": PASS}, lines_must_include_steroids=True)


def test_medications_that_are_not_complete():
    """Any other kind may have been given unrecorded: unknown, unless two are on file."""
    two_lines(itp(), {89: FAIL, "90..": UNKNOWN}, complete=NO_MEDICATIONS)
    patient = beside_danazol("120..130 | eltrombopag | 50 mg/day |")
    two_lines(patient, {"90..133": UNKNOWN, "134..": PASS}, complete=NO_MEDICATIONS)
    # a response fails all the same
    patient = itp().replace("90..365 by 5", "90..95 by 5") + "day | platelets\n100..365 by 5 | 40"
    two_lines(patient, {"90..99": UNKNOWN, "100..": FAIL}, complete=NO_MEDICATIONS)


TWO_EPISODES = """
    day            | neutrophils | hemoglobin | platelets | marrow_megakaryocytes
      0..85 by 5   | 2.0         | 13         | 150       |
     90            | 2.0         | 13         | 15        | normal
     95..110 by 5  | 2.0         | 13         | 15        |
    120..195 by 5  | 2.0         | 13         | 120       |
    200            | 2.0         | 13         | 15        | normal
    205..365 by 5  | 2.0         | 13         | 15        |

    """


def test_lines_of_an_earlier_episode():
    """Counted from the first onset since the transplant, or only in the episode that is running."""
    patient = TWO_EPISODES + medications(
        "92..100 | eltrombopag | 50 mg/day |", "201..207 | prednisone | 0.5 mg/kg/day |"
    )
    criterion("immune_cytopenia.itp")(patient, {"90..149": PASS, "150..199": FAIL, "200..": PASS})
    two_lines(patient, {"0..206": FAIL, "207..": PASS})
    two_lines(patient, {"..": FAIL}, lines_counted_from="running_episode")
