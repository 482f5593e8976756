"""Intervals of a proportion: a count of successes among independent patients."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.estimation.interval import LEVEL, Interval, normal_quantile, two_sided

Floats = NDArray[np.float64]


def wilson(count: int, of: int, level: float = LEVEL) -> Interval:
    """Score interval of a proportion (Wilson 1927), the default for every share.

    Its coverage averages the level even at 30 patients and it never collapses at 0 or all; at a single truth
    near 0 or 1 it may fall short. Bounds lie in 0 … 1, both included; of = 0 gives nan to nan.

    Raises:
        ValueError: not 0 ≤ count ≤ of, or a level outside 0 … 1.

    Source: EB Wilson, J Am Stat Assoc 1927;22:209; recommended in RG Newcombe, Stat Med 1998;17:857, whose
    example (c) this is:

    >>> [round(bound, 4) for bound in wilson(0, 20)]
    [0.0, 0.1611]
    """
    _check(count, of)
    quantile = normal_quantile(level)
    if of == 0:
        return Interval(float("nan"), float("nan"))
    low, high = score_bounds(np.array(count / of), np.array(float(of)), quantile)
    return Interval(float(low), float(high))


def clopper_pearson(count: int, of: int, level: float = LEVEL) -> Interval:
    """Exact interval of a proportion (Clopper and Pearson 1934): covers *at least* at the level, mostly more.

    For statements that must hold at every truth, at the price of width. Bounds lie in 0 … 1, both included;
    of = 0 gives nan to nan.

    Raises:
        ValueError: not 0 ≤ count ≤ of, or a level outside 0 … 1.

    Source: CJ Clopper, ES Pearson, Biometrika 1934;26:404; example (c) of RG Newcombe, Stat Med 1998;17:857:

    >>> [round(bound, 4) for bound in clopper_pearson(0, 20)]
    [0.0, 0.1684]
    """
    from statsmodels.stats.proportion import proportion_confint

    _check(count, of)
    alpha = 2 * (1 - two_sided(level))
    if of == 0:
        return Interval(float("nan"), float("nan"))
    low, high = proportion_confint(count, of, alpha, method="beta")
    return Interval(float(low), float(high))


def score_bounds(
    share: NDArray[Any], size: NDArray[Any], quantile: NDArray[Any] | float
) -> tuple[Floats, Floats]:
    """Bounds p with (share - p)² = quantile² p (1 - p) / size, elementwise; nothing known (size 0) is 0 to 1.

    The size need not be whole: where a share has another variance than the binomial, it is the number of
    patients who would give that variance. Shapes broadcast.
    """
    share, size = np.asarray(share, np.float64), np.asarray(size, np.float64)
    square = np.square(quantile)
    centre = (size * share + square / 2) / (size + square)
    half = quantile * np.sqrt(size * share * (1 - share) + square / 4) / (size + square)
    # At 0 and 1 the bound is the share itself; rounding may put it beside.
    low = np.where(share == 0, 0.0, np.clip(centre - half, 0, share))
    high = np.where(share == 1, 1.0, np.clip(centre + half, share, 1))
    return low, high


def _check(count: int, of: int) -> None:
    if not 0 <= count <= of:
        raise ValueError(f"a count must lie between 0 and its denominator; got {count} of {of}")
