"""Which lines of treatment were tried long enough against a cytopenia."""

from __future__ import annotations

from functools import partial

import numpy as np

from postgraft.criteria.concepts import lines
from postgraft.criteria.concepts.cytopenias import Cytopenia
from postgraft.criteria.concepts.records import drug_rows, with_purpose
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.reason import Reason, Used
from postgraft.eligibility.explanations.since_onset import SinceOnset
from postgraft.eligibility.explanations.wording import count, listed, name_of, span
from postgraft.timeline.events import Events


def lines_reason(case: Case, cytopenia: Cytopenia, since: SinceOnset) -> Reason:
    """The kinds of treatment since the onset, each met, not met or not known; and whether they are enough."""
    p = case.p
    early, late = since.verdicts(lambda view: lines.enough_lines(view, p, cytopenia))
    kinds = [
        (
            f"steroids for {p.steroid_line_days} days at a mean of at least {case.limit('steroid_line_dose')}",
            lines.steroid_line,
        ),
        (f"IVIG, {_ivig(case)}", lines.ivig_line),
        (f"rituximab, {_rituximab(case, since.first_treated)}", lines.rituximab_line),
    ]
    parts = [f"{name}: {since.words(partial(rule, p=p))}" for name, rule in kinds]
    parts.append(_others(case, cytopenia, since))
    needed = count(p.lines_min, "line")
    lead = f"with those begun up to {case.limit('treatment_lead_days')} before and not over by then"
    text = f"lines of treatment on {span(since.onset.earliest, case.day)}, {lead} ({needed} needed): "
    text += ", ".join(parts)
    if not case.complete_from("medications", since.first_treated):
        text += f"; {case.undeclared('medications')}"
    return Reason(min(early, late), text, _given(case, cytopenia, since.first_treated))


def _ivig(case: Case) -> str:
    p, wait = case.p, case.limit("ivig_wait_days")
    if p.ivig_rule == "total":
        return (
            f"{case.limit('ivig_total_g_per_kg')} within {case.limit('ivig_window_days')}, {wait} ago or more"
        )
    return f"{case.limit('ivig_daily_g_per_kg')} on {case.limit('ivig_daily_days')}, {wait} ago or more"


def _rituximab(case: Case, first: int) -> str:
    rows = _since(lines.rituximab_rows(case.block, case.p), first, case.day)
    wait = case.limit("rituximab_wait_days")
    return f"{np.unique(rows.day).size} of {case.p.rituximab_doses_min} doses, the last of them {wait} ago or more"


def _since(rows: Events, first: int, until: int) -> Events:
    return rows.where((rows.day >= first) & (rows.day <= until))


def _others(case: Case, cytopenia: Cytopenia, since: SinceOnset) -> str:
    p, view = case.p, since.early
    number = int(lines.other_lines(view, p, cytopenia)[0][0, -1])
    rows = view.tables["medications"].where(lines.is_other_line(view, p, cytopenia))
    begun = lines.begun(rows, p)
    if not len(begun):
        return "no other drug begun"
    drugs = [begun.labels["drug"][code] for code in begun["drug"].tolist()]
    days = (begun.day + since.first_treated).tolist()
    written = listed([f"{name_of(drug)} on day {day}" for drug, day in zip(drugs, days, strict=True)])
    wait = case.limit("other_line_wait_days")
    return f"other drugs begun: {written} ({count(number, 'drug')} begun {wait} ago or more)"


def _given(case: Case, cytopenia: Cytopenia, first: int) -> tuple[Used, ...]:
    window = (first, case.day)
    medications = case.block.tables["medications"]
    others = medications.where(lines.is_other_line(case.block, case.p, cytopenia))
    ivig = with_purpose(drug_rows(case.block, "ivig"), "immune_cytopenia", or_empty=True)
    sources = (ivig, lines.rituximab_rows(case.block, case.p), others)
    return tuple(used for rows in sources for used in case.drugs(_since(rows, first, case.day), window))
