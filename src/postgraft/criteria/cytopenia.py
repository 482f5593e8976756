"""The immune cytopenias themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_

from postgraft.criteria.concepts.cytopenias import CYTOPENIAS, ITP, PRCA, Cytopenia
from postgraft.criteria.concepts.episodes import active
from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.concepts.workup import other_causes
from postgraft.criteria.criterion import Answer, Criterion, Needs
from postgraft.timeline.block import Block


def immune_cytopenia(block: Block, p: Parameters) -> Answer:
    """One or more of AIHA, ITP and PRCA is active; concomitant cytopenias are allowed."""
    components = {f"immune_cytopenia.{c.name}": active(block, p, c) for c in CYTOPENIAS}
    return Answer(reduce(or_, components.values()), components)


def _essential(p: Parameters, cytopenia: Cytopenia) -> tuple[str, ...]:
    """Counts; transfusions can stand in for those of PRCA, and a diagnosis that suffices for all."""
    if p.recorded_diagnosis == "suffices":
        return ()
    return (cytopenia.analyte, "transfusions") if cytopenia is PRCA else (cytopenia.analyte,)


def _needs_of(cytopenia: Cytopenia) -> Callable[[Parameters], Needs]:
    def needs(p: Parameters) -> Needs:
        causes = other_causes(p, cytopenia)
        asked = cytopenia.diagnoses if p.absent_diagnosis == "fails_unknown" else ()
        lineages = ("neutrophils", "platelets") if cytopenia is PRCA else ("neutrophils",)
        engrafts = ("platelets",) if cytopenia is ITP else lineages
        return Needs(
            tables=("transfusions", "medications"),
            analytes=tuple(dict.fromkeys((cytopenia.analyte, *cytopenia.work_up, *engrafts, "weight"))),
            conditions=(*cytopenia.diagnoses, *causes),
            facts=tuple(f"{lineage.removesuffix('s')}_engraftment" for lineage in engrafts),
            complete=("transfusions", "medications", *asked, *causes),
            essential=_essential(p, cytopenia),
        )

    return needs


CYTOPENIA_NEEDS = {f"immune_cytopenia.{c.name}": _needs_of(c) for c in CYTOPENIAS}
IMMUNE_CYTOPENIA = Criterion(
    "immune_cytopenia",
    immune_cytopenia,
    lambda p: reduce(or_, (needs(p) for needs in CYTOPENIA_NEEDS.values())),
    components=tuple(CYTOPENIA_NEEDS),
    component_needs=CYTOPENIA_NEEDS,
)
