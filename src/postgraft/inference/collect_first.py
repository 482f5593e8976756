"""What to collect first: how far each missing datum would bring the certain and the possible together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.screening import Screening
from postgraft.evaluation.stretches import EligibleStretches
from postgraft.inference.missing_data import MissingDatum, bearing, data
from postgraft.inference.unknowns import possible_patients
from postgraft.timeline.block import Block
from postgraft.timeline.events import sort_key
from postgraft.timeline.spells import Spells

Marks = NDArray[np.bool_]
BLOCK_PATIENTS = 500
"""A datum may be put in on every day, so that blocks are smaller than those of an evaluation."""
COLUMNS = (
    "datum",
    "criteria",
    "answers",
    "charts",
    "settled_in",
    "settled_out",
    "shrinks_at_worst",
    "shrinks_expected",
    "per_chart",
)


@dataclass(frozen=True, eq=False)
class _Status:
    """Of each possible patient, under one answer: ``touched``: a criterion is settled by it; in; out."""

    touched: Marks
    eligible: Marks
    ineligible: Marks


def collect_first(outcome: Evaluated) -> pd.DataFrame:
    """For each datum that is missing of possible patients: what is known once it is collected; best per chart first.

    Each answer it could give is put in on all days on which it is missing, and the criteria that read it are
    computed anew. Columns datum; criteria (that ask for it); answers (tried, the favourable first); charts: possible
    patients in whom it alone would settle a criterion that is unknown on a day without a FAIL; of these settled_in:
    eligible if an answer is favourable; settled_out: ineligible if one is not; shrinks_at_worst: eligible or
    ineligible whatever the answer, so by how many patients the bounds come together at least; shrinks_expected: the
    same on average if every answer is as likely; per_chart: shrinks_expected / charts. That a table is complete can
    only be answered by "nothing more": what else would be found is not known. What helps only together
    with something else is in no row.
    """
    units = possible_patients(outcome)
    found = []
    for datum in data(outcome):
        statuses = _statuses(outcome, datum, units)
        charts = np.logical_or.reduce([one.touched for one in statuses])
        if not charts.any():
            continue
        inside = np.logical_or.reduce([one.eligible for one in statuses]) & charts
        outside = np.logical_or.reduce([one.ineligible for one in statuses]) & charts
        resolved = np.array([(one.eligible | one.ineligible) & charts for one in statuses])
        expected = float(resolved.mean(axis=0).sum())
        counts = (int(marks.sum()) for marks in (charts, inside, outside, resolved.all(axis=0)))
        words = (datum.name, ", ".join(datum.criteria), " / ".join(datum.answers))
        found.append((*words, *counts, expected, expected / int(charts.sum())))
    frame = pd.DataFrame(found, columns=list(COLUMNS))
    order = ["per_chart", "shrinks_expected", "shrinks_at_worst"]
    return frame.sort_values(order, ascending=False, kind="stable", ignore_index=True)


def _statuses(outcome: Evaluated, datum: MissingDatum, units: NDArray[np.int64]) -> list[_Status]:
    parts = [_of_block(outcome, datum, units, rows) for rows in _blocks(outcome, datum, units)]
    answers = range(len(datum.fillings))
    touched, eligible, ineligible = (
        [_folded([part[k][which] for part in parts], units.size) for k in answers] for which in range(3)
    )
    return [_Status(touched[k], eligible[k], ~ineligible[k]) for k in answers]


def _blocks(outcome: Evaluated, datum: MissingDatum, units: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """All transplants of the patients for whom it may settle something."""
    kept, seen = outcome.screened, outcome.observations
    asked = kept.spells.bits(*bearing(datum, outcome.protocol))
    unknown = kept.open_stretches.members() & ((kept.spells.unknown & asked) != 0)
    patients = np.intersect1d(seen.patient[kept.spells.row[unknown]], units)
    rows = np.flatnonzero(np.isin(seen.patient, patients))
    rows = rows[np.argsort(seen.last[rows], kind="stable")]
    yield from (rows[start : start + BLOCK_PATIENTS] for start in range(0, rows.size, BLOCK_PATIENTS))


def _read_by(datum: MissingDatum) -> set[str]:
    """The criteria it bears on; the response is asked of the cytopenia that is there."""
    further = {"incomplete_response"} if "immune_cytopenia" in datum.criteria else set()
    return {*datum.criteria, *further}


def _folded(patients: list[NDArray[np.int64]], units: int) -> Marks:
    marked = np.zeros(units, bool)
    for some in patients:
        marked[some] = True
    return marked


def _of_block(
    outcome: Evaluated, datum: MissingDatum, units: NDArray[np.int64], rows: NDArray[np.int64]
) -> list[tuple[NDArray[np.int64], ...]]:
    """For each answer the patients (positions in ``units``) whom it touches, who are eligible, who stay possible."""
    before = outcome.spells.take(rows)
    unit = np.searchsorted(units, outcome.observations.patient[rows])
    block = outcome.observations.block(rows)
    found: list[tuple[NDArray[np.int64], ...]] = []
    for filling in datum.fillings:
        filled: Block = filling(block)
        if filled is block:
            after = before
        else:
            after = Screening(filled, outcome.protocol, _read_by(datum), before).first
            filled.memo.clear()
        screened = EligibleStretches.under(outcome.protocol, after)
        touched = _settled(EligibleStretches.under(outcome.protocol, before), after)
        open_ = screened.eligible[:, 0] | screened.possible[:, 0]
        found.append((unit[touched], unit[screened.eligible[:, 0]], unit[open_]))
    block.memo.clear()
    return found


def _settled(before: EligibleStretches, after: Spells) -> Marks:
    """Which rows have a criterion that was UNKNOWN on a day of a stretch without a FAIL, and no longer is."""
    was = before.spells
    keys = [sort_key(one.row, one.start) for one in (was, after)]
    points = np.unique(np.concatenate(keys))
    old, new = (np.searchsorted(key, points, side="right") - 1 for key in keys)
    asked = was.bits(*before.kept)
    open_ = before.open_stretches.members()[old]
    settled = (was.unknown[old] & ~after.unknown[new] & asked) != 0
    found = np.zeros(was.last.size, bool)
    found[was.row[old[open_ & settled]]] = True
    return found
