"""Views of rows from days of their own, in batches of like length."""

import numpy as np
import pytest
from unit.cohorts import bare

import postgraft as pg
from postgraft.timeline.block import SMALL, Views, by_length

DAYS = 401


@pytest.fixture(scope="module")
def block():
    seen = pg.evaluate(bare(3, DAYS - 1), pg.load_protocol()).observations
    return seen.block(np.arange(3))


def days_of(view):
    """Cells that name the day counted from the view's own first day."""
    return np.broadcast_to(np.arange(view.shape.days), (view.shape.rows, view.shape.days))


def test_a_view_counts_from_its_own_first_day(block):
    views = Views.of(block, np.array([0, 2]), np.array([100, 3]), np.array([110, 400]))
    assert views.at(np.array([0, 0, 1]), np.array([100, 110, 400]), days_of).tolist() == [0, 10, 397]


def test_a_view_may_begin_before_day_0_and_be_longer_than_the_block(block):
    """An onset on day 3, with the fortnight before it, seen to the last day."""
    views = Views.of(block, np.array([1]), np.array([-11]), np.array([DAYS - 1]))
    [held] = views.blocks
    assert held.shape.days == DAYS + 11
    assert held.last.tolist() == [DAYS - 1 + 11]
    assert views.at(np.array([0, 0]), np.array([-11, DAYS - 1]), days_of).tolist() == [0, DAYS + 10]


def test_one_row_may_have_several_views(block):
    views = Views.of(block, np.array([1, 1, 1]), np.array([0, 50, 90]), np.array([400, 400, 95]))
    at = views.at(np.array([2, 0, 1]), np.array([90, 90, 90]), lambda view: days_of(view).astype(np.int64))
    assert at.tolist() == [0, 90, 40]


def test_views_of_many_rows_are_held_by_length():
    """Each is in one batch that is long enough; short ones are not held as long as the longest."""
    needed = np.random.default_rng(2).integers(1, 900, SMALL // 400)
    batches = list(by_length(needed, 900))
    assert len(batches) > 1
    assert sorted(np.concatenate([chosen for chosen, _ in batches]).tolist()) == list(range(needed.size))
    assert all(needed[chosen].max() == days for chosen, days in batches)


def test_no_view_at_all(block):
    none = np.empty(0, np.int64)
    assert Views.of(block, none, none, none).at(none, none, days_of).size == 0
