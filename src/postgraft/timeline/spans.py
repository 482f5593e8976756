"""Disjoint spans of days, and chains of events that reach some days on.

From dated evidence to cells: spans of days painted onto a grid.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.events import OPEN_END, Ints, sort_key
from postgraft.timeline.verdict import Cells, Shape, Verdict
from postgraft.vocabulary.verdicts import FAIL, PASS

Days = NDArray[np.int64]
NEVER = np.int64(OPEN_END)
"""A day that does not come."""
_ROOM = np.int64(4_000_000)


@dataclass(frozen=True, eq=False)
class Spans:
    """Disjoint spans of days by block row and start; arrays of one length, ``start`` and ``end`` both included.

    Subclasses add columns of the same length.
    """

    row: Days
    start: Days
    end: Days

    def columns(self) -> tuple[Days, ...]:
        """The arrays in the order of the fields."""
        return tuple(getattr(self, f.name) for f in fields(self))

    def where(self, keep: NDArray[np.bool_]) -> Self:
        """The marked spans."""
        return type(self)(*(column[keep] for column in self.columns()))

    @classmethod
    def joined(cls, *parts: Self) -> Self:
        """All spans of the parts, by row and start."""
        columns = [np.concatenate(column) for column in zip(*(part.columns() for part in parts), strict=True)]
        order = np.lexsort((columns[1], columns[0]))
        return cls(*(column[order] for column in columns))

    def holding(self, row: Ints, day: Ints) -> Days:
        """Position of the span that holds each (row, day), -1 where none does."""
        if self.row.size == 0:
            return np.full(np.shape(row), -1)
        place = np.searchsorted(sort_key(self.row, self.start), sort_key(row, day), side="right") - 1
        inside = (place >= 0) & (self.row[place] == row) & (self.end[place] >= day)
        return np.where(inside, place, -1)

    def next_day(self, row: Ints, day: Ints) -> Days:
        """The first day on or after each (row, day) that lies in a span, ``NEVER`` if none does."""
        if self.row.size == 0:
            return np.full(np.shape(row), NEVER)
        place = np.searchsorted(sort_key(self.row, self.end), sort_key(row, day), side="left")
        known = np.minimum(place, self.row.size - 1)
        found = (place < self.row.size) & (self.row[known] == row)
        return np.where(found, np.maximum(self.start[known], day), NEVER)

    def last_day(self, row: Ints, day: Ints) -> Days:
        """The last day on or before each (row, day) that lies in a span, ``-NEVER`` if none does."""
        if self.row.size == 0:
            return np.full(np.shape(row), -NEVER)
        place = np.searchsorted(sort_key(self.row, self.start), sort_key(row, day), side="right") - 1
        found = (place >= 0) & (self.row[place] == row)
        return np.where(found, np.minimum(self.end[place], day), -NEVER)


def runs(rows: Days, cells: Cells, least: int) -> Spans:
    """The runs of days with a verdict of at least ``least``; ``cells`` has a line for each of ``rows`` (ascending)."""
    held = np.zeros((cells.shape[0], cells.shape[1] + 2), np.int8)
    held[:, 1:-1] = cells >= least
    change = np.diff(held, axis=1)
    line, start = np.nonzero(change == 1)
    _, end = np.nonzero(change == -1)
    return Spans(np.asarray(rows, np.int64)[line], start, end - 1)


def like_days(states: NDArray[np.int64]) -> tuple[Days, Days, NDArray[np.int64]]:
    """Start, end and states (columns, runs) of the runs of days with the same states; these: (columns, days)."""
    start = np.flatnonzero(np.append(True, np.any(np.diff(states, axis=1) != 0, axis=0)))
    return start, np.append(start[1:], states.shape[1]) - 1, states[:, start]


def chains(row: Ints, day: Ints, until: Ints) -> Spans:
    """The chains of events in any order: an event at most on the last day reached so far belongs to the chain.

    ``until`` is the last day that an event reaches, at least its ``day``. An event on the day after the last
    one reached begins a chain of its own.
    """
    order = np.lexsort((day, row))
    row, day, until = (np.asarray(column, np.int64)[order] for column in (row, day, until))
    reached = np.maximum.accumulate(row * _ROOM + until) if row.size else row
    begins = np.append(True, row[1:] * _ROOM + day[1:] > reached[:-1])[: row.size]
    final = np.append(begins[1:], True)[: row.size]
    return Spans(row[begins], day[begins], reached[final] - row[final] * _ROOM)


def _clip(shape: Shape, row: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
    start, end = np.maximum(start, 0), np.minimum(end, shape.days - 1)
    keep = start <= end
    return row[keep], start[keep], end[keep], keep


def paint_cells(
    days: int, row: Ints, start: Ints, end: Ints, value: NDArray[Any], default: Any
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Cells of the rows touched by disjoint spans start ... end (closed), sorted by row and start.

    Returns the touched rows (ascending) and their cells, shape (touched, days), ``default`` outside spans.
    """
    new_row = np.concatenate([[True], row[1:] != row[:-1]]) if row.size else np.empty(0, bool)
    local = np.cumsum(new_row) - 1
    rows = np.asarray(row[new_row], np.int64)
    bounds = np.empty(2 * row.size + 2, np.int64)
    bounds[0], bounds[-1] = 0, rows.size * days
    bounds[1:-1:2] = local * days + start
    bounds[2:-1:2] = local * days + end + 1
    values = np.full(2 * row.size + 1, default, value.dtype)
    values[1::2] = value
    return rows, np.repeat(values, np.diff(bounds)).reshape(rows.size, days)


def paint(shape: Shape, row: Ints, start: Ints, end: Ints, value: NDArray[np.int8], default: int) -> Verdict:
    """A verdict from disjoint spans start … end (closed), sorted by row and start; ``default`` elsewhere."""
    told = value != default  # a row whose spans say nothing but the default need not be held
    row, start, end, value = row[told], start[told], end[told], np.asarray(value, np.int8)[told]
    row, start, end, keep = _clip(shape, row, start, end)
    rows, cells = paint_cells(shape.days, row, start, end, value[keep], np.int8(default))
    return shape.dense(cells) if rows.size == shape.rows else shape.of_rows(rows, cells, default)


def paint_values(shape: Shape, row: Ints, start: Ints, end: Ints, value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Numbers from disjoint spans (closed), sorted by row and start: shape (rows, days), NaN elsewhere."""
    row, start, end, keep = _clip(shape, row, start, end)
    rows, cells = paint_cells(shape.days, row, start, end, value[keep], np.nan)
    if rows.size == shape.rows:
        return np.asarray(cells)
    out = np.full((shape.rows, shape.days), np.nan)
    out[rows] = cells
    return out


def merged(row: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Disjoint spans, by row and start, that hold the same days as the given ones (closed, in any order)."""
    if row.size == 0:
        return row, start, end
    order = np.lexsort((start, row))
    row, start, end = row[order], start[order], end[order]
    room = 4 * int(OPEN_END)  # keeps the running maximum of ends inside its row
    covered = np.maximum.accumulate(np.asarray(row, np.int64) * room + end)
    begins = np.append(True, np.asarray(row, np.int64)[1:] * room + start[1:] > covered[:-1] + 1)
    final = np.append(begins[1:], True)
    return row[begins], start[begins], covered[final] - np.asarray(row[final], np.int64) * room


def cover(shape: Shape, row: Ints, start: Ints, end: Ints) -> Verdict:
    """PASS on days inside at least one of the spans start … end (closed, in any order), else FAIL."""
    if row.size == 0:
        return shape.constant(FAIL)
    row, start, end, _ = _clip(shape, row, start, end)
    row, start, end = merged(row, start, end)
    return paint(shape, row, start, end, np.full(row.size, PASS, np.int8), FAIL)


def total_by_day(shape: Shape, row: Ints, start: Ints, end: Ints, amount: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of the amounts of the spans (closed, by row, may overlap) that hold each day, shape (rows, days)."""
    row, start, end, keep = _clip(shape, row, start, end)
    amount = amount[keep]
    counts = amount != 0
    out = np.zeros((shape.rows, shape.days))
    if not counts.any():
        return out
    row, start, end, amount = row[counts], start[counts], end[counts], amount[counts]
    new = np.append(True, row[1:] != row[:-1])
    local = np.cumsum(new) - 1
    change = np.zeros((int(local[-1]) + 1, shape.days + 1))
    np.add.at(change, (local, start), amount)
    np.add.at(change, (local, end + 1), -amount)
    # Differences of running sums leave noise of about 1e-12.
    out[row[new]] = np.round(np.cumsum(change, axis=1)[:, :-1], 9)
    return out
