"""Neutrophil and platelet engraftment: the first of three successive results at a level after the nadir.

CIBMTR counts the first of three consecutive laboratory values on different days, and accepts values that
are not daily; platelets must be free of transfusion support for seven days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.memo import OfRows, Parameters, shared
from postgraft.criteria.records import transfusions
from postgraft.timeline.block import Block
from postgraft.timeline.events import Events, Ints
from postgraft.timeline.measure import reaches
from postgraft.timeline.spans import cover, paint
from postgraft.timeline.verdict import Shape, Verdict
from postgraft.timeline.windows import at, day_numbers, lowest_so_far, put, so_far
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

NO_RUN = np.int64(-1)
Verdicts = NDArray[np.int8]


@dataclass(frozen=True)
class Engraftment:
    """The verdict over days, and the engraftment day as known on a day.

    ``_runs``: on the days with a result, the first day of the run that counts then (column ``first_day``).
    """

    verdict: Verdict
    _runs: Events
    _recorded: OfRows

    def day_or_transplant(self, row: Ints, day: Ints) -> NDArray[np.int64]:
        """Engraftment day as known on ``day`` at single points; 0 where the verdict is not PASS."""
        recorded = self._recorded.values[row]
        known = np.where(recorded <= day, np.nan_to_num(recorded), self.run_start(row, day)).astype(np.int64)
        return np.where(self.verdict.at(row, day) == PASS, known, 0)

    def is_unknown(self, row: Ints, day: Ints) -> NDArray[np.bool_]:
        """Where it is UNKNOWN on ``day`` whether the patient has engrafted: there is no day to count from."""
        return np.asarray(self.verdict.at(row, day) == UNKNOWN)

    def run_start(self, row: Ints, day: Ints) -> NDArray[np.int64]:
        """First day of the first PASS run as known on ``day``, else of the first UNKNOWN one; NO_RUN: none."""
        if len(self._runs) == 0:
            return np.full(len(row), NO_RUN)
        index = self._runs.latest(row, day)
        return np.where(index >= 0, self._runs["first_day"][index], NO_RUN)


def nadir_days(results: Events, window: int) -> NDArray[np.int64]:
    """For each result: the last day in days 0 ... window (closed) with the lowest value known by then; -1: none."""
    early = results.day <= window
    shape = Shape(results.rows, window + 1)
    own = np.full((shape.rows, shape.days), np.inf)
    put(own, results.row, results.day, results["value"])
    known = lowest_so_far(shape, results.row[early], results.day[early], results["value"][early])
    day = so_far(np.where(np.isfinite(own) & (own <= known), day_numbers(shape.days), -1))
    return at(day, results.row, np.minimum(results.day, window)).astype(np.int64)


def run_verdicts(results: Events, level: Verdicts, length: int, gap: int) -> Verdicts:
    """For each result: AND of ``level`` over the ``length`` successive results from it on.

    FAIL where there are not so many, or neighbours are more than ``gap`` days apart.
    """
    joined = (np.diff(results.row) == 0) & (np.diff(results.day) <= gap)
    run = level.copy()
    for _ in range(length - 1):
        rest = np.full_like(level, FAIL)
        rest[:-1] = np.where(joined, run[1:], FAIL)
        run = np.minimum(level, rest)
    return run


def _first_run(results: Events, starts: NDArray[np.bool_], p: Parameters) -> NDArray[np.int64]:
    """For each result: index of the first result of the first run after the nadir known by then; NO_RUN: none."""
    count = len(results)
    following = np.append(np.where(starts, np.arange(count), count), count)
    following = np.minimum.accumulate(following[::-1])[::-1]
    nadir = nadir_days(results, p.nadir_window_days)
    first = following[results.until(results.row, np.maximum(nadir, 0) - 1)]
    return np.where(first + p.engraftment_results_min - 1 <= np.arange(count), first, NO_RUN)


@shared
def neutrophil_engraftment(block: Block, p: Parameters) -> Engraftment:
    """Neutrophils ≥ ``neutrophil_engraftment_min`` on three successive results on or after the nadir day."""
    results = block.measure("neutrophils").since_transplant().events
    level = reaches(results["value"], p.neutrophil_engraftment_min, results["censored"])
    runs = run_verdicts(results, level, p.engraftment_results_min, p.engraftment_gap_days)
    return _engraftment(block, p, "neutrophil_engraftment", results, level, runs)


@shared
def platelet_engraftment(block: Block, p: Parameters) -> Engraftment:
    """Platelets ≥ ``platelet_engraftment_min`` likewise, the run free of platelet transfusions.

    A recorded transfusion from 6 days before to 2 days after the run's first day rules the run out; where
    transfusions are not declared complete, no other run is sure.
    """
    results = block.measure("platelets").since_transplant().events
    level = reaches(results["value"], p.platelet_engraftment_min, results["censored"])
    runs = run_verdicts(results, level, p.engraftment_results_min, p.engraftment_gap_days)
    given = transfusions(block, "platelets")
    before, after = p.platelet_engraftment_free_before_days, p.platelet_engraftment_free_after_days
    supported = given.count(results.row, results.day - before, results.day + after) > 0
    told = block.complete_since("transfusions")[results.row] <= results.day - before
    runs = np.minimum(runs, np.where(supported, FAIL, np.where(told, PASS, UNKNOWN)).astype(np.int8))
    found = _engraftment(block, p, "platelet_engraftment", results, level, runs)
    # A patient under platelet support has not engrafted, whatever the count shows.
    has_run = _since_results(block, results, np.where(found._runs["first_day"] != NO_RUN, PASS, FAIL), FAIL)
    recent = given.day + np.int32(p.platelet_engraftment_recent_transfusion_days - 1)
    unsupported = ~cover(block.shape, given.row, given.day, recent)
    verdict = found.verdict & (unsupported | has_run | _recorded(block, "platelet_engraftment"))
    return Engraftment(verdict, found._runs, found._recorded)


def _since_results(block: Block, results: Events, state: NDArray[np.integer], before: int) -> Verdict:
    return paint(block.shape, results.row, results.day, results.next_day() - 1, state.astype(np.int8), before)


def _recorded(block: Block, fact: str) -> Verdict:
    day = block.facts[fact]
    return block.shape.since(np.where(np.isnan(day), block.shape.days, day))


def _engraftment(
    block: Block, p: Parameters, fact: str, results: Events, level: Verdicts, runs: Verdicts
) -> Engraftment:
    """PASS from the recorded date; else by the best run; else FAIL while low, UNKNOWN while not documented."""
    sure, open_ = _first_run(results, runs == PASS, p), _first_run(results, runs != FAIL, p)
    state = np.where(sure != NO_RUN, PASS, np.where((open_ != NO_RUN) | (level != FAIL), UNKNOWN, FAIL))
    verdict = _since_results(block, results, state, UNKNOWN) | _recorded(block, fact)
    first = np.where(sure != NO_RUN, sure, open_)
    first_day = np.where(first != NO_RUN, np.append(results.day, 0)[first], NO_RUN).astype(np.int64)
    known = Events(results.offsets, results.day, {"first_day": first_day})
    return Engraftment(verdict, known, OfRows(block.facts[fact]))
