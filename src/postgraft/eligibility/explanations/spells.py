"""What opened the spell of low counts that a day lies in, and what carries it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from postgraft.criteria.concepts.counts import low_days
from postgraft.criteria.concepts.cytopenias import Cytopenia
from postgraft.criteria.concepts.onset import openings
from postgraft.criteria.concepts.spells import steroid_days, sure_spells, wide_spells
from postgraft.eligibility.explanations.case import ROW, Case
from postgraft.eligibility.explanations.counts import count_elements, low_reason
from postgraft.eligibility.explanations.reason import Reason
from postgraft.eligibility.explanations.wording import listed, met
from postgraft.timeline.events import Events
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


@dataclass(frozen=True)
class Spell:
    """A spell up to the day in question: the days so far, and whether it is sure (PASS) or only possible (UNKNOWN)."""

    start: int
    end: int
    kind: int


def spell_on(case: Case, cytopenia: Cytopenia, kind: int) -> Spell | None:
    """The sure (PASS) or the wide (UNKNOWN) spell that holds the day."""
    found = (sure_spells if kind == PASS else wide_spells)(case.block, case.p, cytopenia)
    i = int(found.holding(ROW, ROW + case.day)[0])
    return None if i < 0 else Spell(int(found.start[i]), int(found.end[i]), kind)


def count_reason(case: Case, cytopenia: Cytopenia) -> Reason:
    """Whether the counts of ``case.day`` open a spell, by the elements that decide it."""
    if case.p.recorded_diagnosis == "suffices":
        rows = case.named_conditions(*cytopenia.diagnoses)
        begun = tuple(used for _, used in rows if used.first == case.day)
        if begun:
            return Reason(
                PASS, f"the diagnosis {listed([used.finding for used in begun])}, which suffices", begun
            )
    elements = count_elements(case, cytopenia)
    if elements[0].verdict == FAIL:
        return elements[0]
    elements = elements[1:]  # that the day is late enough goes unsaid
    worst = min(element.verdict for element in elements)
    shown = [element.text for element in elements if element.verdict == worst]
    return Reason(worst, "; ".join(shown), tuple(used for element in elements for used in element.used))


def opened(case: Case, cytopenia: Cytopenia, spell: Spell) -> Reason:
    """The count that opened a spell."""
    found = count_reason(case.on(spell.start), cytopenia)
    does = "opened" if found.verdict == PASS or spell.kind == PASS else "may have opened"
    text = f"the count of day {spell.start} {does} a spell of low counts ({met(found.verdict)}): {found.text}"
    return Reason(found.verdict, text, found.used)


def _days(rows: Events, spell: Spell, until: int) -> list[int]:
    held = (rows["verdict"] >= spell.kind) & (rows.day >= spell.start) & (rows.day <= until)
    return [int(day) for day in rows.day[held]]


def carried(case: Case, cytopenia: Cytopenia, spell: Spell) -> Reason:
    """What carries the spell furthest, of all up to ``case.day``: a low count, or steroids that hold counts up."""
    block, p = case.block, case.p
    counted = sorted(
        {day for rows in (openings(block, p, cytopenia), low_days(block, p, cytopenia))
         for day in _days(rows, spell, case.day)}
    )  # fmt: skip
    latest = counted[-1]
    until, lasts = latest + p.spell_days - 1, case.limit("spell_days")
    low = low_reason(case.on(latest), cytopenia)
    used = low.used
    what = f" ({low.text})" if latest != spell.start and low.verdict != FAIL else ""
    text = f"the count of day {latest}{what} carries it to day {until}, {lasts} in all"
    farthest = case.limit("steroid_carry_days")
    for day in _days(steroid_days(block, p), spell, case.day)[::-1]:
        since = max(one for one in counted if one <= day)
        to = min(day + p.spell_days - 1, since + p.steroid_carry_days)
        if to > max(until, day - 1):
            until = to
            text = (
                f"steroids of {case.limit('dependence_steroid_dose')} or more on day {day} carry it to day {to}, "
                f"{lasts} in all but no more than {farthest} past the low count of day {since}"
            )
            break
    untold = spell.kind == UNKNOWN and not block.complete.table("medications") and p.spell_days > 1
    if untold and latest + p.steroid_carry_days > until:
        until = latest + p.steroid_carry_days
        text = (
            f"the count of day {latest}{what} may carry it to day {until}, {farthest} past it: steroids may hold "
            f"the counts up, for {case.undeclared('medications')}"
        )
    return Reason(spell.kind, text, used)


def latest_opening(case: Case, cytopenia: Cytopenia) -> int | None:
    """The latest day up to today on which a spell may have opened."""
    days = openings(case.block, case.p, cytopenia).day
    days = days[days <= case.day]
    return int(days[-1]) if days.size else None


def best_count(case: Case, cytopenia: Cytopenia) -> int | None:
    """The latest of the best count days whose work-up ``case.day`` may be; None: no count of these days qualifies."""
    first, last = case.window(case.p.workup_days)
    found = openings(case.block, case.p, cytopenia)
    inside = (found.day >= first) & (found.day <= last)
    if not inside.any():
        return None
    verdicts = found["verdict"][inside]
    return int(found.day[inside][np.flatnonzero(verdicts == verdicts.max())[-1]])
