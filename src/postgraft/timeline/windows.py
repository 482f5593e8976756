"""Plain arrays of shape (rows, days), day 0 first: rolling windows, which end on their day, and single days.

Only this room knows which cell is which day; ``tests/architecture`` holds the others to it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.events import Ints
from postgraft.timeline.verdict import Cells, Shape
from postgraft.vocabulary.verdicts import FAIL

PackedDays = NDArray[np.uint8]
"""Days as bits, eight in a byte: shape (rows, bytes)."""


def day_numbers(days: int) -> NDArray[np.int32]:
    """The day of each cell, shape (1, days)."""
    return np.arange(days, dtype=np.int32)[None, :]


def at(cells: NDArray[Any], row: Ints | int, day: Ints | int) -> NDArray[Any]:
    """The cells at single points, days of the array."""
    return np.asarray(cells[row, day])


def last_day(cells: NDArray[Any]) -> NDArray[Any]:
    """The cells of the last day, shape (rows,)."""
    return cells[:, -1]


def put(cells: NDArray[Any], row: Ints, day: Ints, value: Any) -> None:
    """Set the cells at single points to ``value`` (one, or one a point); days that the array lacks are passed over."""
    inside = (day >= 0) & (day < cells.shape[1])
    cells[row[inside], day[inside]] = value[inside] if np.ndim(value) else value


def put_span(cells: NDArray[Any], row: int | slice, first: int, last: int, value: Any) -> None:
    """Set the cells of a row (or of some) on the days first ... last (closed) that the array has."""
    cells[row, max(first, 0) : max(last + 1, 0)] = value


def put_least(cells: NDArray[Any], row: Ints, values: NDArray[Any]) -> None:
    """Lower the cells of rows (one may come more than once) to ``values``, shape (rows, the first days)."""
    np.minimum.at(cells[:, : values.shape[1]], row, values)


def from_day(cells: NDArray[Any], day: int, before: Any) -> NDArray[Any]:
    """The cells from ``day`` on, ``before`` on the days before it."""
    out = cells.copy()
    out[:, :day] = before
    return out


def counted_from(cells: NDArray[Any], day: int) -> NDArray[Any]:
    """The cells from ``day`` on, which becomes day 0."""
    return cells[:, day:]


def ahead(cells: NDArray[np.float64], days: int) -> NDArray[np.float64]:
    """What was found for the ``days`` days ending on a day, at the first of them; with one day more, -inf after."""
    out = np.full((cells.shape[0], cells.shape[1] + 1), -np.inf)
    out[:, : max(cells.shape[1] - days + 1, 0)] = cells[:, days - 1 :]
    return out


def first_days(shape: Shape, row: Ints, start: Ints, end: Ints, days: int) -> NDArray[np.bool_]:
    """Days on which ``days`` days begin that lie within one of the disjoint spans start ... end (closed)."""
    change = np.zeros((shape.rows, shape.days + 1), np.int8)
    change[row, start] = 1
    change[row, end - days + 2] -= 1
    return np.cumsum(change, axis=1, dtype=np.int8).view(bool)


def packed(held: NDArray[np.bool_]) -> PackedDays:
    """The cells as bits, eight days a byte."""
    return np.packbits(held, axis=1)


def packed_at(held: PackedDays, row: Ints, day: Ints) -> NDArray[np.bool_]:
    """Whether packed cells hold at single points."""
    return np.asarray((held[row, day >> 3] >> (7 - (day & 7)).astype(np.uint8)) & 1, bool)


def packed_points(held: PackedDays) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and day of the packed cells that hold, by row and day."""
    row, day = np.nonzero(np.unpackbits(held, axis=1))
    return row, day


def so_far(cells: NDArray[Any]) -> NDArray[Any]:
    """Highest value on the days up to each."""
    return np.asarray(np.maximum.accumulate(cells, axis=1))


def lowest_so_far(shape: Shape, row: Ints, day: Ints, value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lowest value of the points (row, day) up to each day, what is before day 0 from day 0 on; infinite before any."""
    lowest = np.full((shape.rows, shape.days), np.inf)
    np.minimum.at(lowest, (row, np.maximum(day, 0)), value)
    return np.asarray(np.minimum.accumulate(lowest, axis=1))


def number_so_far(shape: Shape, row: Ints, day: Ints) -> NDArray[np.int16]:
    """How many of the points (row, day ≥ 0) lie on or before each day."""
    number = np.zeros((shape.rows, shape.days), np.int16)
    inside = day < shape.days
    np.add.at(number, (row[inside], day[inside]), 1)
    return np.cumsum(number, axis=1, dtype=np.int16)


def earlier(cells: NDArray[Any], days: int, fill: Any) -> NDArray[Any]:
    """The cells as they stood ``days`` (≥ 0) days earlier, ``fill`` before day 0."""
    out = np.full_like(cells, fill)
    out[:, days:] = cells[:, : max(cells.shape[1] - days, 0)]
    return out


def _rolling(cells: NDArray[Any], days: int, combine: np.ufunc, fill: Any) -> NDArray[Any]:
    width, current = 1, cells
    while width * 2 <= days:
        current = combine(current, earlier(current, width, fill))
        width *= 2
    return combine(current, earlier(current, days - width, fill)) if days > width else current


def rolling_max(cells: NDArray[Any], days: int, before: float = FAIL) -> NDArray[Any]:
    """Highest value on the days d-days+1 ... d (OR of verdicts), ``before`` standing in for days before day 0."""
    return _rolling(cells, days, np.maximum, cells.dtype.type(before))


def rolling_min(numbers: NDArray[np.float64], days: int) -> NDArray[np.float64]:
    """Lowest value on the days d-days+1 ... d, -inf where they reach back before day 0."""
    return np.asarray(_rolling(numbers, days, np.minimum, -np.inf))


def rolling_sum(numbers: NDArray[np.float64], days: int) -> NDArray[np.float64]:
    """Sum over the days d-days+1 ... d that exist."""
    total = numbers.copy()
    for k in range(1, min(days, numbers.shape[1])):
        total[:, k:] += numbers[:, :-k]
    return total


def run(cells: Cells, days: int) -> Cells:
    """AND over the ``days`` days ending on each day; FAIL where they reach back before day 0."""
    return np.asarray(_rolling(cells, days, np.minimum, np.int8(FAIL)))
