"""Which lines of treatment were tried long enough against a cytopenia."""

from __future__ import annotations

import numpy as np

from postgraft.criteria.concepts import lines
from postgraft.criteria.concepts.cytopenias import Cytopenia
from postgraft.criteria.concepts.records import drug_rows, with_purpose
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.reason import Reason, Used
from postgraft.eligibility.explanations.wording import count, listed, met, name_of, span
from postgraft.timeline.events import Events
from postgraft.timeline.verdict import Cells


def lines_reason(case: Case, cytopenia: Cytopenia, since: int) -> Reason:
    """The kinds of treatment in [since, today], each met, not met or not known; and whether they are enough."""
    view, p = case.since(since), case.p

    def today(cells: Cells) -> int:
        return int(cells[0, -1])

    verdict = today(lines.enough_lines(view, p, cytopenia))
    kinds = [
        (
            f"steroids for {p.steroid_line_days} days at a mean of at least {case.limit('steroid_line_dose')}",
            lines.steroid_line,
        ),
        (f"IVIG, {_ivig(case)}", lines.ivig_line),
        (f"rituximab, {_rituximab(case, since)}", lines.rituximab_line),
    ]
    parts = [f"{name}: {met(today(rule(view, p)))}" for name, rule in kinds]
    parts.append(_others(case, cytopenia, since))
    needed = count(p.lines_min, "line")
    text = f"lines of treatment on {span(since, case.day)} ({needed} needed): " + ", ".join(parts)
    if not view.complete.table("medications"):
        text += f"; {case.undeclared('medications')}"
    return Reason(verdict, text, _given(case, cytopenia, since))


def _ivig(case: Case) -> str:
    p, wait = case.p, case.limit("ivig_wait_days")
    if p.ivig_rule == "total":
        return (
            f"{case.limit('ivig_total_g_per_kg')} within {case.limit('ivig_window_days')}, {wait} ago or more"
        )
    return f"{case.limit('ivig_daily_g_per_kg')} on {case.limit('ivig_daily_days')}, {wait} ago or more"


def _rituximab(case: Case, since: int) -> str:
    rows = _since(lines.rituximab_rows(case.block, case.p), since, case.day)
    wait = case.limit("rituximab_wait_days")
    return f"{np.unique(rows.day).size} of {case.p.rituximab_doses_min} doses, the last of them {wait} ago or more"


def _since(rows: Events, since: int, until: int) -> Events:
    return rows.where((rows.day >= since) & (rows.day <= until))


def _others(case: Case, cytopenia: Cytopenia, since: int) -> str:
    p = case.p
    view = case.since(since)
    met_count = int(lines.other_lines(view, p, cytopenia)[0][0, -1])
    rows = view.tables["medications"].where(lines.is_other_line(view, p, cytopenia))
    found = case.drugs(lines.begun(rows, p).counted_from(np.array([-since])))
    if not found:
        return "no other drug begun"
    written = listed([f"{name_of(row.what)} on day {row.first}" for row in found])
    wait = case.limit("other_line_wait_days")
    return f"other drugs begun: {written} ({count(met_count, 'drug')} begun {wait} ago or more)"


def _other_rows(case: Case, cytopenia: Cytopenia) -> Events:
    return case.block.tables["medications"].where(lines.is_other_line(case.block, case.p, cytopenia))


def _given(case: Case, cytopenia: Cytopenia, since: int) -> tuple[Used, ...]:
    window = (since, case.day)
    ivig = with_purpose(drug_rows(case.block, "ivig"), "immune_cytopenia", or_empty=True)
    sources = (ivig, lines.rituximab_rows(case.block, case.p), _other_rows(case, cytopenia))
    return tuple(used for rows in sources for used in case.drugs(_since(rows, since, case.day), window))
