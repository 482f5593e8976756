"""Why GVHD allows entry or not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from postgraft.criteria.concepts.records import gvhd_rows
from postgraft.criteria.gvhd import KINDS, controlled, detail_missing, first_row, treatment_rows
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.reason import Reason, Used, decisive
from postgraft.eligibility.explanations.wording import listed, name_of
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def explain_gvhd_controlled(case: Case) -> Reason:
    return decisive(_of_kind(case, kind) for kind in KINDS)


def _of_kind(case: Case, kind: str) -> Reason:
    """Every active row of one kind is judged by itself; one without a detail by all that was given so far."""
    rows = gvhd_rows(case.block, kind)
    rows = rows.where(rows.day <= case.day)
    parts = []
    for i, (state, used) in enumerate(case.conditions(rows)):
        if state != FAIL:
            one = rows.where(np.arange(len(rows)) == i)
            alone = replace(case.block, tables={**case.block.tables, "conditions": one}, memo={})
            verdict = case.at(controlled(alone, case.p, kind))
            worst = kind == "acute_gvhd" and one["grade"][0] >= case.p.gvhd_acute_grade_excluded
            silent = not worst and one.is_empty("detail")[0] and state == PASS
            if silent:
                verdict = case.at(detail_missing(case.block, case.p, kind))
                parts.append(_without_detail(case, kind, used, verdict))
            else:
                parts.append(_of_row(case, used, state, verdict, worst))
    return decisive(parts) if parts else case.none_of((kind,), name_of(kind))


def _of_row(case: Case, used: Used, state: int, verdict: int, worst: bool) -> Reason:
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
    return Reason(verdict, f"{found} and responds to treatment; {_agreed(case)}", (used,))


def _agreed(case: Case) -> str:
    said = {"granted": "is taken as given", "withheld": "is taken as withheld", "open": "is left open"}
    return f"the sponsor's agreement, which the registry record asks for, {said[case.p.sponsor_agreement]}"


def _without_detail(case: Case, kind: str, used: Used, verdict: int) -> Reason:
    rows = treatment_rows(case.block, case.p, kind)
    treatment = case.drugs(rows.where(rows.day <= case.day))
    first = int(first_row(case.block, kind)[0])
    text = f"{used.finding} is active, its response to treatment is not recorded"
    if treatment:
        text += f", and against it was given {listed([row.finding for row in treatment])}"
    elif verdict == PASS and case.complete_from("medications", first):
        text += f", but no drug was given against it since day {first}, so it needs no treatment"
    else:
        text += f", and no drug against it is recorded; {case.undeclared('medications')}"
    if verdict == UNKNOWN and case.p.gvhd_detail_missing == "unknown":
        text += "; detail (responsive, refractory, untreated) in conditions would settle it"
    elif case.p.gvhd_detail_missing == "responsive" and (treatment or verdict != PASS):
        text += f"; it is taken to respond, and {_agreed(case)}"
    return Reason(verdict, text, (used, *treatment))
