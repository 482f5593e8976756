"""What was tried against the cytopenia, and how it went."""

from __future__ import annotations

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


def refractory(block: Block, p: Parameters, onset: Days, achieved: Response) -> Cells:
    """Seven days at a full steroid dose since onset, and at best a minimal response."""
    full_dose = run(steroids_reach(block, p, p.refractory_steroid_dose), p.refractory_steroid_days, onset)
    return np.minimum(np.maximum.accumulate(full_dose, axis=1), PASS - achieved.more_than_minimal)


def continuing_dose(block: Block, p: Parameters, onset: Days, achieved: Response) -> Cells:
    """A full response that has needed a steroid dose for 56 days up to now."""
    treated = steroids_reach(block, p, p.dependence_steroid_dose, p.gvhd_steroids_count)
    return np.minimum(run(treated, p.dependence_steroid_days, onset), achieved.full)


def relapse_on_taper(block: Block, p: Parameters, onset: Days, achieved: Response) -> Cells:
    """A full response on steroids was lost within 56 days without them, and no such response is there now."""
    treated = steroids_reach(block, p, p.dependence_steroid_dose)
    in_span = np.arange(block.shape.days)[None, :] >= onset[:, None]
    held = np.where(in_span, np.minimum(treated, achieved.full), np.int8(FAIL))
    held_before = rolling_max(earlier(held, 1, FAIL), p.taper_relapse_days)
    lost = np.minimum(PASS - treated, PASS - achieved.full)
    relapsed = np.maximum.accumulate(np.minimum(held_before, lost), axis=1)
    well_without = np.minimum(PASS - treated, achieved.full)
    return np.minimum(relapsed, PASS - well_without)


def dependent(block: Block, p: Parameters, onset: Days, achieved: Response) -> Cells:
    """Response that needs steroids to continue, or that was lost on taper."""
    if p.dependence_evidence == "continuing_dose":
        return continuing_dose(block, p, onset, achieved)
    if p.dependence_evidence == "relapse_on_taper":
        return relapse_on_taper(block, p, onset, achieved)
    return np.maximum(continuing_dose(block, p, onset, achieved), relapse_on_taper(block, p, onset, achieved))


def two_lines(
    block: Block, p: Parameters, cytopenia: Cytopenia, onset: Days, first_onset: Days, achieved: Response
) -> Cells:
    """Two or more kinds of treatment, and at best a minimal response."""
    since = first_onset if p.lines_counted_from == "first_onset" else onset
    return np.minimum(enough_lines(block, p, cytopenia, since), PASS - achieved.more_than_minimal)


def _with_treatment(block: Block, p: Parameters, cytopenia: Cytopenia, found: Stretches) -> Stretches:
    """The stretches in which something was given since the first onset: without it every part is FAIL.

    Where medications are not complete, something may have been given in all of them.
    """
    if not block.complete.table("medications"):
        return found
    return found.where(first_given(line_rows(block, p, cytopenia), found.row, found.first_onset) <= found.end)


def _of_stretches(
    block: Block, p: Parameters, cytopenia: Cytopenia, found: Stretches, days: int
) -> dict[str, Cells]:
    """The parts over some stretches, a row each, whose day 0 is the first onset day; ``days`` days of it."""
    view = block.take(found.row, days, origin=found.first_onset)
    onset, first_onset = found.onset - found.first_onset, np.zeros_like(found.onset)
    achieved = response(view, p, cytopenia, onset)
    return {
        "refractory": refractory(view, p, onset, achieved),
        "dependent": dependent(view, p, onset, achieved),
        "two_lines": two_lines(view, p, cytopenia, onset, first_onset, achieved),
    }


@shared
def incomplete_parts(block: Block, p: Parameters, cytopenia: Cytopenia) -> dict[str, Verdict]:
    """(active AND part) of one cytopenia, for each part."""
    found = _with_treatment(block, p, cytopenia, episodes(block, p, cytopenia))
    rows, place = np.unique(found.row, return_inverse=True)
    cells = {part: np.full((rows.size, block.shape.days), FAIL, np.int8) for part in PARTS}
    for chosen, days in by_length(found.end - found.first_onset + 1, block.shape.days):
        some = found.where(np.isin(np.arange(place.size), chosen))
        parts = _of_stretches(block, p, cytopenia, some, days)
        length = some.end - some.start + 1
        day = ragged(some.start, some.end + 1)
        of = np.repeat(np.arange(chosen.size), length)
        for part, verdict in parts.items():
            reached = verdict[of, day - some.first_onset[of]]
            cells[part][place[chosen][of], day] = np.minimum(reached, some.verdict[of])
    return {part: block.shape.of_rows(rows, cells[part], FAIL) for part in PARTS}


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
