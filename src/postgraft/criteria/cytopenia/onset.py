"""On which days the evidence shows an immune cytopenia, and what follows from an onset day known as a range only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.cytopenia.counts import count_verdicts
from postgraft.criteria.cytopenia.kinds import Cytopenia
from postgraft.criteria.cytopenia.work_up import WORK_UP
from postgraft.criteria.memo import Parameters, shared
from postgraft.criteria.records import active_rows, condition_rows, recorded
from postgraft.timeline.block import Block, Views, by_length
from postgraft.timeline.events import Events, distinct_columns, ragged
from postgraft.timeline.spans import NEVER, Days, Spans, cover, runs
from postgraft.timeline.verdict import Cells, Verdict
from postgraft.timeline.windows import at, day_numbers, put
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

Filled = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Row, day, and the latest count day that a diagnosis filled there."""
NOTHING: Filled = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64))


@dataclass(frozen=True)
class Onset:
    """Days with an onset verdict that is not FAIL (``possible``) and with one that is PASS (``sure``).

    ``filled``: the days on which a recorded diagnosis turned UNKNOWN into PASS, with the column ``count``, the
    latest count day it did so for.
    """

    possible: Spans
    sure: Spans
    filled: Events


@shared
def openings(block: Block, p: Parameters, cytopenia: Cytopenia) -> Events:
    """Days on which a spell may open: count verdicts that are not FAIL (columns ``verdict``, ``numbers``).

    Where a recorded diagnosis suffices, its start day is one of them whatever the counts say.
    """
    counts = count_verdicts(block, p, cytopenia)
    if p.recorded_diagnosis != "suffices":
        return counts
    starts = condition_rows(block, *cytopenia.diagnoses)
    starts = starts.where(starts.day >= 0)
    met = np.full(len(starts), PASS, np.int8)
    return Events.of_points(
        counts.rows,
        np.concatenate([counts.row, starts.row]),
        np.concatenate([counts.day, starts.day]),
        verdict=np.concatenate([counts["verdict"], met]),
        numbers=np.concatenate([counts["numbers"], met]),
    )


def _in_workup_span(block: Block, p: Parameters, counts: Events) -> Verdict:
    """PASS on the days whose work-up may belong to one of these count days."""
    return cover(block.shape, counts.row, counts.day, counts.day + np.int32(p.workup_days - 1))


def _of_rows(block: Block, p: Parameters, cytopenia: Cytopenia, counts: Events) -> tuple[Cells, Filled]:
    """Onset verdicts on every day of the block, shape (rows, days), and the days that a diagnosis filled."""
    work_up = WORK_UP[cytopenia.name](block, p)
    sure, unsure = (counts.where(counts["verdict"] == verdict) for verdict in (PASS, UNKNOWN))
    count = _in_workup_span(block, p, sure) | _in_workup_span(block, p, unsure).mapped(FAIL, UNKNOWN, UNKNOWN)
    cells = np.array((count & work_up).full())
    filled = NOTHING
    if p.recorded_diagnosis == "fills_unknown":
        filled = _filled(block, p, cytopenia, counts, work_up.full())
        put(cells, filled[0], filled[1], PASS)
    elif p.recorded_diagnosis == "suffices":
        starts = condition_rows(block, *cytopenia.diagnoses)
        put(cells, starts.row, starts.day, PASS)
    if p.absent_diagnosis == "fails_unknown" and all(map(block.complete.condition, cytopenia.diagnoses)):
        told = day_numbers(block.shape.days) >= block.recorded_from[:, None]
        none = recorded(block, p, *cytopenia.diagnoses).full() == FAIL
        cells[(cells == UNKNOWN) & none & told] = FAIL
    return cells, filled


def _filled(block: Block, p: Parameters, cytopenia: Cytopenia, counts: Events, work_up: Cells) -> Filled:
    """Where a diagnosis of the last ``diagnosis_valid_days`` stands in for causes and work-up, never for the count.

    The fall of the count has to be sure, and its causes or the work-up of the day unknown.
    """
    rows = condition_rows(block, *cytopenia.diagnoses)
    valid = np.minimum(rows["end"], rows.day + np.int32(p.diagnosis_valid_days - 1))
    recent = Events(rows.offsets, rows.day, {**rows.columns, "end": valid}, rows.labels)
    row, day = np.nonzero((active_rows(block, p, recent).full() == PASS) & (work_up != FAIL))
    fallen = counts.where(counts["numbers"] == PASS)
    of_any, of_unsure = (
        np.append(some.day, -1)[some.latest(row, day, p.workup_days)]
        for some in (fallen, fallen.where(fallen["verdict"] == UNKNOWN))
    )
    count = np.where(at(work_up, row, day) == UNKNOWN, of_any, of_unsure)
    return row[count >= 0], day[count >= 0], count[count >= 0]


@shared
def onset(block: Block, p: Parameters, cytopenia: Cytopenia) -> Onset:
    """The onset verdict of every day: a count day of the last ``workup_days`` qualifies AND the work-up agrees.

    Only patients and days are looked at whose counts qualify or can't be ruled out.
    """
    counts = openings(block, p, cytopenia)
    rows = np.flatnonzero(np.diff(counts.offsets) > 0)
    last = counts.day[counts.offsets[1:][rows] - 1].astype(np.int64) + p.workup_days - 1
    last = np.minimum(last, block.last[rows])
    possible, sure, filled = [Spans(*NOTHING)], [Spans(*NOTHING)], [NOTHING]
    for chosen, days in by_length(last + 1, block.shape.days):
        some = rows[chosen]
        cells, (row, day, count) = _of_rows(block.take(some, days), p, cytopenia, counts.take(some))
        cells[day_numbers(days) > block.last[some, None]] = FAIL
        possible.append(runs(some, cells, UNKNOWN))
        sure.append(runs(some, cells, PASS))
        filled.append((some[row], day, count))
    row, day, count = (np.concatenate(column) for column in zip(*filled, strict=True))
    points = Events.of_points(block.shape.rows, row, day, count=count)
    return Onset(Spans.joined(*possible), Spans.joined(*sure), points)


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
    def from_stretches(cls, block: Block, row: Days, end: Days, earliest: Days, latest: Days, lead: int) -> OnsetRange:
        """The pairs of stretches of block rows; a view lasts to the end of the last stretch that needs it."""
        pairs, of = distinct_columns(row, earliest, latest)
        until = np.zeros(pairs.shape[1], np.int64)
        np.maximum.at(until, of, end)
        known = np.flatnonzero(pairs[2] < NEVER)
        origins, place = distinct_columns(np.append(pairs[0], pairs[0][known]), np.append(pairs[1], pairs[2][known]))
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
        return cls(np.repeat(np.arange(first.size), length), ragged(first, first + length), np.cumsum(length) - length)

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
