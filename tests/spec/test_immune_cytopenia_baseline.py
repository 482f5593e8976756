"""I5, the typical value before: the best median of six 28-day blocks, or the median of 90 days."""

import pytest
from spec.cytopenias import engrafted
from spec.patient import FAIL, PASS, UNKNOWN, Expected, criterion

is_aiha = criterion("immune_cytopenia.aiha")

OPEN = {"absent_diagnosis": "ignored"}


def anemia(day: int, *before: str, since: int = 10) -> str:
    """A hemolytic anemia of 9.0 on `day`, engrafted `since`; results before it as "day | hemoglobin"."""
    results = "\n".join(before)
    return f"""
        day   | hemoglobin
        {results}
        {day} | 9.0

        day   | dat      | ldh | haptoglobin
        {day} | positive | 600 | 10
        """ + engrafted(since)


@pytest.mark.parametrize(("last", "expected"), [(83, PASS), (84, UNKNOWN)])
def test_it_ends_a_week_before(last: int, expected: str):
    """Two results are a block; on day 90 a result of day 83 belongs to one, a result of day 84 to none."""
    is_aiha(anemia(90, "60 | 11.0", f"{last} | 11.0"), {90: expected}, **OPEN)


def test_a_fall_of_2_from_the_baseline():
    """11.0 − 9.0 is enough, 10.9 − 9.0 is not."""
    is_aiha(anemia(90, "60 | 11.0", "83 | 11.0"), {90: PASS})
    is_aiha(anemia(90, "60 | 10.9", "83 | 10.9"), {90: FAIL}, **OPEN)


def test_the_best_of_the_blocks():
    """On day 90 the blocks are days 56 … 83 and 28 … 55; the higher median counts, however old."""
    is_aiha(anemia(90, "30 | 11.0", "55 | 11.0", "56 | 10", "83 | 10"), {90: PASS})
    is_aiha(anemia(90, "30 | 10", "55 | 10", "56 | 11.0", "83 | 11.0"), {90: PASS})
    # day 55 moved to 56 leaves one result in the earlier block, and 10 the median of the later
    is_aiha(anemia(90, "30 | 11.0", "56 | 11.0", "57 | 10", "83 | 10"), {90: FAIL}, **OPEN)


def test_the_median_of_a_block():
    """Of four results the mean of the middle two, so one outlier makes no baseline."""
    is_aiha(anemia(90, "60 | 10", "65 | 10.9", "70 | 11.1", "75 | 15"), {90: PASS})
    is_aiha(anemia(90, "60 | 10", "65 | 10.9", "70 | 11.0", "75 | 15"), {90: FAIL}, **OPEN)


def test_the_oldest_block():
    """On day 200 the sixth block holds days 26 … 53; day 25 is out of reach."""
    is_aiha(anemia(200, "26 | 11", "53 | 11", "190 | 10", "193 | 10"), {200: PASS})
    is_aiha(anemia(200, "25 | 11", "53 | 11", "190 | 10", "193 | 10"), {200: FAIL}, **OPEN)


def test_only_results_since_engraftment():
    """A result on the engraftment day counts, one on the day before does not."""
    is_aiha(anemia(90, "60 | 11", "61 | 11", since=60), {90: PASS})
    is_aiha(anemia(90, "60 | 11", "61 | 11", since=61), {90: UNKNOWN}, **OPEN)


def test_engraftment_by_results():
    """*e* is the first day of the run, though known only on the day of its third result."""
    patient = """
        day    | neutrophils | hemoglobin
         5     | 0.1         |
        40..42 | 0.6         | {before}
        90     |             | 9.0

        day | dat      | ldh | haptoglobin
         90 | positive | 600 | 10
        """
    # days 40 and 41 of the block 28 … 55 are since engraftment already; a median of three
    is_aiha(patient.format(before="11.0"), {90: PASS})
    is_aiha(patient.format(before="10.9"), {90: FAIL}, **OPEN)


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ("20 | 0.2 |", PASS),  # a new nadir: no engraftment on day 28, and the baseline is that since day 0
        ("20 | 0.2 |\n26 | 0.7 |", UNKNOWN),  # perhaps engrafted again: nobody knows since when
    ],
)
def test_an_engraftment_that_was_taken_back(later: str, expected: str):
    """The gate reads day 14, when neutrophils had engrafted; the baseline reads the day of the count."""
    patient = f"""
        day | neutrophils | hemoglobin
          2 | 1.0         | 13
          4 | 1.1         | 13
          6 | 1.2         | 13
        {later}
         28 |             | 9.0

        day | dat      | ldh | haptoglobin
         28 | positive | 600 | 10
        """
    is_aiha(patient, {27: FAIL, 28: expected}, **OPEN)


def test_several_results_of_one_day_are_one():
    """The lowest hemoglobin of the day, and one daily result for the block."""
    is_aiha(anemia(90, "60 | 11", "60 | 12"), {90: UNKNOWN}, **OPEN)
    is_aiha(anemia(90, "60 | 11", "60 | 10", "61 | 11"), {90: FAIL}, **OPEN)


def test_no_baseline_is_unknown():
    """Unless the hemoglobin is no anemia anyway."""
    is_aiha(anemia(90, "60 | 13"), {90: UNKNOWN}, **OPEN)
    is_aiha(anemia(90, "60 | 13").replace("9.0", "10.0"), {90: FAIL}, **OPEN)


def test_the_fewest_results():
    """`baseline_results_min` is inclusive."""
    is_aiha(anemia(90, "60 | 13"), {90: PASS}, baseline_results_min=1)
    is_aiha(anemia(90, "60 | 13", "61 | 13"), {90: UNKNOWN}, baseline_results_min=3, **OPEN)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (("110 | 11", "193 | 11"), {200: PASS}),
        (("109 | 11", "193 | 11"), {200: UNKNOWN}),
        (("110 | 11", "194 | 11"), {200: UNKNOWN}),
        (("110 | 12", "150 | 10.9", "193 | 10"), {200: FAIL}),
        (("110 | 12", "150 | 11.0", "193 | 10"), {200: PASS}),
    ],
)
def test_the_median_of_90_days(before: tuple[str, ...], expected: Expected):
    """The other reading: one median over days c−90 … c−7, here 110 … 193."""
    is_aiha(anemia(200, *before), expected, baseline_statistic="median_90d", **OPEN)


def test_the_median_of_90_days_is_lower_than_the_best_block():
    """The two readings differ where an old high block is outweighed."""
    before = ("112 | 13", "115 | 13", "160 | 10", "165 | 10", "170 | 10")
    is_aiha(anemia(200, *before), {200: PASS})
    is_aiha(anemia(200, *before), {200: FAIL}, baseline_statistic="median_90d", **OPEN)


def test_its_parameters():
    """Lag, length and number of the blocks, and the start of the long median."""
    is_aiha(anemia(90, "60 | 11.0", "84 | 11.0"), {90: PASS}, baseline_lag_days=6)
    is_aiha(anemia(90, "50 | 11.0", "83 | 11.0"), {90: UNKNOWN}, **OPEN)
    is_aiha(anemia(90, "50 | 11.0", "83 | 11.0"), {90: PASS}, baseline_block_days=34)
    is_aiha(anemia(90, "30 | 11", "55 | 11", "60 | 10", "83 | 10"), {90: FAIL}, baseline_blocks=1, **OPEN)
    is_aiha(anemia(200, "109 | 11", "193 | 11"), {200: PASS}, baseline_statistic="median_90d", baseline_median_days=91)
