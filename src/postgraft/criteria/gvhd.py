"""Graft-versus-host disease: allowed while it is controlled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.case import PatientDay
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.criteria.memo import Parameters
from postgraft.criteria.records import (
    absent,
    active_rows,
    agreement,
    condition_rows,
    ever,
    gvhd_rows,
    is_systemic_corticosteroid,
)
from postgraft.criteria.wording import Reason, Used, decisive, listed, name_of
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
    on_record = block.complete.table("medications") & (block.complete_since("medications") <= first_row(block, kind))
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


def explain_gvhd_controlled(case: PatientDay) -> Reason:
    return decisive(_of_kind(case, kind) for kind in GVHD_CONDITIONS)


def _of_kind(case: PatientDay, kind: str) -> Reason:
    """Every active row of one kind is judged as if it were the only one."""
    rows = gvhd_rows(case.block, kind)
    rows = rows.where(rows.day <= case.day)
    parts = []
    for i, (state, used) in enumerate(case.conditions(rows)):
        if state != FAIL:
            one = rows.where(np.arange(len(rows)) == i)
            verdict = case.at(judged(case.block, case.p, kind, one))
            worst = kind == "acute_gvhd" and one["grade"][0] >= case.p.gvhd_acute_grade_excluded
            parts.append(_of_row(case, kind, used, state, verdict, worst))
    return decisive(parts) if parts else _none(case, kind)


def _none(case: PatientDay, kind: str) -> Reason:
    if case.block.complete.condition(kind):
        text = f"no {name_of(kind)} is active, and the extract declares conditions complete for it"
        return Reason(PASS, text)
    text = f"no {name_of(kind)} is active on record, but the extract does not declare conditions complete for it"
    return Reason(UNKNOWN, text)


def _of_row(case: PatientDay, kind: str, used: Used, state: int, verdict: int, worst: bool) -> Reason:
    """``worst``: acute, of a grade that excludes whatever the response."""
    found = f"{used.finding} is active"
    if state == UNKNOWN:
        return Reason(verdict, f"{used.finding} may be over or not", (used,))
    if worst:
        return Reason(verdict, f"{found}, of grade {case.limit('gvhd_acute_grade_excluded')} or more", (used,))
    if "refractory" in used.detail:
        return Reason(verdict, f"{found}, refractory to its treatment", (used,))
    if "untreated" in used.detail:
        return Reason(verdict, f"{found} but needs no treatment", (used,))
    if "responsive" in used.detail:
        return Reason(
            verdict, f"{found} and responds to treatment; {case.agreed(', which the record asks for,')}", (used,)
        )
    return _without_detail(case, kind, used, verdict)


def _without_detail(case: PatientDay, kind: str, used: Used, verdict: int) -> Reason:
    rows = treatment_rows(case.block, case.p, kind)
    treatment = case.drugs(rows.where(rows.day <= case.day))
    text = f"{used.finding} is active, its response to treatment is not recorded"
    if treatment:
        text += f", and {listed([row.finding for row in treatment])} may have been given against it"
    elif not case.block.complete.table("medications"):
        text += f", and no drug against it is recorded; {case.undeclared('medications')}"
    elif case.block.complete_since("medications")[0] > first_row(case.block, kind)[0]:
        text += ", and drugs are on record only from a later day on"
    else:
        text += ", but no drug was begun against it, so it needs no treatment"
        return Reason(verdict, text, (used,))
    if case.p.gvhd_detail_missing == "unknown":
        text += "; detail (responsive, refractory, untreated) in conditions would settle it"
    else:
        text += f"; it is taken to respond, and {case.agreed(', which the record asks for,')}"
    return Reason(verdict, text, (used, *treatment))


GVHD_CONTROLLED = Criterion(
    "gvhd_controlled",
    gvhd_controlled,
    explain_gvhd_controlled,
    lambda p: Needs(tables=("medications",), conditions=GVHD_CONDITIONS, complete=(*GVHD_CONDITIONS, "medications")),
)
