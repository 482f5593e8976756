"""All criteria over the days of one block, kept as spells."""

from __future__ import annotations

from postgraft.criteria import CRITERIA
from postgraft.criteria.concepts.parameters import Parameters, shared
from postgraft.criteria.concepts.treatment import any_treated
from postgraft.eligibility.answers import undropped
from postgraft.protocol import Protocol
from postgraft.timeline.block import Block
from postgraft.timeline.spells import Spells, spells

TREATED = "treated"
"""Name of the verdict that an immune cytopenia is there and was treated, a denominator of reports."""


def screen(block: Block, protocol: Protocol) -> Spells:
    """Every criterion on every observed day of a block under one protocol, whether or not it drops it.

    The names are those of ``CRITERIA`` in order, then their components, then ``TREATED``.
    """
    return _spells(block, Parameters(protocol))


@shared
def _spells(block: Block, p: Parameters) -> Spells:
    answers = {criterion.name: undropped(block, p, criterion.name) for criterion in CRITERIA}
    verdicts = {name: found.verdict for name, found in answers.items()}
    for found in answers.values():
        verdicts |= found.components
    verdicts[TREATED] = any_treated(block, p) & verdicts["immune_cytopenia"]
    return spells(block, verdicts)
