"""From dated evidence to cells: spans of days painted onto a grid."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.events import OPEN_END, Ints
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
    """A verdict from disjoint spans start … end (closed), sorted by row and start; ``default`` elsewhere."""
    told = value != default  # a row whose spans say nothing but the default need not be held
    row, start, end, value = row[told], start[told], end[told], np.asarray(value, np.int8)[told]
    row, start, end, keep = _clip(shape, row, start, end)
    rows, cells = paint_cells(shape.days, row, start, end, value[keep], np.int8(default))
    return shape.dense(cells) if rows.size == shape.rows else shape.of_rows(rows, cells, default)


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


def merged(row: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Disjoint spans, by row and start, that hold the same days as the given ones (closed, in any order)."""
    if row.size == 0:
        return row, start, end
    order = np.lexsort((start, row))
    row, start, end = row[order], start[order], end[order]
    room = 4 * int(OPEN_END)  # keeps the running maximum of ends inside its row
    covered = np.maximum.accumulate(np.asarray(row, np.int64) * room + end)
    begins = np.append(True, np.asarray(row, np.int64)[1:] * room + start[1:] > covered[:-1] + 1)
    final = np.append(begins[1:], True)
    return row[begins], start[begins], covered[final] - np.asarray(row[final], np.int64) * room


def cover(shape: Shape, row: Ints, start: Ints, end: Ints) -> Verdict:
    """PASS on days inside at least one of the spans start … end (closed, in any order), else FAIL."""
    if row.size == 0:
        return shape.constant(FAIL)
    row, start, end, _ = _clip(shape, row, start, end)
    row, start, end = merged(row, start, end)
    return paint(shape, row, start, end, np.full(row.size, PASS, np.int8), FAIL)


def total_by_day(
    shape: Shape, row: Ints, start: Ints, end: Ints, amount: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Sum of the amounts of the spans (closed, by row, may overlap) that hold each day, shape (rows, days)."""
    row, start, end, keep = _clip(shape, row, start, end)
    amount = amount[keep]
    counts = amount != 0
    out = np.zeros((shape.rows, shape.days))
    if not counts.any():
        return out
    row, start, end, amount = row[counts], start[counts], end[counts], amount[counts]
    new = np.append(True, row[1:] != row[:-1])
    local = np.cumsum(new) - 1
    change = np.zeros((int(local[-1]) + 1, shape.days + 1))
    np.add.at(change, (local, start), amount)
    np.add.at(change, (local, end + 1), -amount)
    # Differences of running sums leave noise of about 1e-12.
    out[row[new]] = np.round(np.cumsum(change, axis=1)[:, :-1], 9)
    return out
