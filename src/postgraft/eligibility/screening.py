"""All criteria over the days of one block, folded to what is kept of each transplant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria import CRITERIA, Answer
from postgraft.criteria.concepts.parameters import Parameters, shared
from postgraft.criteria.concepts.treatment import any_treated
from postgraft.eligibility.answers import answer, undropped
from postgraft.eligibility.screened import NONE, Screened
from postgraft.protocol import Protocol
from postgraft.timeline.block import Block
from postgraft.timeline.verdict import Cells, Verdict
from postgraft.timeline.windows import stretches
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

Fields = dict[str, NDArray[Any]]


def lengths(protocol: Protocol) -> tuple[int, ...]:
    """Lengths of the stretches that are counted, that of the protocol first."""
    return (protocol.eligible_days_min, *protocol.eligible_days_reported)


def screen(block: Block, protocol: Protocol) -> Screened:
    """Evaluate every criterion on every observed day of a block under one protocol."""
    p = Parameters(protocol)
    answers = {c.name: answer(block, p, c, protocol.dropped) for c in CRITERIA}
    alive, together, remaining = _narrowed(block, answers)
    counted = _status(block, answers, alive, together, lengths(protocol))
    counts_from = np.where(
        counted["first_eligible_day"] >= 0, counted["first_eligible_day"], counted["first_possible_day"]
    )
    return Screened(
        **counted,
        **_single(block, p, protocol),
        remaining=remaining,
        parts=_parts(answers, counts_from),
    )


def _narrowed(block: Block, answers: Mapping[str, Answer]) -> tuple[NDArray[np.int64], Cells, Cells]:
    """AND of the criteria in protocol order, on the rows that are never without a FAIL no longer.

    Returns those rows, their cells, and the best verdict of each row after each criterion.
    """
    remaining = np.full((block.shape.rows, len(CRITERIA)), FAIL, np.int8)
    alive = np.arange(block.shape.rows)
    together = np.where(block.observed_days(), np.int8(PASS), np.int8(FAIL))
    for i, criterion in enumerate(CRITERIA):
        together = _and_rows(together, answers[criterion.name].verdict, alive)
        so_far = together.max(axis=1, initial=FAIL)
        remaining[alive, i] = so_far
        left = so_far > FAIL
        if not left.all():
            alive, together = alive[left], together[left]
    return alive, together, remaining


def _and_rows(together: Cells, verdict: Verdict, rows: NDArray[np.int64]) -> Cells:
    """AND of the cells of some rows with a verdict; ``together`` may be changed."""
    if verdict.rows is None or verdict.base != PASS:
        return np.minimum(together, verdict.take(rows))
    held = np.isin(rows, verdict.rows, assume_unique=True)
    if held.any():
        together[held] = np.minimum(together[held], verdict.take(rows[held]))
    return together


def _single(block: Block, p: Parameters, protocol: Protocol) -> Fields:
    """Each criterion by itself: best verdict a row, and observed days by verdict."""
    best = np.full((block.shape.rows, len(CRITERIA)), NONE, np.int8)
    person_days = np.zeros((len(CRITERIA), 3), np.int64)
    for i, criterion in enumerate(CRITERIA):
        if criterion.name in protocol.dropped:
            best[:, i], person_days[i] = _best_and_days(block, block.shape.constant(PASS))
        else:
            best[:, i], person_days[i] = _over_observed_days(block, p, criterion.name)
    cytopenia, _ = _over_observed_days(block, p, "immune_cytopenia")
    return {
        "best": best,
        "person_days": person_days,
        "cytopenia": cytopenia,
        "treated": _best_treated(block, p),
    }


@shared
def _over_observed_days(block: Block, p: Parameters, name: str) -> tuple[Cells, NDArray[np.int64]]:
    """``_best_and_days`` of one criterion."""
    return _best_and_days(block, undropped(block, p, name).verdict)


@shared
def _best_treated(block: Block, p: Parameters) -> Cells:
    """Best verdict on an observed day of an immune cytopenia that was treated, -1 without an observed day."""
    return _best_and_days(block, any_treated(block, p) & undropped(block, p, "immune_cytopenia").verdict)[0]


def _best_and_days(block: Block, verdict: Verdict) -> tuple[Cells, NDArray[np.int64]]:
    """Best verdict of a row on an observed day (-1: never observed), and days by verdict."""
    rows, days = block.shape.rows, np.maximum(block.last - block.first + 1, 0).astype(np.int64)
    held = np.arange(rows) if verdict.rows is None else verdict.rows
    best = np.where(days > 0, verdict.base, NONE).astype(np.int8)
    total = np.zeros(3, np.int64)
    if held.size:
        cells = np.broadcast_to(verdict.cells, (held.size, block.shape.days))
        masked = np.where(block.observed_days()[held], cells, np.int8(NONE))
        best[held] = masked.max(axis=1)
        total[:] = [np.count_nonzero(masked == v) for v in (FAIL, UNKNOWN, PASS)]
    total[verdict.base] += days.sum() - days[held].sum()
    return best, total


def _status(
    block: Block,
    answers: Mapping[str, Answer],
    alive: NDArray[np.int64],
    together: Cells,
    spans: tuple[int, ...],
) -> Fields:
    """Eligible, possible and documented stretches of each length; days and end of those of the first length."""
    rows = block.shape.rows
    eligible, possible, documented = (np.zeros((rows, len(spans)), bool) for _ in range(3))
    diagnosed = np.minimum(
        answers["immune_cytopenia"].verdict.take(alive), answers["incomplete_response"].verdict.take(alive)
    )
    for k, length in enumerate(spans):
        eligible[alive, k] = stretches(together == PASS, length).any(axis=1)
        without_fail = stretches(together != FAIL, length)
        possible[alive, k] = ~eligible[alive, k] & without_fail.any(axis=1)
        documented[alive, k] = (without_fail & (diagnosed == PASS)).any(axis=1)
    sure = stretches(together == PASS, spans[0])
    first_sure, sure_days = _first_and_count(rows, alive, sure)
    first_maybe, maybe_days = _first_and_count(rows, alive, stretches(together != FAIL, spans[0]))
    return {
        "eligible": eligible,
        "possible": possible,
        "documentation": documented,
        "first_eligible_day": first_sure,
        "eligible_days": sure_days,
        "first_possible_day": first_maybe,
        "possible_days": maybe_days,
        **_end_of_stretch(block, answers, alive, sure),
    }


def _parts(answers: Mapping[str, Answer], day: NDArray[np.int32]) -> dict[str, Cells]:
    """Verdicts of all components on one day a row, -1 where there is no such day."""
    there = np.flatnonzero(day >= 0)
    parts = {}
    for found in answers.values():
        for name, verdict in found.components.items():
            parts[name] = np.full(day.size, NONE, np.int8)
            parts[name][there] = verdict.at(there, day[there])
    return parts


def _first_and_count(
    rows: int, alive: NDArray[np.int64], held: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    first, count = np.full(rows, NONE, np.int32), np.zeros(rows, np.int32)
    some = held.any(axis=1)
    first[alive] = np.where(some, held.argmax(axis=1) if held.size else 0, NONE)
    count[alive] = held.sum(axis=1)
    return first, count


def _end_of_stretch(
    block: Block, answers: Mapping[str, Answer], alive: NDArray[np.int64], sure: NDArray[np.bool_]
) -> Fields:
    """Length of each row's first eligible stretch, the first criterion that ends it, and its verdict then."""
    days = np.zeros(block.shape.rows, np.int32)
    ended_by, ended_with = (np.full(block.shape.rows, NONE, np.int8) for _ in range(2))
    some = np.flatnonzero(sure.any(axis=1)) if sure.size else np.empty(0, np.int64)
    ends: Fields = {"first_stretch_days": days, "ended_by": ended_by, "ended_with": ended_with}
    if some.size == 0:
        return ends
    row, held = alive[some], sure[some]
    start = held.argmax(axis=1)
    over = ~held & (np.arange(held.shape[1])[None, :] > start[:, None])
    end = np.where(over.any(axis=1), over.argmax(axis=1), held.shape[1])
    days[row] = end - start
    goes_on = end <= block.last[row]
    at = np.minimum(end, block.shape.days - 1)
    for i in reversed(range(len(CRITERIA))):
        verdict = answers[CRITERIA[i].name].verdict.at(row, at)
        stops = goes_on & (verdict != PASS)
        ended_by[row[stops]], ended_with[row[stops]] = i, verdict[stops]
    return ends
