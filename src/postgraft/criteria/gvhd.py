"""Graft-versus-host disease: allowed while it is controlled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.concepts.records import absent, active_rows, agreement, given, gvhd_rows, with_purpose
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.timeline.block import Block
from postgraft.timeline.verdict import Verdict, first_that_holds
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

KINDS = ("acute_gvhd", "chronic_gvhd")


def _detail_missing(block: Block, p: Parameters) -> Verdict:
    """Disease without a word on its response: nothing given against it means that it needs no therapy."""
    medications = block.tables["medications"]
    treated = given(block, with_purpose(medications, "gvhd"))
    unclear = agreement(p) if p.gvhd_detail_missing == "responsive" else UNKNOWN
    untreated = PASS if block.complete.table("medications") else unclear
    return treated.mapped(fail=untreated, unknown=UNKNOWN, passed=unclear)


def controlled(block: Block, p: Parameters, kind: str) -> Verdict:
    """AND over the active rows of one kind of GVHD; a row of grade 0 is not active."""
    rows = gvhd_rows(block, kind)
    refractory = rows.isin("detail", ("refractory",))
    if kind == "acute_gvhd":
        refractory |= rows["grade"] >= p.gvhd_acute_grade_excluded
    responsive = rows.isin("detail", ("responsive",)) & ~refractory
    silent = ~rows.isin("detail", ("responsive", "untreated")) & ~refractory

    def holds(chosen: NDArray[np.bool_], outcome: int | Verdict) -> Verdict:
        active = active_rows(block, p, rows.where(chosen))
        if isinstance(outcome, int):
            return active.mapped(fail=PASS, unknown=UNKNOWN, passed=outcome)
        return first_that_holds((active.equals(PASS), outcome), otherwise=~active)

    any_row = active_rows(block, p, rows)
    by_rows = (
        holds(refractory, FAIL) & holds(responsive, agreement(p)) & holds(silent, _detail_missing(block, p))
    )
    none = absent(block.complete.condition(kind))
    return first_that_holds((any_row.equals(FAIL), none), otherwise=by_rows)


def gvhd_controlled(block: Block, p: Parameters) -> Verdict:
    """Active GVHD that needs therapy is responsive and, if acute, below grade 4."""
    acute, chronic = (controlled(block, p, kind) for kind in KINDS)
    return acute & chronic


GVHD_CONTROLLED = Criterion(
    "gvhd_controlled",
    gvhd_controlled,
    lambda p: Needs(tables=("medications",), conditions=KINDS, complete=(*KINDS, "medications")),
)
