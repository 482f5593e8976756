"""Neutrophils on the day."""

from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.timeline.block import Block
from postgraft.timeline.verdict import Verdict


def neutrophil_count(block: Block, p: Parameters) -> Verdict:
    """Neutrophils on the day ≥ ``neutrophils_min``."""
    neutrophils = block.measure("neutrophils").carried(p.blood_count_window_days)
    return neutrophils >= float(p.neutrophils_min)


NEUTROPHIL_COUNT = Criterion("neutrophil_count", neutrophil_count, lambda p: Needs(analytes=("neutrophils",)))
