"""An episode of disease as a latch over days: it opens on evidence, stays open, and resolves.

The walk is sequential by nature: whether an episode has resolved depends on the day it began, and that
day on how earlier ones ended. It visits evidence days only.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


@dataclass(frozen=True)
class Stretch:
    """Consecutive days with one verdict and one onset; ``end`` is included."""

    start: int
    end: int
    verdict: int
    onset: int
    first_onset: int


@dataclass(frozen=True)
class Evidence:
    """What one patient's episodes rest on; all days ascending.

    ``onsets``: (day, verdict) of each evidence day; ``results``: (day, value) of the lineage; ``breaks``:
    days that keep a recovery from counting (transfusion, steroids at a treating dose).
    """

    onsets: Sequence[tuple[int, int]]
    results: Sequence[tuple[int, float]]
    breaks: Sequence[int]


@dataclass(frozen=True)
class Rule:
    """``carry_days``: how long an UNKNOWN onset holds; ``resolution_days``: length of a lasting recovery;
    ``reach_back_days``: how long before the verdict was reached the episode may have begun."""

    carry_days: int
    resolution_days: int
    reach_back_days: int


class _Walk:
    def __init__(self, evidence: Evidence, rule: Rule, level: Callable[[int], float]) -> None:
        self.evidence, self.rule, self.level = evidence, rule, level
        self.result_days = [day for day, _ in evidence.results]
        self.stretches: list[Stretch] = []
        self.first_onset: int | None = None
        self.since: int | None = None
        self.certain = False
        self.last_unknown: int | None = None
        self.verdict, self.start, self.onset = FAIL, 0, 0

    def _turn(self, day: int, verdict: int) -> None:
        """The active verdict from ``day`` on."""
        reached = self.start if verdict == self.verdict else day
        onset = self.onset
        if verdict != FAIL:
            assert self.since is not None
            onset = max(self.since, reached - self.rule.reach_back_days)
        if (verdict, onset) == (self.verdict, self.onset):
            return
        self._close(day - 1)
        self.verdict, self.onset = verdict, onset
        self._opened = day
        self.start = reached

    _opened = 0

    def _close(self, end: int) -> None:
        if self.verdict != FAIL and self._opened <= end:
            assert self.first_onset is not None
            self.stretches.append(Stretch(self._opened, end, self.verdict, self.onset, self.first_onset))

    def _lapse(self, day: int) -> None:
        """Let an UNKNOWN verdict run out before ``day``."""
        if self.verdict == UNKNOWN and self.last_unknown is not None:
            lapsed = self.last_unknown + self.rule.carry_days
            if lapsed <= day:
                self._turn(lapsed, FAIL)

    def _resolved(self, day: int) -> bool:
        """Whether the results up to ``day`` show a lasting recovery of the running episode."""
        if self.since is None:
            return False
        stop = bisect_right(self.result_days, day)
        last_break = bisect_right(self.evidence.breaks, day)
        earliest = max(self.onset, self.evidence.breaks[last_break - 1] + 1 if last_break else 0)
        begin = bisect_left(self.result_days, earliest)
        long_enough = bisect_right(self.result_days, day - self.rule.resolution_days)
        if begin >= long_enough:
            return False
        level = self.level(self.onset)
        low = [i for i in range(begin, stop) if self.evidence.results[i][1] < level]
        return (low[-1] + 1 if low else begin) < long_enough

    def run(self, last: int) -> list[Stretch]:
        results = set(self.result_days)
        for day, onset in self.evidence.onsets:
            self._lapse(day)
            if day in results and self._resolved(day):
                self.since, self.certain, self.last_unknown = None, False, None
            if onset != FAIL:
                self.since = day if self.since is None else self.since
                self.first_onset = day if self.first_onset is None else self.first_onset
            if onset == PASS:
                self.certain = True
            elif onset == UNKNOWN:
                self.last_unknown = day
            carried = self.last_unknown is not None and day < self.last_unknown + self.rule.carry_days
            self._turn(day, PASS if self.certain else UNKNOWN if carried else FAIL)
        self._lapse(last + 1)
        self._close(last)
        return self.stretches


def walk(evidence: Evidence, rule: Rule, level: Callable[[int], float], last: int) -> list[Stretch]:
    """The stretches up to day ``last`` (closed) on which the active verdict is not FAIL, in order.

    The verdict is PASS from an evidence day with onset PASS until resolution; UNKNOWN for ``carry_days``
    days from the latest evidence day with onset UNKNOWN unless resolution came since. Resolution comes with
    a result on a day d (before that day's onset counts) if for some result day r ≥ the onset day with
    d - r ≥ ``resolution_days`` all results in [r, d] are ≥ ``level(onset day)`` and no break lies in [r, d].
    The onset day is the later of the first onset that is not FAIL since the last resolution, and the day
    the present verdict was reached less ``reach_back_days``.
    """
    return _Walk(evidence, rule, level).run(last)
