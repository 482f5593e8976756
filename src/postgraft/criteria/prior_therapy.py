"""What was tried against the cytopenia, and how it went."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.concepts.counts import CYTOPENIAS, Cytopenia
from postgraft.criteria.concepts.doses import steroids_reach
from postgraft.criteria.concepts.episodes import episodes
from postgraft.criteria.concepts.lines import enough_lines, first_given, line_rows
from postgraft.criteria.concepts.parameters import Parameters, shared
from postgraft.criteria.concepts.response import Response, response
from postgraft.criteria.criterion import Answer, Criterion
from postgraft.timeline.batches import by_length
from postgraft.timeline.block import Block
from postgraft.timeline.episodes import Stretches
from postgraft.timeline.events import ragged
from postgraft.timeline.verdict import Cells, Verdict
from postgraft.timeline.windows import earlier, rolling_max, run
from postgraft.vocabulary.verdicts import FAIL, PASS

Days = NDArray[np.int64]
PARTS = ("refractory", "dependent", "two_lines")


def refractory(block: Block, p: Parameters, achieved: Response) -> Cells:
    """Seven days at a full steroid dose since onset, and at best a minimal response."""
    full_dose = run(steroids_reach(block, p, p.refractory_steroid_dose), p.refractory_steroid_days)
    return np.minimum(np.maximum.accumulate(full_dose, axis=1), PASS - achieved.more_than_minimal)


def continuing_dose(block: Block, p: Parameters, achieved: Response) -> Cells:
    """A full response that has needed a steroid dose for 56 days up to now."""
    treated = steroids_reach(block, p, p.dependence_steroid_dose, p.gvhd_steroids_count)
    return np.minimum(run(treated, p.dependence_steroid_days), achieved.full)


def relapse_on_taper(block: Block, p: Parameters, achieved: Response) -> Cells:
    """A full response on steroids was lost within 56 days without them, and no such response is there now."""
    treated = steroids_reach(block, p, p.dependence_steroid_dose)
    held = np.minimum(treated, achieved.full)
    held_before = rolling_max(earlier(held, 1, FAIL), p.taper_relapse_days)
    lost = np.minimum(PASS - treated, PASS - achieved.full)
    relapsed = np.maximum.accumulate(np.minimum(held_before, lost), axis=1)
    well_without = np.minimum(PASS - treated, achieved.full)
    return np.minimum(relapsed, PASS - well_without)


def dependent(block: Block, p: Parameters, achieved: Response) -> Cells:
    """Response that needs steroids to continue, or that was lost on taper."""
    if p.dependence_evidence == "continuing_dose":
        return continuing_dose(block, p, achieved)
    if p.dependence_evidence == "relapse_on_taper":
        return relapse_on_taper(block, p, achieved)
    return np.maximum(continuing_dose(block, p, achieved), relapse_on_taper(block, p, achieved))


def _with_treatment(block: Block, p: Parameters, cytopenia: Cytopenia, found: Stretches) -> Stretches:
    """The stretches in which something was given since the first onset: without it every part is FAIL.

    Where medications are not complete, something may have been given in all of them.
    """
    if not block.complete.table("medications"):
        return found
    return found.where(first_given(line_rows(block, p, cytopenia), found.row, found.first_onset) <= found.end)


def _on_days(
    block: Block,
    origin: tuple[Days, Days, Days],
    row: Days,
    day: Days,
    compute: Callable[[Block], tuple[Cells, ...]],
) -> tuple[Cells, ...]:
    """Cells of ``compute`` at points, each point in a view of its block row that begins on an origin day.

    ``origin``: block row, first and last day of each view; ``row`` (a position in it) and ``day`` (counted
    from the transplant): the points. Views of like length are computed together.
    """
    view_row, first, last = origin
    found: tuple[Cells, ...] = ()
    for chosen, days in by_length(last - first + 1, block.shape.days):
        place = np.full(view_row.size, -1)
        place[chosen] = np.arange(chosen.size)
        here = np.flatnonzero(place[row] >= 0)
        cells = compute(block.take(view_row[chosen], days, origin=first[chosen]))
        found = found or tuple(np.empty(row.size, np.int8) for _ in cells)
        for out, values in zip(found, cells, strict=True):
            out[here] = values[place[row[here]], day[here] - first[row[here]]]
    return found


@shared
def incomplete_parts(block: Block, p: Parameters, cytopenia: Cytopenia) -> dict[str, Verdict]:
    """(active AND part) of one cytopenia, for each part."""
    found = _with_treatment(block, p, cytopenia, episodes(block, p, cytopenia))
    if found.row.size == 0:
        return {part: block.shape.constant(FAIL) for part in PARTS}
    of = np.repeat(np.arange(found.row.size), found.end - found.start + 1)
    day = ragged(found.start, found.end + 1)

    def since_onset(view: Block) -> tuple[Cells, ...]:
        achieved = response(view, p, cytopenia)
        return refractory(view, p, achieved), dependent(view, p, achieved), achieved.more_than_minimal

    by_stretch = found.row, found.onset, found.end
    refractory_on, dependent_on, responded = _on_days(block, by_stretch, of, day, since_onset)

    # Lines are the same for all stretches of a patient that count them from the same day.
    since = found.first_onset if p.lines_counted_from == "first_onset" else found.onset
    spans, span = np.unique(np.stack([found.row, since], axis=1), axis=0, return_inverse=True)
    until = np.zeros(len(spans), np.int64)
    np.maximum.at(until, span, found.end)
    (lines,) = _on_days(
        block,
        (spans[:, 0], spans[:, 1], until),
        span[of],
        day,
        lambda view: (enough_lines(view, p, cytopenia),),
    )
    rows, place = np.unique(found.row, return_inverse=True)

    def painted(part: Cells) -> Verdict:
        cells = np.full((rows.size, block.shape.days), FAIL, np.int8)
        cells[place[of], day] = np.minimum(part, found.verdict[of])
        return block.shape.of_rows(rows, cells, FAIL)

    two_lines = np.minimum(lines, PASS - responded)
    return dict(zip(PARTS, map(painted, (refractory_on, dependent_on, two_lines)), strict=True))


def incomplete_response(block: Block, p: Parameters) -> Answer:
    """A cytopenia that is active is refractory, dependent, or has had two lines of treatment."""
    by_cytopenia = [incomplete_parts(block, p, cytopenia) for cytopenia in CYTOPENIAS]
    parts = {part: reduce(or_, (found[part] for found in by_cytopenia)) for part in PARTS}
    always_two = p.incomplete_response_rule == "two_lines_always"
    verdict = parts["two_lines"] if always_two else reduce(or_, parts.values())
    return Answer(verdict, {f"incomplete_response.{part}": found for part, found in parts.items()})


INCOMPLETE_RESPONSE = Criterion(
    "incomplete_response",
    incomplete_response,
    tables=("measurements", "transfusions", "medications"),
    analytes=("hemoglobin", "platelets", "weight"),
    components=tuple(f"incomplete_response.{part}" for part in PARTS),
)
