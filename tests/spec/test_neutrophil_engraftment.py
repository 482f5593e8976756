"""I3a: the first of three successive neutrophil counts of at least 0.5 ×10⁹/L after the nadir."""

from spec.patient import FAIL, PASS, UNKNOWN, criterion

neutrophil_engraftment = criterion("neutrophil_engraftment")


def test_three_successive_counts_of_half_a_thousand():
    """PASS from the day the third count is in; before, FAIL while the latest is low, else undocumented."""
    neutrophil_engraftment(
        """
        day | neutrophils
          5 | 0.1
         15 | 0.5
         16 | 0.5
         17 | 0.5
        """,
        {"0..4": UNKNOWN, "5..14": FAIL, "15..16": UNKNOWN, "17..": PASS},
    )


def test_counts_below_a_bound_do_not_engraft():
    """`<0.5` is below 0.5."""
    neutrophil_engraftment(
        """
        day    | neutrophils
          5    | 0.1
        15..20 | <0.5
        """,
        {"5..": FAIL},
    )


def test_a_count_that_may_be_high_enough_makes_its_run_unknown():
    """Not documented and not ruled out; the first run of counts that are high enough is the one that passes."""
    neutrophil_engraftment(
        """
        day | neutrophils
          5 | 0.1
         15 | 0.6
         16 | <1.0
         17 | 0.6
         18 | 0.4
         19 | 0.6
         20 | >0.5
         21 | >=0.5
        """,
        {"5..14": FAIL, "15..20": UNKNOWN, "21..": PASS},
    )
    # without a run that may pass a low count fails
    neutrophil_engraftment(
        """
        day | neutrophils
          5 | 0.1
         15 | 0.6
         16 | <1.0
         17 | 0.4
        """,
        {"15..16": UNKNOWN, "17..": FAIL},
    )


def test_a_count_below_a_bound_may_be_the_nadir():
    """`<0.6` is lower than 0.6: what was before it is taken back, and a run that starts with it is unknown."""
    neutrophil_engraftment(
        """
        day    | neutrophils
         5     | 0.6
         6..10 | 0.7
        11     | <0.6
        12..14 | 0.7
        """,
        {"5..6": UNKNOWN, "7..10": PASS, "11..13": UNKNOWN, "14..": PASS},
    )


def test_a_lower_count_between_breaks_the_run():
    """0.4 is one step too low, and successive means neighbours in the series."""
    neutrophil_engraftment(
        """
        day | neutrophils
          5 | 0.1
         15 | 0.6
         16 | 0.4
         17 | 0.6
         18 | 0.6
         19 | 0.6
        """,
        {15: UNKNOWN, 16: FAIL, "17..18": UNKNOWN, "19..": PASS},
    )


def test_counts_of_one_day_are_one():
    """The three counts lie on different days; of one day the lowest is taken."""
    neutrophil_engraftment(
        """
        day | neutrophils
          5 | 0.1
         15 | 0.6
         15 | 0.7
         15 | 0.8
         16 | 0.9
         16 | 0.4
        """,
        {15: UNKNOWN, "16..": FAIL},
    )


def test_neighbours_may_be_28_days_apart():
    """Counts need not be daily, but a gap of 29 days begins a new run."""
    neutrophil_engraftment(
        """
        day | neutrophils
          5 | 0.1
         15 | 0.6
         16 | 0.6
         44 | 0.6
        """,
        {"16..43": UNKNOWN, "44..": PASS},
    )
    neutrophil_engraftment(
        """
        day | neutrophils
          5 | 0.1
         15 | 0.6
         16 | 0.6
         45 | 0.6
         46 | 0.6
         47 | 0.6
        """,
        {"16..46": UNKNOWN, "47..": PASS},
    )


def test_a_new_nadir_before_day_28_takes_a_pass_back():
    """Counts that have yet to fall look like engraftment; the nadir as known later says otherwise."""
    neutrophil_engraftment(
        """
        day | neutrophils
          0 | 3.0
          2 | 1.0
          4 | 1.1
          6 | 1.2
         10 | 0.1
         14 | 0.6
         18 | 0.7
         22 | 0.8
        """,
        {"0..5": UNKNOWN, "6..9": PASS, "10..13": FAIL, "14..21": UNKNOWN, "22..": PASS},
    )


def test_the_nadir_is_the_last_lowest_day_of_days_0_to_28():
    """A count as low on day 28 is the new nadir; on day 29 it is none, and engraftment stands."""
    engrafted = """
        day | neutrophils
         10 | 0.1
         14 | 0.6
         18 | 0.7
         22 | 0.8
    """
    neutrophil_engraftment(engrafted + "28 | 0.1", {"22..27": PASS, "28..": FAIL})
    neutrophil_engraftment(engrafted + "28 | 0.2", {"22..": PASS})
    neutrophil_engraftment(engrafted + "29 | 0.1", {"22..": PASS})


def test_a_patient_who_never_fell_below():
    """Passes by the same rule: the run starts on the nadir day at the earliest."""
    neutrophil_engraftment(
        """
        day | neutrophils
          0 | 2.0
          1 | 1.8
          2 | 1.9
          3 | 2.2
        """,
        {"0..2": UNKNOWN, "3..": PASS},
    )


def test_no_count_up_to_day_28():
    """Then there is no nadir, and a run may start on any day; counts before day 0 have no say."""
    neutrophil_engraftment(
        """
        day | neutrophils
         -3 | 0.1
         -2 | 4.0
         29 | 0.6
         30 | 0.6
         31 | 0.6
        """,
        {"0..30": UNKNOWN, "31..": PASS},
    )


def test_a_recorded_date():
    """PASS from the recorded day on, whatever the counts; before it the counts speak."""
    neutrophil_engraftment(
        """
        day | neutrophils
          5 | 0.1
         30 | 0.2

        transplants:
        neutrophil_engraftment_day
        15
        """,
        {"0..4": UNKNOWN, "5..14": FAIL, "15..": PASS},
    )
    neutrophil_engraftment(
        """
        day     | neutrophils
          5     | 0.1
        10..12  | 0.6

        transplants:
        neutrophil_engraftment_day
        15
        """,
        {"5..9": FAIL, "10..11": UNKNOWN, "12..": PASS},
    )


def test_no_count_at_all():
    """No result since day 0 is unknown."""
    neutrophil_engraftment("day | platelets\n 20 | 90", {"..": UNKNOWN})


def test_its_parameters():
    """The level, the span of the nadir, the gap and the number of counts can be amended."""
    patient = """
        day | neutrophils
          5 | 0.1
         15 | 0.6
         19 | 0.9
         24 | 1.0
         30 | 1.2
        """
    neutrophil_engraftment(patient, {"15..23": UNKNOWN, "24..": PASS})
    neutrophil_engraftment(patient, {"5..18": FAIL, "19..29": UNKNOWN, 30: PASS}, neutrophil_engraftment_min=0.9)
    neutrophil_engraftment(patient, {"15..29": UNKNOWN, "30..": PASS}, engraftment_results_min=4)
    neutrophil_engraftment(patient, {"15..": UNKNOWN}, engraftment_gap_days=4)
    neutrophil_engraftment(patient, {"24..": PASS}, engraftment_gap_days=5)
    neutrophil_engraftment(
        """
        day    | neutrophils
         5     | 0.3
        10..12 | 0.6
        20     | 0.1
        """,
        {"12..": PASS},
        nadir_window_days=19,
    )
