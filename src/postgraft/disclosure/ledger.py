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
    was given out before is printed as it was then, in whatever table it stands; but 0 is printed only beside counts
    none of which is withheld. Hidden are the counts from 1 to
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
        lost: set[bytes] = set()
        while True:
            puzzle, hidden = self._puzzle(new, kept)
            recovered = hidden[puzzle.recovered(hidden, self._others)]
            open_to = [one for one in recovered if one.tobytes() not in lost]
            if not open_to:
                break
            told = np.flatnonzero(kept)
            if (chosen := self._to_withhold(puzzle, open_to[0], told.size)) is None:
                if told.size and not self._follows(open_to[0], new):
                    chosen = _alike(puzzle.cells[len(puzzle.cells) - told.size :], puzzle.sizes, open_to[0])
                else:
                    lost.add(open_to[0].tobytes())
                    chosen = (puzzle.cells[len(puzzle.cells) - told.size :] == open_to[0]).all(axis=1)
            kept[told[chosen]] = False
        self.recoverable = len(lost)
        self._told = np.concatenate((self._told, new[kept]))
        self._withheld = np.concatenate((self._withheld, new[~kept]))
        known = {one.tobytes() for one in self._withheld}
        covered = [mask.tobytes() in known for mask in np.asarray(masks, bool)]
        # Where something is withheld, the empty sets beside it are withheld as well: what is withheld may be nobody.
        return [
            Shown.withheld()
            if hidden or (any(covered) and not mask.any())
            else Shown.of(int(mask.sum()), self.rule)
            for hidden, mask in zip(covered, np.asarray(masks, bool), strict=True)
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

    def _puzzle(self, new: Marks, kept: Marks) -> tuple[Puzzle, Marks]:
        """What a reader would know if the ``kept`` of the new sets were told, and what is then to stay hidden.

        The cells of the puzzle end with the new ones that are told.
        """
        _, one_of = np.unique(self._kind, return_index=True)
        sizes = np.bincount(self._kind, minlength=one_of.size)
        printed = np.concatenate((self._told, new[kept]))[:, one_of]
        bounds = [self.rule.bounds(int(count)) for count in printed @ sizes]
        low, high = np.array(bounds, np.int64).reshape(-1, 2).T
        asked = np.concatenate((self._told, self._withheld, new))[:, one_of]
        return Puzzle(printed, sizes, low, high), self._hidden(asked, printed, sizes)

    def _to_withhold(self, puzzle: Puzzle, hidden: Marks, told: int) -> Marks | None:
        """Which of the new sets, the last ``told`` of a puzzle, not to tell, so that a hidden count is not recovered.

        As few as are found; None where none are found.
        """
        new = np.arange(len(puzzle.cells)) >= len(puzzle.cells) - told
        if not (found := puzzle.loosened(hidden, new)) or not found[1].any():
            return None
        self._others.append(found[0])
        return np.asarray(found[1][new])

    def _follows(self, hidden: Marks, new: Marks) -> bool:
        """Whether a hidden count is recovered if none of the new sets is told."""
        puzzle, _ = self._puzzle(new, np.zeros(len(new), bool))
        return bool(puzzle.recovered(hidden[None, :], self._others)[0])

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


def _alike(sets: Marks, sizes: Numbers, one: Marks) -> Marks:
    """The sets that have most in common with one."""
    shared, either = (sets & one) @ sizes, (sets | one) @ sizes
    alike = shared / np.maximum(either, 1)
    return np.asarray(alike == alike.max())


def _divided(more: Numbers, sizes: Numbers, parent: Numbers) -> Numbers:
    """True sizes of the parts of kinds, and as many more or fewer as ``more`` says of the kind they are parts of."""
    found, left = sizes.copy(), more.copy()
    for part in np.flatnonzero(more[parent]):
        change = max(int(left[parent[part]]), -int(sizes[part]))
        found[part] += change
        left[parent[part]] -= change
    return found
