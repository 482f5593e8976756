"""Interval of a number whose distribution is known by draws."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.estimation.interval import LEVEL, Interval, two_sided


def mid_interval(draws: NDArray[Any], level: float = LEVEL) -> Interval:
    """From the smallest to the largest value whose mid-distribution lies between the two tails.

    The mid-distribution at a value is the share of draws below it and half of those at it (mid-P). A count has few
    values, and plain quantiles of it hold more than the level; counting half of the value at the bound makes
    an interval that holds the level on average. Where the values are many, it is the plain quantiles.
    Bounds are values that were drawn.

    Raises:
        ValueError: no draws, or a level outside 0 … 1.

    Source: HO Lancaster, J Am Stat Assoc 1961;56:223 (mid-P).

    >>> mid_interval(np.repeat([3, 4, 5, 6], [1, 60, 38, 1]))
    Interval(low=4.0, high=5.0)
    """
    if draws.size == 0:
        raise ValueError("an interval needs at least one draw")
    upper = two_sided(level)
    values, counts = np.unique(draws, return_counts=True)
    middle = (np.cumsum(counts) - counts / 2) / draws.size
    inside = values[(middle >= 1 - upper) & (middle <= upper)]
    return Interval(float(inside[0]), float(inside[-1]))
