"""A criterion as a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields

from postgraft.criteria.case import PatientDay
from postgraft.criteria.memo import Parameters
from postgraft.criteria.wording import Reason
from postgraft.timeline.block import Block
from postgraft.timeline.measure import Floats
from postgraft.timeline.verdict import Verdict


@dataclass(frozen=True)
class Answer:
    """The verdict of a criterion on every day, and those of its named components."""

    verdict: Verdict
    components: Mapping[str, Verdict] = field(default_factory=dict)


@dataclass(frozen=True)
class Needs:
    """What a rule reads of an extract.

    ``tables``: of rows, other than measurements and conditions; ``analytes``: results in measurements;
    ``conditions``: names in conditions; ``facts``: columns of patients and transplants. ``complete``: tables
    and conditions of which it asks the manifest whether no row means "no". ``essential``: of these analytes
    and tables one at least must be there, or there is no answer at all.
    """

    tables: tuple[str, ...] = ()
    analytes: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    complete: tuple[str, ...] = ()
    essential: tuple[str, ...] = ()

    def __or__(self, other: Needs) -> Needs:
        """What one of two rules reads, each thing once."""
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(Needs))
        return Needs(*(tuple(dict.fromkeys(mine + theirs)) for mine, theirs in pairs))


@dataclass(frozen=True)
class Answers:
    """What a missing result could be: numbers by words, the favourable first.

    ``days``: for how long one counts, its own day included (None: for ever). ``upper``: the upper reference limit
    that comes with it; then it is an answer to the criterion that gives it, and to no other.
    """

    values: Mapping[str, float]
    days: int | None
    upper: float | None = None


def no_answers(p: Parameters) -> Mapping[str, Answers]:
    """None that the rule itself knows."""
    return {}


def nothing(p: Parameters) -> Needs:
    """No need: the answer does not come from an extract."""
    return Needs()


@dataclass(frozen=True)
class Criterion:
    """One eligibility criterion; its statements stand in the protocol file under the same name.

    ``rule`` answers for a whole block, ``explain`` says why on one day; ``needs`` says what it reads, and
    ``component_needs`` what those of its components read that differ in it. ``attested``: only the patient or
    a physician can answer, an extract can only speak against it. ``left_open`` says in words what it cannot
    compute. ``quantities``: where the whole rule is that a quantity on the day is at least a parameter, the
    least and the most it can be by the parameter's name, each of shape (rows or 1, days); so a whole range of
    thresholds can be answered at once. ``thresholds``: parameters that results of an analyte are held against, as
    they stand. ``answers``: by analyte, what a missing result could be; criteria that read one analyte agree on it.
    """

    name: str
    rule: Callable[[Block, Parameters], Verdict | Answer]
    explain: Callable[[PatientDay], Reason]
    needs: Callable[[Parameters], Needs] = nothing
    components: tuple[str, ...] = ()
    component_needs: Mapping[str, Callable[[Parameters], Needs]] = field(default_factory=dict)
    attested: bool = False
    left_open: str = ""
    quantities: Mapping[str, Callable[[Block, Parameters], tuple[Floats, Floats]]] = field(default_factory=dict)
    thresholds: Mapping[str, str] = field(default_factory=dict)
    answers: Callable[[Parameters], Mapping[str, Answers]] = no_answers

    def answer(self, block: Block, p: Parameters) -> Answer:
        """The computed answer, before adjudications and dropped criteria."""
        found = self.rule(block, p)
        return found if isinstance(found, Answer) else Answer(found)
