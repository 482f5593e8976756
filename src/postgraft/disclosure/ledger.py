"""What has been told of a cohort so far, and what more may be told without giving a hidden count away."""

from __future__ import annotations

import numpy as np

from postgraft.disclosure.attack import Marks, Numbers, Puzzle
from postgraft.disclosure.rule import Rule
from postgraft.disclosure.shown import Shown


class Ledger:
    """Gives out counts of the patients of one cohort, each the number in a set of patients.

    A count is printed as the ``rule`` has it. Where a reader of everything given out so far could then recover a
    hidden count, counts of the new batch are withheld until none can. Sets are known by their members: a set that
    was given out before is printed as it was then, in whatever table it stands. Hidden are the counts from 1 to
    the threshold, and as many patients as lie between two printed sets of which one is within the other.
    """

    def __init__(
        self, patients: int, rule: Rule, told: Marks | None = None, withheld: Marks | None = None
    ) -> None:
        """``told`` and ``withheld`` are what an earlier ledger of the same cohort ended with, (sets, patients)."""
        self.rule, self.patients = rule, patients
        none = np.zeros((0, patients), bool)
        self._kind = np.zeros(patients, np.int64)
        self._told, self._withheld = none, none
        self._others: list[Numbers] = []
        self.recoverable = 0
        """Hidden counts that follow from what was told before they were asked for; see ``give``."""
        for masks, kept in ((told, "_told"), (withheld, "_withheld")):
            if masks is not None:
                self._tell_kinds_apart(masks)
                setattr(self, kept, masks)

    def give(self, masks: Marks) -> list[Shown]:
        """The counts of sets of patients, shape (sets, patients), given out together.

        A set that is hidden, and whose count follows from what was told of other sets before, is withheld. That it
        follows cannot be undone; ``recoverable`` counts such sets.
        """
        new = self._unknown(masks)
        self._tell_kinds_apart(new)
        kept = np.ones(len(new), bool)
        while True:
            puzzle, hidden = self._puzzle(new[kept], new)
            recovered = hidden[puzzle.recovered(hidden, self._others)]
            if not len(recovered) or not kept.any():
                break
            kept[np.flatnonzero(kept)[self._to_withhold(puzzle, recovered[0])]] = False
        self.recoverable = len(recovered)
        self._told = np.concatenate((self._told, new[kept]))
        self._withheld = np.concatenate((self._withheld, new[~kept]))
        known = {one.tobytes() for one in self._withheld}
        return [
            Shown.withheld() if mask.tobytes() in known else Shown.of(int(mask.sum()), self.rule)
            for mask in np.asarray(masks, bool)
        ]

    @property
    def told(self) -> Marks:
        """The sets given out, (sets, patients)."""
        return self._told

    @property
    def withheld(self) -> Marks:
        """The sets asked for whose counts were withheld."""
        return self._withheld

    def _unknown(self, masks: Marks) -> Marks:
        """The sets never asked for before, each once; nobody is nobody's secret, so the empty set is not among them."""
        seen = {one.tobytes() for known in (self._told, self._withheld) for one in known}
        chosen = []
        for mask in np.asarray(masks, bool):
            if mask.any() and mask.tobytes() not in seen:
                seen.add(mask.tobytes())
                chosen.append(mask)
        return np.array(chosen) if chosen else np.zeros((0, self.patients), bool)

    def _tell_kinds_apart(self, masks: Marks) -> None:
        """Kinds of patients: those who are in the same of all sets asked for."""
        before, sizes_before = self._kind, np.bincount(self._kind)
        for mask in masks:
            self._kind = np.unique(self._kind * 2 + mask, return_inverse=True)[1]
        _, one_of = np.unique(self._kind, return_index=True)
        sizes, parent = np.bincount(self._kind), before[one_of]
        self._others = [_divided(other - sizes_before, sizes, parent) for other in self._others]

    def _puzzle(self, added: Marks, new: Marks) -> tuple[Puzzle, Marks]:
        """What a reader would know if the ``added`` of the ``new`` sets were told, and what is then to stay hidden."""
        _, one_of = np.unique(self._kind, return_index=True)
        sizes = np.bincount(self._kind, minlength=one_of.size)
        cells = np.concatenate((self._told, added))[:, one_of]
        bounds = np.array([self.rule.bounds(int(count)) for count in cells @ sizes], np.int64).reshape(-1, 2)
        asked = np.concatenate((self._told, self._withheld, new))[:, one_of]
        return Puzzle(cells, sizes, bounds[:, 0], bounds[:, 1]), self._hidden(asked, cells, sizes)

    def _to_withhold(self, puzzle: Puzzle, hidden: Marks) -> Marks:
        """Which of the new sets in a puzzle are not to be told, so that a hidden count cannot be recovered from all.

        As few as are found; where none are found, the new ones that have most in common with it.
        """
        new = np.arange(len(puzzle.cells)) >= len(self._told)
        if found := puzzle.loosened(hidden, new):
            self._others.append(found[0])
            if found[1].any():
                return np.asarray(found[1][new])
        shared, either = (
            (puzzle.cells[new] & hidden) @ puzzle.sizes,
            (puzzle.cells[new] | hidden) @ puzzle.sizes,
        )
        alike = shared / np.maximum(either, 1)
        return np.asarray(alike == alike.max())

    def _hidden(self, asked: Marks, cells: Marks, sizes: Numbers) -> Marks:
        """The sets whose counts are hidden, each once: those asked for, and differences of nested sets told."""
        counts = cells @ sizes
        shared = (cells * sizes) @ cells.T.astype(np.int64)
        between = counts[None, :] - counts[:, None]
        inner, outer = np.nonzero(
            (shared == counts[:, None]) & (between > 0) & (between <= self.rule.threshold)
        )
        small = asked[[self.rule.hides(int(count)) for count in asked @ sizes]]
        return np.unique(np.concatenate((small, cells[outer] & ~cells[inner])), axis=0)


def _divided(more: Numbers, sizes: Numbers, parent: Numbers) -> Numbers:
    """True sizes of the parts of kinds, and as many more or fewer as ``more`` says of the kind they are parts of."""
    found, left = sizes.copy(), more.copy()
    for part in np.flatnonzero(more[parent]):
        change = max(int(left[parent[part]]), -int(sizes[part]))
        found[part] += change
        left[parent[part]] -= change
    return found
