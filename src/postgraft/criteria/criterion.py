"""A criterion as a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from postgraft.criteria.concepts.parameters import Parameters
from postgraft.timeline.block import Block
from postgraft.timeline.verdict import Verdict


@dataclass(frozen=True)
class Answer:
    """The verdict of a criterion on every day, and those of its named components."""

    verdict: Verdict
    components: Mapping[str, Verdict] = field(default_factory=dict)


@dataclass(frozen=True)
class Criterion:
    """One eligibility criterion; its statements stand in the protocol file under the same name.

    ``rule`` answers for a whole block. ``tables``, ``analytes`` and ``conditions`` say what it needs of an
    extract. ``attested``: only the patient or a physician can answer, an extract can only speak against it.
    ``left_open`` says in words what it cannot compute.
    """

    name: str
    rule: Callable[[Block, Parameters], Verdict | Answer]
    tables: tuple[str, ...] = ()
    analytes: tuple[str, ...] = ()
    conditions: Callable[[Parameters], tuple[str, ...]] = field(default=lambda p: ())
    components: tuple[str, ...] = ()
    attested: bool = False
    left_open: str = ""

    def answer(self, block: Block, p: Parameters) -> Answer:
        """The computed answer, before adjudications and dropped criteria."""
        found = self.rule(block, p)
        return found if isinstance(found, Answer) else Answer(found)
