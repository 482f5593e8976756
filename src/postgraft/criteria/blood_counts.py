"""Neutrophils on the day."""

from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.timeline.block import Block
from postgraft.timeline.measure import Carried
from postgraft.timeline.verdict import Verdict


def _neutrophils(block: Block, p: Parameters) -> Carried:
    return block.measure("neutrophils").carried(p.blood_count_window_days)


def neutrophil_count(block: Block, p: Parameters) -> Verdict:
    """Neutrophils on the day ≥ ``neutrophils_min``."""
    return _neutrophils(block, p) >= float(p.neutrophils_min)


NEUTROPHIL_COUNT = Criterion(
    "neutrophil_count",
    neutrophil_count,
    lambda p: Needs(analytes=("neutrophils",)),
    quantities={"neutrophils_min": lambda block, p: _neutrophils(block, p).ranges},
)
