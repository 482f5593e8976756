"""The immune cytopenias, and why one counts as active or not: spell, work-up, diagnosis, onset, how it ended."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_

import numpy as np

from postgraft.criteria.case import ROW, PatientDay, ruling
from postgraft.criteria.criterion import Answer, Criterion, Needs
from postgraft.criteria.cytopenia.counts import THRESHOLDS, count_days
from postgraft.criteria.cytopenia.episodes import Episode, active, episode_on, episodes
from postgraft.criteria.cytopenia.kinds import CYTOPENIAS, ITP, PRCA, Cytopenia
from postgraft.criteria.cytopenia.onset import onset
from postgraft.criteria.cytopenia.spells import (
    Spell,
    best_count,
    carried,
    count_reason,
    latest_opening,
    opened,
    spell_on,
    sure_spells,
)
from postgraft.criteria.cytopenia.work_up import other_causes, work_up_answers
from postgraft.criteria.cytopenia.work_up_words import work_up_elements
from postgraft.criteria.memo import Parameters
from postgraft.criteria.steroid_dose import weight_answers
from postgraft.criteria.wording import Reason, Used, listed, met, name_of, sentence, span
from postgraft.timeline.block import Block
from postgraft.timeline.spans import NEVER
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

_STATE = ("not active", "not known to be active or not", "active")


def immune_cytopenia(block: Block, p: Parameters) -> Answer:
    """One or more of AIHA, ITP and PRCA is active; concomitant cytopenias are allowed."""
    components = {f"immune_cytopenia.{c.name}": active(block, p, c) for c in CYTOPENIAS}
    return Answer(reduce(or_, components.values()), components)


def _essential(p: Parameters, cytopenia: Cytopenia) -> tuple[str, ...]:
    """Counts; transfusions can stand in for those of PRCA, and a diagnosis that suffices for all."""
    if p.recorded_diagnosis == "suffices":
        return ()
    return (cytopenia.analyte, "transfusions") if cytopenia is PRCA else (cytopenia.analyte,)


def _needs_of(cytopenia: Cytopenia) -> Callable[[Parameters], Needs]:
    def needs(p: Parameters) -> Needs:
        causes = other_causes(p, cytopenia)
        asked = cytopenia.diagnoses if p.absent_diagnosis == "fails_unknown" else ()
        lineages = ("neutrophils", "platelets") if cytopenia is PRCA else ("neutrophils",)
        engrafts = ("platelets",) if cytopenia is ITP else lineages
        return Needs(
            tables=("transfusions", "medications"),
            analytes=tuple(dict.fromkeys((cytopenia.analyte, *cytopenia.work_up, *engrafts, "weight"))),
            conditions=(*cytopenia.diagnoses, *causes),
            facts=tuple(f"{lineage.removesuffix('s')}_engraftment" for lineage in engrafts),
            complete=("transfusions", "medications", *asked, *causes),
            essential=_essential(p, cytopenia),
        )

    return needs


CYTOPENIA_NEEDS = {f"immune_cytopenia.{c.name}": _needs_of(c) for c in CYTOPENIAS}


def onset_range(case: PatientDay, cytopenia: Cytopenia, episode: Episode, spell: Spell) -> list[Reason]:
    """Why the onset is later than the low counts began, or known only as a range."""
    days, wide = episode.onset, spell_on(case, cytopenia, UNKNOWN)
    assert wide is not None
    if wide.start < days.earliest:
        text = (
            f"low counts may have begun on day {wide.start}, but the onset is no more than "
            f"{case.p.workup_days - 1} days before the first day whose evidence does not rule it out"
        )
        return [Reason(UNKNOWN, text)]
    if days.known or wide.start == spell.start:
        return []
    first = count_reason(case.on(wide.start), cytopenia)
    text = f"the onset may be as early as day {wide.start}, for its count ({met(first.verdict)}): {first.text}"
    return [Reason(UNKNOWN, text, first.used)]


def was_sure(case: PatientDay, cytopenia: Cytopenia) -> list[Reason]:
    """That it was active for certain until the spell was carried no further for certain."""
    found = episodes(case.block, case.p, cytopenia)
    wide = spell_on(case, cytopenia, UNKNOWN)
    before = np.flatnonzero((found.end < case.day) & (found.verdict == PASS))
    if wide is None or before.size == 0 or found.end[before[-1]] < wide.start:
        return []
    end = int(found.end[before[-1]])
    past, spell = episode_on(case.on(end), cytopenia), spell_on(case.on(end), cytopenia, PASS)
    if past is None or spell is None or ruling(case.on(end), f"immune_cytopenia.{cytopenia.name}"):
        return []
    how = carried(case.on(end), cytopenia, spell)
    return [Reason(PASS, f"it was active on {span(past.since, end)}; for certain {how.text}", how.used)]


def ended(case: PatientDay, cytopenia: Cytopenia) -> list[Reason]:
    """When the last one was active or not ruled out, and what carried it so far."""
    found = episodes(case.block, case.p, cytopenia)
    before = np.flatnonzero(found.end < case.day)
    if before.size == 0 or found.latest_onset[before[-1]] == NEVER:
        return []
    end = int(found.end[before[-1]])
    then = case.on(end)
    past = episode_on(then, cytopenia)
    assert past is not None
    state = "was active" if past.verdict == PASS else "was not ruled out"
    said = f"it {state} on {span(past.since, end)}"
    if ruling(then, f"immune_cytopenia.{cytopenia.name}"):
        return [Reason(past.verdict, f"{said}, as adjudicated by the site")]
    spell: Spell | None = spell_on(then, cytopenia, UNKNOWN)
    if spell is None:
        return [Reason(past.verdict, said)]
    how = carried(then, cytopenia, spell)
    return [Reason(past.verdict, f"{said}: {how.text}, and nothing after it does", how.used)]


def explain_immune_cytopenia(case: PatientDay) -> Reason:
    components = immune_cytopenia(case.block, case.p).components
    parts = [
        explain_cytopenia(case, cytopenia, case.at(components[f"immune_cytopenia.{cytopenia.name}"]))
        for cytopenia in CYTOPENIAS
    ]
    best = max(part.verdict for part in parts)
    ordered = sorted(parts, key=lambda part: -part.verdict)
    return Reason(best, "\n".join(part.text for part in ordered), tuple(u for part in ordered for u in part.used))


def explain_cytopenia(case: PatientDay, cytopenia: Cytopenia, verdict: int) -> Reason:
    """One component: adjudicated, without evidence, or by its spell and the day whose evidence decides."""
    head = f"{name_of(cytopenia.name)} is {_STATE[verdict]}"
    ruled = ruling(case, f"immune_cytopenia.{cytopenia.name}")
    if ruled:
        return Reason(verdict, sentence(f"{head}: {ruled.text}"), ruled.used)
    if verdict == FAIL:
        parts = _not_active(case, cytopenia)
    else:
        episode = episode_on(case, cytopenia)
        assert episode is not None
        head += f" since day {episode.since}" if verdict == PASS else ""
        head += f" ({episode.onset})" if episode.onset.latest is not None else ""
        parts = _perhaps_active(case, cytopenia, episode)
    if not parts:
        nothing = _without_counts(case, cytopenia, verdict)
        return Reason(verdict, sentence(f"{head}: {nothing}") + _settle(cytopenia, verdict))
    text = " ".join(sentence(part) for part in (head, *(part.text for part in parts)))
    return Reason(verdict, text + _settle(cytopenia, verdict), tuple(u for part in parts for u in part.used))


def _settle(cytopenia: Cytopenia, verdict: int) -> str:
    if verdict != UNKNOWN:
        return ""
    return (
        " What is not known would have to come from measurements, transfusions, medications or conditions; "
        f"an adjudication of immune_cytopenia.{cytopenia.name} would settle it as well."
    )


def _without_counts(case: PatientDay, cytopenia: Cytopenia, verdict: int) -> str:
    """What the want of any count means."""
    first = case.p.onset_day_min
    if verdict == FAIL and case.day >= first:  # transfusions alone are no count of AIHA
        return f"no {cytopenia.analyte} in measurements since day 0"
    product = "platelet" if cytopenia.product == "platelets" else "red-cell"
    none = f"no {cytopenia.analyte} in measurements and no {product} transfusion since day 0"
    if verdict == FAIL:
        none += f", and before day {first} low counts are those of the conditioning"
    return none


def _perhaps_active(case: PatientDay, cytopenia: Cytopenia, episode: Episode) -> list[Reason]:
    """Active, or not known to be: what opened the spell, the evidence that decides, the onset, what carries it."""
    sure = spell_on(case, cytopenia, PASS)
    spell = sure or spell_on(case, cytopenia, UNKNOWN)
    if spell is None:
        return []
    day = _deciding_day(case, cytopenia, episode.verdict)
    parts = _spell_and_evidence(case, case.on(day), cytopenia, spell)
    parts += onset_range(case, cytopenia, episode, spell)
    if sure is None:
        parts += was_sure(case, cytopenia)
    return [*parts, carried(case, cytopenia, spell)]


def _deciding_day(case: PatientDay, cytopenia: Cytopenia, verdict: int) -> int:
    """The day whose onset verdict decides: the first that showed the episode, or the latest that left it open."""
    shown = onset(case.block, case.p, cytopenia)
    if verdict == PASS:
        spells = sure_spells(case.block, case.p, cytopenia)
        i = spells.holding(ROW, ROW + case.day)
        return int(np.maximum(shown.sure.next_day(ROW, spells.start[i]), spells.known[i])[0])
    before = shown.possible.start <= case.day
    return int(min(shown.possible.end[before][-1], case.day))


def _not_active(case: PatientDay, cytopenia: Cytopenia) -> list[Reason]:
    """Not active: counts that are not low, or a work-up that never agreed; and how the last episode ended."""
    spell = spell_on(case, cytopenia, UNKNOWN)
    latest = latest_opening(case, cytopenia)
    if spell is not None and latest is not None:
        day = min(latest + case.p.workup_days - 1, case.day)
        text = "on no day of the spell so far do counts, work-up and diagnosis agree"
        return [*_spell_and_evidence(case, case.on(day), cytopenia, spell), Reason(FAIL, text)]
    days = count_days(case.block, case.p, cytopenia).day
    days = days[days <= case.day]
    if days.size == 0:
        return []
    last = int(days[-1])
    found = count_reason(case.on(last), cytopenia)
    text = f"counts on day {last} ({met(found.verdict)}): {found.text}"
    return [Reason(found.verdict, text, found.used), *ended(case, cytopenia)]


def _spell_and_evidence(case: PatientDay, then: PatientDay, cytopenia: Cytopenia, spell: Spell) -> list[Reason]:
    """The count that opened the spell, and what the day ``then`` adds: its best count, work-up, recorded diagnosis."""
    shown, today = onset(case.block, case.p, cytopenia), ROW + then.day
    sure, possible = (spans.holding(ROW, today)[0] >= 0 for spans in (shown.sure, shown.possible))
    verdict = PASS if sure else UNKNOWN if possible else FAIL
    first, day = opened(case, cytopenia, spell), best_count(then, cytopenia)
    parts = [first]
    assert day is not None
    counts = count_reason(case.on(day), cytopenia)
    if day != spell.start:
        text = f"counts on day {day} ({met(counts.verdict)}): {counts.text}"
        if counts.verdict == first.verdict == PASS:
            text = f"counts on day {day} hold as well"
        elif counts.text in first.text:
            text = f"counts on day {day} ({met(counts.verdict)}), for the same reason"
        parts.append(Reason(counts.verdict, text, counts.used))
    elements = work_up_elements(then, cytopenia)
    work_up = min(element.verdict for element in elements)
    said = " ".join(part.text for part in parts)
    judged = "; ".join(
        f"{'other causes as above' if part.text in said else part.text} ({met(part.verdict)})" for part in elements
    )
    used = tuple(row for part in elements for row in part.used)
    parts.append(Reason(work_up, f"work-up on day {then.day} ({met(work_up)}): {judged}", used))
    return parts + _diagnosis(then, cytopenia, verdict, min(counts.verdict, work_up))


def _diagnosis(case: PatientDay, cytopenia: Cytopenia, verdict: int, by_elements: int) -> list[Reason]:
    """What a recorded diagnosis, or the want of one, makes of the evidence of ``case.day``."""
    p = case.p
    rows = [used for state, used in case.named_conditions(*cytopenia.diagnoses) if state == PASS]
    recent = [row for row in rows if row.first > case.day - p.diagnosis_valid_days]
    if verdict > by_elements:
        does = {"fills_unknown": "stands in for what is not known", "suffices": "is enough"}
        written = recent if p.recorded_diagnosis == "fills_unknown" else rows
        text = f"a recorded diagnosis ({_written(written)}) {does[p.recorded_diagnosis]}"
        return [Reason(verdict, text, tuple(written))]
    if verdict < by_elements:
        names = listed([name_of(name) for name in cytopenia.diagnoses], "or")
        text = f"no diagnosis of {names} is recorded and conditions is declared complete for it, so unknown becomes no"
        return [Reason(verdict, text)]
    if verdict != UNKNOWN or p.recorded_diagnosis != "fills_unknown" or not rows:
        return []
    if recent:
        text = f"a recorded diagnosis ({_written(recent)}) does not stand in for counts that are not known"
    else:
        valid = case.limit("diagnosis_valid_days")
        text = f"a recorded diagnosis ({_written(rows)}) says nothing of a new fall after {valid}"
    return [Reason(verdict, text, tuple(rows))]


def _written(rows: list[Used]) -> str:
    return listed([row.finding for row in rows])


IMMUNE_CYTOPENIA = Criterion(
    "immune_cytopenia",
    immune_cytopenia,
    explain_immune_cytopenia,
    lambda p: reduce(or_, (needs(p) for needs in CYTOPENIA_NEEDS.values())),
    components=tuple(CYTOPENIA_NEEDS),
    component_needs=CYTOPENIA_NEEDS,
    thresholds=THRESHOLDS,
    answers=lambda p: {**work_up_answers(p), **weight_answers(p)},
)
