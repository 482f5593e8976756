"""The immune cytopenias themselves."""

from __future__ import annotations

from functools import reduce
from operator import or_

from postgraft.criteria.concepts.counts import CYTOPENIAS
from postgraft.criteria.concepts.episodes import active
from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.criterion import Answer, Criterion
from postgraft.timeline.block import Block


def immune_cytopenia(block: Block, p: Parameters) -> Answer:
    """One or more of AIHA, ITP and PRCA is active; concomitant cytopenias are allowed."""
    components = {f"immune_cytopenia.{c.name}": active(block, p, c) for c in CYTOPENIAS}
    return Answer(reduce(or_, components.values()), components)


IMMUNE_CYTOPENIA = Criterion(
    "immune_cytopenia",
    immune_cytopenia,
    tables=("measurements", "transfusions", "medications", "conditions"),
    analytes=tuple(dict.fromkeys(a for c in CYTOPENIAS for a in (c.analyte, *c.work_up))),
    conditions=lambda p: (*p.itp_other_causes, *p.prca_obvious_causes),
    components=tuple(f"immune_cytopenia.{c.name}" for c in CYTOPENIAS),
)
