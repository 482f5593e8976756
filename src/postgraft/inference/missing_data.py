"""What can be missing of a patient, and the values it could turn out to have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from postgraft.criteria import listed
from postgraft.criteria.criterion import Answers, Needs
from postgraft.criteria.cytopenia.kinds import CYTOPENIAS
from postgraft.criteria.cytopenia.work_up import DAT, MARKERS
from postgraft.criteria.memo import Parameters
from postgraft.criteria.patient import AGE_FACTS
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.stretches import first_day_asked
from postgraft.inference import supplements
from postgraft.inference.supplements import Filling, nothing, together
from postgraft.protocol import Protocol
from postgraft.vocabulary.codes import GVHD_CONDITIONS

TABLES: Final = ("medications", "transfusions", "disease_status")
ENOUGH, TOO_LITTLE = (100_000.0, 2_000.0), (0.001, 0.001)
"""Amounts (mg, and mg per kg) that any drug would count with, and none."""
TOGETHER: Final = {
    "AIHA work-up (DAT and all hemolysis markers)": (DAT.analyte, *MARKERS),
    "hemolysis markers, all": tuple(MARKERS),
}
"""Results that one look into a chart may bring at once; a rule knows nothing of charts."""
LEFT_OUT: Final[Mapping[str, tuple[str, ...]]] = {
    "Counts are the picture of the cytopenia itself": ("hemoglobin", "platelets"),
    "The percentage stands for it": ("reticulocytes",),
    "Indirect bilirubin stands for it": ("bilirubin_total", "bilirubin_direct"),
    "Counts tell engraftment as well as a date does": ("neutrophil_engraftment", "platelet_engraftment"),
    "An indication that is not recorded leaves it to the disease status": ("indication",),
}
"""What the criteria ask an extract for and no answer is tried for, by the reason."""


@dataclass(frozen=True)
class MissingDatum:
    """Something a chart could tell: which ``criteria`` ask for it, and what it could turn out to be.

    ``needs``: the analytes, tables, conditions or facts it stands for. ``fillings``: a block with it in place, the most
    favourable answer first. ``answers``: those in words.
    """

    name: str
    criteria: tuple[str, ...]
    needs: tuple[str, ...]
    answers: tuple[str, ...]
    fillings: tuple[Filling, ...]


def bearing(datum: MissingDatum, protocol: Protocol) -> set[str]:
    """The verdicts it bears on directly: criteria, or those of their components that ask for it."""
    p, found = Parameters(protocol), set()
    for one in listed(protocol):
        if one.name in datum.criteria:
            parts = {name for name, needs in one.component_needs.items() if _asks(needs(p), datum.needs)}
            found |= parts or {one.name}
    return found


def _asks(need: Needs, names: tuple[str, ...]) -> bool:
    asked = {*need.analytes, *need.tables, *need.conditions, *need.facts}
    return not asked.isdisjoint(names)


def data(outcome: Evaluated) -> Iterator[MissingDatum]:
    """Everything the criteria in use ask an extract for that can be put in, in the order of the criteria.

    All but what is ``LEFT_OUT``, and conditions that need not be declared complete: of those no row means none.
    """
    p = Parameters(outcome.protocol)
    asked = {one.name: one for one in listed(outcome.protocol) if one.name in outcome.screened.kept}
    needs = {name: one.needs(p) for name, one in asked.items()}
    yield from _results({name: one.answers(p) for name, one in asked.items()}, needs, first_day_asked(outcome.protocol))
    yield from _facts(needs, p)
    yield from _tables(outcome, needs)
    yield from _conditions(outcome, needs, p)


def _by_need(asked: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for criterion, wanted in asked.items():
        for one in wanted:
            found[one] = (*found.get(one, ()), criterion)
    return found


def _results(
    told: Mapping[str, Mapping[str, Answers]], needs: Mapping[str, Needs], first_asked: int
) -> Iterator[MissingDatum]:
    """What the rules say that a result could be (``told``, by criterion and analyte).

    Where another criterion reads the analyte and knows no answer, as engraftment does of counts, it looks back: none
    is put in before the first day that is asked for, which would change what was before.
    """
    criteria = _by_need({name: need.analytes for name, need in needs.items()})
    fillings = dict[str, tuple[Filling, ...]]()
    for analyte, names in criteria.items():
        own = [told[name].get(analyte) for name in names]
        known = [answers for answers in own if answers and answers.upper is None]
        if known:
            fillings[analyte] = _put_in(analyte, known[0], 0 if len(known) == len(names) else first_asked)
            yield MissingDatum(analyte, names, (analyte,), tuple(known[0].values), fillings[analyte])
    for name, analytes in TOGETHER.items():
        if fillings.keys() >= set(analytes):
            both = tuple(together(*(fillings[one][k] for one in analytes)) for k in (0, 1))
            yield MissingDatum(name, criteria[analytes[-1]], analytes, ("all for it", "all against it"), both)
    for name, answers in told.items():
        for analyte, one in answers.items():
            if one.upper is not None:
                words = f"{analyte}: {name.replace('_', ' ')}"
                yield MissingDatum(words, (name,), (analyte,), tuple(one.values), _put_in(analyte, one, 0))


def _put_in(analyte: str, answers: Answers, since: int) -> tuple[Filling, ...]:
    return tuple(
        supplements.results(analyte, value, answers.days, since, answers.upper) for value in answers.values.values()
    )


def _facts(needs: Mapping[str, Needs], p: Parameters) -> Iterator[MissingDatum]:
    def asking(*wanted: str, of: str = "facts") -> tuple[str, ...]:
        return tuple(name for name, need in needs.items() if set(wanted) & set(getattr(need, of)))

    if criteria := asking(*AGE_FACTS):
        adult, child = p.age_min_years + 20.0, p.age_min_years / 2
        answers = (f"{adult:g} years", f"{child:g} years")
        yield MissingDatum("birth date", criteria, AGE_FACTS, answers, (supplements.age(adult), supplements.age(child)))
    if criteria := asking("sex"):
        yield MissingDatum(
            "sex", criteria, ("sex",), ("male", "female"), (supplements.sex("male"), supplements.sex("female"))
        )
    if criteria := tuple(name for name in asking("disease_status", of="tables") if name == "remission"):
        words = ("remission", "active")
        fillings = tuple(supplements.status(word, p.remission_valid_days) for word in words)
        yield MissingDatum("disease status", criteria, ("disease_status",), words, fillings)
    if criteria := asking(*GVHD_CONDITIONS, of="complete"):
        words = ("untreated", "refractory")
        fillings = tuple(supplements.gvhd_detail(word, p) for word in words)
        yield MissingDatum("GVHD: treated, and with what response", criteria, GVHD_CONDITIONS, words, fillings)
    if criteria := asking("medications", of="tables"):
        fillings = (supplements.doses(*ENOUGH), supplements.doses(*TOO_LITTLE))
        yield MissingDatum("doses of drugs", criteria, ("medications",), ("enough", "too little"), fillings)


def _tables(outcome: Evaluated, needs: Mapping[str, Needs]) -> Iterator[MissingDatum]:
    """Tables not declared complete; what would be found is not known, so that the other answer is to leave it."""
    declared = outcome.extract.complete.assuming(outcome.protocol.assume_complete)
    for table, criteria in _by_need({name: need.complete for name, need in needs.items()}).items():
        if table in TABLES and not declared.table(table):
            fillings = (supplements.complete([table]), nothing)
            yield MissingDatum(f"{table}: completeness", criteria, (table,), ("nothing more", "left open"), fillings)


def _conditions(outcome: Evaluated, needs: Mapping[str, Needs], p: Parameters) -> Iterator[MissingDatum]:
    """Diagnoses, and conditions whose absence matters, that are not declared complete."""
    declared = outcome.extract.complete.assuming(outcome.protocol.assume_complete)
    for cytopenia in CYTOPENIAS:
        if "immune_cytopenia" in needs and not all(map(declared.condition, cytopenia.diagnoses)):
            fillings = (
                supplements.condition(cytopenia.diagnoses[0], p.diagnosis_valid_days),
                supplements.complete(cytopenia.diagnoses),
            )
            words = ("diagnosed", "not diagnosed")
            yield MissingDatum(
                f"diagnosis {cytopenia.name}", ("immune_cytopenia",), cytopenia.diagnoses, words, fillings
            )
    holders = {name: (name, need) for name, need in needs.items()}
    for one in listed(outcome.protocol):
        if one.name in needs and one.component_needs:
            del holders[one.name]
            holders |= {part: (one.name, need(p)) for part, need in one.component_needs.items()}
    diagnoses = {name for cytopenia in CYTOPENIAS for name in cytopenia.diagnoses}
    for name, (criterion, need) in holders.items():
        open_ = [one for one in need.complete if one not in (*TABLES, *diagnoses) and not declared.condition(one)]
        if open_:
            # An acute one would only be as good as unknown after a while.
            lasting = next((one for one in open_ if one not in p.acute_conditions), open_[0])
            fillings = (supplements.complete(open_), supplements.condition(lasting))
            yield MissingDatum(
                f"conditions for {name}: {', '.join(open_)}",
                (criterion,),
                tuple(open_),
                ("none", "one of them"),
                fillings,
            )
