"""Disjoint spans of days, runs of verdicts and chains of events, by hand and against a slow count."""

import numpy as np
import pytest

from postgraft.timeline.spans import NEVER, Spans, chains, runs
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def spans(*found):
    return Spans(*(np.array(column, np.int64) for column in zip(*found, strict=True)))


def listed(found):
    return list(zip(found.row.tolist(), found.start.tolist(), found.end.tolist(), strict=True))


THREE = spans((0, 5, 9), (0, 20, 20), (2, -3, 4))
NONE = spans((0, 0, 0)).where(np.array([False]))


def test_holding_tells_the_span_by_its_first_and_last_day():
    row = np.array([0, 0, 0, 0, 0, 1, 2, 2, 2])
    day = np.array([4, 5, 9, 10, 20, 5, -3, 4, 5])
    assert THREE.holding(row, day).tolist() == [-1, 0, 0, -1, 1, -1, 2, 2, -1]
    assert NONE.holding(row, day).tolist() == [-1] * 9


def test_next_day_is_today_inside_a_span_and_stays_in_the_row():
    row = np.array([0, 0, 0, 0, 0, 1, 2])
    day = np.array([0, 7, 10, 20, 21, 0, -9])
    assert THREE.next_day(row, day).tolist() == [5, 7, 20, 20, NEVER, NEVER, -3]
    assert NONE.next_day(row, day).tolist() == [NEVER] * 7


def test_last_day_is_today_inside_a_span_and_stays_in_the_row():
    row = np.array([0, 0, 0, 0, 1, 2, 2])
    day = np.array([4, 7, 15, 99, 99, -4, 99])
    assert THREE.last_day(row, day).tolist() == [-NEVER, 7, 9, 20, -NEVER, -NEVER, 4]
    assert NONE.last_day(row, day).tolist() == [-NEVER] * 7


def test_spans_are_joined_by_row_and_start():
    assert listed(Spans.joined(spans((2, 1, 1)), NONE, spans((0, 8, 9), (0, 3, 4)))) == [
        (0, 3, 4), (0, 8, 9), (2, 1, 1),
    ]  # fmt: skip


def test_runs_begin_and_end_at_the_edges_of_the_cells():
    cells = np.array([[PASS, UNKNOWN, FAIL, PASS], [FAIL, FAIL, FAIL, FAIL], [UNKNOWN, PASS, PASS, FAIL]], np.int8)
    rows = np.array([4, 7, 9])
    assert listed(runs(rows, cells, PASS)) == [(4, 0, 0), (4, 3, 3), (9, 1, 2)]
    assert listed(runs(rows, cells, UNKNOWN)) == [(4, 0, 1), (4, 3, 3), (9, 0, 2)]
    assert listed(runs(rows, cells[:, :0], PASS)) == []


@pytest.mark.parametrize(
    ("second", "found"),
    [(14, [(0, 10, 20)]), (15, [(0, 10, 14), (0, 15, 20)])],
    ids=["on the last day reached", "on the day after"],
)
def test_an_event_carries_a_chain_on_only_inside_it(second, found):
    assert listed(chains(np.array([0, 0]), np.array([10, second]), np.array([14, 20]))) == found


def test_a_chain_lasts_as_long_as_its_farthest_event_reaches():
    row, day, until = np.array([0, 0, 0]), np.array([30, 10, 12]), np.array([31, 40, 15])
    assert listed(chains(row, day, until)) == [(0, 10, 40)]
    assert listed(chains(row[:0], day[:0], until[:0])) == []


def test_chains_are_those_of_a_day_by_day_count():
    random = np.random.default_rng(1)
    for _ in range(200):
        size = int(random.integers(0, 12))
        row, day = random.integers(0, 3, size), random.integers(-5, 60, size)
        until = day + random.integers(0, 12, size)
        expected = []
        for r, d, u in sorted(zip(row.tolist(), day.tolist(), until.tolist(), strict=True)):
            if expected and expected[-1][0] == r and d <= expected[-1][2]:
                expected[-1] = (r, expected[-1][1], max(expected[-1][2], u))
            else:
                expected.append((r, d, u))
        assert listed(chains(row, day, until)) == expected
