"""The share of eligible among all such patients when some of the cohort are only possibly so."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.estimation.interval import LEVEL, Interval, two_sided
from postgraft.estimation.proportions import score_bounds
from postgraft.estimation.rubin import Pooled, pool


def population_share(certain: int, drawn: NDArray[np.bool_], of: int, level: float = LEVEL) -> Pooled:
    """The share of eligible among *all* patients of which the ``of`` patients of the cohort are a sample.

    ``certain``: patients known to be eligible; ``drawn`` (draws, units): eligibility of the possible ones, see
    ``imputation.eligible``. Uncertain are the unknown verdicts and which patients the sample got, so that the
    interval may reach below certain / of. Variances within are those of a proportion; of = 0 gives nan.

    The interval is Wilson's with Rubin's variance: it stays in 0 … 1, doesn't collapse where no draw or every
    draw is eligible, as Rubin's own does, and is narrower at 30 patients than the one on the logit scale. Where
    several criteria are unknown it covers somewhat more than the level: the draws take criteria to be independent,
    which tells them more than the share alone uses, and Rubin's variance doesn't know it (XL Meng, Stat Sci
    1994;9:538).

    Raises:
        ValueError: certain < 0, certain + units > of, fewer than two draws, or a level outside 0 … 1.

    Source: A Lott, JP Reiter, Am Stat 2020;74:109.
    """
    from scipy.stats import t

    if certain + drawn.shape[1] > of:
        raise ValueError(
            f"{certain} certain and {drawn.shape[1]} possible patients are more than the {of} in all"
        )
    shares = _counts(certain, drawn) / max(of, 1)
    pooled = pool(shares, shares * (1 - shares) / max(of, 1), level=level)
    if of == 0:
        return pooled._replace(estimate=math.nan, interval=Interval(math.nan, math.nan))
    excess = (1 + 1 / len(shares)) * pooled.between
    size = of * pooled.within / (pooled.within + excess) if excess else of
    quantile = float(t.ppf(two_sided(level), pooled.degrees_of_freedom))
    low, high = score_bounds(np.array(pooled.estimate), np.array(size), quantile)
    return pooled._replace(interval=Interval(float(low), float(high)))


def _counts(certain: int, drawn: NDArray[np.bool_]) -> NDArray[Any]:
    if certain < 0:
        raise ValueError(f"a count cannot be negative; got {certain} certain")
    return np.asarray(certain + np.count_nonzero(drawn, axis=1))
