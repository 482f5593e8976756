"""The final answers of criteria: as computed, adjudicated by the site, or dropped by the protocol."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria import CRITERIA, Answer, Criterion
from postgraft.criteria.concepts.adjudications import adjudicated
from postgraft.criteria.concepts.parameters import Parameters, shared
from postgraft.protocol import Protocol
from postgraft.timeline.block import Block
from postgraft.timeline.verdict import Verdict
from postgraft.vocabulary.verdicts import PASS


@shared
def undropped(block: Block, p: Parameters, name: str) -> Answer:
    """The answer of a criterion with the site's adjudications of it."""
    criterion = next(c for c in CRITERIA if c.name == name)
    found = criterion.answer(block, p)
    return Answer(adjudicated(block, name).over(found.verdict), found.components)


def answer(block: Block, p: Parameters, criterion: Criterion, dropped: Sequence[str]) -> Answer:
    """The final answer; a dropped criterion is PASS on every day, its components stay as computed."""
    found = undropped(block, p, criterion.name)
    if criterion.name in dropped:
        return Answer(block.shape.constant(PASS), found.components)
    return found


def verdict_table(
    block: Block, protocol: Protocol, row: int, components: bool
) -> tuple[Sequence[str], NDArray[np.int8]]:
    """Names and verdicts (observed days, names) of one row, components after their criterion."""
    p = Parameters(protocol)
    names: list[str] = []
    columns: list[NDArray[np.int8]] = []
    for criterion in CRITERIA:
        found = answer(block, p, criterion, protocol.dropped)
        columns.append(_row(found.verdict, row))
        names.append(criterion.name)
        if components:
            names += found.components
            columns += [_row(verdict, row) for verdict in found.components.values()]
    first, last = int(block.first[row]), int(block.last[row])
    return names, np.stack(columns, axis=1)[first : max(last + 1, first)]


def _row(verdict: Verdict, row: int) -> NDArray[np.int8]:
    cells = verdict.take(np.array([row]))
    return np.asarray(np.broadcast_to(cells, (1, verdict.shape.days))[0])
