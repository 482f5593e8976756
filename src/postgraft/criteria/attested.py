"""What only the patient or a physician can say: an extract can at most speak against it."""

from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.concepts.records import attested, ever_recorded, recorded
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.timeline.block import Block
from postgraft.timeline.verdict import Verdict, first_that_holds
from postgraft.vocabulary.verdicts import FAIL, UNKNOWN


def taken_on_trust(block: Block, p: Parameters) -> Verdict:
    """No table of an extract can answer."""
    return block.shape.constant(attested(p))


def no_uncontrolled_condition(block: Block, p: Parameters) -> Verdict:
    """Attested; a recorded active uncontrolled infection speaks against it."""
    infection = recorded(block, p, "uncontrolled_infection")
    return infection.mapped(fail=attested(p), unknown=UNKNOWN, passed=FAIL)


def no_contraindication(block: Block, p: Parameters) -> Verdict:
    """Attested; a contraindication to the premedication recorded at any time speaks against it."""
    recorded_ever = ever_recorded(block, "premedication_contraindication")
    return first_that_holds((recorded_ever, FAIL), otherwise=attested(p))


def _attested(name: str, what: str) -> Criterion:
    return Criterion(name, taken_on_trust, attested=True, left_open=what)


CONTRACEPTION = _attested("contraception", "Contraception is agreed with each patient at enrolment.")
CONSENT = _attested("consent", "Consent is given by each patient at enrolment.")
NO_UNCONTROLLED_CONDITION = Criterion(
    "no_uncontrolled_condition",
    no_uncontrolled_condition,
    needs=lambda p: Needs(conditions=("uncontrolled_infection",)),
    attested=True,
    left_open="Only a recorded uncontrolled infection is seen; other conditions are the physician's judgement.",
)
NO_CONTRAINDICATION = Criterion(
    "no_contraindication",
    no_contraindication,
    needs=lambda p: Needs(conditions=("premedication_contraindication",)),
    attested=True,
    left_open="Only a recorded contraindication to the premedication is seen.",
)
