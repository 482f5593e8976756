"""What is so on the days of an episode whose onset day is known only as a range, from o⁻ to o⁺."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.batches import Views
from postgraft.timeline.block import Block
from postgraft.timeline.events import ragged
from postgraft.timeline.spans import NEVER, Days
from postgraft.timeline.verdict import Cells
from postgraft.vocabulary.verdicts import FAIL, UNKNOWN


def agreed(one: Cells, other: Cells) -> Cells:
    """What holds whichever of two onset days is right: UNKNOWN where they differ."""
    return np.where(one == other, one, np.int8(UNKNOWN))


@dataclass(frozen=True)
class OnsetRange:
    """Pairs of an earliest and a latest onset day, with views of the record from ``lead`` days before each.

    Arrays of shape (pairs,), but ``of``, which gives the pair of each stretch. ``latest`` is ``NEVER`` where the
    onset may be as late as the day in question; such a pair has no view from its latest day (``late`` is -1).
    """

    of: Days
    earliest: Days
    latest: Days
    early: Days
    late: Days
    views: Views

    @classmethod
    def from_stretches(
        cls, block: Block, row: Days, end: Days, earliest: Days, latest: Days, lead: int
    ) -> OnsetRange:
        """The pairs of stretches of block rows; a view lasts to the end of the last stretch that needs it."""
        pairs, of = _distinct(row, earliest, latest)
        until = np.zeros(pairs.shape[1], np.int64)
        np.maximum.at(until, of, end)
        known = np.flatnonzero(pairs[2] < NEVER)
        origins, place = _distinct(np.append(pairs[0], pairs[0][known]), np.append(pairs[1], pairs[2][known]))
        last = np.zeros(origins.shape[1], np.int64)
        np.maximum.at(last, place, np.append(until, until[known]))
        late = np.full(pairs.shape[1], -1)
        late[known] = place[pairs.shape[1] :]
        views = Views.of(block, origins[0], origins[1] - lead, last)
        return cls(of, pairs[1], pairs[2], place[: pairs.shape[1]], late, views)

    def early_at(self, pair: Days, day: Days, compute: Callable[[Block], NDArray[Any]]) -> NDArray[Any]:
        """Cells of ``compute`` in the views from the earliest onset day, at (pair, day of the block)."""
        return self.views.at(self.early[pair], day, compute)

    def at(self, pair: Days, day: Days, compute: Callable[[Block], Cells], on_the_day: int = FAIL) -> Cells:
        """The verdicts that both ends of the range agree on; what an onset after the day would make is FAIL.

        ``on_the_day``: what an onset on the day itself makes, where that is the latest.
        """
        early = self.views.at(self.early[pair], day, compute)
        late = np.where(self.latest[pair] == NEVER, np.int8(on_the_day), np.int8(FAIL))
        seen = np.flatnonzero(day >= self.latest[pair])
        late[seen] = self.views.at(self.late[pair[seen]], day[seen], compute)
        return agreed(early, late)


def _distinct(*columns: Days) -> tuple[NDArray[np.int64], Days]:
    """The distinct columns of a table, and the place of each given one among them."""
    table = np.stack([np.asarray(column, np.int64) for column in columns])
    if table.shape[1] == 0:
        return table, np.empty(0, np.int64)
    found, place = np.unique(table, axis=1, return_inverse=True)
    return found, place.ravel()


@dataclass(frozen=True)
class Segments:
    """Days laid end to end, a segment a pair; ``segment`` and ``day`` have shape (days,), ``start`` (segments,)."""

    segment: Days
    day: Days
    start: Days

    @classmethod
    def of(cls, first: Days, last: Days) -> Segments:
        """A segment of the days first … last (closed) for each; none where last < first."""
        length = np.maximum(last - first + 1, 0)
        return cls(
            np.repeat(np.arange(first.size), length),
            ragged(first, first + length),
            np.cumsum(length) - length,
        )

    def so_far(self, cells: Cells) -> Cells:
        """OR over the days of the segment up to each."""
        shift = self.segment * 3
        return np.asarray(np.maximum.accumulate(cells + shift) - shift, np.int8)

    def latest(self, held: NDArray[np.bool_]) -> Days:
        """The last day of the segment before each on which ``held``; far in the past where there is none."""
        marked = np.where(held, np.arange(held.size), -1)
        before = np.append(-1, np.maximum.accumulate(marked)[:-1])[: held.size]
        inside = before >= self.start[self.segment]
        return np.where(inside, self.day[before], -NEVER)


@dataclass(frozen=True)
class EpisodeDays:
    """The days from the latest onset day on of each pair of an ``OnsetRange``, as far as a stretch needs them."""

    range: OnsetRange
    days: Segments

    def position(self, stretch: Days, day: Days) -> Days:
        """Where a day of a stretch stands among ``days``."""
        pair = self.range.of[stretch]
        start = self.days.start[pair]
        return start + day - self.days.day[start]

    @property
    def on_the_day(self) -> NDArray[np.bool_]:
        """Days that are the latest onset day themselves: no other day of ``days`` comes after it."""
        return np.asarray(self.range.latest[self.days.segment] == NEVER)

    def so_far(self, cells: Cells) -> Cells:
        """OR over the days from the latest onset day up to each."""
        return np.where(self.on_the_day, cells, self.days.so_far(cells))

    def latest(self, held: NDArray[np.bool_]) -> Days:
        """The last day before each, from the latest onset day on, on which ``held``; far in the past without one."""
        return np.where(self.on_the_day, -NEVER, self.days.latest(held))

    def response(self, pair: Days, day: Days, compute: Callable[[Block], Cells]) -> Cells:
        """A response as both ends of the range have it; on an onset day before any result there is no nadir."""
        return self.range.at(pair, day, compute, on_the_day=UNKNOWN)
