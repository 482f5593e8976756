"""I2: the disease that led to the transplant is in documented remission."""

import pytest
from spec.patient import FAIL, PASS, UNKNOWN, criterion

remission = criterion("remission")


def test_the_latest_status_speaks():
    """Remission passes; relapse, progression and active disease after day 0 fail, until the next row."""
    remission(
        """
        disease_status:
        day | status
         10 | remission
         50 | relapse
         60 | remission
         70 | progression
         80 | remission
         90 | active
        """,
        {"0..9": UNKNOWN, "10..49": PASS, "50..59": FAIL, "60..69": PASS, "70..79": FAIL, "80..89": PASS, "90..": FAIL},
    )


@pytest.mark.parametrize("status", ["relapse", "progression", "active"])
def test_active_disease_before_the_transplant_leaves_it_open(status: str):
    """A bad status before day 0 says nothing of the time after the transplant; on day 0 it does."""
    remission(f"disease_status:\nday | status\n-1 | {status}", {"..": UNKNOWN})
    remission(f"disease_status:\nday | status\n0 | {status}", {"..": FAIL})


def test_remission_before_the_transplant_holds():
    """The latest row on or before the day may lie before day 0."""
    remission("disease_status:\nday | status\n-30 | remission", {"..": PASS})


def test_the_worse_of_two_rows_of_one_day():
    """Remission and relapse on one day are a relapse."""
    remission(
        """
        disease_status:
        day | status
         50 | remission
         50 | relapse
        """,
        {"0..49": UNKNOWN, "50..": FAIL},
    )


def test_where_the_table_is_not_complete_a_remission_fades():
    """It counts for 180 days, its own included: a relapse may not be on file. A relapse stays, and so does any status
    where the table is complete."""
    patient = "disease_status:\nday | status\n10 | remission"
    remission(patient, {"10..": PASS})
    remission(patient, {"0..9": UNKNOWN, "10..189": PASS, "190..": UNKNOWN}, complete=())
    remission(patient, {"10..39": PASS, "40..": UNKNOWN}, complete=(), remission_valid_days=30)
    remission(patient + "\n100 | remission", {"10..279": PASS, "280..": UNKNOWN}, complete=())
    remission(patient + "\n100 | relapse", {"10..99": PASS, "100..": FAIL}, complete=())
    remission("disease_status:\nday | status\n-30 | remission", {"0..149": PASS, "150..": UNKNOWN}, complete=())
    remission(patient, {"10..": PASS}, complete=(), assume_complete=["disease_status"])


def test_no_row_is_unknown_even_where_the_table_is_complete():
    """Remission must be documented: no row, a missing table and no row yet are all unknown."""
    remission("", {"..": UNKNOWN})
    remission("", {"..": UNKNOWN}, missing=["disease_status"])


def test_a_nonmalignant_disease_counts_as_in_remission():
    """Whatever the rows say; with the other reading it needs its remission documented like any other."""
    patient = """
        transplants:
        indication
        aplastic_anemia

        disease_status:
        day | status
         50 | relapse
        """
    remission(patient, {"..": PASS})
    remission(patient, {"0..49": UNKNOWN, "50..": FAIL}, nonmalignant_counts_as_remission=False)
    remission(patient, {"0..49": UNKNOWN, "50..": FAIL}, nonmalignant_indications=["thalassemia"])


def test_a_malignant_disease_does_not():
    """An indication outside the list needs its rows."""
    remission("transplants:\nindication\nacute_myeloid_leukemia", {"..": UNKNOWN})
