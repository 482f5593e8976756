"""The graft: engraftment, and time since the infusion."""

import numpy as np

from postgraft.criteria.concepts import engraftment
from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.timeline.block import Block
from postgraft.timeline.measure import Floats
from postgraft.timeline.verdict import Verdict


def neutrophil_engraftment(block: Block, p: Parameters) -> Verdict:
    """The first of three successive neutrophil counts at or above the level, after the nadir."""
    return engraftment.neutrophil_engraftment(block, p).verdict


def platelet_engraftment(block: Block, p: Parameters) -> Verdict:
    """The first of three successive platelet counts at or above the level, free of platelet transfusions."""
    return engraftment.platelet_engraftment(block, p).verdict


def days_since_transplant(block: Block, p: Parameters) -> Verdict:
    """d ≥ ``days_since_transplant_min``."""
    return block.shape.since(np.full(block.shape.rows, p.days_since_transplant_min))


def _day(block: Block) -> Floats:
    return np.arange(block.shape.days, dtype=np.float64)[None, :]


NEUTROPHIL_ENGRAFTMENT = Criterion(
    "neutrophil_engraftment",
    neutrophil_engraftment,
    lambda p: Needs(analytes=("neutrophils",), facts=("neutrophil_engraftment",)),
)
PLATELET_ENGRAFTMENT = Criterion(
    "platelet_engraftment",
    platelet_engraftment,
    lambda p: Needs(
        tables=("transfusions",),
        analytes=("platelets",),
        facts=("platelet_engraftment",),
        complete=("transfusions",),
    ),
)
DAYS_SINCE_TRANSPLANT = Criterion(
    "days_since_transplant",
    days_since_transplant,
    quantities={"days_since_transplant_min": lambda block, p: (_day(block), _day(block))},
)
