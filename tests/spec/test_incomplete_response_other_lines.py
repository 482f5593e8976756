"""I6c, lines of treatment: every other drug, and the kinds together."""

import pytest
from spec.cytopenias import itp, medications, prca
from spec.patient import COMPLETE, FAIL, PASS, UNKNOWN, criterion

two_lines = criterion("incomplete_response.two_lines")

NO_MEDICATIONS = [name for name in COMPLETE if name != "medications"]
DANAZOL = "92..100 | danazol | 400 mg/day |"  # a line of its own from day 106 on


def beside_danazol(*rows: str) -> str:
    """ITP from day 90, danazol as the first line; the rows must make the second."""
    return itp() + medications(DANAZOL, *rows)


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
        ("90..130 | eltrombopag | 50 mg/day |", 106),  # danazol is judged from day 106 on
        ("120.. | eltrombopag | |", 134),  # the amount does not matter
    ],
)
def test_another_drug_begun_in_the_span(row: str, first: int | None):
    """Given for the cytopenia, or in `second_line_drugs` without a purpose; 14 days after its beginning."""
    row = row.replace("120..130 | daratumumab", "120 | daratumumab")
    expected = {f"0..{first - 1}": FAIL, f"{first}..": PASS} if first else {"..": FAIL}
    two_lines(beside_danazol(row), expected)


@pytest.mark.parametrize(
    ("days", "first"),
    [("75..130", None), ("76..130", 106), ("76..90", 106), ("76..89", None), ("92", 106), ("95", 109)],
)
def test_a_drug_begun_before_the_onset(days: str, first: int | None):
    """At most 14 days before day 90, and still given on it; 14 days after its beginning, with danazol from 106 on."""
    expected = {f"0..{first - 1}": FAIL, f"{first}..": PASS} if first else {"..": FAIL}
    two_lines(beside_danazol(f"{days} | eltrombopag | 50 mg/day |"), expected)


def test_another_lead():
    """`treatment_lead_days`."""
    patient = beside_danazol("76..130 | eltrombopag | 50 mg/day |")
    two_lines(patient, {"..": FAIL}, treatment_lead_days=13)
    two_lines(patient.replace("76..130", "75..130"), {"106..": PASS}, treatment_lead_days=15)


def test_a_drug_on_single_days():
    """Weekly from day 84 on: the course goes on after day 90, as day 91 shows. One that ended on day 84 does not."""
    for last, verdict in ((130, PASS), (91, PASS), (90, FAIL)):
        rows = [f"{day} | romiplostim | 100 mcg |" for day in range(84, last + 1, 7)]
        two_lines(beside_danazol(*rows), {105: FAIL, "106..": verdict})
    late = beside_danazol("80 | romiplostim | 100 mcg |", "107 | romiplostim | 100 mcg |")
    two_lines(late, {106: FAIL, "107..": PASS})


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
    rows = ("60..119 | mycophenolate | 2 g/day | gvhd", "120..130 | mycophenolate | 2 g/day | immune_cytopenia")
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
    # a row on file does not make its day whole: steroids may still be the second kind
    two_lines(beside_danazol("60..365 | prednisone | 0.1 mg/kg/day |"), {"106..": UNKNOWN}, complete=NO_MEDICATIONS)
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
    criterion("immune_cytopenia.itp")(patient, {"90..165": PASS, "166..199": FAIL, "200..": PASS})
    two_lines(patient, {"0..206": FAIL, "207..": PASS})
    two_lines(patient, {"..": FAIL}, lines_counted_from="running_episode")
