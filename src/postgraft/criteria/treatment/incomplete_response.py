"""Whether the response to treatment is incomplete: refractory, dependent, or after two lines."""

from __future__ import annotations

from functools import reduce
from operator import or_

import numpy as np

from postgraft.criteria.case import ROW, PatientDay
from postgraft.criteria.criterion import Answer, Criterion, Needs
from postgraft.criteria.cytopenia.counts import THRESHOLDS
from postgraft.criteria.cytopenia.episodes import (
    Episode,
    EpisodeStretches,
    OnsetDays,
    active,
    episode_on,
    episodes,
    lines_from,
)
from postgraft.criteria.cytopenia.kinds import CYTOPENIAS, Cytopenia
from postgraft.criteria.cytopenia.onset import EpisodeDays, OnsetRange, Segments
from postgraft.criteria.memo import Parameters, shared
from postgraft.criteria.records import drug_rows, transfusions
from postgraft.criteria.steroid_dose import steroids_reach, weight_answers
from postgraft.criteria.treatment.lines import enough_lines, first_given, line_rows
from postgraft.criteria.treatment.response import nadir, response
from postgraft.criteria.treatment.since_onset import RULES, treated_throughout
from postgraft.criteria.treatment.since_onset_words import SinceOnset, lines_reason, refractory_text
from postgraft.criteria.wording import Reason, Used, count, met, name_of, number, sentence, span
from postgraft.timeline.block import Block
from postgraft.timeline.events import ragged
from postgraft.timeline.spans import NEVER, Days, runs
from postgraft.timeline.verdict import Cells, Verdict
from postgraft.timeline.windows import counted_from, last_day, put
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

PARTS = ("refractory", "dependent", "two_lines")


def _with_treatment(block: Block, p: Parameters, cytopenia: Cytopenia, found: EpisodeStretches) -> EpisodeStretches:
    """The stretches in which something was given since shortly before the first onset: else every part is FAIL.

    Where medications are not complete, something may have been given in all of them.
    """
    since = found.first_onset - p.treatment_lead_days
    untold = block.complete_since("medications")[found.row] > since
    given = first_given(line_rows(block, p, cytopenia), found.row, since) <= found.end
    return found.where(untold | given)


@shared
def _since_onset(block: Block, p: Parameters, cytopenia: Cytopenia) -> tuple[EpisodeStretches, EpisodeDays]:
    """The stretches that matter, and their days with views from the onset days of each."""
    found = _with_treatment(block, p, cytopenia, episodes(block, p, cytopenia))
    among = OnsetRange.from_stretches(
        block, found.row, found.end, found.onset, found.latest_onset, p.treatment_lead_days
    )
    first, last = np.full(among.early.size, NEVER), np.full(among.early.size, -1)
    np.minimum.at(first, among.of, found.start)
    np.maximum.at(last, among.of, found.end)
    first = np.where(among.latest < NEVER, among.latest, first)
    return found, EpisodeDays(among, Segments.of(first, last))


@shared
def _lines_since(block: Block, p: Parameters, cytopenia: Cytopenia) -> OnsetRange:
    """Those stretches with views from the days that lines are counted from."""
    found, _ = _since_onset(block, p, cytopenia)
    since = lines_from(p, found)
    return OnsetRange.from_stretches(block, found.row, found.end, *since, p.treatment_lead_days)


def _two_lines(block: Block, p: Parameters, cytopenia: Cytopenia, of: Days, day: Days, at: Days) -> Cells:
    """Two lines were tried long enough, and the response is minimal at best: on days of stretches."""
    _, since = _since_onset(block, p, cytopenia)
    lines = _lines_since(block, p, cytopenia)
    enough = lines.at(lines.of[of], day, lambda view: enough_lines(view, p, cytopenia))
    pair, on = since.days.segment[at], since.days.day[at]
    more = since.response(pair, on, lambda view: response(view, p, cytopenia).more_than_minimal)
    return np.asarray(np.minimum(enough, PASS - more), np.int8)


@shared
def part_if_active(block: Block, p: Parameters, cytopenia: Cytopenia, part: str) -> Verdict:
    """One of ``PARTS``, or of the two ways of dependence, as if the cytopenia were active where it may be."""
    found, since = _since_onset(block, p, cytopenia)
    if found.row.size == 0:
        return block.shape.constant(FAIL)
    of = np.repeat(np.arange(found.row.size), found.end - found.start + 1)
    day = ragged(found.start, found.end + 1)
    at = since.position(of, day)
    if part == "two_lines":
        verdicts = _two_lines(block, p, cytopenia, of, day, at)
    else:
        verdicts = RULES[part](block, p, cytopenia, since)[at]
    rows, place = np.unique(found.row, return_inverse=True)
    cells = np.full((rows.size, block.shape.days), FAIL, np.int8)
    put(cells, place[of], day, verdicts)
    return block.shape.of_rows(rows, cells, FAIL)


def incomplete_response(block: Block, p: Parameters) -> Answer:
    """A cytopenia that is active is refractory, dependent, or has had two lines of treatment."""
    parts = {
        part: reduce(or_, (active(block, p, c) & part_if_active(block, p, c, part) for c in CYTOPENIAS))
        for part in PARTS
    }
    return Answer(_enough(p, parts), {f"incomplete_response.{part}": found for part, found in parts.items()})


def incomplete_if_active(block: Block, p: Parameters, cytopenia: Cytopenia) -> Verdict:
    """Whether the response of one cytopenia is incomplete, were it active on the days on which it may be."""
    return _enough(p, {part: part_if_active(block, p, cytopenia, part) for part in PARTS})


def _enough(p: Parameters, parts: dict[str, Verdict]) -> Verdict:
    always_two = p.incomplete_response_rule == "two_lines_always"
    return parts["two_lines"] if always_two else reduce(or_, parts.values())


def explain_incomplete_response(case: PatientDay) -> Reason:
    verdict = case.at(incomplete_response(case.block, case.p).verdict)
    parts = []
    for cytopenia in CYTOPENIAS:
        episode = episode_on(case, cytopenia)
        if episode:
            parts.append(_of_cytopenia(case, cytopenia, episode))
    if not parts:
        return Reason(verdict, f"no immune cytopenia is active on day {case.day}, so there is no response to judge")
    parts.sort(key=lambda part: -part.verdict)
    rule = "All of them need two lines. " if case.p.incomplete_response_rule == "two_lines_always" else ""
    used = tuple(row for part in parts for row in part.used)
    return Reason(verdict, rule + "\n".join(part.text for part in parts), used)


def _of_cytopenia(case: PatientDay, cytopenia: Cytopenia, episode: Episode) -> Reason:
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


def _response(case: PatientDay, cytopenia: Cytopenia, since: SinceOnset) -> Reason:
    p, analyte = case.p, cytopenia.analyte
    found = case.result(analyte, p.response_window_days)
    if found is None:
        return Reason(UNKNOWN, f"response not known, {case.no_result(analyte, p.response_window_days)}")
    lead = p.treatment_lead_days
    first = lead - p.blood_count_window_days + 1
    lows = [float(last_day(nadir(view, analyte, first))[0]) for view in since.known_views]
    if np.isnan(lows[0]):
        return Reason(UNKNOWN, f"response not known, no {analyte} since the onset to tell the nadir", (found,))
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


def _support(case: PatientDay, cytopenia: Cytopenia, day: int, days: int) -> tuple[str, tuple[Used, ...]]:
    given = transfusions(case.block, cytopenia.product)
    window = (day - days + 1, day)
    rows = case.dated(given.where((given.day >= window[0]) & (given.day <= window[1])), "product", window)
    if rows:
        return f"supported by a transfusion on day {rows[-1].first}", rows
    if case.complete_from("transfusions", window[0]):
        return f"no transfusion on {span(*window)}", ()
    return f"no transfusion recorded on {span(*window)}, but {case.undeclared('transfusions')}", ()


def _steroids(case: PatientDay, since: int) -> tuple[Used, ...]:
    """Corticosteroid rows since a day, and the weight that turns them into mg/kg."""
    rows = drug_rows(case.block, *case.p.steroid_factors)
    rows = rows.where((rows["end"] >= since) & (rows.day <= case.day))
    weight = case.result("weight", case.p.weight_window_days)
    return (*case.drugs(rows, (since, case.day)), *([weight] if weight and len(rows) else []))


def dependent_text(case: PatientDay, cytopenia: Cytopenia, since: SinceOnset) -> str:
    """Both ways to depend on steroids, as far as the protocol counts them."""
    p = case.p
    dose, days = case.limit("dependence_steroid_dose"), case.limit("dependence_steroid_days")
    texts = []
    if p.dependence_evidence != "relapse_on_taper":
        cells = steroids_reach(since.early, p, p.dependence_steroid_dose, p.gvhd_steroids_count)
        since_onset = counted_from(cells, since.lead)
        found = runs(ROW, since_onset, PASS)
        now = "not on it today"
        if found.row.size and found.end[-1] == since_onset.shape[1] - 1:
            now = f"{count(int(found.end[-1] - found.start[-1]) + 1, 'day')} up to today since the onset"
        state = met(case.at(part_if_active(case.block, p, cytopenia, "continuing_dose")))
        throughout = since.words(lambda view: treated_throughout(view, p))
        texts.append(f"full response under {dose} or more for {days}: {state} (dose {throughout}, {now})")
    if p.dependence_evidence != "continuing_dose":
        state = met(case.at(part_if_active(case.block, p, cytopenia, "relapse_on_taper")))
        within = case.limit("taper_relapse_days")
        texts.append(f"full response under {dose} or more, lost within {within} below it: {state}")
    return "; ".join(texts)


INCOMPLETE_RESPONSE = Criterion(
    "incomplete_response",
    incomplete_response,
    explain_incomplete_response,
    lambda p: Needs(
        tables=("transfusions", "medications"),
        analytes=("hemoglobin", "platelets", "weight"),
        complete=("transfusions", "medications"),
    ),
    components=tuple(f"incomplete_response.{part}" for part in PARTS),
    thresholds=THRESHOLDS,
    answers=weight_answers,
)
