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
from postgraft.eligibility.explanations.reason import Reason
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
        return Reason(verdict, sentence(f"{head}: {ruled.text}"), ruled.used)
    counted = count_days(case.block, case.p, (cytopenia.analyte, cytopenia.product))
    episode = episode_on(case, cytopenia)
    if episode and verdict == PASS:
        head += f" since day {episode.since} (onset day {episode.onset})"
    telling = _telling_day(case, cytopenia, verdict)
    if not (counted.day <= case.day).any() and (telling is None or verdict == UNKNOWN):
        none = f"no {cytopenia.analyte} in measurements and no {_product(cytopenia)} transfusion since day 0"
        return Reason(verdict, sentence(f"{head}: {none}") + _settle(cytopenia, verdict))
    if telling is None:
        return Reason(verdict, sentence(f"{head}: no evidence up to day {case.day}"))
    day, onset_verdict = telling
    found = _onset(case.on(day), cytopenia, onset_verdict)
    course = _course(case, cytopenia, verdict, day, onset_verdict)
    text = " ".join([sentence(head), found.text, *course]) + _settle(cytopenia, verdict)
    return Reason(verdict, text, found.used)


def _settle(cytopenia: Cytopenia, verdict: int) -> str:
    if verdict != UNKNOWN:
        return ""
    return (
        " What is not known would have to come from measurements, transfusions or conditions; "
        f"an adjudication of immune_cytopenia.{cytopenia.name} would settle it as well."
    )


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
    texts = [counts.text]
    if counts.verdict != FAIL:
        judged = "; ".join(f"{part.text} ({met(part.verdict)})" for part in elements)
        texts.append(f"work-up on day {case.day} ({met(work_up)}): {judged}")
    if verdict > by_elements:
        texts.append(f"a recorded diagnosis ({written}) {_diagnosis_does(case)}")
    elif verdict < by_elements:
        names = listed([name_of(name) for name in cytopenia.diagnoses], "or")
        texts.append(
            f"no diagnosis of {names} is recorded and conditions is declared complete for it, so unknown becomes no"
        )
    text = " ".join(map(sentence, texts))
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
    shown = elements if best == PASS else [part for part in elements if part.verdict == best]
    text = f"counts on day {day} ({met(best)}): " + "; ".join(part.text for part in shown)
    return Reason(best, text, tuple(row for element in elements for row in element.used))


def _course(case: Case, cytopenia: Cytopenia, verdict: int, day: int, onset: int) -> list[str]:
    """What came of earlier evidence: carried on, lapsed, or resolved."""
    p = case.p
    carry = count(p.unknown_carry_days, "day")
    if verdict == UNKNOWN:
        return [f"This stays open to day {day + p.unknown_carry_days - 1}, {carry} from the evidence."]
    if verdict == FAIL and onset == UNKNOWN:
        return [f"That was left open for {carry} and has lapsed without new evidence."]
    found = episodes(case.block, case.p, cytopenia)
    before = np.flatnonzero((found.end < case.day) & (found.verdict == PASS))
    if verdict == PASS or before.size == 0:
        return []
    end, onset_day = int(found.end[before[-1]]), int(found.onset[before[-1]])
    past = episode_on(case.on(end), cytopenia)
    assert past is not None
    active = f"It was active on {span(past.since, end)}"
    if ruling(case.on(end), f"immune_cytopenia.{cytopenia.name}"):
        return [f"{active}, as adjudicated by the site."]
    level = float(resolved_level(p, cytopenia, np.array(baseline_of(case.on(onset_day), cytopenia))))
    return [
        f"{active} and has resolved: {cytopenia.analyte} of at least "
        f"{number(level, ANALYTES[cytopenia.analyte].unit)} over {count(p.resolution_days, 'day')} without "
        f"transfusion and without prednisone-equivalent of {case.limit('dependence_steroid_dose')} or more."
    ]
