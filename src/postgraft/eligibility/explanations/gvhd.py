"""Why GVHD allows entry or not."""

from __future__ import annotations

import numpy as np

from postgraft.criteria.concepts.records import gvhd_rows
from postgraft.criteria.gvhd import first_row, judged, treatment_rows
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.reason import Reason, Used, decisive
from postgraft.eligibility.explanations.wording import listed, name_of
from postgraft.vocabulary.codes import GVHD_CONDITIONS
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def explain_gvhd_controlled(case: Case) -> Reason:
    return decisive(_of_kind(case, kind) for kind in GVHD_CONDITIONS)


def _of_kind(case: Case, kind: str) -> Reason:
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


def _none(case: Case, kind: str) -> Reason:
    if case.block.complete.condition(kind):
        text = f"no {name_of(kind)} is active, and the extract declares conditions complete for it"
        return Reason(PASS, text)
    text = (
        f"no {name_of(kind)} is active on record, but the extract does not declare conditions complete for it"
    )
    return Reason(UNKNOWN, text)


def _of_row(case: Case, kind: str, used: Used, state: int, verdict: int, worst: bool) -> Reason:
    """``worst``: acute, of a grade that excludes whatever the response."""
    found = f"{used.finding} is active"
    if state == UNKNOWN:
        return Reason(verdict, f"{used.finding} may be over or not", (used,))
    if worst:
        return Reason(
            verdict, f"{found}, of grade {case.limit('gvhd_acute_grade_excluded')} or more", (used,)
        )
    if "refractory" in used.detail:
        return Reason(verdict, f"{found}, refractory to its treatment", (used,))
    if "untreated" in used.detail:
        return Reason(verdict, f"{found} but needs no treatment", (used,))
    if "responsive" in used.detail:
        return Reason(verdict, f"{found} and responds to treatment; {_agreed(case)}", (used,))
    return _without_detail(case, kind, used, verdict)


def _agreed(case: Case) -> str:
    said = {"granted": "is taken as given", "withheld": "is taken as withheld", "open": "is left open"}
    agreement = "the agreement of sponsor and principal investigator, which the record asks for,"
    return f"{agreement} {said[case.p.sponsor_agreement]}"


def _without_detail(case: Case, kind: str, used: Used, verdict: int) -> Reason:
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
        text += f"; it is taken to respond, and {_agreed(case)}"
    return Reason(verdict, text, (used, *treatment))
