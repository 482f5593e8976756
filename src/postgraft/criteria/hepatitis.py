"""Viral hepatitis A, B and C."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from operator import and_, or_

import numpy as np

from postgraft.criteria.case import PatientDay
from postgraft.criteria.criterion import Answer, Criterion, Needs
from postgraft.criteria.memo import Parameters
from postgraft.criteria.records import active_rows, condition_rows, drug_rows, given, recorded, with_purpose
from postgraft.criteria.serology import (
    ever_positive,
    findings,
    first_positive,
    latest,
    latest_used,
    not_infected,
    not_known,
    positive,
)
from postgraft.criteria.wording import Reason, Used, decisive, listed, name_of
from postgraft.timeline.block import Block
from postgraft.timeline.events import OPEN_END, Events
from postgraft.timeline.spans import cover
from postgraft.timeline.verdict import Verdict, first_that_holds
from postgraft.vocabulary.analytes import NEGATIVE, POSITIVE
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def until_no_virus(block: Block, rows: Events, test: str) -> Events:
    """Rows of an infection, each ended by the first test on or after its start that did not detect the virus."""
    results = block.measure(test).events
    negative = results.where(results["value"] == NEGATIVE)
    first = negative.until(rows.row, rows.day - 1)
    ended = np.flatnonzero(first < negative.offsets[rows.row + 1])
    last = np.full(len(rows), OPEN_END, np.int32)
    last[ended] = negative.day[first[ended]] - 1
    columns = {"end": np.minimum(rows["end"], last), "superseded": rows["superseded"] | (last < rows["end"])}
    return replace(rows, columns={**rows.columns, **columns})


def hepatitis_a(block: Block, p: Parameters) -> Verdict:
    """A recorded hepatitis A; an IgM alone leaves it open."""
    condition = recorded(block, p, "hepatitis_a")
    return first_that_holds(
        (condition.equals(PASS), FAIL),
        (condition.equals(UNKNOWN) | latest(block, "hav_igm", POSITIVE), UNKNOWN),
        otherwise=PASS,
    )


def hepatitis_b(block: Block, p: Parameters) -> Verdict:
    """Active disease, surface antigen, DNA or treatment; a core antibody without DNA test leaves it open."""
    condition = active_rows(block, p, until_no_virus(block, condition_rows(block, "hepatitis_b_active"), "hbv_dna"))
    treated = given(block, with_purpose(drug_rows(block, *p.hbv_antivirals), "infection_treatment"))
    active = condition.equals(PASS) | latest(block, "hbsag", POSITIVE) | latest(block, "hbv_dna", POSITIVE) | treated
    dna_tested = block.measure("hbv_dna").carried(None).available
    exposed = ever_positive(block, "anti_hbc") & ~dna_tested

    def documented() -> Verdict:
        no_virus = latest(block, "hbv_dna", NEGATIVE) | latest(block, "anti_hbc", NEGATIVE)
        return latest(block, "hbsag", NEGATIVE) & no_virus

    return first_that_holds(
        (active, FAIL),
        (condition.equals(UNKNOWN) | exposed, UNKNOWN),
        otherwise=not_known(p.hepatitis_reading == "known_active", documented),
    )


def hepatitis_c(block: Block, p: Parameters) -> Verdict:
    """Disease or RNA; treatment counts as the chosen statement of the record says."""
    diagnosed = condition_rows(block, "hepatitis_c_active")
    condition = active_rows(block, p, until_no_virus(block, diagnosed, "hcv_rna"))
    antivirals = drug_rows(block, *p.hcv_antivirals)
    exposed = ever_positive(block, "anti_hcv")
    virus = latest(block, "hcv_rna", POSITIVE)
    under_way = cover(block.shape, antivirals.row, antivirals.day + 1, antivirals["end"])

    def perhaps_treated() -> Verdict:
        """Disease under treatment that would be accepted, were it on file as such."""
        perhaps_exposed = exposed | ~block.measure("anti_hcv").carried(None).available
        perhaps_given = given(block, antivirals) | block.shape.constant(not block.complete.table("medications"))
        return perhaps_exposed & (active_rows(block, p, diagnosed).equals(PASS) | virus) & perhaps_given

    by_treatment: tuple[tuple[Verdict, int], ...]
    if p.hepatitis_treatment == "inclusion_strict":
        for_infection = given(block, with_purpose(antivirals, "infection_treatment"))
        by_treatment = ((exposed & under_way, FAIL), (for_infection, FAIL))
    else:
        by_treatment = ((exposed & under_way, PASS), (perhaps_treated(), UNKNOWN))
    return first_that_holds(
        *by_treatment,
        (condition.equals(PASS) | virus, FAIL),
        (latest(block, "hcv_rna", NEGATIVE), PASS),
        (condition.equals(UNKNOWN) | exposed, UNKNOWN),
        otherwise=not_known(p.hepatitis_reading == "known_active", lambda: latest(block, "anti_hcv", NEGATIVE)),
    )


def hepatitis(block: Block, p: Parameters) -> Answer:
    """No active hepatitis A, B or C."""
    parts = {"a": hepatitis_a(block, p), "b": hepatitis_b(block, p), "c": hepatitis_c(block, p)}
    return Answer(reduce(and_, parts.values()), {f"hepatitis.{name}": part for name, part in parts.items()})


def _hepatitis_needs(p: Parameters) -> Needs:
    return reduce(or_, (needs(p) for needs in HEPATITIS_NEEDS.values()))


HEPATITIS_NEEDS: dict[str, Callable[[Parameters], Needs]] = {
    "hepatitis.a": lambda p: Needs(analytes=("hav_igm",), conditions=("hepatitis_a",)),
    "hepatitis.b": lambda p: Needs(
        tables=("medications",), analytes=("hbsag", "anti_hbc", "hbv_dna"), conditions=("hepatitis_b_active",)
    ),
    "hepatitis.c": lambda p: Needs(
        tables=("medications",),
        analytes=("anti_hcv", "hcv_rna"),
        conditions=("hepatitis_c_active",),
        complete=("medications",) if p.hepatitis_treatment == "exclusion_note" else (),
    ),
}


def explain_hepatitis(case: PatientDay) -> Reason:
    return decisive([_hepatitis_a(case), _hepatitis_b(case), _hepatitis_c(case)])


def _condition(case: PatientDay, name: str, state: int) -> list[Used]:
    return [used for active, used in case.named_conditions(name) if active == state]


def _infection(case: PatientDay, name: str, test: str, state: int) -> list[Used]:
    """Rows of an infection that are in that state though no later test failed to detect the virus."""
    rows = condition_rows(case.block, name)
    rows = until_no_virus(case.block, rows.where(rows.day <= case.day), test)
    return [used for active, used in case.conditions(rows) if active == state]


def _settled(kind: str, results: dict[str, Used], reading: str = "") -> str:
    """Why no disease is found, under a reading where there are several."""
    if results:
        return f"{kind}: {listed([row.finding for row in results.values()])}, nothing that shows active disease"
    under = f"; under the reading {reading}" if reading else "; as the record is worded,"
    return f"{kind}: no test and no disease on record{under} only a known infection counts"


def _hepatitis_a(case: PatientDay) -> Reason:
    verdict = case.at(hepatitis_a(case.block, case.p))
    results = latest_used(case, "hav_igm")
    rows = (*results.values(), *(used for _, used in case.named_conditions("hepatitis_a")))
    if verdict == FAIL:
        text = findings("hepatitis A", _condition(case, "hepatitis_a", PASS))
    elif verdict == UNKNOWN:
        open_ = _condition(case, "hepatitis_a", UNKNOWN) or positive(results, "hav_igm")
        text = findings("hepatitis A", open_) + " leaves it open; a recorded diagnosis or a later IgM would settle it"
    else:
        text = _settled("hepatitis A", results)
    return Reason(verdict, text, rows)


def _antivirals(case: PatientDay, drugs: tuple[str, ...], begun_before: bool, for_infection: bool) -> list[Used]:
    rows = case.rows("medications", lambda rows: rows.isin("drug", drugs))
    rows = rows.where(rows["end"] >= case.day)
    if begun_before:
        rows = rows.where(rows.day < case.day)
    if for_infection:
        rows = rows.where(rows.isin("purpose", ("infection_treatment",)))
    return list(case.drugs(rows))


def _hepatitis_b(case: PatientDay) -> Reason:
    verdict, p = case.at(hepatitis_b(case.block, case.p)), case.p
    results = latest_used(case, "hbsag", "hbv_dna", "anti_hbc")
    treated = _antivirals(case, p.hbv_antivirals, False, True)
    exposed = first_positive(case, "anti_hbc")
    rows = (*results.values(), *treated, *(used for _, used in case.named_conditions("hepatitis_b_active")))
    if verdict == FAIL:
        active = _infection(case, "hepatitis_b_active", "hbv_dna", PASS)
        text = findings("hepatitis B", active + positive(results, "hbsag", "hbv_dna") + treated)
    elif verdict == UNKNOWN and (lapsed := _infection(case, "hepatitis_b_active", "hbv_dna", UNKNOWN)):
        text = findings("hepatitis B", lapsed) + " may be over or not"
    elif verdict == UNKNOWN and exposed and "hbv_dna" not in results:
        text = f"hepatitis B: {exposed[0].finding} without a test for its DNA; a result of hbv_dna would settle it"
    elif verdict == UNKNOWN:
        text = (
            f"hepatitis B: the reading {p.hepatitis_reading} asks for a negative {name_of('hbsag')} and either DNA not "
            "detected or a negative core antibody; measurements lacks one of them"
        )
    else:
        text = _settled("hepatitis B", results, p.hepatitis_reading)
    return Reason(verdict, text, (*rows, *exposed))


def _hepatitis_c(case: PatientDay) -> Reason:
    verdict, p = case.at(hepatitis_c(case.block, case.p)), case.p
    results = latest_used(case, "anti_hcv", "hcv_rna")
    exposed = first_positive(case, "anti_hcv")
    under_way = _antivirals(case, p.hcv_antivirals, True, False) if exposed else []
    for_infection = _antivirals(case, p.hcv_antivirals, False, True)
    active = _infection(case, "hepatitis_c_active", "hcv_rna", PASS)
    diagnosed = _condition(case, "hepatitis_c_active", PASS)
    today = _antivirals(case, p.hcv_antivirals, False, False)
    rows = (*results.values(), *exposed, *today, *diagnosed)
    if under_way:
        means = "accepts" if p.hepatitis_treatment == "exclusion_note" else "does not accept"
        text = findings("hepatitis C", [*exposed, *under_way]) + f"; the reading {p.hepatitis_treatment} {means} it"
    elif verdict == FAIL:
        treated = for_infection if p.hepatitis_treatment == "inclusion_strict" else []
        text = findings("hepatitis C", active + positive(results, "hcv_rna") + treated)
    elif verdict == UNKNOWN and (disease := diagnosed + positive(results, "hcv_rna")) and _open(case, today):
        why = listed([row.finding for row in today]) if today else case.undeclared("medications")
        text = (
            findings("hepatitis C", disease)
            + f"; treatment begun before, which the reading {p.hepatitis_treatment} accepts, may be under way: {why}"
        )
    elif verdict == UNKNOWN and (lapsed := _infection(case, "hepatitis_c_active", "hcv_rna", UNKNOWN)):
        text = findings("hepatitis C", lapsed) + " may be over or not"
    elif verdict == UNKNOWN and exposed:
        text = f"hepatitis C: {exposed[0].finding} without a conclusive test for its RNA; hcv_rna would settle it"
    elif verdict == UNKNOWN:
        text = (
            f"hepatitis C: the reading {p.hepatitis_reading} asks for a negative {name_of('anti_hcv')} or RNA not "
            "detected; measurements has neither"
        )
    else:
        text = _settled("hepatitis C", results, p.hepatitis_reading)
    return Reason(verdict, text, rows)


def _open(case: PatientDay, antivirals: list[Used]) -> bool:
    """Whether accepted treatment may be under way that is not on file."""
    unrecorded = bool(antivirals) or not case.block.complete.table("medications")
    return unrecorded and case.p.hepatitis_treatment == "exclusion_note"


HEPATITIS = Criterion(
    "hepatitis",
    hepatitis,
    explain_hepatitis,
    _hepatitis_needs,
    components=tuple(HEPATITIS_NEEDS),
    component_needs=HEPATITIS_NEEDS,
    left_open="Without tests only a recorded hepatitis is seen, unless the reading asks for documented negatives.",
    answers=lambda p: not_infected(p, *_hepatitis_needs(p).analytes),
)
