"""The counts of an immune cytopenia: typical value before, and whether the fall qualifies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.concepts.engraftment import Engraftment, neutrophil_engraftment, platelet_engraftment
from postgraft.criteria.concepts.parameters import Parameters, shared
from postgraft.criteria.concepts.records import transfusions
from postgraft.timeline.block import Block
from postgraft.timeline.events import Events, Ints, points_of
from postgraft.timeline.measure import Floats, at_most, below, reaches
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

Verdicts = NDArray[np.int8]


@dataclass(frozen=True)
class Cytopenia:
    """One immune cytopenia: its lineage, the analytes of its work-up and the diagnoses that name it."""

    name: str
    analyte: str
    product: str
    work_up: tuple[str, ...]
    diagnoses: tuple[str, ...]


AIHA = Cytopenia(
    "aiha",
    "hemoglobin",
    "red_cells",
    (
        "dat",
        "reticulocytes_percent",
        "reticulocytes",
        "ldh",
        "haptoglobin",
        "bilirubin_indirect",
        "bilirubin_total",
        "bilirubin_direct",
    ),
    ("aiha", "evans"),
)
ITP = Cytopenia("itp", "platelets", "platelets", ("marrow_megakaryocytes",), ("itp", "evans"))
PRCA = Cytopenia(
    "prca",
    "hemoglobin",
    "red_cells",
    ("reticulocytes_percent", "reticulocytes", "parvovirus_b19"),
    ("prca",),
)
CYTOPENIAS = (AIHA, ITP, PRCA)


@shared
def count_days(block: Block, p: Parameters, lineage: tuple[str, str]) -> Events:
    """Days from day 0 on with a result of the analyte or a transfusion of the product."""
    analyte, product = lineage
    return points_of(block.measure(analyte).events, transfusions(block, product))


def _engraftment(block: Block, p: Parameters, cytopenia: Cytopenia) -> Engraftment:
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

    Only results from the engraftment day (as known then; else day 0) on count. ``best_28d``: the highest of
    the medians over the 28-day blocks that end 7, 35, … days before; ``median_90d``: one median.
    """
    results = block.measure(cytopenia.analyte).events
    typical_from = _engraftment(block, p, cytopenia).day_or_transplant(row, day)
    earliest = results.until(row, typical_from - 1)
    last = np.asarray(day, np.int64) - p.baseline_lag_days
    if p.baseline_statistic == "median_90d":
        start = results.until(row, np.asarray(day) - p.baseline_median_days - 1)
        stop = results.until(row, last)
        return window_medians(results, np.maximum(start, earliest), stop, p.baseline_results_min)
    best = np.full(len(row), np.nan)
    stop = results.until(row, last)
    for _ in range(p.baseline_blocks):
        last = last - p.baseline_block_days
        start = results.until(row, last)
        medians = window_medians(results, np.maximum(start, earliest), stop, p.baseline_results_min)
        best = np.fmax(best, medians)
        stop = start
    return best


def _transfused(block: Block, product: str, row: Ints, day: Ints, window: int, least: int = 1) -> Verdicts:
    """≥ ``least`` days with a transfusion on days day-window+1 ... day; unrecorded ones by completeness."""
    count = transfusions(block, product).count(row, np.asarray(day) - window + 1, day)
    otherwise = FAIL if block.complete.table("transfusions") else UNKNOWN
    return np.where(count >= least, PASS, otherwise).astype(np.int8)


def _aiha(block: Block, p: Parameters, row: Ints, day: Ints, gate: Verdicts) -> Verdicts:
    hemoglobin = block.measure("hemoglobin").value_at(row, day, p.blood_count_window_days)
    verdict = np.minimum(gate, below(hemoglobin, p.aiha_hemoglobin_below))
    open_ = np.flatnonzero(verdict != FAIL)
    drop = baseline(block, p, AIHA, row[open_], day[open_]) - hemoglobin[open_]
    verdict[open_] = np.minimum(verdict[open_], reaches(drop, p.aiha_hemoglobin_drop_min))
    return verdict


def lowest_in_window(results: Events, row: Ints, day: Ints, window: int) -> Floats:
    """Lowest value on days day-window+1 ... day at single points; NaN where there is none."""
    start = results.until(row, np.asarray(day) - window)
    stop = results.until(row, day)
    pairs = np.stack([start, stop], axis=1).ravel()
    lowest = np.minimum.reduceat(np.append(results["value"], np.inf), pairs)[::2]
    return np.where(stop > start, lowest, np.nan)


def _itp(block: Block, p: Parameters, row: Ints, day: Ints, gate: Verdicts) -> Verdicts:
    platelets = block.measure("platelets")
    low = lowest_in_window(platelets.events, row, day, p.itp_low_window_days)
    low = np.where(np.isnan(low), platelets.value_at(row, day, p.blood_count_window_days), low)
    supported = _transfused(block, "platelets", row, day, p.transfusion_requirement_days)
    verdict = np.minimum(gate, np.maximum(at_most(low, p.itp_platelets_max), supported))
    open_ = np.flatnonzero(verdict != FAIL)
    typical = baseline(block, p, ITP, row[open_], day[open_])
    fallen = at_most(low[open_], (1 - p.itp_fall_fraction_min) * typical)
    verdict[open_] = np.minimum(verdict[open_], fallen)
    return verdict


def _prca(block: Block, p: Parameters, row: Ints, day: Ints, gate: Verdicts) -> Verdicts:
    hemoglobin = block.measure("hemoglobin").value_at(row, day, p.blood_count_window_days)
    transfused = _transfused(
        block, "red_cells", row, day, p.prca_transfusion_window_days, p.prca_transfusions_min
    )
    verdict = np.minimum(gate, np.maximum(below(hemoglobin, p.prca_hemoglobin_below), transfused))
    if p.prca_needs_platelet_engraftment:
        verdict = np.minimum(verdict, platelet_engraftment(block, p).verdict.at(row, day))
    return verdict


@shared
def count_verdicts(block: Block, p: Parameters, cytopenia: Cytopenia) -> Events:
    """Count verdict on each count day (column ``verdict``); only days on which it is not FAIL are kept.

    Before engraftment every patient is cytopenic, and right after it nobody has a typical value yet: the
    lineage must have engrafted ``onset_after_engraftment_days`` earlier.
    """
    points = count_days(block, p, (cytopenia.analyte, cytopenia.product))
    row, day = points.row, points.day
    since = day - p.onset_after_engraftment_days[cytopenia.name]
    gate = _engraftment(block, p, cytopenia).verdict.at(row, since)
    open_ = gate != FAIL
    points, gate = points.where(open_), gate[open_]
    rule = {"aiha": _aiha, "itp": _itp, "prca": _prca}[cytopenia.name]
    verdict = rule(block, p, points.row, points.day, gate)
    found = Events(points.offsets, points.day, {"verdict": verdict})
    return found.where(verdict != FAIL)
