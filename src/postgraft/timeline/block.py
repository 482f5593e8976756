"""A block: some thousands of transplants, one row each, with everything known about them by day.

Batches of rows that need about as many days, so that a short history costs a short grid.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.events import OPEN_END, Events, Ints
from postgraft.timeline.measure import Measure
from postgraft.timeline.verdict import Shape

T = TypeVar("T")


class Completeness(Protocol):
    """Where the absence of a row means "no"."""

    def table(self, name: str, /) -> bool:
        """Whether the whole table is declared complete."""

    def condition(self, name: str, /) -> bool:
        """Whether the table of conditions is declared complete for this condition."""


@dataclass(frozen=True, eq=False)
class Block:
    """Rows are transplants; column d is day d after the infusion (day 0).

    ``first`` and ``last`` (shape (rows,)) are the first and last observed day, both included; ``last`` may be
    before ``first``: never observed. ``recorded_from`` (same shape) is the day before which no table is
    complete, ``-OPEN_END`` where none is known. ``facts`` holds what does not change, one value a row; coded facts
    (sex, indication) hold positions in ``labels``. ``tables`` and ``measures`` hold only rows known by ``last``.
    """

    shape: Shape
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    recorded_from: NDArray[np.int32]
    facts: Mapping[str, NDArray[Any]]
    labels: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, Events]
    analyte_events: Callable[[str], Events]
    complete: Completeness
    memo: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The value of ``compute``, computed at the first call with this key."""
        if key not in self.memo:
            self.memo[key] = compute()
        found: T = self.memo[key]
        return found

    def measure(self, analyte: str) -> Measure:
        """Daily results of one analyte."""
        return self.once(("measure", analyte), lambda: Measure(self.shape, self.analyte_events(analyte)))

    def complete_since(self, table: str) -> NDArray[np.int32]:
        """First day from which no row in the table means none, shape (rows,); ``OPEN_END`` if never."""
        never = np.full(self.shape.rows, OPEN_END, np.int32)
        return self.recorded_from if self.complete.table(table) else never

    def fact_is(self, fact: str, *names: str) -> NDArray[np.bool_]:
        """Which rows have one of the labels in a coded fact, shape (rows,)."""
        wanted = np.array([label in names for label in self.labels[fact]] + [False])
        return np.asarray(wanted[self.facts[fact]])

    def observed_days(self) -> NDArray[np.bool_]:
        """Which days are observed, shape (rows, days)."""

        def inside() -> NDArray[np.bool_]:
            day = np.arange(self.shape.days, dtype=np.int32)[None, :]
            return np.asarray((day >= self.first[:, None]) & (day <= self.last[:, None]))

        return self.once("observed days", inside)

    def take(self, rows: Ints, days: int | None = None, origin: Ints | None = None) -> Block:
        """The given rows (one may be taken more than once), with the first ``days`` days.

        With ``origin`` (shape (rows,)) each row's days are counted from that day instead of day 0, so there may be
        more of them; facts stay.
        """
        start = np.zeros(len(rows), np.int64) if origin is None else np.asarray(origin)
        shape = Shape(len(rows), days or self.shape.days)
        return Block(
            shape,
            (self.first[rows] - start).astype(np.int32),
            (self.last[rows] - start).astype(np.int32),
            (self.recorded_from[rows] - start).astype(np.int32),
            {name: values[rows] for name, values in self.facts.items()},
            self.labels,
            {name: events.take(rows).counted_from(origin) for name, events in self.tables.items()},
            lambda analyte: self.measure(analyte).events.take(rows).counted_from(origin),
            self.complete,
        )


STEPS = (32, 96, 256, 640)
SMALL = 100_000
"""Cells of a grid up to which an array operation costs about as much as on any smaller one."""


def by_length(days_needed: Ints, days: int) -> Iterator[tuple[NDArray[np.int64], int]]:
    """Indices of the rows that need up to so many days, and that number; no more than ``days``."""
    shorter = 0
    needed = np.clip(days_needed, 1, days)
    if 0 < needed.size * int(needed.max(initial=0)) <= SMALL:
        yield np.arange(needed.size), int(needed.max())
        return
    for step in sorted({min(step, days) for step in (*STEPS, days)}):
        chosen = np.flatnonzero((needed > shorter) & (needed <= step))
        if chosen.size:
            yield chosen, int(needed[chosen].max())
        shorter = step


@dataclass(frozen=True)
class Views:
    """Views of some rows of a block, each from a day of its own; views of like length are held together in a block.

    ``first`` (shape (views,)): the block day that is day 0 of the view. ``start`` (the same shape): where day 0 of a
    view stands in the cells of ``blocks`` laid end to end.
    """

    first: NDArray[np.int64]
    start: NDArray[np.int64]
    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, block: Block, row: Ints, first: Ints, last: Ints) -> Views:
        """A view of block row ``row`` from day ``first`` to day ``last`` (closed), for each of the three arrays."""
        row, first, last = (np.asarray(days, np.int64) for days in (row, first, last))
        needed = last - first + 1  # more than the block's days where a view begins before day 0
        start, blocks, cells = np.zeros_like(first), [], 0
        for some, days in by_length(needed, int(needed.max(initial=1))):
            blocks.append(block.take(row[some], days, first[some]))
            start[some] = cells + np.arange(some.size) * days
            cells += some.size * days
        return cls(first, start, tuple(blocks))

    def at(self, view: Ints, day: Ints, compute: Callable[[Block], NDArray[Any]]) -> NDArray[Any]:
        """Cells of ``compute`` at points: ``view`` is a position, ``day`` a day of the block the views were made of."""
        view = np.asarray(view)
        if view.size == 0:
            return np.empty(0, np.int8)
        cells = np.concatenate([compute(block).ravel() for block in self.blocks])
        return np.asarray(cells[self.start[view] + day - self.first[view]])
