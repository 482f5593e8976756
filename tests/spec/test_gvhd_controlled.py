"""E3: active GVHD that needs therapy only if it responds and is below grade 4."""

import pytest
from spec.patient import COMPLETE, FAIL, PASS, UNKNOWN, criterion

gvhd_controlled = criterion("gvhd_controlled")

NO_MEDICATIONS = [name for name in COMPLETE if name != "medications"]


def gvhd(*rows: str) -> str:
    return "conditions:\ndays | condition | grade | detail\n" + "\n".join(rows) + "\n\n"


def drug(days: str, purpose: str = "gvhd") -> str:
    return f"medications:\ndays | drug | dose | purpose\n{days} | ruxolitinib | 10 mg/day | {purpose}"


@pytest.mark.parametrize(("agreement", "verdict"), [("granted", PASS), ("withheld", FAIL), ("open", UNKNOWN)])
@pytest.mark.parametrize("row", ["50..80 | acute_gvhd | 3", "50..80 | chronic_gvhd | 4", "50..80 | acute_gvhd |"])
def test_responsive_gvhd_is_up_to_the_sponsor(row: str, agreement: str, verdict: str):
    """Acute below grade 4, chronic of any grade, or without a grade: the detail decides."""
    gvhd_controlled(gvhd(f"{row} | responsive"), {49: PASS, "50..80": verdict, 81: PASS}, sponsor_agreement=agreement)


def test_grade_4_and_refractory():
    """Acute GVHD of grade 4 fails though it responds; refractory fails at any grade, acute and chronic."""
    gvhd_controlled(gvhd("50..80 | acute_gvhd | 4 | responsive"), {49: PASS, "50..80": FAIL, 81: PASS})
    gvhd_controlled(gvhd("50..80 | acute_gvhd | 1 | refractory"), {49: PASS, "50..80": FAIL, 81: PASS})
    gvhd_controlled(gvhd("50..80 | chronic_gvhd | | refractory"), {49: PASS, "50..80": FAIL, 81: PASS})


def test_untreated_gvhd_passes():
    """It needs no therapy, so no agreement is asked for; grade 4 fails all the same."""
    gvhd_controlled(gvhd("50..80 | acute_gvhd | 2 | untreated"), {"..": PASS}, sponsor_agreement="withheld")
    gvhd_controlled(gvhd("50..80 | acute_gvhd | 4 | untreated"), {"50..80": FAIL})


def test_detail_missing():
    """PASS while nothing was begun against it since its first row and medications are complete, else unknown."""
    patient = gvhd("50..80 | acute_gvhd | 2 |")
    gvhd_controlled(patient, {"..": PASS}, sponsor_agreement="withheld")
    gvhd_controlled(patient + drug("60..70"), {"50..59": PASS, "60..80": UNKNOWN, "81..": PASS})
    gvhd_controlled(patient, {49: PASS, "50..80": UNKNOWN, 81: PASS}, complete=NO_MEDICATIONS)


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        ("melatonin | 3 mg/day | oral | gvhd", True),  # any drug that was given for it
        ("ruxolitinib | 10 mg/day | oral |", True),
        ("antithymocyte_globulin | 1 mg/kg/day | intravenous |", True),
        ("prednisone | 5 mg/day | oral |", True),
        ("prednisone | | |", True),
        ("prednisone | 5 mg/day | topical |", False),
        ("budesonide | 9 mg/day | oral |", False),
        ("prednisone | 50 mg/day | oral | immune_cytopenia", False),
        ("ruxolitinib | 10 mg/day | oral | other", False),
        ("rituximab | 375 mg/m2 | intravenous |", False),
        ("prednisone | 0 mg/day | oral |", False),
    ],
)
def test_what_counts_as_treatment_of_gvhd(row: str, counts: bool):
    """A row for it; and of no stated purpose a systemic corticosteroid or one of `gvhd_drugs`."""
    patient = gvhd("50..80 | acute_gvhd | 2 |") + f"medications:\ndays | drug | dose | route | purpose\n60 | {row}"
    gvhd_controlled(patient, {59: PASS, "60..80": UNKNOWN if counts else PASS})


def test_the_list_of_gvhd_drugs():
    """`gvhd_drugs` can be amended."""
    patient = gvhd("50..80 | acute_gvhd | 2 |") + drug("60..70", "")
    gvhd_controlled(patient, {"60..80": UNKNOWN})
    gvhd_controlled(patient, {"60..80": PASS}, gvhd_drugs=["tacrolimus"])


def test_prophylaxis_is_no_treatment():
    """What began before the first row of that kind of GVHD stays aside; begun on its day it is treatment."""
    patient = gvhd("50..80 | acute_gvhd | 2 |")
    for purpose in ("gvhd", ""):
        gvhd_controlled(patient + drug("49..120", purpose), {"50..80": PASS})
        gvhd_controlled(patient + drug("50..120", purpose), {"50..80": UNKNOWN})
    # each kind has a first row of its own
    both = gvhd("50..60 | acute_gvhd | 2 | untreated", "100..120 | chronic_gvhd | 2 |")
    gvhd_controlled(both + drug("60..90"), {"100..120": PASS})
    earlier = gvhd("50..60 | chronic_gvhd | 1 | untreated", "100..120 | chronic_gvhd | 2 |")
    gvhd_controlled(earlier + drug("60..90"), {"50..60": PASS, "100..120": UNKNOWN})
    # a row of grade 0 is a row of that kind: what began after it may have been given for the disease that came back
    none = gvhd("50 | chronic_gvhd | 0 |", "100..120 | chronic_gvhd | 2 |")
    gvhd_controlled(none + drug("49..90"), {"100..120": PASS})
    gvhd_controlled(none + drug("60..90"), {"100..120": UNKNOWN})


def test_gvhd_from_before_the_record_of_drugs_begins():
    """Before `observed_from_day` medications are not complete."""
    patient = "patients:\nobserved_from_day\n{}\n\n" + gvhd("50..80 | acute_gvhd | 2 |")
    gvhd_controlled(patient.format(50), {"50..80": PASS})
    gvhd_controlled(patient.format(51), {"51..80": UNKNOWN, "81..": PASS})


def test_detail_missing_read_as_responsive():
    """`gvhd_detail_missing: responsive` asks the sponsor where it was unknown."""
    patient = gvhd("50..80 | acute_gvhd | 2 |") + drug("60..70")
    for agreement, verdict in (("granted", PASS), ("withheld", FAIL), ("open", UNKNOWN)):
        gvhd_controlled(
            patient,
            {"50..59": PASS, "60..80": verdict, "81..": PASS},
            gvhd_detail_missing="responsive",
            sponsor_agreement=agreement,
        )


def test_every_active_row_counts():
    """AND over the rows that are active on the day, and over acute and chronic."""
    patient = gvhd(
        "20..60 | acute_gvhd | 2 | responsive",
        "20..50 | acute_gvhd | 3 | refractory",
        "80..90 | chronic_gvhd | 2 | untreated",
        "85..95 | acute_gvhd | 1 | responsive",
    )
    gvhd_controlled(
        patient,
        {"0..19": PASS, "20..50": FAIL, "51..60": UNKNOWN, "61..84": PASS, "85..95": UNKNOWN, "96..": PASS},
        sponsor_agreement="open",
    )


def test_the_next_row_ends_the_one_before():
    """The day before it starts, for good: it does not come back when the next one ends."""
    for first in ("20..60", "20.."):
        patient = gvhd(f"{first} | acute_gvhd | 3 | refractory", "40..50 | acute_gvhd | 2 | untreated")
        gvhd_controlled(patient, {19: PASS, "20..39": FAIL, "40..": PASS})
    patient = gvhd("20.. | chronic_gvhd | | untreated", "40.. | chronic_gvhd | | refractory")
    gvhd_controlled(patient, {"20..39": PASS, "40..": FAIL})


def test_a_row_of_the_other_kind_ends_nothing():
    """Acute and chronic GVHD go their own ways."""
    patient = gvhd("20..60 | acute_gvhd | 3 | refractory", "40..50 | chronic_gvhd | | untreated")
    gvhd_controlled(patient, {"20..60": FAIL, 61: PASS})


def test_grade_0_ends_the_disease():
    """From its start on, whatever end either row has."""
    patient = gvhd("20.. | acute_gvhd | 3 | refractory", "40..45 | acute_gvhd | 0 |")
    gvhd_controlled(patient, {"20..39": FAIL, "40..": PASS})
    gvhd_controlled(patient, {"20..39": FAIL, "40..": UNKNOWN}, complete=())


def test_what_ends_a_row_is_not_known_before():
    """Made an acute condition, GVHD without an end is unknown after 90 days, to the day before the next row."""
    patient = gvhd("20.. | acute_gvhd | 3 | refractory", "150..160 | acute_gvhd | 2 | untreated")
    gvhd_controlled(patient, {"20..109": FAIL, "110..149": UNKNOWN, "150..": PASS}, acute_conditions=["acute_gvhd"])


TWO_GRAFTS = "transplants:\nday | type\n0 | allogeneic\n100 | allogeneic\n\n"


def test_gvhd_of_an_earlier_graft():
    """Is over with the next one, and is not the first row of its GVHD."""
    gvhd_controlled(TWO_GRAFTS + gvhd("50..200 | acute_gvhd | 3 | refractory"), {"..": PASS}, transplant=2)
    patient = TWO_GRAFTS + gvhd("50.. | acute_gvhd | 2 | untreated", "150..200 | acute_gvhd | 2 |")
    gvhd_controlled(patient + drug("110..200"), {"50..100": PASS}, transplant=2)  # begun before day 150
    gvhd_controlled(patient + drug("155..200"), {"50..54": PASS, "55..100": UNKNOWN}, transplant=2)


def test_grade_0_is_not_active():
    """Such a row, whatever its detail, leaves the day to completeness."""
    patient = gvhd("50..80 | acute_gvhd | 0 | refractory")
    gvhd_controlled(patient, {"..": PASS})
    gvhd_controlled(patient, {"..": UNKNOWN}, complete=())


def test_no_row_by_completeness():
    """Acute and chronic each by their own declaration."""
    gvhd_controlled("", {"..": PASS}, complete={"conditions": ["acute_gvhd", "chronic_gvhd"]})
    gvhd_controlled("", {"..": UNKNOWN}, complete={"conditions": ["acute_gvhd"]})
    gvhd_controlled("", {"..": UNKNOWN}, missing=["conditions"])
    # a refractory acute GVHD fails whatever is known of chronic
    patient = gvhd("50..80 | acute_gvhd | 2 | refractory")
    gvhd_controlled(patient, {49: UNKNOWN, "50..80": FAIL, 81: UNKNOWN}, complete=())


def test_the_excluded_grade():
    """`gvhd_acute_grade_excluded` is inclusive."""
    patient = gvhd("50..80 | acute_gvhd | 3 | responsive")
    gvhd_controlled(patient, {"50..80": FAIL}, gvhd_acute_grade_excluded=3)
