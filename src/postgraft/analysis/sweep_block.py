"""One block of a sweep: on which days do the swept criteria hold under each value, and who is in under which."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from operator import and_
from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria import CRITERIA
from postgraft.criteria.memo import Parameters
from postgraft.criteria.records import adjudicated
from postgraft.evaluation.screening import Screening
from postgraft.protocol import Protocol
from postgraft.timeline.block import Block
from postgraft.timeline.measure import rounded
from postgraft.timeline.spells import Masks, Spells
from postgraft.timeline.verdict import Shape
from postgraft.timeline.windows import PackedDays, ahead, at, first_days, packed, packed_at, packed_points, rolling_min

Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]
Ranges = tuple[NDArray[np.float64], NDArray[np.float64]]
"""The least and the most a quantity can be on each day, both of shape (rows or 1, days)."""
Quantity = Callable[[Block, Parameters], Ranges]
Given = tuple["SweepPlan", Block, Ints, Spells]


@dataclass(frozen=True)
class SweepPlan:
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


@dataclass(frozen=True)
class SweptDays:
    """On which days a stretch may begin that is long enough for a group's criteria, combination by combination.

    Held as bits, once for each of the two ways of counting: no criterion but PASS in the stretch; none FAIL.
    """

    starts: tuple[list[PackedDays], list[PackedDays]]

    @classmethod
    def of(cls, plan: SweepPlan, screening: Screening, group: tuple[int, ...], criteria: tuple[str, ...]) -> SweptDays:
        """Of each combination evaluated."""
        found = [_starts(plan, screening.under(protocol), criteria) for protocol in plan.protocols(group)]
        return cls(([certain for certain, _ in found], [open_ for _, open_ in found]))

    def ever(self, counting: int) -> PackedDays:
        """Days on which such a stretch begins under some combination."""
        return np.asarray(np.bitwise_or.reduce(self.starts[counting]))

    def at(self, counting: int, row: Ints, day: Ints) -> Marks:
        """Whether one begins on single days, shape (days, combinations)."""
        return np.stack([packed_at(held, row, day) for held in self.starts[counting]], axis=1)


@dataclass(frozen=True)
class Thresholds:
    """The same where the only criterion is that a quantity is at least the one parameter.

    ``lowest``: of the days of the stretch that begins on each day, of the least it can be; of the most.
    """

    values: NDArray[np.float64]
    lowest: tuple[NDArray[np.float64], NDArray[np.float64]]

    @classmethod
    def of(cls, plan: SweepPlan, ranges: Ranges, values: Sequence[object]) -> Thresholds:
        """Of the range of the quantity on each day."""
        certain, open_ = (ahead(rolling_min(rounded(one), plan.days), plan.days) for one in ranges)
        return cls(rounded(np.array(values, np.float64)), (certain, open_))

    def ever(self, counting: int) -> PackedDays:
        """Days on which such a stretch begins for the lowest threshold."""
        return packed(self.lowest[counting] >= self.values.min())

    def at(self, counting: int, row: Ints, day: Ints) -> Marks:
        """Whether one begins on single days, shape (days, values)."""
        return np.asarray(self.met(counting, row, day)[:, None] >= self.asks)

    def met(self, counting: int, row: Ints, day: Ints) -> Ints:
        """How many of the thresholds are met by the stretch that begins on single days, shape (days,)."""
        lowest = self.lowest[counting]
        reached = at(lowest, row if len(lowest) > 1 else 0, day)
        return np.asarray(np.searchsorted(np.sort(self.values), reached, side="right"), np.int64)

    @property
    def asks(self) -> Ints:
        """How many must be met for each threshold to be among them."""
        return np.asarray(np.argsort(np.argsort(self.values)) + 1, np.int64)


def counted(
    plan: SweepPlan, block: Block, patient: Ints, spells: Spells
) -> tuple[tuple[Ints, Ints], Mapping[str, set[str]]]:
    """Patients eligible, and eligible or possible, under each combination; and the parameters read by criterion.

    ``block``: all transplants that matter of some patients, ``patient`` (rows,) in runs; ``spells``: theirs
    under the protocol as it stands.
    """
    swept = zip(plan.groups, plan.criteria, strict=True)
    direct = {group: _quantity(plan, block, group, criteria) for group, criteria in swept}
    evaluated = {
        name
        for group, criteria in zip(plan.groups, plan.criteria, strict=True)
        if direct[group] is None
        for name in criteria
    }
    screening = Screening(block, plan.protocol, evaluated, spells)
    groups: list[SweptDays | Thresholds] = []
    for group, criteria in zip(plan.groups, plan.criteria, strict=True):
        quantity = direct[group]
        if quantity is None:
            groups.append(SweptDays.of(plan, screening, group, criteria))
        else:
            groups.append(Thresholds.of(plan, quantity, plan.values[group[0]][1]))
    rest = _starts(plan, spells, plan.others)
    counts = [_patients(rest[k], groups, k, patient).reshape(plan.shape) for k in (0, 1)]
    block.memo.clear()
    return (counts[0], counts[1]), screening.read


def quantity_of(names: Sequence[str], criteria: Sequence[str]) -> Quantity | None:
    """The quantity whose threshold is all that these parameters mean for these criteria; None if there is more."""
    if len(names) != 1 or len(criteria) != 1:
        return None
    return next(one for one in CRITERIA if one.name == criteria[0]).quantities.get(names[0])


def _quantity(plan: SweepPlan, block: Block, group: tuple[int, ...], criteria: tuple[str, ...]) -> Ranges | None:
    """The range of that quantity on every day; None also where the site has adjudicated the criterion."""
    quantity = quantity_of([plan.values[i][0] for i in group], criteria)
    if quantity is None or adjudicated(block, criteria[0]).rows.size:
        return None
    return quantity(block, Parameters(plan.protocol))


def _starts(plan: SweepPlan, spells: Spells, criteria: tuple[str, ...]) -> tuple[PackedDays, PackedDays]:
    bits = spells.bits(*criteria)
    in_the_way = (spells.failed | spells.unknown) & bits
    return _first_days(spells, in_the_way, plan.days), _first_days(spells, spells.failed & bits, plan.days)


def _first_days(spells: Spells, sets: Masks, days: int) -> PackedDays:
    runs = spells.runs(sets == 0).lasting(days)
    shape = Shape(spells.last.size, max(int(spells.last.max(initial=0)), 0) + 1)
    return packed(first_days(shape, runs.row, runs.start, runs.start + runs.days - 1, days))


def _patients(rest: PackedDays, groups: Sequence[SweptDays | Thresholds], counting: int, patient: Ints) -> Ints:
    """Number of patients with a day that is in ``rest`` and one of each group's, under each combination."""
    ever = reduce(and_, (group.ever(counting) for group in groups), rest)
    row, day = packed_points(ever)
    *some, last = groups
    holds: list[NDArray[Any]] = [group.at(counting, row, day) for group in some]
    if isinstance(last, Thresholds):
        holds.append(last.met(counting, row, day)[:, None])
    else:
        holds.append(last.at(counting, row, day))
    owner = patient[row]
    new = np.append(True, owner[1:] != owner[:-1])[: owner.size]
    for found in holds:  # neighbouring days that are alike under every combination are one
        new[1:] |= (found[1:] != found[:-1]).any(axis=1)
    owner, holds = owner[new], [found[new] for found in holds]
    starts = np.flatnonzero(np.append(True, owner[1:] != owner[:-1])[: owner.size])
    first = reduce(_each_with_each, holds[:-1], np.ones((owner.size, 1), bool))
    if isinstance(last, Thresholds):
        return _nested(first, holds[-1], last.asks, starts).reshape(-1)
    return _one_by_one(first, holds[-1], starts).reshape(-1)


def _nested(first: Marks, met: Ints, asks: Ints, starts: Ints) -> Ints:
    """Patients with a day that has a combination of ``first`` and meets a threshold.

    For each combination of ``first``, the most thresholds ``met`` (days, 1) on one of its days tell of all of
    them. Arrays have a row a day; ``starts``: the first of each patient.
    """
    most = np.zeros((0, first.shape[1]), np.int64)
    if starts.size:
        most = np.maximum.reduceat(np.where(first, met, 0), starts)
    return np.stack([(most >= least).sum(axis=0) for least in asks], axis=1)


def _one_by_one(first: Marks, last: Marks, starts: Ints) -> Ints:
    """The same for any combinations."""
    one, other = first.astype(np.float32), last.astype(np.float32)
    count = np.zeros((first.shape[1], last.shape[1]), np.int64)
    ends = np.append(starts[1:], len(first))[: starts.size]
    for begin, end in zip(starts.tolist(), ends.tolist(), strict=True):
        count += one[begin:end].T @ other[begin:end] > 0
    return count


def _each_with_each(one: Marks, other: Marks) -> Marks:
    return (one[:, :, None] & other[:, None, :]).reshape(len(one), one.shape[1] * other.shape[1])
