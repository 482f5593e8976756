"""One block of a sweep: on which days do the swept criteria hold under each value, and who is in under which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import product
from math import prod
from operator import and_

import numpy as np
from numpy.typing import NDArray

from postgraft.eligibility.screening import Screening
from postgraft.protocol import Protocol
from postgraft.timeline.block import Block
from postgraft.timeline.spells import Masks, Spells

Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]
Packed = NDArray[np.uint8]
"""Days as bits, eight in a byte: shape (rows, bytes)."""
Given = tuple["Plan", Block, Ints, Spells]


@dataclass(frozen=True)
class Plan:
    """What is swept.

    ``values``: each parameter with its values. ``groups``: positions of parameters, those that bear on one
    criterion together in one group; ``criteria``: per group those it bears on; ``others``: all other
    criteria asked. ``days``: length of the stretch that makes a patient eligible.
    """

    protocol: Protocol
    values: tuple[tuple[str, tuple[object, ...]], ...]
    groups: tuple[tuple[int, ...], ...]
    criteria: tuple[tuple[str, ...], ...]
    others: tuple[str, ...]
    days: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values, parameter after parameter of group after group."""
        return tuple(len(self.values[i][1]) for group in self.groups for i in group)

    def protocols(self, group: tuple[int, ...]) -> Iterator[Protocol]:
        """The protocol under each combination of a group's values."""
        names = [self.values[i][0] for i in group]
        for combination in product(*(self.values[i][1] for i in group)):
            yield self.protocol.amend(name="swept", set=dict(zip(names, combination, strict=True)))


def counted(
    plan: Plan, block: Block, patient: Ints, spells: Spells
) -> tuple[tuple[Ints, Ints], Mapping[str, set[str]]]:
    """Patients eligible, and eligible or possible, under each combination; and the parameters read by criterion.

    ``block``: all transplants that matter of some patients, ``patient`` (rows,) ascending in runs; ``spells``:
    theirs under the protocol as it stands.
    """
    screening = Screening(block, plan.protocol, {name for group in plan.criteria for name in group}, spells)
    by_group = [
        [_windows(plan, screening.under(protocol), criteria) for protocol in plan.protocols(group)]
        for group, criteria in zip(plan.groups, plan.criteria, strict=True)
    ]
    rest = _windows(plan, spells, plan.others)
    counts = tuple(
        _patients(rest[k], [[found[k] for found in group] for group in by_group], patient).reshape(plan.shape)
        for k in (0, 1)
    )
    block.memo.clear()
    return (counts[0], counts[1]), screening.read


def _windows(plan: Plan, spells: Spells, criteria: tuple[str, ...]) -> tuple[Packed, Packed]:
    """The days on which a stretch long enough may begin: no criterion but PASS in it; none FAIL."""
    bits = spells.bits(*criteria)
    return _starts(spells, (spells.failed | spells.unknown) & bits, plan.days), _starts(
        spells, spells.failed & bits, plan.days
    )


def _starts(spells: Spells, sets: Masks, days: int) -> Packed:
    runs = spells.runs(sets == 0).lasting(days)
    width = int(spells.last.max(initial=0)) + 2
    change = np.zeros((spells.last.size, width), np.int8)
    change[runs.row, runs.start] = 1
    change[runs.row, runs.start + runs.days - days + 1] -= 1
    return np.packbits(np.cumsum(change, axis=1, dtype=np.int8).view(bool), axis=1)


def _patients(rest: Packed, groups: list[list[Packed]], patient: Ints) -> Ints:
    """Number of patients with a day that is in ``rest`` and in each group's days, under each combination."""
    union = reduce(and_, (np.bitwise_or.reduce(group) for group in groups), rest)
    row, day = np.nonzero(np.unpackbits(union, axis=1))
    byte, bit = day >> 3, (7 - (day & 7)).astype(np.uint8)
    holds = [np.stack([(found[row, byte] >> bit) & 1 for found in group], axis=1) for group in groups]
    owner = patient[row]
    new = np.append(True, owner[1:] != owner[:-1])[: owner.size]
    for found in holds:  # days that are alike under every value are one
        new[1:] |= (found[1:] != found[:-1]).any(axis=1)
    owner, holds = owner[new], [found[new].astype(np.float32) for found in holds]
    first, last = holds[0], reduce(_each_with_each, holds[1:], np.ones((owner.size, 1), np.float32))
    count = np.zeros((first.shape[1], last.shape[1]), np.int64)
    starts = np.flatnonzero(np.append(True, owner[1:] != owner[:-1])[: owner.size])
    for begin, end in zip(starts.tolist(), [*starts[1:].tolist(), owner.size], strict=True):
        count += first[begin:end].T @ last[begin:end] > 0
    return count.reshape(prod(count.shape))


def _each_with_each(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    return (one[:, :, None] * other[:, None, :]).reshape(len(one), -1)
