"""Episodes of a cytopenia: on which days is it active, and since when?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.concepts.adjudications import adjudicated
from postgraft.criteria.concepts.counts import Cytopenia, baseline, count_days
from postgraft.criteria.concepts.doses import known_to_reach
from postgraft.criteria.concepts.onset import candidates, onset_verdicts
from postgraft.criteria.concepts.parameters import Parameters, shared
from postgraft.criteria.concepts.records import transfusions
from postgraft.timeline.block import Block
from postgraft.timeline.episodes import Evidence, Rule, walk
from postgraft.timeline.measure import rounded
from postgraft.timeline.paint import paint
from postgraft.timeline.verdict import Verdict
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

Days = NDArray[np.int64]


@dataclass(frozen=True)
class Episodes:
    """Stretches of days on which a cytopenia is not ruled out; arrays of one length, by row and start.

    Within a stretch (``start`` … ``end``, closed) the active verdict, the onset day of the running episode
    and the first onset day since transplant are one and the same.
    """

    row: Days
    start: Days
    end: Days
    verdict: Days
    onset: Days
    first_onset: Days

    def active(self, block: Block) -> Verdict:
        """The active verdict on every day."""
        return paint(block.shape, self.row, self.start, self.end, self.verdict.astype(np.int8), FAIL)


def resolved_level(p: Parameters, cytopenia: Cytopenia, typical: float) -> float:
    """The count that shows a recovery; ``typical`` (NaN unknown) is the baseline at onset."""
    if cytopenia.product == "platelets":
        normal, floor = p.itp_resolved_platelets, p.itp_resolved_floor
    else:
        normal, floor = p.anemia_resolved_hemoglobin, p.anemia_resolved_floor
    return float(rounded(max(floor, np.fmin(normal, typical))))


def _walked(block: Block, p: Parameters, cytopenia: Cytopenia) -> list[tuple[int, int, int, int, int, int]]:
    """Stretches (row, start, end, verdict, onset, first onset) by the evidence alone."""
    open_rows = candidates(block, p, cytopenia)
    onsets = onset_verdicts(block.take(open_rows), p, cytopenia)
    kept = np.unique(onsets.row[onsets["verdict"] != FAIL])
    if kept.size == 0:
        return []
    onsets = onsets.take(kept)
    rows = open_rows[kept]
    block = block.take(rows)
    results = block.measure(cytopenia.analyte).since_transplant().events
    given = transfusions(block, cytopenia.product)
    treated = known_to_reach(block, p, p.dependence_steroid_dose)
    rule = Rule(p.unknown_carry_days, p.resolution_days, p.workup_days)

    found = []
    for i, row in enumerate(rows.tolist()):

        @cache
        def level(onset: int, i: int = i) -> float:
            typical = baseline(block, p, cytopenia, np.array([i]), np.array([onset]))
            return resolved_level(p, cytopenia, float(typical[0]))

        own = slice(*onsets.offsets[i : i + 2])
        lab = slice(*results.offsets[i : i + 2])
        transfused = given.day[slice(*given.offsets[i : i + 2])]
        evidence = Evidence(
            list(zip(onsets.day[own].tolist(), onsets["verdict"][own].tolist(), strict=True)),
            list(zip(results.day[lab].tolist(), results["value"][lab].tolist(), strict=True)),
            np.union1d(transfused[transfused >= 0], np.flatnonzero(treated[i])).tolist(),
        )
        last = min(int(block.last[i]), block.shape.days - 1)
        for s in walk(evidence, rule, level, last):
            found.append((row, s.start, s.end, s.verdict, s.onset, s.first_onset))
    return found


def _without_evidence(
    block: Block, p: Parameters, cytopenia: Cytopenia, sure_from: Days
) -> list[tuple[int, int, int, int, int, int]]:
    """UNKNOWN from day 0 until the first lineage result or transfusion (or an earlier sure stretch)."""
    counted = count_days(block, p, (cytopenia.analyte, cytopenia.product))
    first = np.full(block.shape.rows, block.shape.days, np.int64)
    some = np.diff(counted.offsets) > 0
    first[some] = counted.day[counted.offsets[:-1][some]]
    until = np.minimum(np.minimum(first, sure_from), block.last.astype(np.int64) + 1)
    return [(row, 0, int(until[row]) - 1, UNKNOWN, 0, 0) for row in np.flatnonzero(until > 0).tolist()]


@shared
def episodes(block: Block, p: Parameters, cytopenia: Cytopenia) -> Episodes:
    """The episodes of one cytopenia, with the site's adjudications put over the computed ones."""
    walked = _walked(block, p, cytopenia)
    sure_from = np.full(block.shape.rows, block.shape.days, np.int64)
    for row, start, _, verdict, _, _ in walked:
        if verdict == PASS:
            sure_from[row] = min(sure_from[row], start)
    stretches = sorted(_without_evidence(block, p, cytopenia, sure_from) + walked)
    table = np.array(stretches, np.int64).reshape(-1, 6)
    table = _adjudicate(block, table, f"immune_cytopenia.{cytopenia.name}")
    return Episodes(*table.T)


def _adjudicate(block: Block, table: Days, name: str) -> Days:
    """The stretches with those of adjudicated rows written anew, day by day."""
    rulings = adjudicated(block, name)
    if rulings.rows.size == 0:
        return table
    kept = table[~np.isin(table[:, 0], rulings.rows)]
    rewritten = []
    for row, ruled, since in zip(rulings.rows.tolist(), rulings.cells, rulings.since, strict=True):
        days = np.zeros((block.shape.days, 3), np.int64)
        for _, start, end, *state in table[table[:, 0] == row]:
            days[start : end + 1] = state
        decided = ruled >= 0
        days[decided, 0] = ruled[decided]
        days[decided, 1] = days[decided, 2] = np.maximum(since[decided], 0)
        cuts = np.flatnonzero(np.any(np.diff(days, axis=0) != 0, axis=1)) + 1
        for start, end in zip([0, *cuts.tolist()], [*cuts.tolist(), block.shape.days], strict=True):
            if days[start, 0] != FAIL:
                rewritten.append((row, start, end - 1, *days[start].tolist()))
    table = np.concatenate([kept, np.array(rewritten, np.int64).reshape(-1, 6)])
    return table[np.lexsort((table[:, 1], table[:, 0]))]
