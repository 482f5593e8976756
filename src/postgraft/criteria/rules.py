"""A laboratory threshold as one value: verdict, words, needs, threshold and possible answers all come from it.

ENOUGH = (Lab("neutrophils", "blood_count_window_days") >= "neutrophils_min").criterion("neutrophil_count")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from postgraft.criteria.case import PatientDay
from postgraft.criteria.criterion import Answers, Criterion, Needs
from postgraft.criteria.memo import Parameters
from postgraft.criteria.wording import Reason, Used
from postgraft.timeline.block import Block
from postgraft.timeline.measure import Carried, Floats
from postgraft.timeline.verdict import Verdict
from postgraft.vocabulary.analytes import CELLULARITY, FINDING
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

_SEVERITY: Final = FINDING.accepted | CELLULARITY.accepted


@dataclass(frozen=True)
class Lab:
    """The latest result of an analyte in a window; ``window`` names the parameter with its days (None: ever)."""

    analyte: str
    window: str | None = None

    def __ge__(self, parameter: str) -> Threshold:
        return Threshold(self, ">=", parameter)

    def __le__(self, parameter: str) -> Threshold:
        return Threshold(self, "<=", parameter)

    def __lt__(self, parameter: str) -> Threshold:
        return Threshold(self, "<", parameter)

    def __gt__(self, parameter: str) -> Threshold:
        return Threshold(self, ">", parameter)

    def days(self, p: Parameters) -> int | None:
        """For how many days a result counts, its own included."""
        return None if self.window is None else int(getattr(p, self.window))

    def carried(self, block: Block, p: Parameters) -> Carried:
        """The result on every day."""
        return block.measure(self.analyte).carried(self.days(p))

    def found(self, case: PatientDay) -> Used | None:
        """The result on one day."""
        return case.result(self.analyte, self.days(case.p))

    def missing(self, case: PatientDay) -> str:
        """That there is none, in words."""
        return case.no_result(self.analyte, self.days(case.p))

    def could_be(self, p: Parameters, *words: str, **numbers: float) -> Mapping[str, Answers]:
        """What a missing result could turn out to be, the favourable answer first: words of its scale, or numbers."""
        values = {word: float(_SEVERITY[word]) for word in words} | numbers
        return {self.analyte: Answers(values, self.days(p))}


class _Relation(NamedTuple):
    """How a result is compared, and said to be; ``good`` and ``bad`` are answers, as multiples of the threshold."""

    test: Callable[[Carried, float], Verdict]
    met: str
    missed: str
    unclear: str
    asked: str
    good: tuple[str, float]
    bad: tuple[str, float]


_RELATIONS: Final[Mapping[str, _Relation]] = {
    ">=": _Relation(
        lambda found, least: found >= least,
        "at least", "below", "reaches", "required", ("sufficient", 2.0), ("too low", 0.5),
    ),
    ">": _Relation(
        lambda found, bound: found > bound,
        "above", "not above", "exceeds", "required", ("sufficient", 2.0), ("too low", 0.5),
    ),
    "<=": _Relation(
        lambda found, most: found <= most,
        "at most", "above", "is within", "allowed", ("low enough", 0.5), ("too high", 2.0),
    ),
    "<": _Relation(
        lambda found, bound: found < bound,
        "below", "not below", "is below", "required", ("low enough", 0.5), ("too high", 2.0),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Threshold:
    """A result against a parameter of the protocol, both bounds as the relation says; without a result UNKNOWN."""

    lab: Lab
    relation: str
    parameter: str

    def criterion(self, name: str) -> Criterion:
        """The criterion that is this rule and nothing else."""
        return Criterion(
            name,
            self.verdict,
            self.explain,
            self.needs,
            quantities={self.parameter: self.ranges} if self.relation == ">=" else {},
            thresholds={self.parameter: self.lab.analyte},
            answers=self.answers,
        )

    def verdict(self, block: Block, p: Parameters) -> Verdict:
        """On every day."""
        return _RELATIONS[self.relation].test(self.lab.carried(block, p), float(getattr(p, self.parameter)))

    def explain(self, case: PatientDay) -> Reason:
        """On one day, with the result it rests on."""
        verdict, how = case.at(self.verdict(case.block, case.p)), _RELATIONS[self.relation]
        bound, found = case.limit(self.parameter), self.lab.found(case)
        if found is None:
            return Reason(verdict, f"{self.lab.missing(case)}; {how.met} {bound} are {how.asked}")
        said = {
            PASS: f"{how.met} the {bound} {how.asked}",
            FAIL: f"{how.missed} the {bound} {how.asked}",
            UNKNOWN: f"so it is not known whether that {how.unclear} the {bound} {how.asked}",
        }[verdict]
        return Reason(verdict, f"{found.finding}, {said}", (found,))

    def needs(self, p: Parameters) -> Needs:
        """The analyte."""
        return Needs(analytes=(self.lab.analyte,))

    def ranges(self, block: Block, p: Parameters) -> tuple[Floats, Floats]:
        """The least and the most the result can be on every day, both (rows, days)."""
        return self.lab.carried(block, p).ranges

    def answers(self, p: Parameters) -> Mapping[str, Answers]:
        """What a missing result could turn out to be, the favourable answer first."""
        how, at = _RELATIONS[self.relation], float(getattr(p, self.parameter))
        return self.lab.could_be(p, **{word: times * at for word, times in (how.good, how.bad)})
