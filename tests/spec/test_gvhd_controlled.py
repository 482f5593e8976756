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
@pytest.mark.parametrize(
    "row", ["50..80 | acute_gvhd | 3", "50..80 | chronic_gvhd | 4", "50..80 | acute_gvhd |"]
)
def test_responsive_gvhd_is_up_to_the_sponsor(row: str, agreement: str, verdict: str):
    """Acute below grade 4, chronic of any grade, or without a grade: the detail decides."""
    gvhd_controlled(
        gvhd(f"{row} | responsive"), {49: PASS, "50..80": verdict, 81: PASS}, sponsor_agreement=agreement
    )


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
    """PASS if no drug against GVHD is given on the day and medications are complete, else unknown."""
    patient = gvhd("50..80 | acute_gvhd | 2 |")
    gvhd_controlled(patient, {"..": PASS}, sponsor_agreement="withheld")
    gvhd_controlled(patient + drug("60..70"), {"50..59": PASS, "60..70": UNKNOWN, "71..": PASS})
    gvhd_controlled(patient + drug("60..70", "immune_cytopenia"), {"50..80": PASS})
    gvhd_controlled(patient, {49: PASS, "50..80": UNKNOWN, 81: PASS}, complete=NO_MEDICATIONS)


def test_detail_missing_read_as_responsive():
    """`gvhd_detail_missing: responsive` asks the sponsor where it was unknown."""
    patient = gvhd("50..80 | acute_gvhd | 2 |") + drug("60..70")
    for agreement, verdict in (("granted", PASS), ("withheld", FAIL), ("open", UNKNOWN)):
        gvhd_controlled(
            patient,
            {"50..59": PASS, "60..70": verdict, "71..80": PASS},
            gvhd_detail_missing="responsive",
            sponsor_agreement=agreement,
        )


def test_every_active_row_counts():
    """AND over the rows that are active on the day, and over acute and chronic."""
    patient = gvhd(
        "20..60 | acute_gvhd | 2 | responsive",
        "40..50 | acute_gvhd | 3 | refractory",
        "80..90 | chronic_gvhd | 2 | untreated",
        "85..95 | acute_gvhd | 1 | responsive",
    )
    gvhd_controlled(
        patient,
        {
            "0..19": PASS,
            "20..39": UNKNOWN,
            "40..50": FAIL,
            "51..60": UNKNOWN,
            "61..84": PASS,
            "85..95": UNKNOWN,
            "96..": PASS,
        },
        sponsor_agreement="open",
    )


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
