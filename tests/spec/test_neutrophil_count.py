"""I7: neutrophils of at least 1.0 ×10⁹/L, by the latest count of the last 14 days."""

from spec.patient import FAIL, PASS, UNKNOWN, criterion

neutrophil_count = criterion("neutrophil_count")


def test_at_the_threshold_and_one_step_below():
    """1.0 is enough, 0.9 is not; the latest count speaks until the next one."""
    neutrophil_count(
        """
        day | neutrophils
         60 | 1.0
         61 | 0.9
         63 | 1.1
        """,
        {60: PASS, "61..62": FAIL, 63: PASS},
    )


def test_a_count_below_or_above_a_bound():
    """`<x` can fail and `>x` can pass, where the whole interval is on one side of 1.0; else it is unknown."""
    neutrophil_count(
        """
        day | neutrophils
         60 | <0.5
         61 | <1.0
         62 | <1.1
         63 | <=0.9
         64 | <=1.0
         65 | >0.9
         66 | >1.0
         67 | >=1.0
         68 | >=0.9
        """,
        {"60..61": FAIL, 62: UNKNOWN, 63: FAIL, "64..65": UNKNOWN, "66..67": PASS, 68: UNKNOWN},
    )


def test_a_count_is_current_for_14_days():
    """A window of 14 holds the day itself and the 13 before it; without a count in it nothing is known."""
    neutrophil_count(
        """
        day | neutrophils
         60 | 1.5
        120 | 0.4
        """,
        {"0..59": UNKNOWN, "60..73": PASS, "74..119": UNKNOWN, "120..133": FAIL, "134..": UNKNOWN},
    )


def test_a_count_before_day_0_reaches_into_the_observed_days():
    """Earlier rows count where a window reaches back to them."""
    neutrophil_count(
        """
        day | neutrophils
         -5 | 3.0
        """,
        {"0..8": PASS, "9..": UNKNOWN},
    )


def test_the_lowest_of_several_counts_of_one_day():
    """Neutrophils of one day become the lowest."""
    neutrophil_count(
        """
        day | neutrophils
         60 | 1.4
         60 | 0.8
         60 | 2.0
        """,
        {60: FAIL},
    )


def test_measurements_that_were_not_captured():
    """A missing table is unknown, never none, and no declaration of another table changes that."""
    neutrophil_count(
        """
        day | platelets
         60 | 150
        """,
        {"..": UNKNOWN},
    )


def test_the_readings_of_its_parameters():
    """`neutrophils_min` and `blood_count_window_days` can be amended."""
    patient = """
        day | neutrophils
         60 | 0.5
        """
    neutrophil_count(patient, {"60..73": PASS, 74: UNKNOWN}, neutrophils_min=0.5)
    neutrophil_count(patient, {"60..73": FAIL, 74: UNKNOWN}, neutrophils_min=0.6)
    neutrophil_count(patient, {"60..66": FAIL, 67: UNKNOWN}, blood_count_window_days=7)
