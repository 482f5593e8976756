"""A block: some thousands of transplants, one row each, with everything known about them by day."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
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
