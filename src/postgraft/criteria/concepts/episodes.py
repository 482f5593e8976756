"""Episodes of a cytopenia: on which days is it active, and since when?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.concepts.adjudications import adjudicated
from postgraft.criteria.concepts.counts import Cytopenia, baseline, count_days
from postgraft.criteria.concepts.doses import treated_days
from postgraft.criteria.concepts.onset import onsets
from postgraft.criteria.concepts.parameters import Parameters, shared
from postgraft.criteria.concepts.records import transfusions
from postgraft.timeline.block import Block
from postgraft.timeline.episodes import Days, Rule, Stretches
from postgraft.timeline.episodes import episodes as find_episodes
from postgraft.timeline.events import Events, points_of
from postgraft.timeline.measure import Floats, rounded
from postgraft.timeline.paint import paint
from postgraft.timeline.verdict import Verdict
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def resolved_level(p: Parameters, cytopenia: Cytopenia, typical: Floats) -> Floats:
    """The count that shows a recovery; ``typical`` (NaN unknown) is the baseline at onset."""
    if cytopenia.product == "platelets":
        normal, floor = p.itp_resolved_platelets, p.itp_resolved_floor
    else:
        normal, floor = p.anemia_resolved_hemoglobin, p.anemia_resolved_floor
    return rounded(np.maximum(floor, np.fmin(normal, typical)))


def _by_evidence(block: Block, p: Parameters, cytopenia: Cytopenia) -> Stretches:
    """The stretches that the evidence gives."""

    def level(row: Days, onset: Days) -> Floats:
        return resolved_level(p, cytopenia, baseline(block, p, cytopenia, row, onset))

    return find_episodes(
        onsets(block, p, cytopenia),
        block.measure(cytopenia.analyte).since_transplant().events,
        points_of(transfusions(block, cytopenia.product), treated_days(block, p)),
        Rule(p.unknown_carry_days, p.resolution_days, p.workup_days),
        level,
        block.last.astype(np.int64),
    )


def _without_evidence(block: Block, p: Parameters, cytopenia: Cytopenia, found: Stretches) -> Stretches:
    """UNKNOWN from day 0 until the first lineage result or transfusion, or an earlier sure stretch."""
    counted: Events = count_days(block, p, (cytopenia.analyte, cytopenia.product))
    until = block.last.astype(np.int64) + 1
    some = np.diff(counted.offsets) > 0
    until[some] = np.minimum(until[some], counted.day[counted.offsets[:-1][some]])
    sure = found.verdict == PASS
    np.minimum.at(until, found.row[sure], found.start[sure])
    row = np.flatnonzero(until > 0)
    zero = np.zeros(row.size, np.int64)
    return Stretches(row, zero, until[row] - 1, zero + UNKNOWN, zero, zero)


@shared
def episodes(block: Block, p: Parameters, cytopenia: Cytopenia) -> Stretches:
    """The episodes of one cytopenia, with the site's adjudications put over the computed ones."""
    found = _by_evidence(block, p, cytopenia)
    found = Stretches.joined(_without_evidence(block, p, cytopenia, found), found)
    return _adjudicate(block, found, f"immune_cytopenia.{cytopenia.name}")


def active(block: Block, p: Parameters, cytopenia: Cytopenia) -> Verdict:
    """The active verdict of one cytopenia on every day."""
    found = episodes(block, p, cytopenia)
    return paint(block.shape, found.row, found.start, found.end, found.verdict.astype(np.int8), FAIL)


def _adjudicate(block: Block, found: Stretches, name: str) -> Stretches:
    """The stretches with those of adjudicated rows written anew, day by day."""
    rulings = adjudicated(block, name)
    if rulings.rows.size == 0:
        return found
    rewritten = []
    for row, ruled, since in zip(rulings.rows.tolist(), rulings.cells, rulings.since, strict=True):
        days = np.zeros((block.shape.days, 3), np.int64)
        for _, start, end, *state in zip(*found.where(found.row == row).columns(), strict=True):
            days[start : end + 1] = state
        decided = ruled >= 0
        days[decided, 0] = ruled[decided]
        days[decided, 1:] = np.maximum(since[decided], 0)[:, None]
        rewritten.append(_stretches_of(row, days))
    return Stretches.joined(found.where(~np.isin(found.row, rulings.rows)), *rewritten)


def _stretches_of(row: int, days: NDArray[np.int64]) -> Stretches:
    """Stretches of one row from its (verdict, onset, first onset) on each day."""
    start = np.flatnonzero(np.append(True, np.any(np.diff(days, axis=0) != 0, axis=1)))
    end = np.append(start[1:], len(days)) - 1
    found = Stretches(np.full(start.size, row), start, end, *days[start].T)
    return found.where(found.verdict != FAIL)
