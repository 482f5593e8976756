"""Spells of a cytopenia: what opens one, and how far low counts, and steroids that hold them up, carry it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.case import ROW, PatientDay
from postgraft.criteria.cytopenia.counts import low_days
from postgraft.criteria.cytopenia.counts_words import count_elements, low_reason
from postgraft.criteria.cytopenia.kinds import Cytopenia
from postgraft.criteria.cytopenia.onset import onset, openings
from postgraft.criteria.memo import Parameters, shared
from postgraft.criteria.records import is_systemic_corticosteroid
from postgraft.criteria.steroid_dose import steroids_reach
from postgraft.criteria.wording import Reason, listed, met
from postgraft.timeline.block import Block, by_length
from postgraft.timeline.events import Events
from postgraft.timeline.spans import NEVER, Spans, chains
from postgraft.timeline.windows import at, day_numbers
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


@dataclass(frozen=True, eq=False)
class SureSpells(Spans):
    """``known``: the first day on which the spell is sure; a diagnosis may show it later than it began."""

    known: NDArray[np.int64]


@shared
def steroid_days(block: Block, p: Parameters) -> Events:
    """Days with prednisone-equivalent ≥ ``dependence_steroid_dose`` (column ``verdict``), where not FAIL.

    Where medications are not complete every day may be one: only those that are PASS are listed.
    """
    rows = block.tables["medications"].where(is_systemic_corticosteroid(block, p))
    complete = block.complete.table("medications")
    until = np.where(complete, np.clip(block.recorded_from, 0, block.last + 1), 0).astype(np.int64)
    some = np.flatnonzero(np.diff(rows.offsets) > 0)
    if some.size:
        until[some] = np.maximum(until[some], np.maximum.reduceat(rows["end"], rows.offsets[some]) + 1)
    patients = np.flatnonzero(until > 0)
    least = UNKNOWN if complete else PASS
    none = np.empty(0, np.int64)
    found = [(none, none, np.empty(0, np.int8))]
    for chosen, days in by_length(until[patients], block.shape.days):
        own = patients[chosen]
        view = block.take(own, days)
        reached = steroids_reach(view, p, p.dependence_steroid_dose, p.gvhd_steroids_count)
        place, on = np.nonzero((reached >= least) & (day_numbers(days) <= block.last[own, None]))
        found.append((own[place], on, at(reached, place, on)))
    row, day, verdict = (np.concatenate(column) for column in zip(*found, strict=True))
    return Events.of_points(block.shape.rows, row, day, verdict=verdict)


def _chains(block: Block, p: Parameters, cytopenia: Cytopenia, least: int) -> Spans:
    """Chains of the events with a verdict of at least ``least``, of patients in whom a spell may open."""
    opening = openings(block, p, cytopenia)
    may_open = np.diff(opening.offsets) > 0
    low = low_days(block, p, cytopenia)
    row = np.concatenate([opening.row, low.row])
    day = np.concatenate([opening.day, low.day])
    verdict = np.concatenate([opening["verdict"], low["verdict"]])
    held = (verdict >= least) & may_open[row]
    counted = Events.of_points(block.shape.rows, row[held], day[held])
    until = counted.day.astype(np.int64) + p.spell_days - 1
    if least == UNKNOWN and not block.complete.table("medications") and p.spell_days > 1:
        until = np.maximum(until, counted.day + p.steroid_carry_days)  # steroids may be given on every day
    treated = steroid_days(block, p)
    treated = treated.where((treated["verdict"] >= least) & may_open[treated.row])
    since = counted.latest(treated.row, treated.day)
    treated, since = treated.where(since >= 0), since[since >= 0]
    limit = counted.day[since].astype(np.int64) + p.steroid_carry_days
    carried = np.minimum(treated.day + p.spell_days - 1, limit)
    inside = carried >= treated.day
    return chains(
        np.concatenate([counted.row, treated.row[inside]]),
        np.concatenate([counted.day, treated.day[inside]]),
        np.concatenate([until, carried[inside]]),
    )


def _opened(chain: Spans, opening: Events) -> NDArray[np.int64]:
    """First day of each chain on which a spell opens, ``NEVER`` if on none."""
    first = np.full(chain.row.size, NEVER)
    np.minimum.at(first, chain.holding(opening.row, opening.day), opening.day)
    return first


@shared
def wide_spells(block: Block, p: Parameters, cytopenia: Cytopenia) -> Spans:
    """The spells of all that is not FAIL."""
    chain = _chains(block, p, cytopenia, UNKNOWN)
    first = _opened(chain, openings(block, p, cytopenia))
    found = Spans(chain.row, first, np.minimum(chain.end, block.last[chain.row]))
    return found.where(first < NEVER)


@shared
def sure_spells(block: Block, p: Parameters, cytopenia: Cytopenia) -> SureSpells:
    """The spells of all that is PASS, also those that a recorded diagnosis makes sure from the count it fills on."""
    chain = _chains(block, p, cytopenia, PASS)
    opening = openings(block, p, cytopenia)
    start = _opened(chain, opening.where(opening["verdict"] == PASS))
    known = start.copy()
    filled = onset(block, p, cytopenia).filled
    place = chain.holding(filled.row, filled["count"])
    earlier = (place >= 0) & (filled.day <= chain.end[place]) & (filled.day < start[place])
    place, day, count = place[earlier], filled.day[earlier], filled["count"][earlier]
    order = np.lexsort((day, place))
    first = order[np.append(True, np.diff(place[order]) != 0)[: order.size]]
    known[place[first]], start[place[first]] = day[first], count[first]
    found = SureSpells(chain.row, start, np.minimum(chain.end, block.last[chain.row]), known)
    return found.where(start < NEVER)


@dataclass(frozen=True)
class Spell:
    """A spell up to the day in question: the days so far, and whether it is sure (PASS) or only possible (UNKNOWN)."""

    start: int
    end: int
    kind: int


def spell_on(case: PatientDay, cytopenia: Cytopenia, kind: int) -> Spell | None:
    """The sure (PASS) or the wide (UNKNOWN) spell that holds the day."""
    found = (sure_spells if kind == PASS else wide_spells)(case.block, case.p, cytopenia)
    i = int(found.holding(ROW, ROW + case.day)[0])
    return None if i < 0 else Spell(int(found.start[i]), int(found.end[i]), kind)


def count_reason(case: PatientDay, cytopenia: Cytopenia) -> Reason:
    """Whether the counts of ``case.day`` open a spell, by the elements that decide it."""
    if case.p.recorded_diagnosis == "suffices":
        rows = case.named_conditions(*cytopenia.diagnoses)
        begun = tuple(used for _, used in rows if used.first == case.day)
        if begun:
            return Reason(PASS, f"the diagnosis {listed([used.finding for used in begun])}, which suffices", begun)
    elements = count_elements(case, cytopenia)
    if elements[0].verdict == FAIL:
        return elements[0]
    elements = elements[1:]  # that the day is late enough goes unsaid
    worst = min(element.verdict for element in elements)
    shown = [element.text for element in elements if element.verdict == worst]
    return Reason(worst, "; ".join(shown), tuple(used for element in elements for used in element.used))


def opened(case: PatientDay, cytopenia: Cytopenia, spell: Spell) -> Reason:
    """The count that opened a spell."""
    found = count_reason(case.on(spell.start), cytopenia)
    does = "opened" if found.verdict == PASS or spell.kind == PASS else "may have opened"
    text = f"the count of day {spell.start} {does} a spell of low counts ({met(found.verdict)}): {found.text}"
    return Reason(found.verdict, text, found.used)


def _days(rows: Events, spell: Spell, until: int) -> list[int]:
    held = (rows["verdict"] >= spell.kind) & (rows.day >= spell.start) & (rows.day <= until)
    return [int(day) for day in rows.day[held]]


def carried(case: PatientDay, cytopenia: Cytopenia, spell: Spell) -> Reason:
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


def latest_opening(case: PatientDay, cytopenia: Cytopenia) -> int | None:
    """The latest day up to today on which a spell may have opened."""
    days = openings(case.block, case.p, cytopenia).day
    days = days[days <= case.day]
    return int(days[-1]) if days.size else None


def best_count(case: PatientDay, cytopenia: Cytopenia) -> int | None:
    """The latest of the best count days whose work-up ``case.day`` may be; None: no count of these days qualifies."""
    first, last = case.window(case.p.workup_days)
    found = openings(case.block, case.p, cytopenia)
    inside = (found.day >= first) & (found.day <= last)
    if not inside.any():
        return None
    verdicts = found["verdict"][inside]
    return int(found.day[inside][np.flatnonzero(verdicts == verdicts.max())[-1]])
