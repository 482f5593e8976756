"""Episodes of a cytopenia: on which days is it active, and since when? In words: the one that holds a day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from postgraft.criteria.case import ROW, PatientDay
from postgraft.criteria.cytopenia.counts import lineage_days
from postgraft.criteria.cytopenia.kinds import Cytopenia
from postgraft.criteria.cytopenia.onset import onset, openings
from postgraft.criteria.cytopenia.spells import sure_spells, wide_spells
from postgraft.criteria.memo import Parameters, shared
from postgraft.criteria.records import adjudicated
from postgraft.timeline.block import Block
from postgraft.timeline.spans import NEVER, Days, Spans, like_days, paint
from postgraft.timeline.verdict import Verdict
from postgraft.timeline.windows import put_span
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


@dataclass(frozen=True, eq=False)
class EpisodeStretches(Spans):
    """Stretches of days on which a cytopenia is active (PASS) or not known to be (UNKNOWN), since one onset day.

    The onset day of the episode lies between ``onset`` and ``latest_onset`` (o⁻, o⁺), that of the first episode
    since transplant between ``first_onset`` and ``latest_first_onset`` (h⁻, h⁺). ``NEVER`` as the latest: no
    evidence yet, so the onset may be as late as the day in question.
    """

    verdict: Days
    onset: Days
    latest_onset: Days
    first_onset: Days
    latest_first_onset: Days


def lines_from(p: Parameters, found: EpisodeStretches) -> tuple[Days, Days]:
    """Earliest and latest day from which lines of treatment count in each stretch."""
    if p.lines_counted_from == "first_onset":
        return found.first_onset, found.latest_first_onset
    return found.onset, found.latest_onset


def _by_evidence(block: Block, p: Parameters, cytopenia: Cytopenia) -> EpisodeStretches:
    """The stretches that the evidence gives: inside a spell, from the day on which it had an onset."""
    shown = onset(block, p, cytopenia)
    wide = wide_spells(block, p, cytopenia)
    suspected = shown.possible.next_day(wide.row, wide.start)
    keep = suspected <= wide.end
    wide, suspected = wide.where(keep), suspected[keep]
    earliest = np.maximum(wide.start, suspected - p.workup_days + 1)
    open_ = Spans(wide.row, suspected, wide.end)

    sure = sure_spells(block, p, cytopenia)
    proven = shown.sure.next_day(sure.row, sure.start)
    keep = np.maximum(proven, sure.known) <= sure.end
    sure, proven = sure.where(keep), proven[keep]
    latest = np.maximum(sure.start, proven - p.workup_days + 1)
    met = Spans(sure.row, np.maximum(proven, sure.known), sure.end)

    counts = openings(block, p, cytopenia)
    again = (open_.holding(counts.row, counts.day) >= 0) & (met.holding(counts.row, counts.day) < 0)
    after = open_.holding(met.row, met.end + 1) >= 0
    row = np.concatenate([open_.row, counts.row[again], met.row, met.row[after]])
    start = np.concatenate([open_.start, counts.day[again], met.start, met.end[after] + 1])
    row, start = np.unique(np.stack([row, start], axis=1), axis=0).T
    place, inside = open_.holding(row, start), met.holding(row, start)
    following = np.append(start[1:], NEVER)[: start.size]
    following[np.append(np.diff(place) != 0, True)[: start.size]] = NEVER
    counted = counts.day[counts.latest(row, start)] if len(counts) else np.empty(0, np.int64)
    own = np.where(inside >= 0, np.append(latest, 0)[inside], counted)
    first_open, first_met = _first_of(block, open_, earliest), _first_of(block, met, latest)
    begun = _first_of(block, met, met.start)[row] <= start
    return EpisodeStretches(
        row,
        start,
        np.minimum(open_.end[place], following - 1),
        np.where(inside >= 0, PASS, UNKNOWN),
        earliest[place],
        own,
        first_open[row],
        np.where(begun, first_met[row], own),
    )


def _first_of(block: Block, spans: Spans, value: Days) -> Days:
    """The value of each row's first span, ``NEVER`` without one; shape (rows,)."""
    found = np.full(block.shape.rows, NEVER)
    found[spans.row[::-1]] = value[::-1]
    return found


def _without_evidence(block: Block, p: Parameters, cytopenia: Cytopenia) -> EpisodeStretches:
    """UNKNOWN from ``onset_day_min`` until the first lineage result, transfusion or diagnosis that suffices.

    While results from before the transplant can make the nadir of an onset on the day, each day stands alone.
    """
    until = block.last.astype(np.int64) + 1
    sources = [lineage_days(block, p, cytopenia)]
    if p.recorded_diagnosis == "suffices":
        sources.append(openings(block, p, cytopenia))
    for events in sources:
        some = np.diff(events.offsets) > 0
        until[some] = np.minimum(until[some], events.day[events.offsets[:-1][some]])
    without_nadir = max(p.onset_day_min, p.blood_count_window_days - 1)
    first = np.arange(p.onset_day_min, without_nadir + 1)
    row, place = np.nonzero(until[:, None] > first)
    zero = np.zeros(row.size, np.int64)
    start = first[place]
    alone = start < without_nadir
    end, latest = np.where(alone, start, until[row] - 1), np.where(alone, start, NEVER)
    return EpisodeStretches(row, start, end, zero + UNKNOWN, zero, latest, zero, latest)


@shared
def episodes(block: Block, p: Parameters, cytopenia: Cytopenia) -> EpisodeStretches:
    """The episodes of one cytopenia, with the site's adjudications put over the computed ones."""
    found = EpisodeStretches.joined(_without_evidence(block, p, cytopenia), _by_evidence(block, p, cytopenia))
    return _adjudicate(block, found, f"immune_cytopenia.{cytopenia.name}")


def active(block: Block, p: Parameters, cytopenia: Cytopenia) -> Verdict:
    """The active verdict of one cytopenia on every day."""
    found = episodes(block, p, cytopenia)
    return paint(block.shape, found.row, found.start, found.end, found.verdict.astype(np.int8), FAIL)


def _adjudicate(block: Block, found: EpisodeStretches, name: str) -> EpisodeStretches:
    """The stretches with those of adjudicated rows written anew, day by day."""
    rulings = adjudicated(block, name)
    if rulings.rows.size == 0:
        return found
    rewritten = []
    for row, ruled, since in zip(rulings.rows.tolist(), rulings.cells, rulings.since, strict=True):
        days = np.zeros((5, block.shape.days), np.int64)
        for _, start, end, *state in zip(*found.where(found.row == row).columns(), strict=True):
            put_span(days, slice(None), start, end, np.stack(state)[:, None])
        begun = np.maximum(since, 0)
        start, end, states = like_days(np.where(ruled >= 0, np.stack([ruled, begun, begun, begun, begun]), days))
        written = EpisodeStretches(np.full(start.size, row), start, end, *states)
        rewritten.append(written.where(written.verdict != FAIL))
    return EpisodeStretches.joined(found.where(~np.isin(found.row, rulings.rows)), *rewritten)


@dataclass(frozen=True)
class OnsetDays:
    """Between which days an onset lies; ``latest`` None: no evidence yet, so it may still come."""

    earliest: int
    latest: int | None

    @property
    def known(self) -> bool:
        """Whether it is one day."""
        return self.earliest == self.latest

    def __str__(self) -> str:
        if self.latest is None:
            return "onset not known"
        if self.known:
            return f"onset day {self.earliest}"
        return f"onset between day {self.earliest} and day {self.latest}"


@dataclass(frozen=True)
class Episode:
    """``since``: first day of the unbroken run of days with the same verdict. ``first_onset``: of the first episode."""

    verdict: int
    since: int
    onset: OnsetDays
    first_onset: OnsetDays


def episode_on(case: PatientDay, cytopenia: Cytopenia) -> Episode | None:
    """The stretch that holds the day, None where the cytopenia is not active on it."""
    found = episodes(case.block, case.p, cytopenia)
    i = int(found.holding(ROW, ROW + case.day)[0])
    if i < 0:
        return None
    first = i
    while first and found.end[first - 1] == found.start[first] - 1 and found.verdict[first - 1] == found.verdict[i]:
        first -= 1
    return Episode(
        int(found.verdict[i]),
        int(found.start[first]),
        _onset_days(found.onset[i], found.latest_onset[i]),
        _onset_days(found.first_onset[i], found.latest_first_onset[i]),
    )


def _onset_days(earliest: int, latest: int) -> OnsetDays:
    return OnsetDays(int(earliest), None if latest == NEVER else int(latest))
