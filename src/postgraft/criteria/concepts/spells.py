"""Spells of a cytopenia: how far low counts, and steroids that hold them up, carry one from its opening on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.concepts.counts import low_days
from postgraft.criteria.concepts.cytopenias import Cytopenia
from postgraft.criteria.concepts.doses import steroids_reach
from postgraft.criteria.concepts.onset import onset, openings
from postgraft.criteria.concepts.parameters import Parameters, shared
from postgraft.criteria.concepts.records import is_systemic_corticosteroid
from postgraft.timeline.batches import by_length
from postgraft.timeline.block import Block
from postgraft.timeline.events import Events
from postgraft.timeline.spans import NEVER, Spans, chains
from postgraft.vocabulary.verdicts import PASS, UNKNOWN


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
        place, on = np.nonzero((reached >= least) & (np.arange(days)[None, :] <= block.last[own, None]))
        found.append((own[place], on, reached[place, on]))
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
