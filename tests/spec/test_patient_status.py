"""Section 1: eligible, possible or ineligible, by days in a row on which every criterion holds."""

import pandas as pd
import pytest
from spec.cytopenias import itp, medications
from spec.patient import COMPLETE, outcome

TREATED = medications("95..365 | prednisone | 1 mg/kg/day |")  # refractory from day 101 on
REMISSION = "\n\ndisease_status:\nday | status\n10 | remission\n\n"
PATIENT = itp() + TREATED + REMISSION  # every criterion holds from day 101 to the last day


def status(patient: str, **given: object) -> dict[str, object]:
    """The row of the patient, without its name; None for a missing day."""
    row = outcome(patient, **given).patients.iloc[0].to_dict()  # type: ignore[arg-type]
    return {key: None if pd.isna(value) else value for key, value in row.items() if key != "patient_id"}


def seen_to(day: int) -> str:
    return f"patients:\nlast_contact_day\n{day}\n\n"


def fails(days: str, verdict: str = "FAIL") -> str:
    return f"\n\nadjudications:\ndays | criterion | verdict\n{days} | consent | {verdict}\n\n"


def test_an_eligible_patient():
    """All criteria PASS from day 101 to day 365: 265 days."""
    assert status(PATIENT) == {
        "status": "eligible",
        "possible_kind": None,
        "transplant": 1,
        "first_eligible_day": 101,
        "eligible_days": 265,
        "first_possible_day": 101,
        "possible_days": 265,
    }


@pytest.mark.parametrize(("last", "expected"), [(107, "eligible"), (106, "ineligible")])
def test_seven_days_in_a_row(last: int, expected: str):
    """Days 101 … 107 are seven; a patient lost a day sooner has six."""
    assert status(PATIENT + seen_to(last))["status"] == expected


def test_another_length():
    """`eligible_days_min`, as for the counts at 1 and 14 days."""
    assert status(PATIENT + seen_to(101), eligible_days_min=1)["status"] == "eligible"
    assert status(PATIENT + seen_to(113), eligible_days_min=14)["status"] == "ineligible"
    assert status(PATIENT + seen_to(114), eligible_days_min=14)["status"] == "eligible"


def test_the_lengths_that_are_reported():
    """A patient with 13 such days counts as eligible at 1 and 7 days in a row, not at 14."""
    for given, expected in (({}, {1: 1, 7: 1, 14: 0}), ({"eligible_days_reported": [10]}, {7: 1, 10: 1})):
        summary = outcome(PATIENT + seen_to(113), **given).summary()
        rows = summary[(summary["measure"] == "eligible") & (summary["denominator"] == "transplanted")]
        assert dict(zip(rows["days"], rows["count"], strict=True)) == expected


def test_days_of_too_short_a_stretch_do_not_count():
    """Six days from day 101, then a day off, then the rest: the stretch begins on day 108."""
    row = status(PATIENT + fails("107"))
    assert (row["first_eligible_day"], row["eligible_days"]) == (108, 365 - 108 + 1)


def test_days_of_several_stretches_add_up():
    """Seven days from day 101, a day off, and the rest."""
    row = status(PATIENT + fails("108"))
    assert (row["first_eligible_day"], row["eligible_days"]) == (101, 365 - 101)


def test_an_unknown_day_breaks_an_eligible_stretch():
    """But not a possible one."""
    row = status(PATIENT + fails("104", "UNKNOWN") + seen_to(110))
    assert (row["status"], row["possible_kind"]) == ("possible", "documentation")
    assert (row["first_eligible_day"], row["eligible_days"]) == (None, 0)
    assert (row["first_possible_day"], row["possible_days"]) == (101, 10)


def test_possible_for_want_of_documentation():
    """Diagnosis and incomplete response are sure on some such day; remission is not on file."""
    row = status(itp() + TREATED)
    assert (row["status"], row["possible_kind"]) == ("possible", "documentation")
    assert (row["first_possible_day"], row["possible_days"]) == (101, 265)


def test_possible_for_want_of_a_diagnosis():
    """The marrow was never seen, and no diagnosis is declared complete: the cytopenia itself is open."""
    declared = {"complete": [name for name in COMPLETE if name != "conditions"]}
    row = status(itp(marrow="-300 | normal") + TREATED + REMISSION, **declared)
    assert (row["status"], row["possible_kind"]) == ("possible", "diagnosis")


def test_ineligible():
    """The rest: some criterion fails on one of any seven days."""
    assert status(itp() + REMISSION)["status"] == "ineligible"
    assert status(PATIENT + fails("101.."))["status"] == "ineligible"
    every_seventh = "\n\nadjudications:\ndays | criterion | verdict\n" + "".join(
        f"{day} | consent | FAIL\n" for day in range(101, 366, 7)
    )
    assert status(PATIENT + every_seventh)["status"] == "ineligible"
    assert status(PATIENT + every_seventh, eligible_days_min=6)["status"] == "eligible"


def test_different_criteria_may_not_hold_on_different_days():
    """Each criterion passes on some day, but never all together for seven."""
    patient = PATIENT + "\n\nadjudications:\ndays | criterion | verdict\n101..200 | adult | FAIL\n201.. | hiv | FAIL"
    assert status(patient)["status"] == "ineligible"


def test_a_criterion_on_day_44():
    """An otherwise eligible course still waits for day 45 after the transplant."""
    row = status(PATIENT, days_since_transplant_min=200)
    assert (row["first_eligible_day"], row["eligible_days"]) == (200, 166)


def test_any_transplant_makes_the_patient_eligible():
    """The first transplant's days count for the patient, though the second never qualifies."""
    patient = PATIENT + "transplants:\nday | type\n0 | allogeneic\n150 | allogeneic"
    found = outcome(patient)
    assert found.transplants["status"].tolist() == ["eligible", "ineligible"]
    row = status(patient)
    assert (row["status"], row["transplant"], row["first_eligible_day"], row["eligible_days"]) == (
        "eligible",
        1,
        101,
        49,
    )


def test_attested_criteria_left_open():
    """Nobody is eligible then; who was is possible for want of documentation."""
    row = status(PATIENT, attested="open")
    assert (row["status"], row["possible_kind"]) == ("possible", "documentation")
