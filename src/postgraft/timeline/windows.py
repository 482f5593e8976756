"""Rolling windows over days, on plain arrays of shape (rows, days); every window ends on its day."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.vocabulary.verdicts import FAIL

Cells = NDArray[np.int8]


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
