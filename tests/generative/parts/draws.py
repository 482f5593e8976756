"""Small random choices, made so that the simplest outcome is the one a shrinker goes to."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")
Number = TypeVar("Number", int, float)
Row = dict[str, Any]
Rows = dict[str, list[Row]]

EDGES = (0, 1, 6, 7, 8, 13, 14, 15, 20, 21, 27, 28, 29, 30, 41, 42, 43, 55, 56, 57, 59, 60, 89, 90, 91)
"""Distances at which windows of the contract begin or end, and their neighbours."""


def chance(r: random.Random, probability: float) -> bool:
    return r.random() > 1 - probability


def edge(r: random.Random) -> int:
    return r.choice(EDGES)


def near(r: random.Random, value: Number, step: Number) -> Number:
    """The value itself or a step below or above, free of binary noise."""
    return round(value + r.choice((0, -1, 1)) * step, 6)


def subset(r: random.Random, of: Sequence[T], most: int) -> list[T]:
    """Up to `most` different members."""
    return list(dict.fromkeys(r.choice(of) for _ in range(r.randrange(most + 1))))


@dataclass
class Plan:
    """The course that the parts of one patient share; days from the first allogeneic transplant.

    `last`: last contact; `fall`: counts fall; `up`: they recover; `again`: they fall once more; `bridge`: hemoglobin
    is low of another cause from then to the fall; `grafts`: days of allogeneic transplants.
    """

    last: int
    fall: int
    up: int
    again: int
    bridge: int | None = None
    grafts: list[int] = field(default_factory=lambda: [0])
    tables: Rows = field(default_factory=dict)

    def add(self, table: str, **row: Any) -> None:
        self.tables.setdefault(table, []).append(row)

    def anchor(self, r: random.Random) -> int:
        return r.choice((self.fall, self.fall, self.up, self.again))

    def around(self, r: random.Random) -> int:
        """A day at an edge after (or before) one of the turning points."""
        return self.anchor(r) + r.choice((1, 1, 1, -1)) * edge(r)

    def any_day(self, r: random.Random) -> int:
        return r.randrange(-40, max(self.last, 0) + 11)

    def span(self, r: random.Random) -> tuple[int, int | None]:
        """A start, and an end or none."""
        start = self.around(r) if chance(r, 0.6) else self.any_day(r)
        return start, None if chance(r, 0.35) else start + edge(r)
