"""The counts of an immune cytopenia: on which days is one low, and on which does the fall qualify?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.cytopenia.baseline import baseline, engraftment_of
from postgraft.criteria.cytopenia.kinds import AIHA, ITP, Cytopenia
from postgraft.criteria.cytopenia.work_up import LOW_ABSOLUTE, LOW_PERCENT, no_other_cause
from postgraft.criteria.engraftment import platelet_engraftment
from postgraft.criteria.memo import Parameters, shared
from postgraft.criteria.records import transfusions
from postgraft.timeline.block import Block
from postgraft.timeline.events import Events, Ints, points_of
from postgraft.timeline.measure import Floats, at_most, below, reaches
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

Verdicts = NDArray[np.int8]
THRESHOLDS = {
    "neutrophil_engraftment_min": "neutrophils",
    "platelet_engraftment_min": "platelets",
    "aiha_hemoglobin_below": "hemoglobin",
    "itp_platelets_max": "platelets",
    "prca_hemoglobin_below": "hemoglobin",
    **{low.parameter: low.lab.analyte for low in (LOW_PERCENT, LOW_ABSOLUTE)},
}
"""What results are held against for an immune cytopenia: engraftment before it, counts, work-up."""


@shared
def lineage_days(block: Block, p: Parameters, cytopenia: Cytopenia) -> Events:
    """Days from day 0 on with a result of the analyte or a transfusion of the product."""
    return points_of(block.measure(cytopenia.analyte).events, transfusions(block, cytopenia.product))


@shared
def count_days(block: Block, p: Parameters, cytopenia: Cytopenia) -> Events:
    """Days from day 0 on that have a count verdict: with a lineage result or, but for AIHA, a transfusion."""
    if cytopenia is AIHA:
        return points_of(block.measure(cytopenia.analyte).events)
    return lineage_days(block, p, cytopenia)


def _transfused(block: Block, product: str, row: Ints, day: Ints, window: int, least: int = 1) -> Verdicts:
    """≥ ``least`` days with a transfusion on days day-window+1 ... day; unrecorded ones by completeness."""
    first = np.asarray(day) - window + 1
    count = transfusions(block, product).count(row, first, day)
    unrecorded = np.where(block.complete_since("transfusions")[row] <= first, FAIL, UNKNOWN)
    return np.where(count >= least, PASS, unrecorded).astype(np.int8)


def lowest_in_window(results: Events, row: Ints, day: Ints, window: int) -> NDArray[np.int64]:
    """Index of the lowest result on days day-window+1 ... day at single points, -1 where there is none.

    Of equal ones the one that may be lower still, and of those the latest.
    """
    start = results.until(row, np.asarray(day) - window)
    stop = results.until(row, day)
    order = np.lexsort((-np.arange(len(results)), results["censored"], results["value"]))
    rank = np.empty(len(results) + 1, np.int64)
    rank[order] = np.arange(order.size)
    rank[-1] = order.size  # a window may end with the last result
    pairs = np.stack([start, stop], axis=1).ravel()
    lowest = np.minimum.reduceat(rank, pairs)[::2]
    return np.where(stop > start, np.append(order, -1)[lowest], -1)


def _low_platelets(block: Block, p: Parameters, row: Ints, day: Ints) -> NDArray[np.int64]:
    """Index of the low count of ITP: the lowest in a week, else the latest in its window; -1 without one."""
    results = block.measure("platelets").events
    lowest = lowest_in_window(results, row, day, p.itp_low_window_days)
    return np.where(lowest >= 0, lowest, results.latest(row, day, p.blood_count_window_days))


def _value(results: Events, index: Ints) -> Floats:
    """Values of the results at ``index``, NaN where that is -1."""
    return np.where(index >= 0, np.append(results["value"], np.nan)[index], np.nan)


def _sign(results: Events, index: Ints) -> Verdicts:
    """On which side of its value the true value of each result may lie."""
    return np.where(index >= 0, np.append(results["censored"], np.int8(0))[index], np.int8(0))


def _below(block: Block, p: Parameters, row: Ints, day: Ints, bound: float) -> Verdicts:
    """Hemoglobin < ``bound``, by the latest result in its window."""
    results = block.measure("hemoglobin").events
    index = results.latest(row, day, p.blood_count_window_days)
    return below(_value(results, index), bound, _sign(results, index))


def _platelets_at_most(block: Block, index: Ints, most: float) -> Verdicts:
    results = block.measure("platelets").events
    return at_most(_value(results, index), most, _sign(results, index))


def _anemic_or_transfused(block: Block, p: Parameters, row: Ints, day: Ints) -> Verdicts:
    """The absolute part of PRCA: anemia, or red cells on two days of four weeks."""
    window, least = p.prca_transfusion_window_days, p.prca_transfusions_min
    transfused = _transfused(block, "red_cells", row, day, window, least)
    return np.maximum(_below(block, p, row, day, p.prca_hemoglobin_below), transfused)


def _aiha(block: Block, p: Parameters, row: Ints, day: Ints) -> Verdicts:
    """Anemia, and a fall of 2 g/dL or more from the typical value."""
    verdict = _below(block, p, row, day, p.aiha_hemoglobin_below)
    open_ = np.flatnonzero(verdict != FAIL)
    hemoglobin = block.measure("hemoglobin").value_at(row[open_], day[open_], p.blood_count_window_days)
    drop = baseline(block, p, AIHA, row[open_], day[open_]) - hemoglobin
    verdict[open_] = np.minimum(verdict[open_], reaches(drop, p.aiha_hemoglobin_drop_min))
    return verdict


def _itp(block: Block, p: Parameters, row: Ints, day: Ints) -> Verdicts:
    """Platelets of at most 30 or supported by a transfusion, and 30 % or more below the typical value."""
    low = _low_platelets(block, p, row, day)
    supported = _transfused(block, "platelets", row, day, p.transfusion_requirement_days)
    verdict = np.maximum(_platelets_at_most(block, low, p.itp_platelets_max), supported)
    open_ = np.flatnonzero(verdict != FAIL)
    value = _value(block.measure("platelets").events, low[open_])
    typical = baseline(block, p, ITP, row[open_], day[open_])
    fallen = at_most(value, (1 - p.itp_fall_fraction_min) * typical)
    verdict[open_] = np.minimum(verdict[open_], fallen)
    return verdict


def _prca(block: Block, p: Parameters, row: Ints, day: Ints) -> Verdicts:
    verdict = _anemic_or_transfused(block, p, row, day)
    if p.prca_needs_platelet_engraftment:
        verdict = np.minimum(verdict, platelet_engraftment(block, p).verdict.at(row, day))
    return verdict


@shared
def count_numbers(block: Block, p: Parameters, cytopenia: Cytopenia) -> Events:
    """The count verdict but for the other causes of the work-up (column ``numbers``), on days that are not FAIL.

    Before engraftment every patient is cytopenic, and right after it nobody has a typical value yet: the lineage
    must have engrafted ``onset_after_engraftment_days`` earlier, and no day before ``onset_day_min`` counts.
    """
    points = count_days(block, p, cytopenia)
    points = points.where(points.day >= p.onset_day_min)
    since = points.day - p.onset_after_engraftment_days[cytopenia.name]
    gate = engraftment_of(block, p, cytopenia).verdict.at(points.row, since)
    points, gate = points.where(gate != FAIL), gate[gate != FAIL]
    rule = {"aiha": _aiha, "itp": _itp, "prca": _prca}[cytopenia.name]
    numbers = np.minimum(gate, rule(block, p, points.row, points.day))
    return Events(points.offsets, points.day, {"numbers": numbers}).where(numbers != FAIL)


@shared
def count_verdicts(block: Block, p: Parameters, cytopenia: Cytopenia) -> Events:
    """Count verdict on each count day (columns ``verdict``, ``numbers``); only days that are not FAIL are kept."""
    found = count_numbers(block, p, cytopenia)
    verdict = found["numbers"]
    if cytopenia is not AIHA:
        verdict = np.minimum(verdict, no_other_cause(block, p, cytopenia).at(found.row, found.day))
    columns = {"verdict": verdict, "numbers": found["numbers"]}
    return Events(found.offsets, found.day, columns).where(verdict != FAIL)


@shared
def low_days(block: Block, p: Parameters, cytopenia: Cytopenia) -> Events:
    """Count days on which the absolute part of the counts alone holds (column ``verdict``), where not FAIL."""
    points = count_days(block, p, cytopenia)
    row, day = points.row, points.day
    if cytopenia is AIHA:
        verdict = _below(block, p, row, day, p.aiha_hemoglobin_below)
    elif cytopenia is ITP:
        verdict = np.maximum(
            _some_platelets_low(block, p, row, day),
            _transfused(block, "platelets", row, day, p.transfusion_requirement_days),
        )
    else:
        verdict = _anemic_or_transfused(block, p, row, day)
    return Events(points.offsets, day, {"verdict": verdict}).where(verdict != FAIL)


def _some_platelets_low(block: Block, p: Parameters, row: Ints, day: Ints) -> Verdicts:
    """Some result of a week is low enough; without one, the latest in its window."""
    results = block.measure("platelets").events
    low = at_most(results["value"], p.itp_platelets_max, results["censored"])
    first = np.asarray(day) - p.itp_low_window_days + 1
    passed = results.where(low == PASS).count(row, first, day) > 0
    possible = results.where(low != FAIL).count(row, first, day) > 0
    of_week = np.where(passed, PASS, np.where(possible, UNKNOWN, FAIL)).astype(np.int8)
    some = results.count(row, first, day) > 0
    latest = results.latest(row, day, p.blood_count_window_days)
    return np.where(some, of_week, _platelets_at_most(block, latest, p.itp_platelets_max))
