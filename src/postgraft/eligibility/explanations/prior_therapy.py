"""Why the response to treatment counts as incomplete or not."""

from __future__ import annotations

import numpy as np

from postgraft.criteria.concepts.cytopenias import CYTOPENIAS, Cytopenia
from postgraft.criteria.concepts.records import drug_rows, transfusions
from postgraft.criteria.concepts.response import nadir, response
from postgraft.criteria.prior_therapy import PARTS, incomplete_response, part_if_active
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.episode import Episode, OnsetDays, episode_on
from postgraft.eligibility.explanations.reason import Reason, Used
from postgraft.eligibility.explanations.since_onset import SinceOnset
from postgraft.eligibility.explanations.steroid_response import dependent_text, refractory_text
from postgraft.eligibility.explanations.therapy_lines import lines_reason
from postgraft.eligibility.explanations.wording import met, name_of, number, sentence, span
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
    p = case.p
    since = SinceOnset.of(case, episode.onset)
    counted = episode.first_onset if p.lines_counted_from == "first_onset" else episode.onset
    of_lines = SinceOnset.of(case, counted)
    achieved = _response(case, cytopenia, since)
    lines = lines_reason(case, cytopenia, of_lines)
    texts = {
        "refractory": refractory_text(case, cytopenia, since),
        "dependent": dependent_text(case, cytopenia, since),
        "two_lines": lines.text,
    }
    found = {part: case.at(part_if_active(case.block, p, cytopenia, part)) for part in PARTS}
    judged = {part: min(episode.verdict, verdict) for part, verdict in found.items()}
    only_lines = p.incomplete_response_rule == "two_lines_always"
    best = judged["two_lines"] if only_lines else max(judged.values())
    active = "active" if episode.verdict == PASS else "not known to be active or not"
    head = f"{name_of(cytopenia.name)} ({active}, {episode.onset}): {achieved.text}. "
    body = " ".join(
        sentence(
            f"{name_of(part)} {met(judged[part])}{_capped(episode, found[part])}: {texts[part]}"
        )
        for part in sorted(PARTS, key=lambda part: -judged[part])
    )  # fmt: skip
    rows = _steroids(case, min(since.first_treated, of_lines.first_treated))
    return Reason(best, head + _range_words(episode.onset) + body, (*achieved.used, *rows, *lines.used))


def _range_words(onset: OnsetDays) -> str:
    if onset.known:
        return ""
    return "What depends on the onset day counts only where its earliest and its latest day agree. "


def _capped(episode: Episode, part: int) -> str:
    """Where the part itself holds and only the cytopenia is in doubt."""
    return " (met, if the cytopenia were sure)" if part > episode.verdict else ""


def _response(case: Case, cytopenia: Cytopenia, since: SinceOnset) -> Reason:
    p, analyte = case.p, cytopenia.analyte
    found = case.result(analyte, p.response_window_days)
    if found is None:
        return Reason(UNKNOWN, f"response not known, {case.no_result(analyte, p.response_window_days)}")
    lead = p.treatment_lead_days
    first = lead - p.blood_count_window_days + 1
    lows = [float(nadir(view, analyte, first)[0, -1]) for view in since.known_views]
    if np.isnan(lows[0]):
        return Reason(
            UNKNOWN, f"response not known, no {analyte} since the onset to tell the nadir", (found,)
        )
    full = since.words(lambda view: response(view, p, cytopenia).full)
    more = since.words(lambda view: response(view, p, cytopenia).more_than_minimal)
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
    unit, looked_back = ANALYTES[analyte].unit, lead - first
    nadirs = [
        f"{'unknown' if np.isnan(low) else number(low, unit)} since day {onset - looked_back}"
        for low, onset in zip(lows, since.known_days, strict=True)
    ]
    against = f"a nadir of {nadirs[0]}" + (f" ({nadirs[1]})" if lows[1:] and lows[1] != lows[0] else "")
    text = (
        f"{found.finding} against {against}, {support}: full response {full}, more than minimal response {more} "
        f"({least}, without transfusion)"
    )
    return Reason(UNKNOWN, text, (found, *rows))


def _support(case: Case, cytopenia: Cytopenia, day: int, days: int) -> tuple[str, tuple[Used, ...]]:
    given = transfusions(case.block, cytopenia.product)
    window = (day - days + 1, day)
    rows = case.dated(given.where((given.day >= window[0]) & (given.day <= window[1])), "product", window)
    if rows:
        return f"supported by a transfusion on day {rows[-1].first}", rows
    if case.complete_from("transfusions", window[0]):
        return f"no transfusion on {span(*window)}", ()
    return f"no transfusion recorded on {span(*window)}, but {case.undeclared('transfusions')}", ()


def _steroids(case: Case, since: int) -> tuple[Used, ...]:
    """Corticosteroid rows since a day, and the weight that turns them into mg/kg."""
    rows = drug_rows(case.block, *case.p.steroid_factors)
    rows = rows.where((rows["end"] >= since) & (rows.day <= case.day))
    weight = case.result("weight", case.p.weight_window_days)
    return (*case.drugs(rows, (since, case.day)), *([weight] if weight and len(rows) else []))
