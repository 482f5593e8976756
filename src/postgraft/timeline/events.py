"""Dated rows of one table, grouped by block row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer]
OPEN_END = np.int32(1_000_000)
"""End day of a span that was never closed: beyond every day that can be observed."""


def ragged(starts: Ints, stops: Ints) -> NDArray[np.int64]:
    """Indices of the slices [starts[i], stops[i]) laid end to end, shape (sum of lengths,)."""
    lengths = np.asarray(stops, np.int64) - np.asarray(starts, np.int64)
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if ends.size else 0
    return np.asarray(np.arange(total) + np.repeat(np.asarray(starts, np.int64) - (ends - lengths), lengths))


@dataclass(frozen=True)
class Events:
    """Dated rows of one table: row i of the block owns ``offsets[i]:offsets[i + 1]``, by day.

    ``offsets`` has shape (rows + 1,); ``day`` (days since the row's day 0, may be negative) and
    every column have shape (events,). A span also has the column ``end`` (closed). A coded column
    holds positions in its ``labels``, -1 for an empty cell.
    """

    offsets: NDArray[np.int64]
    day: NDArray[np.int32]
    columns: Mapping[str, NDArray[Any]]
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of_points(cls, rows: int, row: Ints, day: Ints, **columns: NDArray[Any]) -> Events:
        """Events of a block of ``rows`` rows from points in any order."""
        order = np.lexsort((day, row))
        offsets = np.searchsorted(row[order], np.arange(rows + 1)).astype(np.int64)
        return cls(offsets, day[order].astype(np.int32), {name: c[order] for name, c in columns.items()})

    @property
    def rows(self) -> int:
        """Number of block rows."""
        return self.offsets.size - 1

    @cached_property
    def row(self) -> NDArray[np.int64]:
        """Block row of each event, ascending."""
        return np.repeat(np.arange(self.rows), np.diff(self.offsets))

    def __getitem__(self, column: str) -> NDArray[Any]:
        return self.columns[column]

    def __len__(self) -> int:
        return self.day.size

    def _gather(self, offsets: NDArray[np.int64], index: NDArray[np.intp]) -> Events:
        columns = {name: column[index] for name, column in self.columns.items()}
        return Events(offsets, self.day[index], columns, self.labels)

    def isin(self, column: str, names: Collection[str]) -> NDArray[np.bool_]:
        """Which events have one of the labels ``names`` in a coded column; an empty cell has none."""
        wanted = np.array([label in names for label in self.labels[column]] + [False])
        return np.asarray(wanted[self.columns[column]])

    def is_empty(self, column: str) -> NDArray[np.bool_]:
        """Which events have an empty cell in a coded column."""
        return np.asarray(self.columns[column] == -1)

    def where(self, keep: NDArray[np.bool_]) -> Events:
        """Only the events that ``keep`` (shape (events,)) marks."""
        if keep.all():
            return self
        kept = np.concatenate([[0], np.cumsum(keep)])
        return self._gather(kept[self.offsets], np.flatnonzero(keep))

    def take(self, rows: Ints) -> Events:
        """The events of the given block rows, in that order; a row may be taken more than once."""
        starts, stops = self.offsets[rows], self.offsets[np.asarray(rows) + 1]
        offsets = np.concatenate([[0], np.cumsum(stops - starts)])
        return self._gather(offsets, ragged(starts, stops))

    def counted_from(self, origin: Ints | None) -> Events:
        """The same events with each row's days counted from ``origin`` (shape (rows,)); None: from day 0."""
        if origin is None:
            return self
        shift = np.asarray(origin, np.int32)[self.row]
        moved = {"end": self["end"] - shift} if "end" in self.columns else {}
        return Events(self.offsets, self.day - shift, {**self.columns, **moved}, self.labels)

    @cached_property
    def _key(self) -> NDArray[np.int64]:
        return sort_key(self.row, self.day)

    def until(self, row: Ints, day: Ints) -> NDArray[np.int64]:
        """For each point: how many events in all lie in earlier rows, or in its row on days <= ``day``."""
        return np.asarray(np.searchsorted(self._key, sort_key(row, day), side="right"), np.int64)

    def latest(self, row: Ints, day: Ints, within: int | None = None) -> NDArray[np.int64]:
        """Index of the row's latest event on days day-within+1 ... day (closed; None: ever), else -1."""
        row, day = np.asarray(row), np.asarray(day)
        index = self.until(row, day) - 1
        found = index >= self.offsets[row]
        if within is not None and len(self):
            found &= self.day[np.where(found, index, 0)] > day - within
        return np.asarray(np.where(found, index, -1), np.int64)

    def count(self, row: Ints, first: Ints, last: Ints) -> NDArray[np.int64]:
        """Number of the row's events on days first ... last (closed)."""
        until_first = self.until(row, np.asarray(first) - 1)
        return np.asarray(np.maximum(self.until(row, last) - until_first, 0), np.int64)

    def next_day(self) -> NDArray[np.int32]:
        """Day of the following event of the same row, ``OPEN_END`` for its last; shape (events,)."""
        following = np.full(len(self), OPEN_END, np.int32)
        if len(self) > 1:
            same = self.row[1:] == self.row[:-1]
            following[:-1][same] = self.day[1:][same]
        return following


def distinct(ascending: NDArray[np.int64]) -> NDArray[np.int64]:
    """The different values of an ascending array."""
    return np.asarray(ascending[np.append(True, ascending[1:] != ascending[:-1])[: ascending.size]])


def distinct_columns(*rows: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The different columns of a table given row by row, ascending, and the place of each given one among them."""
    table = np.stack([np.asarray(row, np.int64) for row in rows])
    order = np.lexsort(table[::-1])  # ``np.unique`` of an axis takes several times as long
    ordered = table[:, order]
    first = np.append(True, (ordered[:, 1:] != ordered[:, :-1]).any(axis=0))[: order.size]
    place = np.empty(order.size, np.int64)
    place[order] = np.cumsum(first) - 1
    return ordered[:, first], place


def sort_key(row: Ints, day: Ints) -> NDArray[np.int64]:
    """One ascending number for (row, day), with room for days before day 0."""
    bounded = np.clip(np.asarray(day, np.int64), -OPEN_END, OPEN_END)
    return np.asarray(np.asarray(row, np.int64) * 4_000_000 + 2_000_000 + bounded, np.int64)


def points_of(*sources: Events) -> Events:
    """The distinct days from day 0 on that occur in one of the sources, row by row."""
    keys = distinct(np.sort(np.concatenate([source._key[source.day >= 0] for source in sources])))
    row, day = np.divmod(keys - 2_000_000, 4_000_000)
    offsets = np.searchsorted(row, np.arange(sources[0].rows + 1))
    return Events(offsets.astype(np.int64), day.astype(np.int32), {})
