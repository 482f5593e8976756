"""The final answers of criteria: as computed, adjudicated by the site, or dropped by the protocol."""

from __future__ import annotations

from collections.abc import Sequence

from postgraft.criteria import CRITERIA, Answer, Criterion
from postgraft.criteria.concepts.adjudications import adjudicated
from postgraft.criteria.concepts.parameters import Parameters, shared
from postgraft.timeline.block import Block
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
