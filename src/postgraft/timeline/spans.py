"""Disjoint spans of days, and chains of events that reach some days on."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.events import OPEN_END, Ints, sort_key
from postgraft.timeline.verdict import Cells

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
