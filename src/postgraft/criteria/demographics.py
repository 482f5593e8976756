"""Who the patient is."""

from postgraft.criteria.concepts.age import AGE_FACTS, age_at_least
from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.timeline.block import Block
from postgraft.timeline.verdict import Verdict


def adult(block: Block, p: Parameters) -> Verdict:
    """Age on the day ≥ ``age_min_years``."""
    return age_at_least(block, p.age_min_years)


ADULT = Criterion("adult", adult, lambda p: Needs(facts=AGE_FACTS))
