"""What was tried against the cytopenia, and how it went.

The onset day is known only as a range: what its two ends do not agree on is UNKNOWN. The parts are read from
views of the block, a row an onset day, that begin ``treatment_lead_days`` before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.concepts.cytopenias import CYTOPENIAS, Cytopenia
from postgraft.criteria.concepts.doses import steroids_reach
from postgraft.criteria.concepts.episodes import Stretches, active, episodes, lines_from
from postgraft.criteria.concepts.lines import enough_lines, first_given, line_rows
from postgraft.criteria.concepts.onset_range import EpisodeDays, OnsetRange, Segments, agreed
from postgraft.criteria.concepts.parameters import Parameters, shared
from postgraft.criteria.concepts.response import response
from postgraft.criteria.criterion import Answer, Criterion, Needs
from postgraft.timeline.block import Block
from postgraft.timeline.events import ragged
from postgraft.timeline.spans import NEVER, Days
from postgraft.timeline.verdict import Cells, Verdict
from postgraft.timeline.windows import earlier, rolling_max, run
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

PARTS = ("refractory", "dependent", "two_lines")


# ---- since one onset day: cells of a view, shape (rows, days)


@shared
def full_dose_run(block: Block, p: Parameters) -> Cells:
    """Some 7 days in a row at a full steroid dose are over, the last of them on or after the onset."""
    over = run(steroids_reach(block, p, p.refractory_steroid_dose), p.refractory_steroid_days)
    over[:, : p.treatment_lead_days] = FAIL
    return np.asarray(np.maximum.accumulate(over, axis=1))


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
    found = np.full(doses.shape, FAIL, np.int8)
    found[:, p.treatment_lead_days :] = run(doses[:, p.treatment_lead_days :], p.dependence_steroid_days)
    return found


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
    day = np.where(held != FAIL, np.arange(held.shape[1]), -NEVER)
    return Before(
        np.maximum.accumulate(answered, axis=1),
        np.maximum.accumulate(relapsed, axis=1),
        np.maximum.accumulate(day, axis=1),
    )


# ---- since an onset day within a range: cells of the days of segments


def _full(block: Block, p: Parameters, cytopenia: Cytopenia, since: EpisodeDays) -> Cells:
    pair, day = since.days.segment, since.days.day
    return since.response(pair, day, lambda view: response(view, p, cytopenia).full)


def _before(
    p: Parameters, cytopenia: Cytopenia, since: EpisodeDays, name: str, none: int
) -> NDArray[np.integer]:
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
    return np.maximum(
        continuing_dose(block, p, cytopenia, since), relapse_on_taper(block, p, cytopenia, since)
    )


RULES: Final[Mapping[str, Callable[[Block, Parameters, Cytopenia, EpisodeDays], Cells]]] = {
    "refractory": refractory,
    "dependent": dependent,
    "continuing_dose": continuing_dose,
    "relapse_on_taper": relapse_on_taper,
}


# ---- the stretches of a cytopenia


def _with_treatment(block: Block, p: Parameters, cytopenia: Cytopenia, found: Stretches) -> Stretches:
    """The stretches in which something was given since shortly before the first onset: else every part is FAIL.

    Where medications are not complete, something may have been given in all of them.
    """
    since = found.first_onset - p.treatment_lead_days
    untold = block.complete_since("medications")[found.row] > since
    given = first_given(line_rows(block, p, cytopenia), found.row, since) <= found.end
    return found.where(untold | given)


@shared
def _since_onset(block: Block, p: Parameters, cytopenia: Cytopenia) -> tuple[Stretches, EpisodeDays]:
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
    cells[place[of], day] = verdicts
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


INCOMPLETE_RESPONSE = Criterion(
    "incomplete_response",
    incomplete_response,
    lambda p: Needs(
        tables=("transfusions", "medications"),
        analytes=("hemoglobin", "platelets", "weight"),
        complete=("transfusions", "medications"),
    ),
    components=tuple(f"incomplete_response.{part}" for part in PARTS),
)
