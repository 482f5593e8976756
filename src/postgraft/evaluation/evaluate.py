"""Running a function over many blocks, on any executor, in order and with flat memory.

Evaluation of an extract under one or many protocols, block by block.

Many protocols evaluated side by side, each different one once.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.observations import Observations, observe
from postgraft.evaluation.screening import Screening
from postgraft.extract import Extract
from postgraft.protocol import Protocol
from postgraft.timeline.block import Block
from postgraft.timeline.spells import Packed, Part
from postgraft.vocabulary.errors import must_be

T = TypeVar("T")


def in_order(
    function: Callable[..., T], arguments: Iterable[tuple[Any, ...]], executor: Executor | None
) -> Iterator[T]:
    """Results in the order of the arguments; only so many of those are made ahead that memory stays flat."""
    if executor is None:
        yield from (function(*given) for given in arguments)
        return
    ahead = 2 * (os.cpu_count() or 1)
    waiting: deque[Future[T]] = deque()
    for given in arguments:
        waiting.append(executor.submit(function, *given))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    for future in waiting:
        yield future.result()


BLOCK_ROWS = 3_000
"""Transplants a block: enough to spread the cost of an array operation, few enough to stay in the cache."""

LEAST_ROWS = 250
"""Below this, the cost of an array operation hardly depends on the number of rows."""

MANY = 16
"""From so many protocols on, workers share these out rather than the transplants of a small cohort."""

SHARED_GRID = ("index_transplant", "horizon_days", "assume_complete", "graft_bound_conditions")
"""Parameters that decide what a block holds; protocols that agree in them share blocks and their memo."""


def evaluate(
    extract: Extract,
    protocols: Sequence[Protocol],
    *,
    executor: Executor | None = None,
    block_rows: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Evaluated]:
    """Verdicts of every criterion on every observed day, folded to patients; several protocols in one pass.

    The result does not depend on ``block_rows`` (None: what suits the cohort) or ``executor``: any
    ``concurrent.futures.Executor`` (threads, processes, those of a cluster) runs the blocks. ``progress`` is
    called with (blocks done, blocks in all).
    """
    protocols = _checked(extract, protocols)
    grids: dict[object, list[int]] = {}
    for i, one in enumerate(protocols):
        grids.setdefault((one.key(SHARED_GRID), tuple(one.criteria), frozenset(one.parameters)), []).append(i)
    tasks: list[_Task] = []
    observed = {}
    for members in grids.values():
        observations = observe(extract, protocols[members[0]])
        for member in members:
            observed[member] = observations
        many = len(members) >= MANY
        size = block_rows or (BLOCK_ROWS if many else rows_a_block(len(observations), executor))
        blocks = in_blocks(observations, size)
        shares = _shared_out(members, (os.cpu_count() or 1) // len(blocks) if many and executor else 1)
        tasks += [
            _Task(observations, rows, tuple(protocols[i] for i in share), tuple(share))
            for rows in blocks
            for share in shares
        ]

    parts: dict[int, list[Part]] = {i: [] for i in range(len(protocols))}
    given = ((task.observations.block(task.rows), task.protocols) for task in tasks)
    results = in_order(_screened, given, executor)
    read: dict[int, dict[str, set[str]]] = {i: {} for i in range(len(protocols))}
    for done, (task, (screened, parameters)) in enumerate(zip(tasks, results, strict=True), start=1):
        for member, result in zip(task.members, screened, strict=True):
            if not any(rows is task.rows for rows, _ in parts[member]):
                parts[member].append((task.rows, result))
            for part, names in parameters.items():
                read[member].setdefault(part, set()).update(names)
        if progress:
            progress(done, len(tasks))
    return [Evaluated(extract, protocols[i], observed[i], tuple(parts[i]), read[i]) for i in range(len(protocols))]


def in_blocks(observations: Observations, size: int = BLOCK_ROWS) -> list[NDArray[np.int64]]:
    """The rows in blocks of at most ``size``; rows of like length make tight ones. No row is one empty block."""
    order = np.argsort(observations.last, kind="stable")
    return [order[start : start + size] for start in range(0, max(len(observations), 1), size)]


def _shared_out(members: Sequence[int], workers: int) -> list[list[int]]:
    """The protocols for each of so many workers: the first, as all others are computed from it, and some others."""
    first, *others = members
    share = -(-len(others) // max(workers, 1)) or 1
    return [[first, *others[i : i + share]] for i in range(0, len(others), share)] or [[first]]


def rows_a_block(rows: int, executor: Executor | None) -> int:
    """``BLOCK_ROWS``, or fewer where the blocks of a small cohort would leave workers idle."""
    if executor is None:
        return BLOCK_ROWS
    return min(BLOCK_ROWS, max(-(-rows // (os.cpu_count() or 1)), LEAST_ROWS))


def _checked(extract: object, protocol: object) -> list[Protocol]:
    """The protocols as a list; PostgraftError for what is neither an extract nor a protocol."""
    must_be(extract, Extract, "evaluate takes an extract, such as read_extract(folder) gives")
    given = list(protocol) if isinstance(protocol, list | tuple) else [protocol]
    for one in given:
        must_be(
            one,
            Protocol,
            "evaluate takes a protocol or a list of them, such as load_protocol(name) or "
            "protocol.amended(amendment) gives",
        )
    return [one for one in given if isinstance(one, Protocol)]


@dataclass(frozen=True)
class _Task:
    observations: Observations
    rows: NDArray[np.int64]
    protocols: tuple[Protocol, ...]
    members: tuple[int, ...]


def _screened(block: Block, protocols: Sequence[Protocol]) -> tuple[list[Packed], dict[str, set[str]]]:
    """The spells under each protocol, and the parameters that were read for each part."""
    try:
        first, *others = protocols
        screening = Screening(block, first)
        found = [Packed.of(screening.first), *(Packed.of(screening.under(protocol)) for protocol in others)]
        return found, screening.read
    finally:
        block.memo.clear()  # its views refer back to it: without this the memory waits for the collector


def evaluate_named(
    extract: Extract,
    protocols: Mapping[str, Protocol],
    *,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Evaluated]:
    """Outcomes by the names of their protocols, in one pass over the extract.

    Protocols that agree in every value are evaluated once and share their outcome. ``executor`` and
    ``progress`` as for ``evaluate``.
    """
    distinct: dict[object, Protocol] = {}
    for one in protocols.values():
        distinct.setdefault(identity(one), one)
    found = evaluate(extract, list(distinct.values()), executor=executor, progress=progress)
    outcomes = dict(zip(distinct, found, strict=True))
    return {name: outcomes[identity(one)] for name, one in protocols.items()}


def identity(protocol: Protocol) -> object:
    """What decides every verdict: two protocols with an equal one differ in their names at most."""
    return protocol.key(protocol.parameters), protocol.dropped
