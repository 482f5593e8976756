"""Spells: the stretches of observed days on which no verdict changes.

Verdicts change seldom, so a transplant's days fall into some dozens of spells at most. Kept as such, all verdicts of
a large cohort are small enough to stay, and what is asked of them later needs no second evaluation.

Spells in little memory, as they are kept and sent between processes.

The same few thousand pairs of sets recur over millions of spells, so each spell keeps only the number of its pair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.block import Block
from postgraft.timeline.events import ragged, sort_key
from postgraft.timeline.verdict import Verdict
from postgraft.vocabulary.verdicts import FAIL, UNKNOWN

Masks = NDArray[Any]
"""Sets of names as bits: unsigned integers of 32 bits, or of 64 where there are more than 32 names."""
Holds = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Spells:
    """The spells of each row, in order: row i has ``offsets[i]`` up to (not including) ``offsets[i + 1]``.

    ``start`` (spells,): first day of each; it lasts to the day before the next, the last one of a row to
    ``last`` (rows,). ``failed`` and ``unknown`` (spells,) are sets of ``names`` as bits, the first name the
    lowest: the verdicts that are FAIL, and UNKNOWN, on its days. A row that is never observed has none.
    """

    names: tuple[str, ...]
    offsets: NDArray[np.int64]
    last: NDArray[np.int32]
    start: NDArray[np.int32]
    failed: Masks
    unknown: Masks

    def __len__(self) -> int:
        return self.start.size

    @cached_property
    def row(self) -> NDArray[np.int64]:
        """Row of each spell."""
        return np.repeat(np.arange(self.last.size), np.diff(self.offsets))

    @cached_property
    def final(self) -> Holds:
        """Which spells are the last of their row."""
        final = np.zeros(len(self), bool)
        final[self.offsets[1:][np.diff(self.offsets) > 0] - 1] = True
        return final

    @cached_property
    def end(self) -> NDArray[np.int32]:
        """Last day of each spell."""
        end = np.append(self.start[1:] - np.int32(1), np.int32(0))[: len(self)]
        end[self.final] = self.last[self.row[self.final]]
        return end

    def bits(self, *names: str) -> Any:
        """The set of these names."""
        return _width(self.names)(sum(1 << self.names.index(name) for name in set(names)))

    def runs(self, holds: Holds) -> Runs:
        """The longest stretches of spells that hold, shape (spells,), without a gap."""
        goes_on = holds[:-1] & holds[1:] & ~self.final[:-1]
        begin = holds & ~np.append(False, goes_on)[: len(self)]
        finish = holds & ~np.append(goes_on, False)[: len(self)]
        return Runs(self, np.flatnonzero(begin), np.flatnonzero(finish))

    def over_days(self, days: int, sets: Masks) -> tuple[NDArray[np.int64], Masks]:
        """What stands in the way of each stretch of ``days`` days, of the stretches that matter.

        ``sets`` (spells,) is what does so in each spell. Returns the first spell and the union of the sets of
        every stretch that begins with a spell: any other one touches all the spells of one of these.
        """
        first = np.flatnonzero(self.start + (days - 1) <= self.last[self.row])
        union, until = sets[first].copy(), self.start[first] + (days - 1)
        longer = np.arange(first.size)
        for step in range(1, days):
            longer = longer[self.end[first[longer] + step - 1] < until[longer]]
            if longer.size == 0:
                break
            union[longer] |= sets[first[longer] + step]
        return first, union

    def take(self, rows: NDArray[np.int64]) -> Spells:
        """The spells of the given rows, in that order."""
        index = ragged(self.offsets[rows], self.offsets[rows + 1])
        offsets = np.append(0, np.cumsum(np.diff(self.offsets)[rows]))
        return Spells(self.names, offsets, self.last[rows], self.start[index], self.failed[index], self.unknown[index])

    def replaced(self, rows: NDArray[np.int64], by: Spells) -> Spells:
        """These spells with those of some rows, ascending, replaced by the rows of ``by`` in that order."""
        source = np.arange(self.last.size)
        source[rows] = self.last.size + np.arange(rows.size)
        return Spells.joined([self, by]).take(source)

    def simplest(self) -> Spells:
        """Neighbouring spells with the same verdicts made one."""
        new = np.ones(len(self), bool)
        same = (self.failed[1:] == self.failed[:-1]) & (self.unknown[1:] == self.unknown[:-1])
        new[1:] = ~same | self.final[:-1]
        offsets = np.append(0, np.cumsum(new))[self.offsets]
        return Spells(self.names, offsets, self.last, self.start[new], self.failed[new], self.unknown[new])

    @classmethod
    def joined(cls, parts: Sequence[Spells]) -> Spells:
        """The rows of several parts (at least one, of the same names) one after the other."""

        def whole(name: str) -> NDArray[Any]:
            return np.concatenate([getattr(part, name) for part in parts])

        counts = np.concatenate([np.diff(part.offsets) for part in parts])
        columns = (whole(name) for name in ("last", "start", "failed", "unknown"))
        return cls(parts[0].names, np.append(0, np.cumsum(counts)), *columns)


@dataclass(frozen=True, eq=False)
class Runs:
    """Stretches of days, each from the first day of spell ``first`` to the last of spell ``final``, by row."""

    spells: Spells
    first: NDArray[np.int64]
    final: NDArray[np.int64]

    @property
    def row(self) -> NDArray[np.int64]:
        """Row of each stretch."""
        return self.spells.row[self.first]

    @property
    def start(self) -> NDArray[np.int32]:
        """First day of each stretch."""
        return self.spells.start[self.first]

    @property
    def days(self) -> NDArray[np.int32]:
        """Length of each stretch in days."""
        return self.spells.end[self.final] - self.start + np.int32(1)

    def lasting(self, days: int) -> Runs:
        """Those of at least so many days."""
        long = self.days >= days
        return Runs(self.spells, self.first[long], self.final[long])

    def members(self) -> Holds:
        """Which spells belong to a stretch."""
        change = np.zeros(len(self.spells) + 1, np.int64)
        change[self.first] += 1
        change[self.final + 1] -= 1
        return np.cumsum(change[:-1]) > 0


def _width(names: Sequence[str]) -> type[np.unsignedinteger[Any]]:
    return np.uint32 if len(names) <= 32 else np.uint64


def spells(block: Block, verdicts: Mapping[str, Verdict], others: Spells | None = None) -> Spells:
    """The spells of a block's rows under the named verdicts; at most 64 of them.

    With ``others``, spells of the same rows, all further verdicts are as they are there.
    """
    names = tuple(verdicts) if others is None else others.names
    changes = np.zeros((block.shape.rows, block.shape.days), bool)
    for verdict in verdicts.values():
        differs = verdict.cells[:, 1:] != verdict.cells[:, :-1]
        if differs.size and verdict.rows is None:
            changes[:, 1:] |= differs
        elif differs.size:
            changes[verdict.rows, 1:] |= differs
    changes &= block.observed_days()
    seen = np.flatnonzero(block.first <= block.last)
    changes[seen, block.first[seen]] = True
    if others is not None:
        changes[others.row, others.start] = True
    row, day = np.nonzero(changes)
    width = _width(names)
    failed, unknown = np.zeros(row.size, width), np.zeros(row.size, width)
    if others is not None:
        source = np.searchsorted(sort_key(others.row, others.start), sort_key(row, day), side="right") - 1
        kept = ~others.bits(*verdicts)
        failed, unknown = others.failed[source] & kept, others.unknown[source] & kept
    for name, verdict in verdicts.items():
        found, bit = verdict.at(row, day), width(1 << names.index(name))
        failed[found == FAIL] |= bit
        unknown[found == UNKNOWN] |= bit
    offsets = np.searchsorted(row, np.arange(block.shape.rows + 1))
    found_spells = Spells(names, offsets, block.last, day.astype(np.int32), failed, unknown)
    return found_spells if others is None else found_spells.simplest()


Part = tuple[NDArray[np.int64], "Packed"]
"""Some rows of a whole, and their spells."""


@dataclass(frozen=True, eq=False)
class Packed:
    """What ``Spells`` holds; ``count`` (rows,): of spells; ``pair`` (spells,): position in ``failed``, ``unknown``."""

    names: tuple[str, ...]
    count: NDArray[np.int16]
    last: NDArray[np.int16]
    start: NDArray[np.int16]
    pair: NDArray[Any]
    failed: NDArray[Any]
    unknown: NDArray[Any]

    @classmethod
    def of(cls, spells: Spells) -> Packed:
        """The spells, packed; days fit in 16 bits, as no horizon is longer than 7,300 days."""
        order = np.lexsort((spells.unknown, spells.failed))
        failed, unknown = spells.failed[order], spells.unknown[order]
        new = np.ones(order.size, bool)
        new[1:] = (failed[1:] != failed[:-1]) | (unknown[1:] != unknown[:-1])
        pair = np.empty(order.size, np.uint16 if np.count_nonzero(new) < 2**16 else np.uint32)
        pair[order] = np.cumsum(new) - 1
        count = np.diff(spells.offsets).astype(np.int16)
        last, start = spells.last.astype(np.int16), spells.start.astype(np.int16)
        return cls(spells.names, count, last, start, pair, failed[new], unknown[new])

    def unpacked(self) -> Spells:
        """The spells."""
        offsets = np.append(0, np.cumsum(self.count, dtype=np.int64))
        failed, unknown = self.failed[self.pair], self.unknown[self.pair]
        last, start = self.last.astype(np.int32), self.start.astype(np.int32)
        return Spells(self.names, offsets, last, start, failed, unknown)


def whole(parts: Sequence[Part]) -> Spells:
    """The spells of all rows, from parts that have each row once."""
    rows = np.concatenate([own for own, _ in parts])
    return Spells.joined([packed.unpacked() for _, packed in parts]).take(np.argsort(rows))
