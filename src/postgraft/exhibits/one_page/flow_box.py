"""A. Where are patients lost? Five boxes, and beside them who has a cytopenia and is not eligible."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from postgraft.analysis.barriers import DISEASE
from postgraft.analysis.barriers import MORE_THAN_ONE as MORE
from postgraft.evaluation.stretches import first_day_asked
from postgraft.exhibits.barriers import SHORT
from postgraft.exhibits.figure import counted, number
from postgraft.exhibits.labels import capital, label
from postgraft.exhibits.one_page.overview import Overview
from postgraft.exhibits.said import html

MOST_NAMED = 6
"""Criteria that are named in the box; the others are named together."""


def flow_panel(of: Overview) -> str:
    """The boxes from all patients to the eligible ones, with who is lost on the way."""
    counts = of.counts
    steps = [
        ("Allogeneic transplant", counts.of),
        (f"Alive and observed at day {first_day_asked(of.protocol)}", counts.observed),
        ("Immune cytopenia", counts.cytopenia),
        ("… that was treated", counts.treated),
        (f"Eligible on ≥ {counted(of.protocol.eligible_days_min, 'day')}", counts.eligible),
    ]
    boxes = "".join(
        f"<li><span>{html(said)}</span> <b>{html(count)}</b></li>" for said, count in steps if count is not None
    )
    return f'<div class="flow"><ol>{boxes}</ol>\n{_beside(of)}</div>'


def _beside(of: Overview) -> str:
    """Who is not eligible, by the one criterion that keeps them out; no part of a release."""
    reasons = reasons_of(of)
    if reasons is None:
        return '<p class="note">By which one criterion they are lost is no part of a release.</p>'
    if not reasons:
        return ""
    whom = "with a cytopenia" if of.counts.cytopenia is not None else "patients"
    lost = sum(reasons.values())
    verb = "is" if lost == 1 else "are"
    rows = "".join(
        f"<li><span>{html(said)}</span> <b>{number(patients)}</b></li>" for said, patients in _shown(of, reasons)
    )
    return (
        f'<div class="reasons"><p>{number(lost)} {whom} {verb} not eligible; kept out only by:</p><ul>{rows}</ul></div>'
    )


def reasons_of(of: Overview) -> dict[str, int] | None:
    """Patients with a cytopenia who are not eligible, by the one criterion that keeps them out; None in a release."""
    if of.released:
        return None
    frames = [one.outcome.fails_only().set_index("criterion")["patients"] for one in of.cohorts]
    summed = pd.concat(frames, axis=1).fillna(0).sum(axis=1).astype(int)
    alone = summed.drop(MORE, errors="ignore").sort_values(ascending=False, kind="stable")
    more = {MORE: int(summed[MORE])} if MORE in summed else {}
    return {str(name): int(patients) for name, patients in alone.items()} | more


def _shown(of: Overview, reasons: dict[str, int]) -> Iterator[tuple[str, int]]:
    alone = [(name, patients) for name, patients in reasons.items() if name != MORE]
    for name, patients in alone[:MOST_NAMED]:
        yield capital(SHORT) if name == DISEASE else label(name), patients
    if rest := alone[MOST_NAMED:]:
        yield f"one of {len(rest)} others", sum(patients for _, patients in rest)
    if MORE in reasons:
        yield f"{capital(MORE)} criterion", reasons[MORE]
