"""Whether a cytopenia that is present has been treated; a denominator of reports, no criterion."""

from __future__ import annotations

from functools import reduce
from operator import or_

import numpy as np

from postgraft.criteria.concepts.cytopenias import CYTOPENIAS, Cytopenia
from postgraft.criteria.concepts.episodes import episodes, lines_from
from postgraft.criteria.concepts.lines import first_given, line_rows
from postgraft.criteria.concepts.parameters import Parameters, shared
from postgraft.timeline.block import Block
from postgraft.timeline.paint import paint
from postgraft.timeline.verdict import Verdict
from postgraft.vocabulary.verdicts import FAIL, UNKNOWN


def treated(block: Block, p: Parameters, cytopenia: Cytopenia) -> Verdict:
    """The cytopenia is active and was treated: PASS from the first day of treatment in its running episode.

    Treatment is any systemic corticosteroid, IVIG, rituximab or other line given, in whatever dose, on a day
    in [s - ``treatment_lead_days``, d], s the earliest day from which lines may count; so who has an incomplete
    response has been treated. Without such a row: FAIL where medications are complete, else UNKNOWN.
    """
    found = episodes(block, p, cytopenia)
    since = lines_from(p, found)[0] - p.treatment_lead_days
    begun = first_given(line_rows(block, p, cytopenia), found.row, since)
    begun = np.clip(begun, found.start, found.end + 1)
    unrecorded = np.where(block.complete_since("medications")[found.row] <= since, FAIL, UNKNOWN)
    untreated = np.minimum(unrecorded, found.verdict)
    spans = (  # before and from the first day of treatment on, row by row
        np.repeat(found.row, 2),
        np.stack([found.start, begun], axis=1).ravel(),
        np.stack([begun - 1, found.end], axis=1).ravel(),
        np.stack([untreated, found.verdict], axis=1).ravel().astype(np.int8),
    )
    return paint(block.shape, *spans, FAIL)


@shared
def any_treated(block: Block, p: Parameters) -> Verdict:
    """Some immune cytopenia is active and was treated."""
    return reduce(or_, (treated(block, p, cytopenia) for cytopenia in CYTOPENIAS))
