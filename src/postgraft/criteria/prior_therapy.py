"""What was tried against the cytopenia, and how it went.

The parts are computed on views of the block: a row a stretch of an episode, whose day 0 is the onset day.
"""

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
from postgraft.criteria.concepts.response import response
from postgraft.criteria.criterion import Answer, Criterion, Needs
from postgraft.timeline.batches import Views
from postgraft.timeline.block import Block
from postgraft.timeline.episodes import Stretches
from postgraft.timeline.events import ragged
from postgraft.timeline.verdict import Cells, Verdict
from postgraft.timeline.windows import earlier, rolling_max, run
from postgraft.vocabulary.verdicts import FAIL, PASS

PARTS = ("refractory", "dependent", "two_lines")


@shared
def refractory(block: Block, p: Parameters, cytopenia: Cytopenia) -> Cells:
    """Seven days at a full steroid dose since onset, and at best a minimal response."""
    full_dose = run(steroids_reach(block, p, p.refractory_steroid_dose), p.refractory_steroid_days)
    responded = response(block, p, cytopenia).more_than_minimal
    return np.minimum(np.maximum.accumulate(full_dose, axis=1), PASS - responded)


def continuing_dose(block: Block, p: Parameters, cytopenia: Cytopenia) -> Cells:
    """A full response that has needed a steroid dose for 56 days up to now."""
    treated = steroids_reach(block, p, p.dependence_steroid_dose, p.gvhd_steroids_count)
    return np.minimum(run(treated, p.dependence_steroid_days), response(block, p, cytopenia).full)


def relapse_on_taper(block: Block, p: Parameters, cytopenia: Cytopenia) -> Cells:
    """A full response on steroids was lost within 56 days without them, and no such response is there now."""
    treated = steroids_reach(block, p, p.dependence_steroid_dose)
    full = response(block, p, cytopenia).full
    held_before = rolling_max(earlier(np.minimum(treated, full), 1, FAIL), p.taper_relapse_days)
    lost = np.minimum(PASS - treated, PASS - full)
    relapsed: Cells = np.maximum.accumulate(np.minimum(held_before, lost), axis=1)
    well_without = np.minimum(PASS - treated, full)
    return np.asarray(np.minimum(relapsed, PASS - well_without))


@shared
def dependent(block: Block, p: Parameters, cytopenia: Cytopenia) -> Cells:
    """Response that needs steroids to continue, or that was lost on taper."""
    if p.dependence_evidence == "continuing_dose":
        return continuing_dose(block, p, cytopenia)
    if p.dependence_evidence == "relapse_on_taper":
        return relapse_on_taper(block, p, cytopenia)
    return np.maximum(continuing_dose(block, p, cytopenia), relapse_on_taper(block, p, cytopenia))


def _with_treatment(block: Block, p: Parameters, cytopenia: Cytopenia, found: Stretches) -> Stretches:
    """The stretches in which something was given since the first onset: without it every part is FAIL.

    Where medications are not complete, something may have been given in all of them.
    """
    if not block.complete.table("medications"):
        return found
    return found.where(first_given(line_rows(block, p, cytopenia), found.row, found.first_onset) <= found.end)


@shared
def _since_onset(block: Block, p: Parameters, cytopenia: Cytopenia) -> tuple[Stretches, Views]:
    """The stretches that matter, and a view of each from its onset day to its end."""
    found = _with_treatment(block, p, cytopenia, episodes(block, p, cytopenia))
    return found, Views.of(block, found.row, found.onset, found.end)


@shared
def _with_lines(block: Block, p: Parameters, cytopenia: Cytopenia) -> tuple[NDArray[np.int64], Views]:
    """For each of those stretches its view in a patient's common one, from the day lines are counted."""
    found, _ = _since_onset(block, p, cytopenia)
    since = found.first_onset if p.lines_counted_from == "first_onset" else found.onset
    spans, span = np.unique(np.stack([found.row, since], axis=1), axis=0, return_inverse=True)
    until = np.zeros(len(spans), np.int64)
    np.maximum.at(until, span, found.end)
    return span, Views.of(block, spans[:, 0], spans[:, 1], until)


@shared
def incomplete_parts(
    block: Block, p: Parameters, cytopenia: Cytopenia, were_active: bool
) -> dict[str, Verdict]:
    """(active AND part) of one cytopenia, for each part; ``were_active``: as if it were active where it may be."""
    found, since_onset = _since_onset(block, p, cytopenia)
    if found.row.size == 0:
        return {part: block.shape.constant(FAIL) for part in PARTS}
    span, with_lines = _with_lines(block, p, cytopenia)
    of = np.repeat(np.arange(found.row.size), found.end - found.start + 1)
    day = ragged(found.start, found.end + 1)
    responded = since_onset.at(of, day, lambda view: response(view, p, cytopenia).more_than_minimal)
    lines = with_lines.at(span[of], day, lambda view: enough_lines(view, p, cytopenia))
    parts = {
        "refractory": since_onset.at(of, day, lambda view: refractory(view, p, cytopenia)),
        "dependent": since_onset.at(of, day, lambda view: dependent(view, p, cytopenia)),
        "two_lines": np.minimum(lines, PASS - responded),
    }
    rows, place = np.unique(found.row, return_inverse=True)

    def painted(part: Cells) -> Verdict:
        cells = np.full((rows.size, block.shape.days), FAIL, np.int8)
        cells[place[of], day] = part if were_active else np.minimum(part, found.verdict[of])
        return block.shape.of_rows(rows, cells, FAIL)

    return {part: painted(cells) for part, cells in parts.items()}


def incomplete_response(block: Block, p: Parameters) -> Answer:
    """A cytopenia that is active is refractory, dependent, or has had two lines of treatment."""
    by_cytopenia = [incomplete_parts(block, p, cytopenia, False) for cytopenia in CYTOPENIAS]
    parts = {part: reduce(or_, (found[part] for found in by_cytopenia)) for part in PARTS}
    return Answer(_enough(p, parts), {f"incomplete_response.{part}": found for part, found in parts.items()})


def incomplete_if_active(block: Block, p: Parameters, cytopenia: Cytopenia) -> Verdict:
    """Whether the response of one cytopenia is incomplete, were it active on the days on which it may be."""
    return _enough(p, incomplete_parts(block, p, cytopenia, True))


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
