"""Why an immune cytopenia counts as active or not: counts, work-up, diagnosis and the course of the episode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from postgraft.criteria.concepts.counts import count_days, count_verdicts
from postgraft.criteria.concepts.cytopenias import CYTOPENIAS, Cytopenia
from postgraft.criteria.concepts.episodes import episodes
from postgraft.criteria.concepts.onset import onset
from postgraft.criteria.concepts.spells import sure_spells, wide_spells
from postgraft.criteria.cytopenia import immune_cytopenia
from postgraft.eligibility.explanations.adjudication import ruling
from postgraft.eligibility.explanations.case import ROW, Case
from postgraft.eligibility.explanations.counts import count_elements
from postgraft.eligibility.explanations.reason import Reason
from postgraft.eligibility.explanations.wording import count, listed, met, name_of, sentence, span
from postgraft.eligibility.explanations.workup import work_up_elements
from postgraft.timeline.spans import NEVER
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

_STATE = ("not active", "not known to be active or not", "active")


@dataclass(frozen=True)
class Episode:
    """The stretch of days of one cytopenia that holds the day in question, in the words of its onset days.

    ``onset`` and ``latest_onset`` bound the onset day, ``first_onset`` and ``latest_first_onset`` that of the first
    episode; ``since`` is the first day of the unbroken run of days with the same verdict.
    """

    verdict: int
    since: int
    onset: int
    latest_onset: int
    first_onset: int
    latest_first_onset: int

    @property
    def onset_words(self) -> str:
        """The onset day, or between which days it lies."""
        if self.onset == self.latest_onset:
            return f"onset day {self.onset}"
        return f"onset between day {self.onset} and day {self.latest_onset}"


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
    """One component: adjudicated, without evidence, or by the day whose evidence decides."""
    head = f"{name_of(cytopenia.name)} is {_STATE[verdict]}"
    ruled = ruling(case, f"immune_cytopenia.{cytopenia.name}")
    if ruled:
        return Reason(verdict, sentence(f"{head}: {ruled.text}"), ruled.used)
    episode = episode_on(case, cytopenia)
    if episode and verdict == PASS:
        head += f" since day {episode.since} ({episode.onset_words})"
    day = _deciding_day(case, cytopenia, verdict)
    if day is None:
        none = f"no {cytopenia.analyte} in measurements and no {_product(cytopenia)} transfusion since day 0"
        return Reason(verdict, sentence(f"{head}: {none}") + _settle(cytopenia, verdict))
    found = _onset(case.on(day), cytopenia)
    text = " ".join([sentence(head), found.text, *_course(case, cytopenia, verdict)])
    return Reason(verdict, text + _settle(cytopenia, verdict), found.used)


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
    """The stretch that holds the day, None where the cytopenia is not active on it."""
    found = episodes(case.block, case.p, cytopenia)
    i = int(found.holding(ROW, ROW + case.day)[0])
    if i < 0:
        return None
    first = i
    while (
        first
        and found.end[first - 1] == found.start[first] - 1
        and found.verdict[first - 1] == found.verdict[i]
    ):
        first -= 1
    return Episode(
        int(found.verdict[i]),
        int(found.start[first]),
        int(found.onset[i]),
        min(int(found.latest_onset[i]), case.day),
        int(found.first_onset[i]),
        min(int(found.latest_first_onset[i]), case.day),
    )


def _deciding_day(case: Case, cytopenia: Cytopenia, verdict: int) -> int | None:
    """The day whose onset verdict decides: the one that showed the episode, the latest that left it open.

    Where the cytopenia is not active, the latest day that has a count to look at. None without any count.
    """
    shown = onset(case.block, case.p, cytopenia)
    today = ROW + case.day
    if verdict == PASS:
        spell = sure_spells(case.block, case.p, cytopenia)
        i = spell.holding(ROW, today)
        return int(np.maximum(shown.sure.next_day(ROW, spell.start[i]), spell.known[i])[0])
    if verdict == UNKNOWN:
        before = shown.possible.start <= case.day
        return int(min(shown.possible.end[before][-1], case.day)) if before.any() else None
    days = count_days(case.block, case.p, cytopenia).day
    days = days[days <= case.day]
    return min(int(days[-1]) + case.p.workup_days - 1, case.day) if days.size else None


def _onset(case: Case, cytopenia: Cytopenia) -> Reason:
    """The onset verdict of a day: counts, work-up, recorded diagnosis."""
    shown, today = onset(case.block, case.p, cytopenia), ROW + case.day
    sure, possible = (spans.holding(ROW, today)[0] >= 0 for spans in (shown.sure, shown.possible))
    verdict = PASS if sure else UNKNOWN if possible else FAIL
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
        counted = count_days(case.block, case.p, cytopenia)
        days = counted.day[(counted.day >= first) & (counted.day <= last)]
        if days.size == 0:
            none = f"no {cytopenia.analyte} and no {_product(cytopenia)} transfusion on {span(max(first, 0), last)}"
            return Reason(FAIL, none)
        best, day = FAIL, int(days[-1])
    elements = count_elements(case.on(day), cytopenia)
    shown = elements if best == PASS else [part for part in elements if part.verdict == best]
    text = f"counts on day {day} ({met(best)}): " + "; ".join(part.text for part in shown)
    return Reason(best, text, tuple(row for element in elements for row in element.used))


def _course(case: Case, cytopenia: Cytopenia, verdict: int) -> list[str]:
    """Which spell of low counts the day lies in, or when the last one ended."""
    p = case.p
    lasts = f"{count(p.spell_days, 'day')} from each low count, and from steroids that hold the counts up"
    if verdict != FAIL:
        rule = sure_spells if verdict == PASS else wide_spells
        spell = rule(case.block, p, cytopenia)
        i = int(spell.holding(ROW, ROW + case.day)[0])
        kind = "The spell of low counts" if verdict == PASS else "A spell of low counts that is not ruled out"
        return [f"{kind} began on day {spell.start[i]} and lasts {lasts}."]
    found = episodes(case.block, p, cytopenia)
    before = np.flatnonzero(found.end < case.day)
    if before.size == 0 or found.latest_onset[before[-1]] == NEVER:
        return []
    end = int(found.end[before[-1]])
    past = episode_on(case.on(end), cytopenia)
    assert past is not None
    state = "was active" if past.verdict == PASS else "was not ruled out"
    said = f"It {state} on {span(past.since, end)}"
    if ruling(case.on(end), f"immune_cytopenia.{cytopenia.name}"):
        return [f"{said}, as adjudicated by the site."]
    if wide_spells(case.block, p, cytopenia).holding(ROW, ROW + case.day)[0] >= 0:
        return []
    return [f"{said}; the spell of low counts has ended: it lasts {lasts}."]
