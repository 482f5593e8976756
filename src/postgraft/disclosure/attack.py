"""What a reader who adds and subtracts can find out: the attack that nothing printed may fall to.

The reader is taken to know more than any real one: for every kind of patient, kinds being told apart by which of the
printed counts they are in, that there are such patients, and so how all the counts nest and overlap. Unknown is only
how many there are of each kind. Every printed count bounds the sum of some of these numbers. A count is recovered if
all numbers within all bounds give it the same value. A real reader knows fewer of these relations, and recovers
less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.bool_]
Numbers = NDArray[np.int64]

SECONDS = 20.0
"""For one integer program; one that takes longer counts as not solved, and what it asks about as recovered."""


@dataclass(frozen=True, eq=False)
class Puzzle:
    """What is printed. ``cells``: which kinds each printed count has in it, (cells, kinds); ``sizes``: true number
    of patients of each kind; ``low`` and ``high``: the bounds that each print tells, both included."""

    cells: Marks
    sizes: Numbers
    low: Numbers
    high: Numbers

    def recovered(self, asked: Marks) -> Marks:
        """Which of the counts asked, (asked, kinds), have one possible value only."""
        left = self._settled_by_moves(asked)
        for k in np.flatnonzero(left):
            if left[k] and (other := self._other_solution(asked[k])) is not None:
                left &= asked @ other == asked @ self.sizes
        return left

    def _settled_by_moves(self, asked: Marks) -> Marks:
        """Which of the counts asked no small move changes.

        Moves: a patient more, or fewer, of one kind, or of another kind instead, while no print changes. Kinds
        that moves join are a group, with "nobody" as one more kind; a count that has some of a group in it and
        some not is changed by one of its moves.
        """
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import connected_components

        counts = self.cells @ self.sizes
        # The last kind is "nobody": in no count.
        cells = np.column_stack((self.cells, np.zeros(len(self.cells), bool)))
        full, bare = (cells[at].astype(np.float32) for at in (counts >= self.high, counts <= self.low))
        leaves = bare.sum(0)[:, None] - bare.T @ bare  # bounds broken by one fewer of a row's kind ...
        enters = full.sum(0)[None, :] - full.T @ full  # ... and one more of a column's
        _, group = connected_components(csr_matrix((leaves == 0) & (enters == 0)), directed=False)
        inside = np.column_stack((asked, np.zeros(len(asked), bool)))
        of_group = np.zeros((group.size, group.max() + 1), np.float32)
        of_group[np.arange(group.size), group] = 1
        held = inside.astype(np.float32) @ of_group
        return ~((held > 0) & (held < of_group.sum(0))).any(axis=1)

    def _other_solution(self, asked: Marks) -> Numbers | None:
        """Numbers of each kind within all bounds that give the count another value; None if there are none."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        true = int(asked @ self.sizes)
        within = [LinearConstraint(self.cells.astype(float), self.low, self.high)] if len(self.cells) else []
        for sign in (-1.0, 1.0):
            beyond = LinearConstraint(
                asked.astype(float)[None, :], *((true + 1, np.inf) if sign < 0 else (0, true - 1))
            )
            found = milp(
                np.zeros(self.sizes.size),
                constraints=[*within, beyond],
                integrality=np.ones(self.sizes.size),
                bounds=Bounds(0, np.inf),
                options={"time_limit": SECONDS},
            )
            if found.x is not None:
                return np.asarray(np.rint(found.x), np.int64)
        return None
