"""Why an immune cytopenia counts as active or not: counts, work-up, diagnosis and the course of the episode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from postgraft.criteria.concepts.counts import CYTOPENIAS, Cytopenia, count_days, count_verdicts
from postgraft.criteria.concepts.episodes import episodes, resolved_level
from postgraft.criteria.concepts.onset import evidence_days, onsets
from postgraft.criteria.cytopenia import immune_cytopenia
from postgraft.eligibility.explanations.adjudication import ruling
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.counts import baseline_of, count_elements
from postgraft.eligibility.explanations.reason import Reason, decisive
from postgraft.eligibility.explanations.wording import count, listed, met, name_of, number, sentence, span
from postgraft.eligibility.explanations.workup import work_up_elements
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

_STATE = ("not active", "not known to be active or not", "active")


@dataclass(frozen=True)
class Episode:
    """The stretch of days that holds the day in question, and those before it, of one cytopenia."""

    verdict: int
    since: int
    onset: int
    first_onset: int


def explain_immune_cytopenia(case: Case) -> Reason:
    components = immune_cytopenia(case.block, case.p).components
    parts = [
        explain_cytopenia(case, cytopenia, case.at(components[f"immune_cytopenia.{cytopenia.name}"]))
        for cytopenia in CYTOPENIAS
    ]
    best = max(part.verdict for part in parts)
    ordered = sorted(parts, key=lambda part: -part.verdict)
    return Reason(
        best, "\n".join(part.text for part in ordered), tuple(u for part in ordered for u in part.used)
    )


def explain_cytopenia(case: Case, cytopenia: Cytopenia, verdict: int) -> Reason:
    """One component: adjudicated, without evidence, or by its latest telling evidence day."""
    head = f"{name_of(cytopenia.name)} is {_STATE[verdict]}"
    ruled = ruling(case, f"immune_cytopenia.{cytopenia.name}")
    if ruled:
        return Reason(verdict, f"{head}: {ruled.text}.", ruled.used)
    counted = count_days(case.block, case.p, (cytopenia.analyte, cytopenia.product))
    episode = episode_on(case, cytopenia)
    if episode:
        head += f" since day {episode.since} (onset day {episode.onset})" if verdict == PASS else ""
    onset = _telling_day(case, cytopenia, verdict)
    if not (counted.day <= case.day).any() and (onset is None or verdict == UNKNOWN):
        text = f"no {cytopenia.analyte} in measurements and no {_product(cytopenia)} transfusion since day 0"
        return Reason(verdict, sentence(f"{head}: {text}"))
    if onset is None:
        return Reason(verdict, sentence(f"{head}: no evidence up to day {case.day}"))
    day, onset_verdict = onset
    found = _onset(case.on(day), cytopenia, onset_verdict)
    text = sentence(f"{head}. {found.text}") + _course(case, cytopenia, verdict, day, onset_verdict)
    return Reason(verdict, text, found.used)


def _product(cytopenia: Cytopenia) -> str:
    return "platelet" if cytopenia.product == "platelets" else "red-cell"


def episode_on(case: Case, cytopenia: Cytopenia) -> Episode | None:
    """The running episode, None where the cytopenia is not active."""
    found = episodes(case.block, case.p, cytopenia)
    holds = np.flatnonzero((found.start <= case.day) & (found.end >= case.day))
    if holds.size == 0:
        return None
    i = first = int(holds[0])
    while (
        first > 0
        and found.end[first - 1] + 1 == found.start[first]
        and found.verdict[first - 1] == found.verdict[i]
    ):
        first -= 1
    return Episode(
        int(found.verdict[i]), int(found.start[first]), int(found.onset[i]), int(found.first_onset[i])
    )


def _telling_day(case: Case, cytopenia: Cytopenia, verdict: int) -> tuple[int, int] | None:
    """The latest evidence day whose onset verdict is the active one, and that verdict; FAIL: the latest of all."""
    found = onsets(case.block, case.p, cytopenia)
    by_day = dict(zip(found.day.tolist(), found["verdict"].tolist(), strict=True))
    days = evidence_days(case.block, case.p, cytopenia).day.tolist()
    known = [day for day in days if day <= case.day]
    telling = [day for day in known if by_day.get(day, FAIL) == verdict] if verdict != FAIL else known
    return (telling[-1], by_day.get(telling[-1], FAIL)) if telling else None


def _onset(case: Case, cytopenia: Cytopenia, verdict: int) -> Reason:
    """The onset verdict of an evidence day: counts, work-up, recorded diagnosis."""
    counts = _counts(case, cytopenia)
    elements = work_up_elements(case, cytopenia)
    work_up = min(element.verdict for element in elements)
    by_elements = min(counts.verdict, work_up)
    diagnosis = [used for state, used in case.named_conditions(*cytopenia.diagnoses) if state == PASS]
    written = listed([row.finding for row in diagnosis])
    text = f"on day {case.day}, counts {met(counts.verdict)}: {counts.text}"
    if counts.verdict != FAIL:
        text += f". Work-up {met(work_up)}: " + "; ".join(
            f"{part.text} ({met(part.verdict)})" for part in elements
        )
    if verdict > by_elements:
        text += f". A recorded diagnosis ({written}) {_diagnosis_does(case)}"
    elif verdict < by_elements:
        names = listed([name_of(name) for name in cytopenia.diagnoses], "or")
        text += f". No diagnosis of {names} is recorded, conditions is declared complete for it: unknown becomes no"
    used = (
        counts.used
        if counts.verdict == FAIL
        else (*counts.used, *(u for part in elements for u in part.used))
    )
    return Reason(verdict, text, (*used, *diagnosis))


def _diagnosis_does(case: Case) -> str:
    return {"fills_unknown": "stands in for what is unknown", "suffices": "is enough"}[
        case.p.recorded_diagnosis
    ]


def _counts(case: Case, cytopenia: Cytopenia) -> Reason:
    """The best count day in the days that the work-up of this day may belong to."""
    first, last = case.window(case.p.workup_days)
    qualifying = count_verdicts(case.block, case.p, cytopenia)
    inside = (qualifying.day >= first) & (qualifying.day <= last)
    days = qualifying.day[inside]
    if days.size:
        verdicts = qualifying["verdict"][inside]
        best = int(verdicts.max())
        day = int(days[verdicts == best][-1])
    else:
        counted = count_days(case.block, case.p, (cytopenia.analyte, cytopenia.product))
        days = counted.day[(counted.day >= first) & (counted.day <= last)]
        if days.size == 0:
            none = f"no {cytopenia.analyte} and no {_product(cytopenia)} transfusion on {span(max(first, 0), last)}"
            return Reason(FAIL, none)
        best, day = FAIL, int(days[-1])
    elements = count_elements(case.on(day), cytopenia)
    if best != PASS:
        return decisive(elements)
    text = "; ".join(element.text for element in elements)
    return Reason(best, text, tuple(row for element in elements for row in element.used))


def _course(case: Case, cytopenia: Cytopenia, verdict: int, day: int, onset: int) -> str:
    """What came of earlier evidence: carried on, lapsed, or resolved."""
    p = case.p
    if verdict == UNKNOWN and onset == UNKNOWN:
        until = day + p.unknown_carry_days - 1
        return f" This stays open to day {until} ({count(p.unknown_carry_days, 'day')} from the evidence)."
    if verdict != FAIL:
        return ""
    found = episodes(case.block, case.p, cytopenia)
    before = np.flatnonzero(found.end < case.day)
    if before.size == 0:
        return ""
    i = int(before[-1])
    start, end = int(found.start[i]), int(found.end[i])
    if found.verdict[i] == UNKNOWN:
        return f" It was not known to be active or not on {span(start, end)}."
    level = resolved_level(p, cytopenia, np.array(baseline_of(case.on(int(found.onset[i])), cytopenia)))
    return (
        f" It was active on {span(start, end)} and has resolved: {cytopenia.analyte} of at least "
        f"{number(float(level), ANALYTES[cytopenia.analyte].unit)} over {count(p.resolution_days, 'day')} "
        f"without transfusion and without prednisone-equivalent of {case.limit('dependence_steroid_dose')}."
    )
