"""An episode of disease as a latch over days: it opens on evidence, stays open, and resolves.

Whether an episode has resolved depends on the day it began, and the next one begins only after that. So
the episodes are found one after the other, but for all patients at once: each round opens an episode,
lays out its stretches as if it never resolved, finds the first day on which it did, and cuts it there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.events import OPEN_END, Events, ragged
from postgraft.timeline.measure import Floats
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

Days = NDArray[np.int64]
NEVER = np.int64(OPEN_END)


@dataclass(frozen=True)
class Rule:
    """How evidence makes an episode, in days.

    ``carry``: how long an UNKNOWN onset holds; ``resolution``: length of a lasting recovery; ``reach_back``:
    how long before the present verdict was reached the episode may have begun.
    """

    carry: int
    resolution: int
    reach_back: int


@dataclass(frozen=True)
class Stretches:
    """Stretches of days with one verdict and one onset day, arrays of one length.

    ``start`` and ``end`` are both included; ``onset`` is the onset day of the running episode,
    ``first_onset`` that of the row's first.
    """

    row: Days
    start: Days
    end: Days
    verdict: Days
    onset: Days
    first_onset: Days

    def columns(self) -> tuple[Days, ...]:
        """The arrays in the order of the fields."""
        return self.row, self.start, self.end, self.verdict, self.onset, self.first_onset

    def where(self, keep: NDArray[np.bool_]) -> Stretches:
        """The marked stretches."""
        return Stretches(*(column[keep] for column in self.columns()))

    @classmethod
    def joined(cls, *parts: Stretches) -> Stretches:
        """All stretches of the parts, by row and start."""
        columns = [np.concatenate(column) for column in zip(*(part.columns() for part in parts), strict=True)]
        order = np.lexsort((columns[1], columns[0]))
        return cls(*(column[order] for column in columns))


def _first_day(rows: int, events: Events) -> Days:
    """Day of each row's first event, ``NEVER`` without one."""
    first = np.full(rows, NEVER)
    some = np.diff(events.offsets) > 0
    first[some] = events.day[events.offsets[:-1][some]]
    return first


def _laid_out(onsets: Events, rule: Rule, last: Days, first_onset: Days) -> Stretches:
    """The stretches of one episode a row, as if it never resolved; ``onsets`` are those that are not FAIL."""
    opened = _first_day(onsets.rows, onsets)
    certain = _first_day(onsets.rows, onsets.where(onsets["verdict"] == PASS))
    vague = onsets.where((onsets["verdict"] == UNKNOWN) & (onsets.day < certain[onsets.row]))
    apart = np.append(True, (np.diff(vague.row) != 0) | (np.diff(vague.day) > rule.carry))[: len(vague)]
    final = np.append(apart[1:], True)[: len(vague)]
    row = vague.row[apart]
    start = vague.day[apart].astype(np.int64)
    end = np.minimum(vague.day[final] + rule.carry - 1, np.minimum(certain[row] - 1, last[row]))
    sure = np.flatnonzero(certain < NEVER)
    row = np.concatenate([row, sure])
    start = np.concatenate([start, certain[sure]])
    found = Stretches(
        row,
        start,
        np.concatenate([end, last[sure]]),
        np.concatenate([np.full(end.size, UNKNOWN), np.full(sure.size, PASS)]),
        np.maximum(opened[row], start - rule.reach_back),
        first_onset[row],
    )
    return Stretches.joined(found)


def _resolved(
    stretches: Stretches, results: Events, breaks: Events, level: Floats, rule: Rule, last: Days
) -> Days:
    """First day a row on which a lasting recovery shows, ``NEVER`` if none does.

    A result on day d shows it if for some result day r ≥ the onset day, d - r ≥ ``rule.resolution``, all
    results in [r, d] are ≥ ``level`` (a stretch) and no break lies in [r, d]. The onset day is that of the
    stretch of the day before; after a stretch ends it stays until the next one begins.
    """
    row = stretches.row
    following = np.full(row.size, NEVER)
    same = row[1:] == row[:-1]
    following[:-1][same] = stretches.start[1:][same]
    first = results.until(row, stretches.onset - 1)
    stop = np.maximum(results.until(row, np.minimum(following, last[row])), first)
    index = ragged(first, stop)
    group = np.repeat(np.arange(row.size), stop - first)
    place = np.arange(index.size)
    offset = np.concatenate([[0], np.cumsum(stop - first)])[:-1][group]
    value, day = results["value"][index], results.day[index].astype(np.int64)

    clean = np.maximum.accumulate(np.where(value < level[group], place, offset - 1)) + 1
    last_break = breaks.latest(row[group], day)
    break_day = breaks.day[last_break] if len(breaks) else np.zeros(day.size, np.int64)
    after_break = offset + results.until(row[group], break_day) - first[group]
    clean = np.where(last_break >= 0, np.maximum(clean, after_break), clean)
    recovered = (clean <= place) & (day > stretches.start[group])
    long_enough = day - day[np.minimum(clean, place)] >= rule.resolution
    shown = np.flatnonzero(recovered & long_enough)
    resolved = np.full(results.rows, NEVER)
    np.minimum.at(resolved, row[group[shown]], day[shown])
    return resolved


def episodes(
    onsets: Events,
    results: Events,
    breaks: Events,
    rule: Rule,
    level: Callable[[Days, Days], Floats],
    last: Days,
) -> Stretches:
    """The stretches up to day ``last`` (shape (rows,), closed) on which a disease is not ruled out.

    ``onsets`` (column verdict), ``results`` (column value) and ``breaks`` have days from 0 on. PASS holds
    from an onset of PASS until resolution; UNKNOWN for ``rule.carry`` days from the latest onset of UNKNOWN
    unless resolution came since. Resolution comes before the onset of its own day. ``level(row, onset)``
    gives the count that shows a recovery. The onset day of a stretch is the later of the first onset since
    the last resolution and the day the verdict was reached less ``rule.reach_back``.
    """
    onsets = onsets.where(onsets["verdict"] != FAIL)
    first_onset = _first_day(onsets.rows, onsets)
    found = []
    while len(onsets):
        laid_out = _laid_out(onsets, rule, last, first_onset)
        least = level(laid_out.row, laid_out.onset)
        resolved = _resolved(laid_out, results, breaks, least, rule, last)
        until = np.minimum(laid_out.end, resolved[laid_out.row] - 1)
        cut = Stretches(laid_out.row, laid_out.start, until, *laid_out.columns()[3:])
        found.append(cut.where(cut.start <= cut.end))
        onsets = onsets.where(onsets.day >= resolved[onsets.row])
    return Stretches.joined(*found) if found else Stretches(*(np.empty(0, np.int64) for _ in range(6)))
