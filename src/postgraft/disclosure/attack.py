"""What a reader who adds and subtracts can find out: the attack that nothing printed may fall to.

The reader is taken to know more than any real one: for every kind of patient, kinds being told apart by which of the
printed counts they are in, that there are such patients, and so how all the counts nest and overlap. Unknown is only
how many there are of each kind. Every printed count bounds the sum of some of these numbers. A count is recovered if
all numbers within all bounds give it the same value. A real reader knows fewer of these relations, and recovers
less.

To show that a count is not recovered, other numbers within all bounds that give it another value are enough. They
are looked for by moves, one patient more or fewer of a kind or of another kind instead, and by integer programs over
some of the kinds. What is not found counts as recovered, though it might be there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.bool_]
Numbers = NDArray[np.int64]

NEAR, OTHERS = 160, 80
"""Kinds among which moves are looked for: those most like the ones in question, and some by lot."""
PATIENCE, CHOICES = 20, 200
"""Moves of a walk without anything new before it ends, and moves it chooses from."""
FARTHEST = 3
"""Patients more or fewer of a kind that an integer program looks at."""
SECONDS = 4.0
"""An integer program that takes longer is given up."""


@dataclass(frozen=True, eq=False)
class Puzzle:
    """What is printed. ``cells``: which kinds each printed count has in it, (cells, kinds); ``sizes``: true number
    of patients of each kind; ``low`` and ``high``: the bounds that each print tells, both included."""

    cells: Marks
    sizes: Numbers
    low: Numbers
    high: Numbers

    def recovered(self, asked: Marks, others: list[Numbers]) -> Marks:
        """Which of the counts asked, (asked, kinds), are not shown to have more than one possible value.

        ``others``: numbers of patients by kind that may be within all bounds too. Those found here are added.
        """
        left, true = self._not_moved(asked), asked @ self.sizes
        for other in others:
            if left.any() and self._fits(other):
                left[left] = asked[left] @ other == true[left]
        if left.any():
            self._walk(asked, left)
        for k in np.flatnonzero(left):
            if left[k] and (found := self.loosened(asked[k], np.zeros(len(self.cells), bool))):
                others.append(found[0])
                left[left] = asked[left] @ found[0] == true[left]
        return left

    def loosened(self, asked: Marks, loose: Marks) -> tuple[Numbers, Marks] | None:
        """Numbers that give a count another value, and the fewest of the ``loose`` cells whose bounds they break.

        An integer program over the kinds around; the numbers of all others stay. None: not found.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_matrix, hstack

        kinds, free, counts = self._around(asked[None, :]), np.flatnonzero(loose), self.cells @ self.sizes
        inside = self.cells[:, kinds]
        bound = inside.any(axis=1)
        largest = float(FARTHEST * kinds.size)
        slack = csr_matrix(
            (np.ones(free.size), (free, np.arange(free.size))), shape=(len(self.cells), free.size)
        )
        change = csr_matrix(inside[bound], dtype=float)
        within = [
            LinearConstraint(hstack((change, -largest * slack[bound])), -np.inf, (self.high - counts)[bound]),
            LinearConstraint(hstack((change, largest * slack[bound])), (self.low - counts)[bound], np.inf),
        ]
        own = csr_matrix(np.append(asked[kinds], np.zeros(free.size))[None, :])
        found: list[tuple[Numbers, Marks]] = []
        for low, high in ((1.0, np.inf), (-np.inf, -1.0)):
            with _unheard():
                solved = milp(
                    np.append(np.zeros(kinds.size), np.ones(free.size)),
                    constraints=[*(within if bound.any() else []), LinearConstraint(own, low, high)],
                    integrality=np.ones(kinds.size + free.size),
                    bounds=Bounds(
                        np.append(-np.minimum(self.sizes[kinds], FARTHEST), np.zeros(free.size)),
                        np.append(np.full(kinds.size, FARTHEST), np.ones(free.size)),
                    ),
                    options={"time_limit": SECONDS},
                )
            if solved.x is not None:
                numbers = self.sizes.copy()
                numbers[kinds] += np.asarray(np.rint(solved.x[: kinds.size]), np.int64)
                broken = self._broken(numbers)
                if not (broken & ~loose).any():
                    found.append((numbers, broken))
            if found and not found[-1][1].any():
                break
        return min(found, key=lambda one: int(one[1].sum()), default=None)

    def _not_moved(self, asked: Marks) -> Marks:
        """Which of the counts asked are changed by no single move that changes no print.

        Kinds that such moves join are a group, with "nobody" as one more kind; a count that has some of a group in
        it and some not is changed by one of its moves.
        """
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import connected_components

        joined = self._costs(np.arange(self.sizes.size), self.sizes, np.ones(len(self.cells))) <= 0
        _, group = connected_components(csr_matrix(joined), directed=False)
        inside = np.column_stack((asked, np.zeros(len(asked), bool)))
        of_group = np.zeros((group.size, group.max() + 1), np.float32)
        of_group[np.arange(group.size), group] = 1
        held = inside.astype(np.float32) @ of_group
        return np.asarray(~((held > 0) & (held < of_group.sum(0))).any(axis=1))

    def _walk(self, asked: Marks, left: Marks) -> None:
        """Settle what is ``left`` of the counts asked on a walk within all bounds, by moves of one patient each.

        Each move is one of those that change most of what is left; the walk ends when nothing was settled for long.
        """
        lot = np.random.default_rng(len(self.cells))
        true, weights = asked @ self.sizes, np.ones(len(self.cells))
        kinds = self._around(asked[left])
        numbers, idle = self.sizes.copy(), 0
        while left.any() and idle < PATIENCE:
            leaving, entering = np.nonzero(self._costs(kinds, numbers, weights) <= 0)
            if not leaving.size:
                return
            some = lot.permutation(leaving.size)[:CHOICES]
            marks = np.column_stack((asked[left][:, kinds], np.zeros(int(left.sum()), bool)))
            changed = (marks[:, leaving[some]] != marks[:, entering[some]]).sum(0)
            move = some[np.argmax(changed)]
            self._make(numbers, kinds, (leaving[move], entering[move]))
            before = int(left.sum())
            left[left] = asked[left] @ numbers == true[left]
            idle = 0 if left.sum() < before else idle + 1

    def _around(self, asked: Marks) -> Numbers:
        """The kinds in the counts asked, those that are in most of the same cells, and some by lot."""
        lot = np.random.default_rng(int(asked.sum()))
        inside = np.flatnonzero(asked.any(axis=0))
        chosen = inside if inside.size <= NEAR else lot.permutation(inside)[:NEAR]
        cells = self.cells.astype(np.float32)
        like = cells[:, chosen].mean(axis=1) if chosen.size else cells.mean(axis=1)
        distance = np.abs(cells - like[:, None]).sum(axis=0)
        near = np.argsort(distance, kind="stable")[:NEAR]
        return np.unique(np.concatenate((chosen, near, lot.permutation(self.sizes.size)[:OTHERS])))

    def _make(self, numbers: Numbers, kinds: Numbers, move: tuple[np.intp, ...]) -> None:
        """A patient of one kind becomes one of another; the last position is "nobody"."""
        for position, change in zip(move, (-1, 1), strict=True):
            if position < kinds.size:
                numbers[kinds[position]] += change

    def _costs(self, kinds: Numbers, numbers: Numbers, weights: NDArray[np.float64]) -> NDArray[np.float32]:
        """By how much more the bounds are broken if one of a row's kind were of a column's; the last is "nobody".

        Infinite where there is nobody of the row's kind, and from a kind to itself.
        """
        counts = self.cells @ numbers

        def broken(by: int) -> NDArray[np.float32]:
            found = counts + by
            over = np.maximum(found - self.high, 0) + np.maximum(self.low - found, 0)
            return np.asarray(weights * over, np.float32)

        leave, enter = broken(-1) - broken(0), broken(1) - broken(0)
        inside = np.column_stack((self.cells[:, kinds], np.zeros(len(self.cells), bool))).astype(np.float32)
        both = inside.T @ ((leave + enter)[:, None] * inside)
        costs = (leave @ inside)[:, None] + (enter @ inside)[None, :] - both
        costs[np.append(numbers[kinds] < 1, False)] = np.inf
        np.fill_diagonal(costs, np.inf)
        return np.asarray(costs, np.float32)

    def _broken(self, numbers: Numbers) -> Marks:
        counts = self.cells @ numbers
        return np.asarray((counts < self.low) | (counts > self.high))

    def _fits(self, numbers: Numbers) -> bool:
        return not self._broken(numbers).any()


@contextmanager
def _unheard() -> Iterator[None]:
    """Let nothing be written to the process's standard output: HiGHS at times prints there, past Python, and a
    notebook would show it."""
    before, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(before, 1)
        os.close(before)
        os.close(nowhere)
