"""From dated evidence to cells: spans of days painted onto a grid."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.events import Ints
from postgraft.timeline.verdict import Shape, Verdict
from postgraft.vocabulary.verdicts import FAIL, PASS


def _clip(shape: Shape, row: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
    start, end = np.maximum(start, 0), np.minimum(end, shape.days - 1)
    keep = start <= end
    return row[keep], start[keep], end[keep], keep


def paint_cells(
    days: int, row: Ints, start: Ints, end: Ints, value: NDArray[Any], default: Any
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Cells of the rows touched by disjoint spans start ... end (closed), sorted by row and start.

    Returns the touched rows (ascending) and their cells, shape (touched, days), ``default`` outside spans.
    """
    new_row = np.concatenate([[True], row[1:] != row[:-1]]) if row.size else np.empty(0, bool)
    local = np.cumsum(new_row) - 1
    rows = np.asarray(row[new_row], np.int64)
    bounds = np.empty(2 * row.size + 2, np.int64)
    bounds[0], bounds[-1] = 0, rows.size * days
    bounds[1:-1:2] = local * days + start
    bounds[2:-1:2] = local * days + end + 1
    values = np.full(2 * row.size + 1, default, value.dtype)
    values[1::2] = value
    return rows, np.repeat(values, np.diff(bounds)).reshape(rows.size, days)


def paint(shape: Shape, row: Ints, start: Ints, end: Ints, value: NDArray[np.int8], default: int) -> Verdict:
    """A verdict from disjoint spans start ... end (closed), sorted by row and start; ``default`` elsewhere."""
    row, start, end, keep = _clip(shape, row, start, end)
    rows, cells = paint_cells(shape.days, row, start, end, np.asarray(value, np.int8)[keep], np.int8(default))
    if rows.size == shape.rows:
        return shape.dense(cells)
    return shape.of_rows(rows, cells, default)


def paint_values(
    shape: Shape, row: Ints, start: Ints, end: Ints, value: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Numbers from disjoint spans (closed), sorted by row and start: shape (rows, days), NaN elsewhere."""
    row, start, end, keep = _clip(shape, row, start, end)
    rows, cells = paint_cells(shape.days, row, start, end, value[keep], np.nan)
    if rows.size == shape.rows:
        return np.asarray(cells)
    out = np.full((shape.rows, shape.days), np.nan)
    out[rows] = cells
    return out


def total_by_day(
    shape: Shape, row: Ints, start: Ints, end: Ints, amount: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Sum of the amounts of the spans (closed, may overlap) that hold each day, shape (rows, days)."""
    row, start, end, keep = _clip(shape, row, start, end)
    out = np.zeros((shape.rows, shape.days))
    touched, totals = _sum_spans(shape, row, start, end, amount[keep])
    out[touched] = np.round(totals, 9)  # differences of running sums leave noise of about 1e-12
    return out


def cover(shape: Shape, row: Ints, start: Ints, end: Ints) -> Verdict:
    """PASS on days inside at least one of the spans start ... end (closed, may overlap), else FAIL."""
    row, start, end, _ = _clip(shape, row, start, end)
    if row.size == 0:
        return shape.constant(FAIL)
    rows, totals = _sum_spans(shape, row, start, end, np.ones(row.size, np.int16))
    return shape.of_rows(rows, (totals > 0).view(np.int8) * np.int8(PASS), FAIL)


def _sum_spans(
    shape: Shape, row: Ints, start: Ints, end: Ints, amount: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """The touched rows, and the running sum of what begins and ends, shape (touched, days)."""
    rows, local = np.unique(row, return_inverse=True)
    change = np.zeros((rows.size, shape.days + 1), amount.dtype)
    np.add.at(change, (local, start), amount)
    np.add.at(change, (local, np.asarray(end) + 1), -amount)
    return np.asarray(rows, np.int64), np.cumsum(change, axis=1, dtype=amount.dtype)[:, :-1]
