"""What was tried against the cytopenia since its onset, and how it went.

The onset day is known only as a range: what its two ends do not agree on is UNKNOWN. The parts are read from
views of the block, a row an onset day, that begin ``treatment_lead_days`` before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.cytopenia.kinds import Cytopenia
from postgraft.criteria.cytopenia.onset import EpisodeDays, agreed
from postgraft.criteria.memo import Parameters, shared
from postgraft.criteria.steroid_dose import steroids_reach
from postgraft.criteria.treatment.response import response
from postgraft.timeline.block import Block
from postgraft.timeline.spans import NEVER, Days
from postgraft.timeline.verdict import Cells
from postgraft.timeline.windows import day_numbers, earlier, from_day, rolling_max, run, so_far
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

# ---- since one onset day: cells of a view, shape (rows, days)


@shared
def full_dose_run(block: Block, p: Parameters) -> Cells:
    """Some 7 days in a row at a full steroid dose are over, the last of them on or after the onset."""
    over = run(steroids_reach(block, p, p.refractory_steroid_dose), p.refractory_steroid_days)
    return so_far(from_day(over, p.treatment_lead_days, FAIL))


def treated(block: Block, p: Parameters) -> Cells:
    """A steroid dose that holds a response up, for whatever purpose."""
    return steroids_reach(block, p, p.dependence_steroid_dose)


def treated_for_it(block: Block, p: Parameters) -> Cells:
    """The same, not counting steroids for GVHD unless the protocol does."""
    return steroids_reach(block, p, p.dependence_steroid_dose, p.gvhd_steroids_count)


@shared
def treated_throughout(block: Block, p: Parameters) -> Cells:
    """A steroid dose on each of the 56 days up to now, all of them since the onset."""
    doses = treated_for_it(block, p)
    return run(from_day(doses, p.treatment_lead_days, FAIL), p.dependence_steroid_days)


@dataclass(frozen=True)
class Before:
    """What days before the latest possible onset can contribute, at best UNKNOWN; each of shape (rows, days).

    ``answered``: a full response under steroids came after a run of full doses; ``lost``: a full response under
    steroids was lost on taper; ``held``: latest day of the view with a full response under steroids, far in
    the past without one.
    """

    answered: Cells
    lost: Cells
    held: Days


@shared
def before_latest(block: Block, p: Parameters, cytopenia: Cytopenia) -> Before:
    """What a view shows if the onset may come after every day of it."""
    full = response(block, p, cytopenia).full
    maybe, doses = np.minimum(full, UNKNOWN), treated_for_it(block, p)
    answered = np.minimum(np.minimum(full_dose_run(block, p), treated(block, p)), maybe)
    held = np.minimum(doses, maybe)
    lost = np.minimum(PASS - doses, PASS - agreed(full, np.full_like(full, FAIL)))
    relapsed = np.minimum(rolling_max(earlier(held, 1, FAIL), p.taper_relapse_days), lost)
    day = np.where(held != FAIL, day_numbers(held.shape[1]), -NEVER)
    return Before(so_far(answered), so_far(relapsed), so_far(day))


# ---- since an onset day within a range: cells of the days of segments


def _full(block: Block, p: Parameters, cytopenia: Cytopenia, since: EpisodeDays) -> Cells:
    pair, day = since.days.segment, since.days.day
    return since.response(pair, day, lambda view: response(view, p, cytopenia).full)


def _before(p: Parameters, cytopenia: Cytopenia, since: EpisodeDays, name: str, none: int) -> NDArray[np.integer]:
    """A part of ``Before`` as the days before the latest onset leave it; ``none`` where there are no such days.

    ``held`` as of the day before each, as what is lost on a day was held before it.
    """
    pair, day = since.days.segment, since.days.day
    last = np.minimum(since.range.latest[pair] - 1, day - (name == "held"))
    found = np.full(day.size, none, np.int64)
    some = np.flatnonzero(last >= since.range.earliest[pair])
    found[some] = since.range.early_at(
        pair[some], last[some], lambda view: getattr(before_latest(view, p, cytopenia), name)
    )
    return found


def refractory(block: Block, p: Parameters, cytopenia: Cytopenia, since: EpisodeDays) -> Cells:
    """Seven days at a full steroid dose, at best a minimal response, and no full response under steroids since.

    Who responded and relapsed is dependent or has relapsed, not refractory.
    """
    pair, day, of = since.days.segment, since.days.day, since.range
    over = of.at(pair, day, lambda view: full_dose_run(view, p))
    more = since.response(pair, day, lambda view: response(view, p, cytopenia).more_than_minimal)
    doses = of.early_at(pair, day, lambda view: treated(view, p))
    answered = since.so_far(np.minimum(np.minimum(over, doses), _full(block, p, cytopenia, since)))
    answered = np.maximum(answered, _before(p, cytopenia, since, "answered", FAIL))
    return np.asarray(np.minimum(over, PASS - np.maximum(more, answered)), np.int8)


def continuing_dose(block: Block, p: Parameters, cytopenia: Cytopenia, since: EpisodeDays) -> Cells:
    """A full response that has needed a steroid dose for 56 days up to now."""
    throughout = since.range.at(since.days.segment, since.days.day, lambda view: treated_throughout(view, p))
    return np.minimum(throughout, _full(block, p, cytopenia, since))


def relapse_on_taper(block: Block, p: Parameters, cytopenia: Cytopenia, since: EpisodeDays) -> Cells:
    """A full response on steroids was lost within 56 days without them, and no such response is there now."""
    days = since.days
    doses = since.range.early_at(days.segment, days.day, lambda view: treated_for_it(view, p))
    full = _full(block, p, cytopenia, since)
    held, lost = np.minimum(doses, full), np.minimum(PASS - doses, PASS - full)
    view_start = since.range.views.first[since.range.early[days.segment]]
    held_before = _before(p, cytopenia, since, "held", -int(NEVER)) + view_start
    maybe = np.maximum(since.latest(held != FAIL), held_before)
    recent = days.day - p.taper_relapse_days
    best = np.where(since.latest(held == PASS) >= recent, PASS, np.where(maybe >= recent, UNKNOWN, FAIL))
    relapsed = since.so_far(np.minimum(best, lost).astype(np.int8))
    relapsed = np.maximum(relapsed, _before(p, cytopenia, since, "lost", FAIL))
    well_without = np.minimum(PASS - doses, full)
    return np.asarray(np.minimum(relapsed, PASS - well_without), np.int8)


def dependent(block: Block, p: Parameters, cytopenia: Cytopenia, since: EpisodeDays) -> Cells:
    """Response that needs steroids to continue, or that was lost on taper."""
    if p.dependence_evidence == "continuing_dose":
        return continuing_dose(block, p, cytopenia, since)
    if p.dependence_evidence == "relapse_on_taper":
        return relapse_on_taper(block, p, cytopenia, since)
    return np.maximum(continuing_dose(block, p, cytopenia, since), relapse_on_taper(block, p, cytopenia, since))


RULES: Final[Mapping[str, Callable[[Block, Parameters, Cytopenia, EpisodeDays], Cells]]] = {
    "refractory": refractory,
    "dependent": dependent,
    "continuing_dose": continuing_dose,
    "relapse_on_taper": relapse_on_taper,
}
