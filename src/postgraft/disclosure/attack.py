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

STARTS, STEPS = 12, 8
"""First moves that are tried in the search by steps, and most steps after each."""
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

    def recovered(self, asked: Marks, others: list[Numbers]) -> Marks:
        """Which of the counts asked, (asked, kinds), have one possible value only.

        ``others``: numbers of patients by kind that may be within all bounds too. Those found here are added.
        """
        left = self._settled_by_moves(asked)
        true = asked @ self.sizes
        for other in others:
            if left.any() and self._fits(other):
                left[left] = asked[left] @ other == true[left]
        for k in np.flatnonzero(left):
            if left[k]:
                found = self._by_steps(asked[k])
                found = self._by_program(asked[k]) if found is None else found
                if found is not None:
                    others.append(found)
                    left[left] = asked[left] @ found == true[left]
        return left

    def _fits(self, numbers: Numbers) -> bool:
        counts = self.cells @ numbers
        return bool(((self.low <= counts) & (counts <= self.high)).all())

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
        return np.asarray(~((held > 0) & (held < of_group.sum(0))).any(axis=1))

    def _by_steps(self, asked: Marks) -> Numbers | None:
        """The same as ``_by_program``, looked for by single moves, each the one that leaves fewest bounds broken.

        None does not mean that there are none.
        """
        other = np.append(self.sizes, 1)  # the last kind is "nobody", of whom there is always one more
        marks, cells = np.append(asked, False), np.column_stack((self.cells, np.zeros(len(self.cells), bool)))
        changes = marks[None, :].astype(np.int64) - marks[:, None]
        costs = np.where(changes != 0, self._costs(cells, other), np.inf)
        for first in np.argsort(costs, axis=None)[:STARTS]:
            moved, move, change = other.copy(), np.unravel_index(first, costs.shape), 0
            for _ in range(STEPS):
                moved[list(move)] += (-1, 1)
                moved[-1], change = 1, change + changes[move]
                if self._fits(moved[:-1]):
                    return moved[:-1]
                left = np.where(change + changes != 0, self._costs(cells, moved), np.inf)
                move = np.unravel_index(np.argmin(left), left.shape)
                if left[move] >= 0:
                    break
        return None

    def _costs(self, cells: Marks, numbers: Numbers) -> NDArray[np.float32]:
        """By how much more the bounds are broken if one of a row's kind were of a column's; infinite without one."""
        counts = cells @ numbers

        def broken(by: int) -> NDArray[np.float32]:
            found = counts + by
            return np.asarray(np.maximum(found - self.high, 0) + np.maximum(self.low - found, 0), np.float32)

        leave, enter = broken(-1) - broken(0), broken(1) - broken(0)
        inside = cells.astype(np.float32)
        both = inside.T @ ((leave + enter)[:, None] * inside)
        costs = (leave @ inside)[:, None] + (enter @ inside)[None, :] - both
        costs[numbers < 1] = np.inf
        np.fill_diagonal(costs, np.inf)
        return np.asarray(costs, np.float32)

    def _by_program(self, asked: Marks) -> Numbers | None:
        """Numbers of each kind within all bounds that give the count another value; None if there are none."""
        found = self.loosened(asked, np.zeros(len(self.cells), bool))
        return None if found is None else found[0]

    def loosened(self, asked: Marks, loose: Marks) -> tuple[Numbers, Marks] | None:
        """Numbers that give the count another value, and the fewest of the ``loose`` counts whose bounds they break.

        None if there are none even without the prints of all loose counts.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_matrix, hstack

        true, free = int(asked @ self.sizes), np.flatnonzero(loose)
        largest = 2 * int(self.sizes.sum()) + 1
        kinds = self.sizes.size
        broken = csr_matrix(
            (np.ones(free.size), (free, np.arange(free.size))), shape=(len(self.cells), free.size)
        )
        cells = csr_matrix(self.cells, dtype=float)
        within = [
            LinearConstraint(hstack((cells, -largest * broken)), -np.inf, self.high),
            LinearConstraint(hstack((cells, largest * broken)), self.low, np.inf),
        ]
        only = csr_matrix(np.append(asked, np.zeros(free.size, bool))[None, :], dtype=float)
        solutions = []
        for low, high in ((true + 1, np.inf), (0, true - 1)):
            found = milp(
                np.append(np.zeros(kinds), np.ones(free.size)),
                constraints=[*(within if len(self.cells) else []), LinearConstraint(only, low, high)],
                integrality=np.ones(kinds + free.size),
                bounds=Bounds(0, np.append(np.full(kinds, largest), np.ones(free.size))),
                options={"time_limit": SECONDS},
            )
            if found.x is not None:
                numbers = np.asarray(np.rint(found.x[:kinds]), np.int64)
                counts = self.cells @ numbers
                solutions.append((numbers, np.asarray((counts < self.low) | (counts > self.high))))
                if not free.size:
                    break
        return min(solutions, key=lambda one: int(one[1].sum()), default=None)
