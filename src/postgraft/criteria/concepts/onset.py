"""Onset verdicts: on which days does the evidence show an immune cytopenia?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.concepts.counts import count_verdicts
from postgraft.criteria.concepts.cytopenias import Cytopenia
from postgraft.criteria.concepts.parameters import Parameters, shared
from postgraft.criteria.concepts.records import active_rows, condition_rows, recorded
from postgraft.criteria.concepts.workup import WORK_UP
from postgraft.timeline.batches import by_length
from postgraft.timeline.block import Block
from postgraft.timeline.events import Events
from postgraft.timeline.paint import cover
from postgraft.timeline.spans import Spans, runs
from postgraft.timeline.verdict import Cells, Verdict
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
        cells[filled[0], filled[1]] = PASS
    elif p.recorded_diagnosis == "suffices":
        starts = condition_rows(block, *cytopenia.diagnoses)
        inside = (starts.day >= 0) & (starts.day < block.shape.days)
        cells[starts.row[inside], starts.day[inside]] = PASS
    if p.absent_diagnosis == "fails_unknown" and all(map(block.complete.condition, cytopenia.diagnoses)):
        told = np.arange(block.shape.days)[None, :] >= block.recorded_from[:, None]
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
    count = np.where(work_up[row, day] == UNKNOWN, of_any, of_unsure)
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
        cells[np.arange(days)[None, :] > block.last[some, None]] = FAIL
        possible.append(runs(some, cells, UNKNOWN))
        sure.append(runs(some, cells, PASS))
        filled.append((some[row], day, count))
    row, day, count = (np.concatenate(column) for column in zip(*filled, strict=True))
    points = Events.of_points(block.shape.rows, row, day, count=count)
    return Onset(Spans.joined(*possible), Spans.joined(*sure), points)
