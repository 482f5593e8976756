"""Batches of rows that need about as many days, so that a short history costs a short grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.block import Block
from postgraft.timeline.events import Ints

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
