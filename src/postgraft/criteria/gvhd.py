"""Graft-versus-host disease: allowed while it is controlled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.concepts.records import (
    absent,
    active_rows,
    agreement,
    condition_rows,
    ever,
    gvhd_rows,
    is_systemic_corticosteroid,
)
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.timeline.block import Block
from postgraft.timeline.events import OPEN_END, Events, Ints
from postgraft.timeline.verdict import Verdict, first_that_holds
from postgraft.vocabulary.codes import GVHD_CONDITIONS
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def first_row(block: Block, kind: str) -> Ints:
    """Start of the first row of a kind of GVHD of this graft, shape (rows,); ``OPEN_END`` where there is none."""
    rows = condition_rows(block, kind)
    rows = rows.where(~rows["earlier_graft"])
    first = np.full(block.shape.rows, OPEN_END, np.int32)
    np.minimum.at(first, rows.row, rows.day)
    return first


def treatment_rows(block: Block, p: Parameters, kind: str) -> Events:
    """Rows of ``medications`` against a kind of GVHD: given for it, or for no stated purpose and of drugs used for it.

    What began before its first row is prophylaxis.
    """
    rows = block.tables["medications"]
    used_for_it = rows.isin("drug", p.gvhd_drugs) | is_systemic_corticosteroid(block, p)
    against = rows.isin("purpose", ("gvhd",)) | (rows.is_empty("purpose") & used_for_it)
    return rows.where(against & (rows.day >= first_row(block, kind)[rows.row]))


def _detail_missing(block: Block, p: Parameters, kind: str) -> Verdict:
    """Disease without a word on its response: nothing given against it so far means that it needs no therapy."""
    treated = ever(block, treatment_rows(block, p, kind))
    unclear = agreement(p) if p.gvhd_detail_missing == "responsive" else UNKNOWN
    on_record = block.complete.table("medications") & (
        block.complete_since("medications") <= first_row(block, kind)
    )
    return first_that_holds((treated | block.shape.by_row(~on_record), unclear), otherwise=PASS)


def judged(block: Block, p: Parameters, kind: str, rows: Events) -> Verdict:
    """AND over those of the rows of one kind of GVHD that are active."""
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

    known = holds(refractory, FAIL) & holds(responsive, agreement(p))
    return known & holds(silent, _detail_missing(block, p, kind))


def controlled(block: Block, p: Parameters, kind: str) -> Verdict:
    """Every active row of one kind of GVHD allows entry; a row of grade 0 is not active."""
    rows = gvhd_rows(block, kind)
    none = absent(block.complete.condition(kind))
    active = active_rows(block, p, rows)
    return first_that_holds((active.equals(FAIL), none), otherwise=judged(block, p, kind, rows))


def gvhd_controlled(block: Block, p: Parameters) -> Verdict:
    """Active GVHD that needs therapy is responsive and, if acute, below grade 4."""
    acute, chronic = (controlled(block, p, kind) for kind in GVHD_CONDITIONS)
    return acute & chronic


GVHD_CONTROLLED = Criterion(
    "gvhd_controlled",
    gvhd_controlled,
    lambda p: Needs(
        tables=("medications",), conditions=GVHD_CONDITIONS, complete=(*GVHD_CONDITIONS, "medications")
    ),
)
