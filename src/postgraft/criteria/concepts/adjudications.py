"""Chart reviews by the site, which override what was computed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.block import Block
from postgraft.timeline.verdict import Verdict


@dataclass(frozen=True)
class Rulings:
    """Adjudicated verdicts of one criterion: ``cells`` (rows, days), -1 where nothing was ruled.

    ``since`` (same shape) is the start day of the ruling in force, which may be before day 0.
    """

    rows: NDArray[np.int64]
    cells: NDArray[np.int8]
    since: NDArray[np.int32]

    def over(self, computed: Verdict) -> Verdict:
        """The computed verdict where nothing was ruled, else the ruling."""
        if self.rows.size == 0:
            return computed
        cells = np.array(computed.full())
        cells[self.rows] = np.where(self.cells >= 0, self.cells, cells[self.rows])
        return computed.shape.dense(cells)


def adjudicated(block: Block, name: str) -> Rulings:
    """Rulings on a criterion or component; where rows overlap the latest start wins, then the worse verdict."""
    table = block.tables["adjudications"]
    table = table.where(table.isin("criterion", (name,)))
    if not len(table):
        none = np.empty((0, block.shape.days))
        return Rulings(np.empty(0, np.int64), none.astype(np.int8), none.astype(np.int32))
    rows, local = np.unique(table.row, return_inverse=True)
    cells = np.full((rows.size, block.shape.days), -1, np.int8)
    since = np.zeros(cells.shape, np.int32)
    order = np.lexsort((-table["verdict"], table.day, table.row))
    for i in order.tolist():
        days = slice(max(int(table.day[i]), 0), max(int(table["end"][i]) + 1, 0))
        cells[local[i], days] = table["verdict"][i]
        since[local[i], days] = table.day[i]
    return Rulings(np.asarray(rows, np.int64), cells, since)
