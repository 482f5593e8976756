"""The disease for which the patient was transplanted."""

from __future__ import annotations

import numpy as np

from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.concepts.records import ever
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.timeline.block import Block
from postgraft.timeline.events import Events
from postgraft.timeline.paint import paint
from postgraft.timeline.verdict import Verdict
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def _latest_status(block: Block, p: Parameters, rows: Events) -> Verdict:
    """Remission passes, anything else fails (before day 0: unknown), by the latest day; UNKNOWN without a row.

    Where the table is not complete a remission counts for ``remission_valid_days``: a relapse may not be on file.
    """
    good = rows.isin("status", ("remission",))
    verdict = np.where(good, PASS, np.where(rows.day >= 0, FAIL, UNKNOWN)).astype(np.int8)
    order = np.lexsort((-verdict, rows.day, rows.row))
    row, day, verdict = rows.row[order], rows.day[order], verdict[order]
    last_of_day = np.ones(len(rows), bool)
    last_of_day[:-1] = (np.diff(row) != 0) | (np.diff(day) != 0)
    chosen = rows.where(last_of_day)
    verdict, end = verdict[last_of_day], chosen.next_day() - 1
    if not block.complete.table("disease_status"):
        counts_to = chosen.day + np.int32(p.remission_valid_days - 1)
        end = np.where(verdict == PASS, np.minimum(end, counts_to), end)
    return paint(block.shape, chosen.row, chosen.day, end, verdict, UNKNOWN)


def remission(block: Block, p: Parameters) -> Verdict:
    """The latest disease status is remission; a disease that is no malignancy counts as in remission."""
    latest = _latest_status(block, p, block.tables["disease_status"])
    if not p.nonmalignant_counts_as_remission:
        return latest
    return latest | block.shape.by_row(block.fact_is("indication", *p.nonmalignant_indications))


def no_relapse(block: Block, p: Parameters) -> Verdict:
    """No relapse or progression after day 0 that is not followed by remission."""
    rows = block.tables["disease_status"]
    rows = rows.where((rows.day > 0) & rows.isin("status", ("remission", "relapse", "progression")))
    told = block.shape.by_row(block.complete_since("disease_status") <= 1)
    return _latest_status(block, p, rows) | (~ever(block, rows) & told)


REMISSION = Criterion(
    "remission",
    remission,
    lambda p: Needs(tables=("disease_status",), facts=("indication",), complete=("disease_status",)),
)
NO_RELAPSE = Criterion(
    "no_relapse", no_relapse, lambda p: Needs(tables=("disease_status",), complete=("disease_status",))
)
