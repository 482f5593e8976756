"""E1: no relapse or progression since day 0 that is not followed by remission."""

import pytest
from spec.patient import COMPLETE, FAIL, PASS, UNKNOWN, criterion

no_relapse = criterion("no_relapse")


@pytest.mark.parametrize("status", ["relapse", "progression"])
def test_until_remission_follows(status: str):
    """The latest of remission, relapse and progression rows after day 0."""
    no_relapse(
        f"disease_status:\nday | status\n50 | {status}\n80 | remission\n110 | {status}",
        {"0..49": PASS, "50..79": FAIL, "80..109": PASS, "110..": FAIL},
    )


def test_rows_up_to_day_0_do_not_count():
    """A relapse on day 0 or before led to the transplant; on day 1 it follows it."""
    no_relapse("disease_status:\nday | status\n-20 | relapse\n0 | relapse", {"..": PASS})
    no_relapse("disease_status:\nday | status\n1 | relapse", {0: PASS, "1..": FAIL})
    # and a remission before day 0 is no answer where the table is not complete
    no_relapse("disease_status:\nday | status\n-20 | remission", {"..": UNKNOWN}, complete=())


def test_active_disease_is_neither():
    """Rows of status active are passed over."""
    no_relapse("disease_status:\nday | status\n20 | remission\n50 | active", {"20..199": PASS}, complete=())
    no_relapse("disease_status:\nday | status\n50 | active", {"..": UNKNOWN}, complete=())
    no_relapse("disease_status:\nday | status\n50 | active", {"..": PASS})


def test_the_worse_of_two_rows_of_one_day():
    """Remission and relapse on one day are a relapse."""
    no_relapse("disease_status:\nday | status\n50 | relapse\n50 | remission", {"50..": FAIL})


def test_no_row():
    """By completeness: none is no relapse only where the table is declared complete."""
    no_relapse("", {"..": PASS})
    no_relapse("", {"..": UNKNOWN}, complete=[name for name in COMPLETE if name != "disease_status"])
    no_relapse("", {"..": UNKNOWN}, missing=["disease_status"])


def test_where_the_table_is_not_complete_a_remission_fades():
    """It counts for 180 days, its own included; a relapse stays until a remission follows."""
    patient = "disease_status:\nday | status\n50 | remission"
    no_relapse(patient, {"..": PASS})
    no_relapse(patient, {"0..49": UNKNOWN, "50..229": PASS, "230..": UNKNOWN}, complete=())
    no_relapse(patient, {"50..79": PASS, "80..": UNKNOWN}, complete=(), remission_valid_days=30)
    no_relapse(patient + "\n60 | relapse", {"50..59": PASS, "60..": FAIL}, complete=())
