"""An interval, an estimate with its interval, and the level they are stated at."""

from typing import NamedTuple

LEVEL = 0.95
"""Level of every interval unless another is asked for."""


class Interval(NamedTuple):
    """Lower and upper bound, both included, in the unit of what is estimated; both nan where nothing is known."""

    low: float
    high: float


class Estimate(NamedTuple):
    """An estimate and its interval, in the same unit."""

    estimate: float
    interval: Interval


def two_sided(level: float) -> float:
    """The share of a distribution below the upper of its two bounds at a level, 0.975 at 0.95.

    Raises:
        ValueError: the level is not between 0 and 1, both excluded.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, both excluded; got {level}")
    return (1 + level) / 2


def normal_quantile(level: float) -> float:
    """How many standard errors a two-sided interval reaches to each side: 1.96 at 0.95."""
    from scipy.special import ndtri

    return float(ndtri(two_sided(level)))
