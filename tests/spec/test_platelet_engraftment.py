"""I3b: the first of three successive platelet counts of at least 20 ×10⁹/L, 7 days free of transfusion."""

from spec.patient import FAIL, PASS, UNKNOWN, criterion

platelet_engraftment = criterion("platelet_engraftment")

RECOVERED = """
    day    | platelets
     5     | 10
    20..40 | 50
    """


def platelets_from_day_0(*counts: int) -> str:
    return "day | platelets\n" + "\n".join(f"{day} | {count}" for day, count in enumerate(counts))


def transfused(day: int, product: str = "platelets") -> str:
    return f"\n\ntransfusions:\nday | product\n{day} | {product}"


def test_three_successive_counts_of_20():
    """As for neutrophils: PASS from the third count on; 19 is one step too low."""
    platelet_engraftment(
        """
        day | platelets
          5 | 10
         20 | 20
         21 | 19
         22 | 20
         23 | 20
         24 | 20
        """,
        {"0..4": UNKNOWN, "5..19": FAIL, 20: UNKNOWN, 21: FAIL, "22..23": UNKNOWN, "24..": PASS},
    )


def test_counts_below_a_bound():
    """`<20` does not engraft; `<50` may, and `>20` does."""
    low = "day | platelets\n5 | 10\n20..22 | {}"
    platelet_engraftment(low.format("<20"), {"5..": FAIL})
    platelet_engraftment(low.format("<50"), {"5..19": FAIL, "20..": UNKNOWN})
    platelet_engraftment(low.format(">20"), {"20..21": UNKNOWN, "22..": PASS})


def test_a_run_that_may_be_none():
    """It is a run for a transfusion after it, which fails nothing; one within it rules it out."""
    counts = "day | platelets\n5 | 10\n20..22 | <50"
    platelet_engraftment(counts + transfused(40), {"22..": UNKNOWN})
    platelet_engraftment(counts + transfused(21), {20: UNKNOWN, "21..27": FAIL, "28..": UNKNOWN})


def test_check_vector_without_transfusion():
    """Engrafted on day 7, known on day 9; the run of days 1 to 3 was taken back by the nadir of day 4."""
    platelet_engraftment(
        platelets_from_day_0(10, 35, 30, 25, 10, 15, 19, 23, 25, 40, 50),
        {0: FAIL, "1..2": UNKNOWN, 3: PASS, "4..6": FAIL, "7..8": UNKNOWN, "9..": PASS},
    )


def test_check_vector_with_a_transfusion_on_day_0():
    """Engrafted on day 7, not 6: a transfusion on day 0 allows day 7 at the earliest."""
    counts = platelets_from_day_0(10, 30, 25, 10, 15, 19, 23, 25, 40, 50)
    platelet_engraftment(counts + transfused(0), {"0..6": FAIL, "7..8": UNKNOWN, "9..": PASS})
    platelet_engraftment(counts, {"6..7": UNKNOWN, "8..": PASS})


def test_a_transfusion_six_days_before_the_run():
    """Day 14 is e−6 of a run from day 20, so the run starts on day 21; day 13 does not disturb it."""
    platelet_engraftment(RECOVERED, {20: UNKNOWN, 21: UNKNOWN, "22..": PASS})
    platelet_engraftment(RECOVERED + transfused(13), {19: FAIL, "20..21": UNKNOWN, "22..": PASS})
    platelet_engraftment(RECOVERED + transfused(14), {"19..20": FAIL, "21..22": UNKNOWN, "23..": PASS})


def test_a_transfusion_two_days_into_the_run():
    """Day 22 is e+2 of a run from day 20 and rules out all runs up to day 28; day 23 is past it."""
    platelet_engraftment(
        RECOVERED + transfused(22), {"20..21": UNKNOWN, "22..28": FAIL, "29..30": UNKNOWN, "31..": PASS}
    )
    platelet_engraftment(RECOVERED + transfused(23), {"20..21": UNKNOWN, "22..": PASS})


def test_without_a_run_a_transfusion_of_the_last_7_days_fails():
    """Whatever the count; on the eighth day the latest count speaks again."""
    platelet_engraftment("day | platelets\n20 | 50" + transfused(21), {20: UNKNOWN, "21..27": FAIL, 28: UNKNOWN})
    platelet_engraftment(transfused(21), {20: UNKNOWN, "21..27": FAIL, "28..": UNKNOWN})


def test_red_cells_do_not_matter():
    """Only platelet transfusions hold platelets up."""
    platelet_engraftment(RECOVERED + transfused(20, "red_cells"), {"22..": PASS})


def test_transfusions_that_are_not_declared_complete():
    """A run without a recorded transfusion is unknown; a recorded one still rules it out."""
    platelet_engraftment(RECOVERED, {"5..19": FAIL, "20..": UNKNOWN}, complete=())
    platelet_engraftment(RECOVERED, {"20..": UNKNOWN}, missing=["transfusions"])
    platelet_engraftment(RECOVERED + transfused(14), {20: FAIL, "21..": UNKNOWN}, complete=())
    # the unknown run of day 20 is a run, so the transfusion of day 30 fails nothing
    platelet_engraftment(RECOVERED + transfused(30), {"20..": UNKNOWN}, complete=())


def test_a_recorded_date():
    """PASS from the recorded day on, whatever the counts, the transfusions and their completeness."""
    patient = RECOVERED + transfused(30) + "\n\ntransplants:\nplatelet_engraftment_day\n18"
    platelet_engraftment(patient, {"5..17": FAIL, "18..": PASS}, complete=())


def test_its_parameters():
    """The level and the span that is free of transfusion can be amended."""
    platelet_engraftment(RECOVERED, {"20..": FAIL}, platelet_engraftment_min=51)
    platelet_engraftment(RECOVERED, {"22..": PASS}, platelet_engraftment_min=50)
    platelet_engraftment(RECOVERED + transfused(14), {"22..": PASS}, platelet_engraftment_free_before_days=5)
    platelet_engraftment(RECOVERED + transfused(22), {22: PASS}, platelet_engraftment_free_after_days=1)
    platelet_engraftment(transfused(21), {"21..23": FAIL, 24: UNKNOWN}, platelet_engraftment_recent_transfusion_days=3)
