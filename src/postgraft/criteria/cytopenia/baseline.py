"""The patient's typical value before a fall."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.cytopenia.kinds import ITP, Cytopenia
from postgraft.criteria.engraftment import Engraftment, neutrophil_engraftment, platelet_engraftment
from postgraft.criteria.memo import Parameters
from postgraft.timeline.block import Block
from postgraft.timeline.events import Events, Ints
from postgraft.timeline.measure import Floats


def engraftment_of(block: Block, p: Parameters, cytopenia: Cytopenia) -> Engraftment:
    """The engraftment that has to come before: of platelets for ITP, of neutrophils for AIHA and PRCA."""
    return platelet_engraftment(block, p) if cytopenia is ITP else neutrophil_engraftment(block, p)


def window_medians(results: Events, start: NDArray[np.int64], stop: NDArray[np.int64], least: int) -> Floats:
    """Medians of ``results[start:stop]`` for each pair; NaN where fewer than ``least`` results."""
    medians = np.full(start.shape, np.nan)
    count = stop - start
    for size in np.unique(count[count >= least]):
        chosen = count == size
        values = np.sort(results["value"][start[chosen][:, None] + np.arange(size)], axis=1)
        medians[chosen] = (values[:, (size - 1) // 2] + values[:, size // 2]) / 2
    return medians


def baseline(block: Block, p: Parameters, cytopenia: Cytopenia, row: Ints, day: Ints) -> Floats:
    """The patient's typical value before each (row, day): shape of ``row``, unit of the analyte, NaN unknown.

    Only results from the engraftment day (as known then) on count: from day 0 where there was no engraftment,
    none where it is unknown. ``best_28d``: the highest of the medians over the 28-day blocks that end 7, 35, …
    days before; ``median_90d``: one median.
    """
    results = block.measure(cytopenia.analyte).events
    engraftment = engraftment_of(block, p, cytopenia)
    typical_from = engraftment.day_or_transplant(row, day)
    earliest = results.until(row, typical_from - 1)
    unclear = engraftment.is_unknown(row, day)
    last = np.asarray(day, np.int64) - p.baseline_lag_days
    if p.baseline_statistic == "median_90d":
        start = results.until(row, np.asarray(day) - p.baseline_median_days - 1)
        stop = results.until(row, last)
        best = window_medians(results, np.maximum(start, earliest), stop, p.baseline_results_min)
        return np.where(unclear, np.nan, best)
    best = np.full(len(row), np.nan)
    stop = results.until(row, last)
    for _ in range(p.baseline_blocks):
        last = last - p.baseline_block_days
        start = results.until(row, last)
        medians = window_medians(results, np.maximum(start, earliest), stop, p.baseline_results_min)
        best = np.fmax(best, medians)
        stop = start
    return np.where(unclear, np.nan, best)
