"""Viral hepatitis and HIV. Serology and RNA or DNA do not expire."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from operator import and_, or_

import numpy as np

from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.concepts.records import (
    active_rows,
    condition_rows,
    drug_rows,
    ever,
    ever_recorded,
    given,
    recorded,
    with_purpose,
)
from postgraft.criteria.criterion import Answer, Criterion, Needs
from postgraft.timeline.block import Block
from postgraft.timeline.events import OPEN_END, Events
from postgraft.timeline.paint import cover
from postgraft.timeline.verdict import Verdict, first_that_holds
from postgraft.vocabulary.results import NEGATIVE, POSITIVE
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def _latest(block: Block, analyte: str, result: int) -> Verdict:
    """PASS while the latest result ever is this one, else FAIL."""
    return block.measure(analyte).carried(None).is_any((result,), none=FAIL)


def _ever_positive(block: Block, analyte: str) -> Verdict:
    """PASS from the first positive result on, else FAIL."""
    results = block.measure(analyte).events
    return ever(block, results.where(results["value"] == POSITIVE))


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
        (condition.equals(UNKNOWN) | _latest(block, "hav_igm", POSITIVE), UNKNOWN),
        otherwise=PASS,
    )


def hepatitis_b(block: Block, p: Parameters) -> Verdict:
    """Active disease, surface antigen, DNA or treatment; a core antibody without DNA test leaves it open."""
    condition = active_rows(
        block, p, until_no_virus(block, condition_rows(block, "hepatitis_b_active"), "hbv_dna")
    )
    treated = given(block, with_purpose(drug_rows(block, *p.hbv_antivirals), "infection_treatment"))
    active = (
        condition.equals(PASS)
        | _latest(block, "hbsag", POSITIVE)
        | _latest(block, "hbv_dna", POSITIVE)
        | treated
    )
    dna_tested = block.measure("hbv_dna").carried(None).available
    exposed = _ever_positive(block, "anti_hbc") & ~dna_tested

    def documented() -> Verdict:
        no_virus = _latest(block, "hbv_dna", NEGATIVE) | _latest(block, "anti_hbc", NEGATIVE)
        return _latest(block, "hbsag", NEGATIVE) & no_virus

    return first_that_holds(
        (active, FAIL),
        (condition.equals(UNKNOWN) | exposed, UNKNOWN),
        otherwise=_not_known(p.hepatitis_reading == "known_active", documented),
    )


def hepatitis_c(block: Block, p: Parameters) -> Verdict:
    """Disease or RNA; treatment counts as the chosen statement of the record says."""
    diagnosed = condition_rows(block, "hepatitis_c_active")
    condition = active_rows(block, p, until_no_virus(block, diagnosed, "hcv_rna"))
    antivirals = drug_rows(block, *p.hcv_antivirals)
    exposed = _ever_positive(block, "anti_hcv")
    virus = _latest(block, "hcv_rna", POSITIVE)
    under_way = cover(block.shape, antivirals.row, antivirals.day + 1, antivirals["end"])

    def perhaps_treated() -> Verdict:
        """Disease under treatment that would be accepted, were it on file as such."""
        perhaps_exposed = exposed | ~block.measure("anti_hcv").carried(None).available
        perhaps_given = given(block, antivirals) | block.shape.constant(
            not block.complete.table("medications")
        )
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
        (_latest(block, "hcv_rna", NEGATIVE), PASS),
        (condition.equals(UNKNOWN) | exposed, UNKNOWN),
        otherwise=_not_known(
            p.hepatitis_reading == "known_active", lambda: _latest(block, "anti_hcv", NEGATIVE)
        ),
    )


def _not_known(suffices: bool, documented: Callable[[], Verdict]) -> Verdict | int:
    """PASS where not known to be infected is enough; else only with the negative tests, UNKNOWN without."""
    return PASS if suffices else documented().mapped(fail=UNKNOWN, unknown=UNKNOWN, passed=PASS)


def hepatitis(block: Block, p: Parameters) -> Answer:
    """No active hepatitis A, B or C."""
    parts = {"a": hepatitis_a(block, p), "b": hepatitis_b(block, p), "c": hepatitis_c(block, p)}
    return Answer(reduce(and_, parts.values()), {f"hepatitis.{name}": part for name, part in parts.items()})


def hiv(block: Block, p: Parameters) -> Verdict:
    """Not known to be HIV-positive; a reactive screen alone leaves it open."""
    return first_that_holds(
        (ever_recorded(block, "hiv") | _ever_positive(block, "hiv_rna"), FAIL),
        (_ever_positive(block, "hiv_screen"), UNKNOWN),
        otherwise=_not_known(
            p.hiv_reading == "known_positive",
            lambda: _latest(block, "hiv_screen", NEGATIVE) | _latest(block, "hiv_rna", NEGATIVE),
        ),
    )


def _hepatitis_needs(p: Parameters) -> Needs:
    return reduce(or_, (needs(p) for needs in HEPATITIS_NEEDS.values()))


HEPATITIS_NEEDS: dict[str, Callable[[Parameters], Needs]] = {
    "hepatitis.a": lambda p: Needs(analytes=("hav_igm",), conditions=("hepatitis_a",)),
    "hepatitis.b": lambda p: Needs(
        tables=("medications",),
        analytes=("hbsag", "anti_hbc", "hbv_dna"),
        conditions=("hepatitis_b_active",),
    ),
    "hepatitis.c": lambda p: Needs(
        tables=("medications",),
        analytes=("anti_hcv", "hcv_rna"),
        conditions=("hepatitis_c_active",),
        complete=("medications",) if p.hepatitis_treatment == "exclusion_note" else (),
    ),
}
HEPATITIS = Criterion(
    "hepatitis",
    hepatitis,
    _hepatitis_needs,
    components=tuple(HEPATITIS_NEEDS),
    component_needs=HEPATITIS_NEEDS,
    left_open="Without tests only a recorded hepatitis is seen, unless the reading asks for documented negatives.",
)
HIV = Criterion(
    "hiv",
    hiv,
    lambda p: Needs(analytes=("hiv_screen", "hiv_rna"), conditions=("hiv",)),
    left_open="Without a test only a recorded infection is seen, unless the reading asks for a documented negative.",
)
