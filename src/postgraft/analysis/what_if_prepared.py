"""Transplants made ready to be judged under one amendment after another, each in a fraction of an evaluation.

Only the criteria that read a changed parameter are computed anew, for the transplants that some day reaches, and
from what is remembered of those criteria under earlier amendments. Where the criteria before it are failed on every
day of a transplant, what a criterion says changes neither a status nor a step of the funnel, and is left as it was.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.memo import Parameters
from postgraft.evaluation.evaluate import BLOCK_ROWS
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.observations import Observations, observe
from postgraft.evaluation.screening import Screening, undropped
from postgraft.protocol import Protocol
from postgraft.timeline.block import Block
from postgraft.timeline.spells import Spells, spells

Rows = NDArray[np.int64]
Blocks = tuple[NDArray[np.bool_], list[tuple[Rows, Block]]]
"""Marked rows, shape (rows,), and the blocks that hold them."""

DEAR = ("immune_cytopenia", "incomplete_response")
"""Criteria that take nearly all the time and share most of their work; they mostly stand next to each other."""


REMEMBERED_ROWS = 5_000
"""Of more transplants than this nothing is remembered between amendments: it takes about 100 MB a thousand."""


class Prepared:
    """Observed transplants, their spells under a protocol, and what is remembered of them.

    ``read`` names the parameters that were read for each criterion.
    """

    def __init__(
        self, protocol: Protocol, observations: Observations, spells: Spells, read: Mapping[str, Set[str]]
    ) -> None:
        self.protocol, self.observations, self.spells, self.read = protocol, observations, spells, read
        self._names = tuple(protocol.criteria)
        self._groups = [tuple(group) for _, group in groupby(self._names, DEAR.__contains__)]
        # The transplants that reach each group under the protocol, and others that did so under some amendment.
        self._first: dict[tuple[str, ...], Blocks] = {}
        self._further: dict[tuple[str, ...], Blocks] = {}

    @classmethod
    def of(cls, outcome: Evaluated) -> Prepared:
        """Of what was evaluated."""
        return cls(
            outcome.protocol, outcome.observations, _of_criteria(outcome.spells, outcome.screened.names), outcome.read
        )

    def under(self, protocol: Protocol) -> Spells:
        """The spells under an amendment that observes the same days, up to the first criterion failed on every day.

        What comes after that, and a dropped criterion, may be as under ``self.protocol``.
        """
        p = Parameters(protocol)
        changed = p.differs_in(Parameters(self.protocol))
        kept = [name for name in self._names if name not in protocol.dropped]
        found = self.spells
        for group in self._groups:
            anew = [name for name in kept if name in group and self.read.get(name, set()) & changed]
            if anew:
                found = self._judged(found, p, group, anew, _reached(found, self._before(kept, anew[0])))
        return found

    def _judged(
        self, found: Spells, p: Parameters, group: tuple[str, ...], anew: Sequence[str], reached: NDArray[np.bool_]
    ) -> Spells:
        """The spells with some criteria computed anew where they are reached."""
        if group not in self._first:
            standing = [name for name in self._names if name not in self.protocol.dropped]
            self._first[group] = self._made(_reached(self.spells, self._before(standing, group[0])))
        marked, blocks = self._first[group]
        rest = reached & ~marked
        if rest.any():
            known, further = self._further.get(group, (np.zeros_like(rest), []))
            if (rest & ~known).any():
                known, further = self._further[group] = self._made(rest | known)
            blocks = [*blocks, *further]
        for rows, block in blocks:
            verdicts = {name: undropped(block, p.fresh(), name).verdict for name in anew}
            found = found.replaced(rows, spells(block, verdicts, found.take(rows)))
            if len(self.observations) > REMEMBERED_ROWS:
                block.memo.clear()
        return found

    def _before(self, kept: Collection[str], criterion: str) -> list[str]:
        return [name for name in self._names[: self._names.index(criterion)] if name in kept]

    def _made(self, marked: NDArray[np.bool_]) -> Blocks:
        rows = _in_blocks(self.observations, np.flatnonzero(marked))
        return marked, [(some, self.observations.block(some)) for some in rows]

    def observing(self, protocol: Protocol) -> Prepared:
        """The same patients as ``protocol`` observes them, which may differ in nothing else.

        A verdict rests on what was known by its day, so that of a transplant observed for less time is cut; only
        one observed for longer, or not before, is evaluated.
        """
        before, seen = self.observations, observe(self.observations.extract, protocol)
        place = np.searchsorted(before.source_row, seen.source_row)
        place = np.minimum(place, max(len(before) - 1, 0))
        known = np.zeros(len(seen), bool)
        held = ("assume_complete", "graft_bound_conditions")
        if len(before) and protocol.key(held) == self.protocol.key(held):
            known = (before.source_row[place] == seen.source_row) & (seen.last <= before.last[place])
        parts = [np.flatnonzero(known)]
        found = [_cut(self.spells.take(place[known]), seen.last[known])]
        read = {name: set(names) for name, names in self.read.items()}
        for rows in _in_blocks(seen, np.flatnonzero(~known)):
            screening = Screening(seen.block(rows), protocol)
            screening.block.memo.clear()
            parts.append(rows)
            found.append(_of_criteria(screening.first, self._names))
            for name, names in screening.read.items():
                read.setdefault(name, set()).update(names)
        whole = Spells.joined(found).take(np.argsort(np.concatenate(parts)))
        return Prepared(protocol, seen, whole, read)


def _of_criteria(found: Spells, names: tuple[str, ...]) -> Spells:
    """The spells of the criteria alone: far fewer, as their components change more often than they do."""
    assert found.names[: len(names)] == names  # so their bits are the lowest
    failed, unknown = ((sets & found.bits(*names)).astype(np.uint32) for sets in (found.failed, found.unknown))
    return Spells(names, found.offsets, found.last, found.start, failed, unknown).simplest()


def _in_blocks(seen: Observations, rows: Rows) -> list[Rows]:
    """The rows in blocks of like length."""
    order = rows[np.argsort(seen.last[rows], kind="stable")]
    return [order[start : start + BLOCK_ROWS] for start in range(0, order.size, BLOCK_ROWS)]


def _reached(found: Spells, before: Collection[str]) -> NDArray[np.bool_]:
    """Rows with a day on which none of these criteria is failed, shape (rows,)."""
    failed_before = found.failed & found.bits(*before)
    reached = np.zeros(found.last.size, bool)
    reached[found.row[failed_before == 0]] = True
    return reached


def _cut(found: Spells, last: NDArray[np.int32]) -> Spells:
    """The spells up to an earlier last day of each row."""
    kept = found.start <= last[found.row]
    offsets = np.append(0, np.cumsum(kept))[found.offsets]
    return Spells(found.names, offsets, last, found.start[kept], found.failed[kept], found.unknown[kept])
