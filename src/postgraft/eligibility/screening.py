"""All criteria over the days of one block, folded to what is kept of each transplant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria import CRITERIA, Answer, Criterion
from postgraft.criteria.concepts.adjudications import adjudicated
from postgraft.criteria.concepts.parameters import Parameters, shared
from postgraft.criteria.concepts.treatment import any_treated
from postgraft.protocol import Protocol
from postgraft.timeline.block import Block
from postgraft.timeline.verdict import Cells, Verdict
from postgraft.timeline.windows import stretches
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

NONE = -1


@shared
def _computed(block: Block, p: Parameters, name: str) -> Answer:
    criterion = next(c for c in CRITERIA if c.name == name)
    found = criterion.answer(block, p)
    return Answer(adjudicated(block, name).over(found.verdict), found.components)


def answer(block: Block, protocol: Protocol, criterion: Criterion) -> Answer:
    """The final answer of a criterion: as computed, adjudicated by the site, or dropped by the protocol."""
    return _answer(block, Parameters(protocol), criterion, protocol.dropped)


def _answer(block: Block, p: Parameters, criterion: Criterion, dropped: tuple[str, ...]) -> Answer:
    found = _computed(block, p, criterion.name)
    if criterion.name in dropped:
        return Answer(block.shape.constant(PASS), found.components)
    return found


@dataclass(frozen=True)
class Screened:
    """What is kept of each transplant of a block; arrays have a row a transplant.

    ``eligible`` and ``possible`` (rows, lengths): some stretch of so many days, for each of the protocol's
    ``eligible_days_reported`` and, first, ``eligible_days_min``; ``documentation`` (rows, lengths): the
    diagnosis and incomplete response are sure on some day of a possible stretch. ``best`` (rows, criteria):
    best verdict on an observed day, -1 if there is none. ``remaining`` (rows, criteria): best verdict of this
    and all earlier criteria on one day. ``cytopenia`` and ``treated``: best verdict on an observed day of an
    immune cytopenia, and of one that was treated, whether or not the protocol drops the criterion. Days are
    -1 where there is none. ``parts`` (rows,) by component name: its verdict on the first day of the stretch
    that counts, -1 if there is none. ``ended_by``: position of the first criterion that is not PASS on the
    day after the first eligible stretch, -1 if observation ended; ``ended_with``: its verdict on that day.
    ``person_days`` (criteria, 3): observed days with FAIL, UNKNOWN, PASS.
    """

    eligible: NDArray[np.bool_]
    possible: NDArray[np.bool_]
    documentation: NDArray[np.bool_]
    first_eligible_day: NDArray[np.int32]
    eligible_days: NDArray[np.int32]
    first_possible_day: NDArray[np.int32]
    possible_days: NDArray[np.int32]
    first_stretch_days: NDArray[np.int32]
    ended_by: NDArray[np.int8]
    ended_with: Cells
    best: Cells
    remaining: Cells
    cytopenia: Cells
    treated: Cells
    parts: Mapping[str, Cells]
    person_days: NDArray[np.int64]


def joined(rows: int, parts: Sequence[tuple[NDArray[np.int64], Screened]]) -> Screened:
    """The results of blocks put together in the order of the observations; ``parts`` are (rows, result)."""
    first = parts[0][1]

    def whole(pick: Callable[[Screened], NDArray[Any]]) -> NDArray[Any]:
        like = pick(first)
        out = np.empty((rows, *like.shape[1:]), like.dtype)
        for own, result in parts:
            out[own] = pick(result)
        return out

    by_row = {
        f.name: whole(lambda result, name=f.name: getattr(result, name))  # type: ignore[misc]
        for f in fields(Screened)
        if f.name not in ("parts", "person_days")
    }
    components = {name: whole(lambda result, name=name: result.parts[name]) for name in first.parts}  # type: ignore[misc]
    days = np.sum([result.person_days for _, result in parts], axis=0)
    return Screened(**by_row, parts=components, person_days=days)


def lengths(protocol: Protocol) -> tuple[int, ...]:
    """Lengths of the stretches that are counted, that of the protocol first."""
    return (protocol.eligible_days_min, *protocol.eligible_days_reported)


@shared
def _over_observed_days(block: Block, p: Parameters, name: str) -> tuple[Cells, NDArray[np.int64]]:
    """``_best_and_days`` of one criterion."""
    return _best_and_days(block, _computed(block, p, name).verdict)


@shared
def _best_treated(block: Block, p: Parameters) -> Cells:
    """Best verdict on an observed day of an immune cytopenia that was treated, -1 without an observed day."""
    return _best_and_days(block, any_treated(block, p) & _computed(block, p, "immune_cytopenia").verdict)[0]


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


def screen(block: Block, protocol: Protocol) -> Screened:
    """Evaluate every criterion on every observed day of a block under one protocol."""
    p = Parameters(protocol)
    rows, kept_days = block.shape.rows, block.shape.days
    best = np.full((rows, len(CRITERIA)), NONE, np.int8)
    remaining = np.full((rows, len(CRITERIA)), FAIL, np.int8)
    person_days = np.zeros((len(CRITERIA), 3), np.int64)
    alive = np.arange(rows)
    together = np.where(block.observed_days(), np.int8(PASS), np.int8(FAIL))
    answers: dict[str, Answer] = {}
    for i, criterion in enumerate(CRITERIA):
        answers[criterion.name] = found = _answer(block, p, criterion, protocol.dropped)
        if criterion.name in protocol.dropped:
            observed = np.maximum(block.last - block.first + 1, 0)
            best[:, i] = np.where(observed > 0, PASS, NONE)
            person_days[i, PASS] = observed.sum()
        else:
            best[:, i], person_days[i] = _over_observed_days(block, p, criterion.name)
        together = _and_rows(together, found.verdict, alive)
        so_far = together.max(axis=1, initial=FAIL)
        remaining[alive, i] = so_far
        left = so_far > FAIL
        if not left.all():
            alive, together = alive[left], together[left]
    return _folded(block, p, protocol, answers, alive, together, best, remaining, person_days, kept_days)


def _and_rows(together: Cells, verdict: Verdict, rows: NDArray[np.int64]) -> Cells:
    """AND of the cells of some rows with a verdict."""
    if verdict.rows is None or verdict.base != PASS:
        return np.minimum(together, verdict.take(rows))
    held = np.isin(rows, verdict.rows, assume_unique=True)
    if held.any():
        together[held] = np.minimum(together[held], verdict.take(rows[held]))
    return together


def _folded(
    block: Block,
    p: Parameters,
    protocol: Protocol,
    answers: Mapping[str, Answer],
    alive: NDArray[np.int64],
    together: Cells,
    best: Cells,
    remaining: Cells,
    person_days: NDArray[np.int64],
    days: int,
) -> Screened:
    rows = block.shape.rows
    spans = lengths(protocol)
    eligible, possible, documented = (np.zeros((rows, len(spans)), bool) for _ in range(3))
    diagnosed = np.minimum(
        answers["immune_cytopenia"].verdict.take(alive), answers["incomplete_response"].verdict.take(alive)
    )
    for k, length in enumerate(spans):
        eligible[alive, k] = stretches(together == PASS, length).any(axis=1)
        days_without_fail = stretches(together != FAIL, length)
        possible[alive, k] = ~eligible[alive, k] & days_without_fail.any(axis=1)
        documented[alive, k] = (days_without_fail & (diagnosed == PASS)).any(axis=1)
    sure = stretches(together == PASS, spans[0])
    maybe = stretches(together != FAIL, spans[0])
    first_sure, sure_days = _first_and_count(rows, alive, sure)
    first_maybe, maybe_days = _first_and_count(rows, alive, maybe)
    stretch_days, ended_by, ended_with = _end_of_stretch(block, answers, alive, sure)
    counts_from = np.where(first_sure >= 0, first_sure, first_maybe)
    parts = {}
    for found in answers.values():
        for name, verdict in found.components.items():
            there = counts_from >= 0
            parts[name] = np.full(rows, NONE, np.int8)
            parts[name][there] = verdict.at(np.flatnonzero(there), counts_from[there])
    return Screened(
        eligible,
        possible,
        documented,
        first_sure,
        sure_days,
        first_maybe,
        maybe_days,
        stretch_days,
        ended_by,
        ended_with,
        best,
        remaining,
        _over_observed_days(block, p, "immune_cytopenia")[0],
        _best_treated(block, p),
        parts,
        person_days,
    )


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
) -> tuple[NDArray[np.int32], NDArray[np.int8], Cells]:
    """Length of each row's first eligible stretch, the first criterion that ends it, and its verdict then."""
    days = np.zeros(block.shape.rows, np.int32)
    ended_by, ended_with = (np.full(block.shape.rows, NONE, np.int8) for _ in range(2))
    some = np.flatnonzero(sure.any(axis=1)) if sure.size else np.empty(0, np.int64)
    if some.size == 0:
        return days, ended_by, ended_with
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
    return days, ended_by, ended_with


def verdict_table(
    block: Block, protocol: Protocol, row: int, components: bool
) -> tuple[Sequence[str], NDArray[np.int8]]:
    """Names and verdicts (observed days, names) of one row, components after their criterion."""
    names: list[str] = []
    columns: list[NDArray[np.int8]] = []
    for criterion in CRITERIA:
        found = answer(block, protocol, criterion)
        columns.append(_row(found.verdict, row))
        names.append(criterion.name)
        if components:
            names += found.components
            columns += [_row(verdict, row) for verdict in found.components.values()]
    first, last = int(block.first[row]), int(block.last[row])
    return names, np.stack(columns, axis=1)[first : last + 1] if last >= first else np.empty(
        (0, len(names)), np.int8
    )


def _row(verdict: Verdict, row: int) -> NDArray[np.int8]:
    cells = verdict.take(np.array([row]))
    return np.broadcast_to(cells, (1, verdict.shape.days))[0]
