"""Why the response to treatment counts as incomplete or not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np

from postgraft.criteria.concepts.cytopenias import CYTOPENIAS, Cytopenia
from postgraft.criteria.concepts.doses import steroids_reach
from postgraft.criteria.concepts.records import drug_rows, transfusions
from postgraft.criteria.concepts.response import Response, nadir, response
from postgraft.criteria.prior_therapy import PARTS, incomplete_response, part_if_active
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.cytopenia import Episode, episode_on
from postgraft.eligibility.explanations.reason import Reason, Used
from postgraft.eligibility.explanations.therapy_lines import lines_reason
from postgraft.eligibility.explanations.wording import count, met, name_of, number, sentence, span
from postgraft.timeline.block import Block
from postgraft.timeline.verdict import Cells
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.verdicts import PASS, UNKNOWN


def explain_incomplete_response(case: Case) -> Reason:
    verdict = case.at(incomplete_response(case.block, case.p).verdict)
    parts = []
    for cytopenia in CYTOPENIAS:
        episode = episode_on(case, cytopenia)
        if episode:
            parts.append(_of_cytopenia(case, cytopenia, episode))
    if not parts:
        return Reason(
            verdict, f"no immune cytopenia is active on day {case.day}, so there is no response to judge"
        )
    parts.sort(key=lambda part: -part.verdict)
    rule = "All of them need two lines. " if case.p.incomplete_response_rule == "two_lines_always" else ""
    used = tuple(row for part in parts for row in part.used)
    return Reason(verdict, rule + "\n".join(part.text for part in parts), used)


def _of_cytopenia(case: Case, cytopenia: Cytopenia, episode: Episode) -> Reason:
    """Refractory, dependent or two lines, of one cytopenia that is not ruled out."""
    p, lead = case.p, case.p.treatment_lead_days
    view = case.since(episode.onset - lead)
    more = _response_text(case, cytopenia, view, response(view, p, cytopenia))
    first = p.lines_counted_from == "first_onset"
    since = episode.first_onset if first else episode.onset
    lines = lines_reason(case, cytopenia, since - lead)
    texts = {
        "refractory": _refractory_text(case, view),
        "dependent": _dependent_text(case, cytopenia, view),
        "two_lines": lines.text,
    }
    parts = {
        part.replace("_", " "): (case.at(part_if_active(case.block, p, cytopenia, part)), texts[part])
        for part in PARTS
    }
    judged = {name: min(episode.verdict, verdict) for name, (verdict, _) in parts.items()}
    only_lines = p.incomplete_response_rule == "two_lines_always"
    counted = [judged["two lines"]] if only_lines else list(judged.values())
    best = max(counted)
    active = "active" if episode.verdict == PASS else "not known to be active or not"
    head = f"{name_of(cytopenia.name)} ({active}, {episode.onset_words}): {more.text}. "
    if episode.onset != episode.latest_onset:
        head += "What depends on the onset day counts only where every onset day agrees. "
    order = sorted(parts, key=lambda name: -judged[name])
    body = " ".join(
        sentence(f"{name} {met(judged[name])}{_capped(episode, parts[name][0])}: {parts[name][1]}")
        for name in order
    )
    return Reason(best, head + body, (*more.used, *_steroids(case, since), *lines.used))


def _today(cells: Cells) -> int:
    return int(cells[0, -1])


def _capped(episode: Episode, part: int) -> str:
    """Where the part itself holds and only the cytopenia is in doubt."""
    return " (met, if the cytopenia were sure)" if part > episode.verdict else ""


def _response_text(case: Case, cytopenia: Cytopenia, view: Block, achieved: Response) -> Reason:
    p, analyte = case.p, cytopenia.analyte
    found = case.result(analyte, p.response_window_days)
    low = float(nadir(view, analyte, p.treatment_lead_days - p.blood_count_window_days + 1)[0, -1])
    if found is None:
        return Reason(UNKNOWN, f"response unknown, {case.no_result(analyte, p.response_window_days)}")
    if np.isnan(low):
        return Reason(UNKNOWN, f"response unknown, no {analyte} since the onset to tell the nadir", (found,))
    states = [_today(achieved.full), _today(achieved.more_than_minimal)]
    if cytopenia.product == "platelets":
        fold = f"{p.response_platelet_fold:g} times the nadir"
        least = f"full: {case.limit('response_platelets_min')} or {fold}; more than minimal: both"
        days = p.platelet_support_days
    else:
        least = (
            f"full: {case.limit('response_hemoglobin_rise')} above the nadir; "
            f"more than minimal: {case.limit('minimal_response_hemoglobin_rise')}"
        )
        days = p.red_cell_support_days
    support, rows = _support(case, cytopenia, found.first, days)
    unit = ANALYTES[analyte].unit
    text = (
        f"{found.finding} against a nadir of {number(low, unit)} since the onset, {support}: full response "
        f"{met(states[0])}, more than minimal response {met(states[1])} ({least}, without transfusion)"
    )
    return Reason(states[1], text, (found, *rows))


def _support(case: Case, cytopenia: Cytopenia, day: int, days: int) -> tuple[str, tuple[Used, ...]]:
    given = transfusions(case.block, cytopenia.product)
    window = (day - days + 1, day)
    rows = case.dated(given.where((given.day >= window[0]) & (given.day <= window[1])), "product", window)
    if rows:
        return f"supported by a transfusion on day {rows[-1].first}", rows
    if case.block.complete.table("transfusions"):
        return f"no transfusion on {span(*window)}", ()
    return f"no transfusion recorded on {span(*window)}, but {case.undeclared('transfusions')}", ()


def _runs(cells: Cells) -> Iterator[tuple[int, int]]:
    """Runs of days with PASS, as first and last day."""
    for held, days in groupby(range(cells.shape[1]), key=lambda day: cells[0, day] == PASS):
        if held:
            run = list(days)
            yield run[0], run[-1]


def _dose_text(case: Case, cells: Cells, dose: str) -> str:
    """The longest run of days that reach a dose, and how many days are not known; ``cells`` end today."""
    onset = case.day - cells.shape[1] + 1
    longest = max(_runs(cells), key=lambda run: run[1] - run[0], default=None)
    dose += f" or more (up to {case.p.steroid_dose_tolerance:.0%} less counts)".replace("%", " %")
    text = f"no day with prednisone-equivalent of {dose} on {span(onset, case.day)}"
    if longest:
        days = count(longest[1] - longest[0] + 1, "day")
        when = span(onset + longest[0], onset + longest[1])
        text = f"{days} in a row with prednisone-equivalent of {dose} on {when}"
    unknown = int((cells == UNKNOWN).sum())
    if unknown:
        why = "a dose or weight is missing"
        if not case.block.complete.table("medications"):
            why += f", or {case.undeclared('medications')}"
        text += f"; the dose of {count(unknown, 'day')} is not known ({why})"
    return text


def _refractory_text(case: Case, view: Block) -> str:
    cells = steroids_reach(view, case.p, case.p.refractory_steroid_dose)
    dose = _dose_text(case, cells, case.limit("refractory_steroid_dose"))
    return f"{dose}; {case.limit('refractory_steroid_days')} needed, with at best a minimal response"


def _dependent_text(case: Case, cytopenia: Cytopenia, view: Block) -> str:
    p = case.p
    dose, days = case.limit("dependence_steroid_dose"), case.limit("dependence_steroid_days")
    texts = []
    if p.dependence_evidence != "relapse_on_taper":
        cells = steroids_reach(view, p, p.dependence_steroid_dose, p.gvhd_steroids_count)
        runs = list(_runs(cells))
        now = "not today"
        if runs and runs[-1][1] == cells.shape[1] - 1:
            now = f"{count(runs[-1][1] - runs[-1][0] + 1, 'day')} up to today"
        state = met(case.at(part_if_active(case.block, p, cytopenia, "continuing_dose")))
        texts.append(f"full response under {dose} or more for {days} ({now}): {state}")
    if p.dependence_evidence != "continuing_dose":
        state = met(case.at(part_if_active(case.block, p, cytopenia, "relapse_on_taper")))
        within = case.limit("taper_relapse_days")
        texts.append(f"full response under {dose} or more, lost within {within} below it: {state}")
    return "; ".join(texts)


def _steroids(case: Case, since: int) -> tuple[Used, ...]:
    """Corticosteroid rows since a day, and the weight that turns them into mg/kg."""
    rows = drug_rows(case.block, *case.p.steroid_factors)
    rows = rows.where((rows["end"] >= since) & (rows.day <= case.day))
    weight = case.result("weight", None)
    return (*case.drugs(rows, (since, case.day)), *([weight] if weight and len(rows) else []))
