"""Response of a cytopenia to treatment, read from the counts since its onset."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from postgraft.criteria.cytopenia.kinds import Cytopenia
from postgraft.criteria.memo import Parameters, shared
from postgraft.criteria.records import transfusions
from postgraft.timeline.block import Block
from postgraft.timeline.measure import Carried, Floats, reaches
from postgraft.timeline.verdict import Cells
from postgraft.timeline.windows import from_day, lowest_so_far
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


@dataclass(frozen=True)
class Response:
    """Verdicts of a full and of a more than minimal response, each of shape (rows, days)."""

    full: Cells
    more_than_minimal: Cells


def nadir(block: Block, analyte: str, first: int) -> Floats:
    """Lowest result on days ``first`` … d, shape (rows, days); NaN while there is none."""
    results = block.measure(analyte).events
    results = results.where((results.day >= first) & (results.day < block.shape.days))
    lowest = lowest_so_far(block.shape, results.row, results.day, results["value"])
    return np.where(np.isinf(lowest), np.nan, lowest)


def supported(block: Block, p: Parameters, cytopenia: Cytopenia, measure: Carried) -> Cells:
    """Whether a transfusion lies in the days before the result, its day included; unrecorded: by completeness."""
    days = p.platelet_support_days if cytopenia.product == "platelets" else p.red_cell_support_days
    results = measure.events
    first = results.day - days + 1
    given = transfusions(block, cytopenia.product).count(results.row, first, results.day)
    unrecorded = np.where(block.complete_since("transfusions")[results.row] <= first, FAIL, UNKNOWN)
    return measure.verdict(np.where(given > 0, PASS, unrecorded).astype(np.int8)).full()


@shared
def response(block: Block, p: Parameters, cytopenia: Cytopenia) -> Response:
    """Response on each day of a view that begins ``treatment_lead_days`` before the onset day.

    Hemoglobin must rise by 2 (more than minimal: 1) g/dL above the nadir; platelets reach 30 or (more than
    minimal: and) twice the nadir; without transfusion support. UNKNOWN without a recent result or a nadir;
    FAIL before the onset day.
    """
    onset = p.treatment_lead_days
    measure = block.measure(cytopenia.analyte).carried(p.response_window_days)
    value, low = measure.values, nadir(block, cytopenia.analyte, onset - p.blood_count_window_days + 1)
    if cytopenia.product == "platelets":
        level = (measure >= p.response_platelets_min).full()
        fold = reaches(value, p.response_platelet_fold * low)
        full, more = np.maximum(level, fold), np.minimum(level, fold)
    else:
        full = reaches(value, low + p.response_hemoglobin_rise)
        more = reaches(value, low + p.minimal_response_hemoglobin_rise)
    free = PASS - supported(block, p, cytopenia, measure)
    nothing_known = np.isnan(value) | np.isnan(low)

    def settle(reached: Cells) -> Cells:
        verdict = np.where(nothing_known, UNKNOWN, np.minimum(free, reached)).astype(np.int8)
        return from_day(verdict, onset, FAIL)

    return Response(settle(full), settle(more))
