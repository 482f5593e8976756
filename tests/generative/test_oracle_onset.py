"""Vectors worked out by hand from criteria.md: the range of the onset."""

from __future__ import annotations

from oracle.kleene import PASS, UNKNOWN
from vectors import ALL, MARROW, cond, episodes, itp_rows, m


def test_onset_range() -> None:
    rows = [*itp_rows(), MARROW]
    found = episodes("itp", 200, measurements=rows)
    onset = found[72].onset
    # spell from 70, first onset PASS on 72: 72 - 29 < 70
    assert (onset.o_early, onset.o_late, onset.h_early, onset.h_late) == (70, 70, 70, 70)
    assert found[71].onset is None
    # marrow 100 days after the fall: the onset is 29 days before it, not the fall
    rows = [*itp_rows(), m(170, "marrow_megakaryocytes", "normal")]
    onset = episodes("itp", 200, measurements=rows)[175].onset
    assert (onset.o_early, onset.o_late) == (141, 141)


def test_onset_range_without_a_sure_onset() -> None:
    found = episodes("itp", 100, {**ALL, "conditions": []}, measurements=itp_rows())
    onset = found[90].onset
    assert found[90].active is UNKNOWN
    # wide spell from 70; last count day that is not FAIL is 84
    assert (onset.o_early, onset.o_late, onset.h_early, onset.h_late) == (70, 84, 70, 84)
    onset = episodes("itp", 40)[30].onset
    assert (onset.o_early, onset.o_late) == (0, 30)


def test_a_diagnosis_makes_the_spell_sure_from_the_latest_count_day() -> None:
    found = episodes("itp", 100, {**ALL, "conditions": []}, measurements=itp_rows(), conditions=[cond(90, None, "itp")])
    onset = found[90].onset
    assert found[89].active is UNKNOWN
    assert found[90].active is PASS
    # wide from 70; on 90 the latest filled count day is 84, and 90 - 29 < 84
    assert (onset.o_early, onset.o_late, onset.h_early, onset.h_late) == (70, 84, 70, 84)
