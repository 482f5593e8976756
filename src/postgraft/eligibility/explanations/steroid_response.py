"""Steroids against a cytopenia: how long at which dose, and whether a response held or was lost."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np

from postgraft.criteria.concepts.cytopenias import Cytopenia
from postgraft.criteria.concepts.doses import steroids_reach
from postgraft.criteria.concepts.response import response
from postgraft.criteria.prior_therapy import full_dose_run, part_if_active, treated, treated_throughout
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.since_onset import SinceOnset
from postgraft.eligibility.explanations.wording import count, met, span
from postgraft.timeline.verdict import Cells
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def _runs(cells: Cells) -> Iterator[tuple[int, int]]:
    """Runs of days with PASS, as first and last day."""
    for held, days in groupby(range(cells.shape[1]), key=lambda day: cells[0, day] == PASS):
        if held:
            run = list(days)
            yield run[0], run[-1]


def _dose_text(case: Case, since: SinceOnset, cells: Cells, dose: str) -> str:
    """The longest run of days that reach a dose, the last of them since the onset; and how many are not known."""
    first = since.first_treated
    runs = [run for run in _runs(cells) if run[1] >= since.lead]
    longest = max(runs, key=lambda run: run[1] - run[0], default=None)
    dose += f" or more (up to {case.p.steroid_dose_tolerance:.0%} less counts)".replace("%", " %")
    text = f"no day with prednisone-equivalent of {dose} on {span(since.onset.earliest, case.day)}"
    if longest:
        days = count(longest[1] - longest[0] + 1, "day")
        when = span(first + longest[0], first + longest[1])
        text = f"{days} in a row with prednisone-equivalent of {dose} on {when}"
    unknown = int((cells == UNKNOWN).sum())
    if unknown:
        why = "a dose or weight is missing"
        if not case.complete_from("medications", first):
            why += f", or {case.undeclared('medications')}"
        text += f"; the dose of {count(unknown, 'day')} since day {first} is not known ({why})"
    return text


def refractory_text(case: Case, cytopenia: Cytopenia, since: SinceOnset) -> str:
    """The run at a full dose, counted from some days before the onset, and a full response that came after it."""
    cells = steroids_reach(since.early, case.p, case.p.refractory_steroid_dose)
    dose = _dose_text(case, since, cells, case.limit("refractory_steroid_dose"))
    over = since.words(lambda view: full_dose_run(view, case.p))
    lead = f"begun no more than {case.limit('treatment_lead_days')} before the onset and the last since it"
    minimal = since.words(lambda view: PASS - response(view, case.p, cytopenia).more_than_minimal)
    needed = f"{case.limit('refractory_steroid_days')} needed, {lead}: {over}"
    return f"{dose}; {needed}; at best a minimal response: {minimal}" + _answered(case, cytopenia, since)


def _answered(case: Case, cytopenia: Cytopenia, since: SinceOnset) -> str:
    """The day of a full response under steroids after that run, which speaks against a refractory disease."""
    view, p = since.early, case.p
    each = (full_dose_run(view, p), treated(view, p), response(view, p, cytopenia).full)
    cells = np.minimum.reduce(each)[0]
    best = int(cells.max())
    if best == FAIL:
        return ""
    day = since.first_treated + int(np.argmax(cells == best))
    if best == PASS:
        return f"; but a full response under steroids followed, on day {day}"
    return f"; but a full response under steroids may have followed, as on day {day}"


def dependent_text(case: Case, cytopenia: Cytopenia, since: SinceOnset) -> str:
    """Both ways to depend on steroids, as far as the protocol counts them."""
    p = case.p
    dose, days = case.limit("dependence_steroid_dose"), case.limit("dependence_steroid_days")
    texts = []
    if p.dependence_evidence != "relapse_on_taper":
        cells = steroids_reach(since.early, p, p.dependence_steroid_dose, p.gvhd_steroids_count)
        runs = list(_runs(cells[:, since.lead :]))
        now = "not on it today"
        if runs and runs[-1][1] == cells.shape[1] - since.lead - 1:
            now = f"{count(runs[-1][1] - runs[-1][0] + 1, 'day')} up to today since the onset"
        state = met(case.at(part_if_active(case.block, p, cytopenia, "continuing_dose")))
        throughout = since.words(lambda view: treated_throughout(view, p))
        texts.append(f"full response under {dose} or more for {days}: {state} (dose {throughout}, {now})")
    if p.dependence_evidence != "continuing_dose":
        state = met(case.at(part_if_active(case.block, p, cytopenia, "relapse_on_taper")))
        within = case.limit("taper_relapse_days")
        texts.append(f"full response under {dose} or more, lost within {within} below it: {state}")
    return "; ".join(texts)
