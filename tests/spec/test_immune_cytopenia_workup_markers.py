"""I5a, the work-up verdict: markers of hemolysis."""

import pytest
from spec.cytopenias import aiha
from spec.patient import BASE, FAIL, PASS, UNKNOWN, outcome
from spec.workup import OPEN, VERDICTS, is_aiha

from postgraft.analysis.computability import own_limits


def hemolysis(header: str, *rows: str) -> str:
    """An anemia with a positive DAT and these markers only."""
    return aiha(markers="-300 | |") + f"day | {header}\n" + "\n".join(rows)


@pytest.mark.parametrize(
    ("ldh", "haptoglobin", "verdict"),
    [
        ("247", "29", PASS),
        ("246", "29", UNKNOWN),  # reticulocytes and bilirubin may still make the second
        ("247", "30", UNKNOWN),
        ("280 [..280]", "29", UNKNOWN),  # its own upper limit, not the fallback
        ("281 [..280]", "29", PASS),
        ("247", "29 [25..]", UNKNOWN),  # its own lower limit
        ("200 [..190]", "35 [36..]", PASS),
        ("246", "30", UNKNOWN),
        (">246", "<30", PASS),
        (">=246", "29", UNKNOWN),  # may be 246
        ("247", "<=30", UNKNOWN),  # may be 30
        (">600", "<=29", PASS),
        ("247", "<31", UNKNOWN),
        ("<600", "29", UNKNOWN),
        (">280 [..280]", "<25 [25..]", PASS),
        (">246 [..280]", "<25 [25..]", UNKNOWN),
    ],
)
def test_two_markers_beyond_their_limits(ldh: str, haptoglobin: str, verdict: str):
    """Strictly beyond the row's own limit, else the fallback (LDH 246 U/L, haptoglobin 30 mg/dL)."""
    is_aiha(hemolysis("ldh | haptoglobin", f"90 | {ldh} | {haptoglobin}"), VERDICTS[verdict], **OPEN)


@pytest.mark.parametrize(
    ("haptoglobin", "verdict"),
    [
        ("25 [20..200]", UNKNOWN),
        ("25 [6..200]", UNKNOWN),  # a fifth of 30
        ("25 [5.9..200]", PASS),  # less than a fifth: haptoglobin of 25 is held against 30
        ("149 [150..300]", PASS),  # five times 30
        ("149 [151..300]", UNKNOWN),
        ("25 [0..200]", PASS),  # a range, but no limit of a low haptoglobin
        ("25 [200..20]", PASS),  # no range
        ("25 [20..20]", PASS),
        ("25 [-20..20]", PASS),
        ("25 [20..]", UNKNOWN),
        ("25 [..200]", PASS),
        ("25 [0..]", PASS),
    ],
)
def test_reference_limits_that_count(haptoglobin: str, verdict: str):
    """Own limits count if 0 ≤ lower < upper, or positive where alone, and within a factor 5 of the fallback."""
    is_aiha(hemolysis("ldh | haptoglobin", f"90 | 600 | {haptoglobin}"), VERDICTS[verdict], **OPEN)


def test_upper_reference_limits_that_count():
    """The same for LDH, of which 49.2 U/L is a fifth of the fallback and 1230 U/L five times it."""
    for ldh, verdict in (
        ("240 [..49.2]", PASS), ("240 [..49.1]", UNKNOWN), ("247 [..1230]", UNKNOWN), ("247 [..1231]", PASS),
        ("247 [300..280]", PASS), ("247 [..0]", PASS),
    ):  # fmt: skip
        is_aiha(hemolysis("ldh | haptoglobin", f"90 | {ldh} | 10"), VERDICTS[verdict], **OPEN)
    far = hemolysis("ldh | haptoglobin", "90 | 247 [..1231] | 10")
    is_aiha(far, {90: UNKNOWN}, reference_limit_factor_max=6, **OPEN)
    limits = own_limits(outcome(far).extract, BASE).set_index("analyte").loc["ldh"]
    assert limits[["fallback", "results", "own", "left_aside"]].tolist() == [246, 1, 1, 1]


@pytest.mark.parametrize(
    ("percent", "absolute", "verdict"),
    [
        ("2.6", "", PASS),
        ("2.5", "", FAIL),
        ("", "101", PASS),
        ("", "100", FAIL),
        ("2.5", "101", PASS),
        ("2.6", "100", PASS),
        ("2.5 [..2.0]", "", PASS),
        ("", "101 [..120]", FAIL),
        (">2.5", "", PASS),
        ("<2.5", "", FAIL),
        ("<3", "", UNKNOWN),
        ("<3", "100", UNKNOWN),
        ("<3", "101", PASS),
    ],
)
def test_reticulocytes_by_either_measure(percent: str, absolute: str, verdict: str):
    """As % (2.5) or absolute (100): one available that is increased suffices. LDH is the other marker."""
    header = "ldh | haptoglobin | bilirubin_indirect | reticulocytes_percent | reticulocytes"
    is_aiha(hemolysis(header, f"90 | 600 | 100 | 0.5 | {percent} | {absolute}"), VERDICTS[verdict], **OPEN)


def test_fewer_than_two_are_possible():
    """FAIL where even the unknown ones could not make two: three are normal."""
    header = "ldh | haptoglobin | bilirubin_indirect"
    is_aiha(hemolysis(header, "90 | 600 | 100 | 0.5"), {90: UNKNOWN}, **OPEN)
    is_aiha(hemolysis(header, "90 | 200 | 100 | 0.5"), {90: FAIL}, **OPEN)


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        (["90 | 600 | 0.9 |  |"], PASS),
        (["90 | 600 | 0.8 |  |"], UNKNOWN),
        (["90 | 600 | 0.9 [..1.0] |  |"], UNKNOWN),
        (["90 | 600 |  | 1.4 | 0.5"], PASS),  # 0.9
        (["90 | 600 |  | 1.4 | 0.6"], UNKNOWN),  # 0.8 to 1e-9
        (["90 | 600 |  | 1.4 |"], UNKNOWN),  # no direct one to subtract
        (["77 | 600 |  | 1.4 | 0.4", "90 | 600 | | 0.5 |"], PASS),  # day 77 has both, and is in the window
        (["76 | 600 |  | 1.4 | 0.4", "90 | 600 | | 0.5 |"], UNKNOWN),
        (["80 | 600 |  | 1.4 | 0.4", "85 | | | 0.5 | 0.4", "90 | 600 | | |"], UNKNOWN),  # the latest day with both
        (["80 | 600 | 0.5 | |", "90 | 600 |  | 1.4 | 0.4"], UNKNOWN),  # measured in the window goes first
        (["90 | 600 |  | >1.4 | 0.6"], PASS),
        (["90 | 600 |  | >=1.4 | 0.6"], UNKNOWN),
        (["90 | 600 |  | <3 | 0.6"], UNKNOWN),
        (["90 | 600 |  | 1.4 | <0.6"], PASS),
        (["90 | 600 |  | >1.2 | <0.4"], PASS),
        (["90 | 600 |  | >3 | >0.2"], UNKNOWN),  # pulled to both sides
        (["80 | 600 |  | 3 | 0.2", "90 | | | <3 | <0.2"], UNKNOWN),  # the latest day with both
        (["90 | 600 |  | 1.4 [..3.0] | 0.4"], PASS),  # against the fallback, not the limit of the total
    ],
)
def test_indirect_bilirubin(rows: list[str], verdict: str):
    """The measured one in the window, else total − direct of the latest day with both, against 0.8 mg/dL."""
    header = "ldh | bilirubin_indirect | bilirubin_total | bilirubin_direct"
    is_aiha(hemolysis(header, *rows), VERDICTS[verdict], **OPEN)


def test_chemistry_is_current_for_14_days():
    """Day 77 is in the window of day 90, day 76 is not; the latest result in it speaks."""
    is_aiha(aiha(markers="77 | 600 | 10"), {90: PASS})
    is_aiha(aiha(markers="76 | 600 | 10"), {90: UNKNOWN}, **OPEN)
    is_aiha(aiha(markers="76 | 600 | 10"), {90: PASS}, chemistry_window_days=15)
    is_aiha(aiha(markers="80 | 600 | 10\n90 | 200 | 10"), {90: UNKNOWN}, **OPEN)


def test_the_worst_of_one_day():
    """The highest LDH, the lowest haptoglobin."""
    is_aiha(aiha(markers="90 | 600 | 10\n90 | 200 | 100"), {90: PASS})


def test_parameters_of_hemolysis():
    """The number of markers and every fallback limit."""
    one = hemolysis("ldh", "90 | 600")
    is_aiha(one, {90: PASS}, hemolysis_markers_min=1)
    header = "ldh | haptoglobin | bilirubin_indirect | reticulocytes_percent | reticulocytes"
    normal = hemolysis(header, "90 | 240 | 35 | 0.7 | 2 | 90")
    is_aiha(normal, {90: FAIL}, **OPEN)
    is_aiha(normal, {90: PASS}, ldh_upper_limit=239, haptoglobin_lower_limit=36)
    is_aiha(normal, {90: PASS}, bilirubin_indirect_upper_limit=0.6, reticulocytes_upper_limit=89)
    is_aiha(normal, {90: PASS}, bilirubin_indirect_upper_limit=0.6, reticulocytes_percent_upper_limit=1.9)
