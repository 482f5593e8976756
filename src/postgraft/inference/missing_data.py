"""What can be missing of a patient, and the values it could turn out to have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from postgraft.criteria import listed
from postgraft.criteria.criterion import Needs
from postgraft.criteria.cytopenia.kinds import CYTOPENIAS
from postgraft.criteria.memo import Parameters
from postgraft.criteria.patient import AGE_FACTS
from postgraft.criteria.safety import ORGAN_LIMITS
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.stretches import first_day_asked
from postgraft.inference import supplements
from postgraft.inference.supplements import Filling, nothing, together
from postgraft.protocol import Protocol
from postgraft.vocabulary.analytes import ABSENT, ANALYTES, CELLULARITY, FINDING, NEGATIVE, NORMAL, POSITIVE
from postgraft.vocabulary.codes import GVHD_CONDITIONS

WINDOWS: Final[Mapping[str, str]] = {
    "reticulocytes_percent": "chemistry_window_days",
    "ldh": "chemistry_window_days",
    "haptoglobin": "chemistry_window_days",
    "bilirubin_indirect": "chemistry_window_days",
    "parvovirus_b19": "chemistry_window_days",
    "schistocytes": "chemistry_window_days",
    "dat": "dat_window_days",
    "marrow_megakaryocytes": "marrow_window_days",
    "pregnancy_test": "pregnancy_window_days",
    "weight": "weight_window_days",
}
"""Parameter that says for how long a result holds; of other analytes it holds for ever."""
TABLES: Final = ("medications", "transfusions", "disease_status")
LIGHT, HEAVY = 45.0, 120.0
"""Weights in kg between which nearly all adult patients lie: a dose in mg is most, and least, per kg."""
ENOUGH, TOO_LITTLE = (100_000.0, 2_000.0), (0.001, 0.001)
"""Amounts (mg, and mg per kg) that any drug would count with, and none."""
MARKERS: Final = ("reticulocytes_percent", "ldh", "haptoglobin", "bilirubin_indirect")
BY_WORK_UP: Final = {
    "AIHA work-up (DAT and all hemolysis markers)": (
        "dat",
        "reticulocytes_percent",
        "ldh",
        "haptoglobin",
        "bilirubin_indirect",
    ),
    "hemolysis markers, all": ("reticulocytes_percent", "ldh", "haptoglobin", "bilirubin_indirect"),
}


@dataclass(frozen=True)
class Datum:
    """Something a chart could tell: which ``criteria`` ask for it, and what it could turn out to be.

    ``needs``: the analytes, tables, conditions or facts it stands for. ``fillings``: a block with it in place, the most
    favourable answer first. ``answers``: those in words.
    """

    name: str
    criteria: tuple[str, ...]
    needs: tuple[str, ...]
    answers: tuple[str, ...]
    fillings: tuple[Filling, ...]


def bearing(datum: Datum, protocol: Protocol) -> set[str]:
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


LEFT_OUT: Final[Mapping[str, tuple[str, ...]]] = {
    "Counts are the picture of the cytopenia itself": ("hemoglobin", "platelets"),
    "The percentage stands for it": ("reticulocytes",),
    "Indirect bilirubin stands for it": ("bilirubin_total", "bilirubin_direct"),
    "Counts tell engraftment as well as a date does": ("neutrophil_engraftment", "platelet_engraftment"),
    "An indication that is not recorded leaves it to the disease status": ("indication",),
}
"""What the criteria ask an extract for and no answer is tried for, by the reason."""


def data(outcome: Evaluated) -> Iterator[Datum]:
    """Everything the criteria in use ask an extract for that can be put in, in the order of the criteria.

    All but what is ``LEFT_OUT``, and conditions that need not be declared complete: of those no row means none.
    """
    p = Parameters(outcome.protocol)
    needs = {one.name: one.needs(p) for one in listed(outcome.protocol) if one.name in outcome.screened.kept}
    analytes = _by_need({name: need.analytes for name, need in needs.items()})
    of_rules = [one.answers(p) for one in listed(outcome.protocol) if one.name in outcome.screened.kept]
    by_rule = {analyte: found for answers in of_rules for analyte, found in answers.items()}
    since = first_day_asked(outcome.protocol)
    for analyte, criteria in analytes.items():
        if analyte in by_rule:
            own = by_rule[analyte]
            fillings = tuple(supplements.results(analyte, value, own.days, since) for value in own.values.values())
            yield Datum(analyte, criteria, (analyte,), tuple(own.values), fillings)
        elif answers := _answers(analyte, p):
            fillings = tuple(_result(analyte, value, p) for value in answers.values())
            yield Datum(analyte, criteria, (analyte,), tuple(answers), fillings)
    for name, several in BY_WORK_UP.items():
        if all(one in analytes for one in several):
            yield _all_of(name, several, analytes["ldh"], p)
    yield from _organs(needs, p)
    yield from _facts(needs, p)
    yield from _tables(outcome, needs)
    yield from _conditions(outcome, needs, p)


def _by_need(asked: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for criterion, wanted in asked.items():
        for one in wanted:
            found[one] = (*found.get(one, ()), criterion)
    return found


def _answers(analyte: str, p: Parameters) -> dict[str, float]:
    """What a result could be, the favourable answer first; nothing of an analyte that is not put in."""
    scale = ANALYTES[analyte].scale
    if analyte in ("dat", "hav_igm"):
        return {"positive": POSITIVE, "negative": NEGATIVE}
    if scale is FINDING:
        return {"negative": NEGATIVE, "positive": POSITIVE}
    if scale is CELLULARITY:
        return {"normal": NORMAL, "absent": ABSENT}
    return NUMERIC[analyte](p) if analyte in NUMERIC else {}


NUMERIC: Final[Mapping[str, Callable[[Parameters], dict[str, float]]]] = {
    "reticulocytes_percent": lambda p: {
        "increased": 2 * p.reticulocytes_percent_upper_limit,
        "normal": (p.reticulocytes_percent_upper_limit + p.prca_reticulocyte_percent_below) / 2,
        "decreased": p.prca_reticulocyte_percent_below / 2,
    },
    "ldh": lambda p: {"increased": 2 * p.ldh_upper_limit, "normal": 0.8 * p.ldh_upper_limit},
    "haptoglobin": lambda p: {"decreased": p.haptoglobin_lower_limit / 2, "normal": 2 * p.haptoglobin_lower_limit},
    "bilirubin_indirect": lambda p: {
        "increased": 2 * p.bilirubin_indirect_upper_limit,
        "normal": p.bilirubin_indirect_upper_limit / 2,
    },
    "weight": lambda p: {f"{LIGHT:g} kg": LIGHT, f"{HEAVY:g} kg": HEAVY},
}
"""Numbers that a result could be, on either side of the thresholds; a protocol has those of what it asks for."""


def _result(analyte: str, value: float, p: Parameters) -> Filling:
    window = getattr(p, WINDOWS[analyte]) if analyte in WINDOWS else None
    return supplements.results(analyte, value, window)


def _organs(needs: Mapping[str, Needs], p: Parameters) -> Iterator[Datum]:
    """Results beside the upper limits of their own laboratory, where the protocol sets organ limits."""
    for limit, times in p.organ_limits.items() if "organ_function" in needs else ():
        analyte = ORGAN_LIMITS[limit]
        values = {"within the limit": times / 2, "above it": 2 * times}
        fillings = tuple(
            supplements.results(analyte, value, p.chemistry_window_days, upper=1.0) for value in values.values()
        )
        yield Datum(f"{analyte}: organ function", ("organ_function",), (analyte,), tuple(values), fillings)


def _all_of(name: str, analytes: tuple[str, ...], criteria: tuple[str, ...], p: Parameters) -> Datum:
    values = [list(_answers(one, p).values())[:2] for one in analytes]
    fillings = (
        together(*(_result(one, value[k], p) for one, value in zip(analytes, values, strict=True))) for k in (0, 1)
    )
    return Datum(name, criteria, analytes, ("all for it", "all against it"), tuple(fillings))


def _facts(needs: Mapping[str, Needs], p: Parameters) -> Iterator[Datum]:
    def asking(*wanted: str, of: str = "facts") -> tuple[str, ...]:
        return tuple(name for name, need in needs.items() if set(wanted) & set(getattr(need, of)))

    if criteria := asking(*AGE_FACTS):
        adult, child = p.age_min_years + 20.0, p.age_min_years / 2
        answers = (f"{adult:g} years", f"{child:g} years")
        yield Datum("birth date", criteria, AGE_FACTS, answers, (supplements.age(adult), supplements.age(child)))
    if criteria := asking("sex"):
        yield Datum("sex", criteria, ("sex",), ("male", "female"), (supplements.sex("male"), supplements.sex("female")))
    if criteria := tuple(name for name in asking("disease_status", of="tables") if name == "remission"):
        words = ("remission", "active")
        fillings = tuple(supplements.status(word, p.remission_valid_days) for word in words)
        yield Datum("disease status", criteria, ("disease_status",), words, fillings)
    if criteria := asking(*GVHD_CONDITIONS, of="complete"):
        words = ("untreated", "refractory")
        fillings = tuple(supplements.gvhd_detail(word, p) for word in words)
        yield Datum("GVHD: treated, and with what response", criteria, GVHD_CONDITIONS, words, fillings)
    if criteria := asking("medications", of="tables"):
        fillings = (supplements.doses(*ENOUGH), supplements.doses(*TOO_LITTLE))
        yield Datum("doses of drugs", criteria, ("medications",), ("enough", "too little"), fillings)


def _tables(outcome: Evaluated, needs: Mapping[str, Needs]) -> Iterator[Datum]:
    """Tables not declared complete; what would be found is not known, so that the other answer is to leave it."""
    declared = outcome.extract.complete.assuming(outcome.protocol.assume_complete)
    for table, criteria in _by_need({name: need.complete for name, need in needs.items()}).items():
        if table in TABLES and not declared.table(table):
            fillings = (supplements.complete([table]), nothing)
            yield Datum(f"{table}: completeness", criteria, (table,), ("nothing more", "left open"), fillings)


def _conditions(outcome: Evaluated, needs: Mapping[str, Needs], p: Parameters) -> Iterator[Datum]:
    """Diagnoses, and conditions whose absence matters, that are not declared complete."""
    declared = outcome.extract.complete.assuming(outcome.protocol.assume_complete)
    for cytopenia in CYTOPENIAS:
        if "immune_cytopenia" in needs and not all(map(declared.condition, cytopenia.diagnoses)):
            fillings = (
                supplements.condition(cytopenia.diagnoses[0], p.diagnosis_valid_days),
                supplements.complete(cytopenia.diagnoses),
            )
            words = ("diagnosed", "not diagnosed")
            yield Datum(f"diagnosis {cytopenia.name}", ("immune_cytopenia",), cytopenia.diagnoses, words, fillings)
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
            yield Datum(
                f"conditions for {name}: {', '.join(open_)}",
                (criterion,),
                tuple(open_),
                ("none", "one of them"),
                fillings,
            )
