"""Neutrophils on the day."""

from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.timeline.block import Block
from postgraft.timeline.verdict import Verdict


def neutrophil_count(block: Block, p: Parameters) -> Verdict:
    """Neutrophils on the day ≥ ``neutrophils_min``."""
    return block.measure("neutrophils").carried(p.blood_count_window_days) >= p.neutrophils_min


NEUTROPHIL_COUNT = Criterion("neutrophil_count", neutrophil_count, lambda p: Needs(analytes=("neutrophils",)))
