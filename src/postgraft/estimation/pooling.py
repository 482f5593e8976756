"""Estimates of several imputed data sets put together.

The share of eligible among all such patients when some of the cohort are only possibly so.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from postgraft.estimation.intervals import LEVEL, Interval, score_bounds, two_sided


class Pooled(NamedTuple):
    """A pooled estimate: its interval, the variances within and between imputations, and what missingness costs.

    ``missing_information`` is the share of the information on the estimate that the missing values hold
    (0 … 1; Rubin 1987, 3.1.10); ``degrees_of_freedom`` may be infinite.
    """

    estimate: float
    interval: Interval
    within: float
    between: float
    missing_information: float
    degrees_of_freedom: float


def pool(
    estimates: NDArray[Any],
    variances: NDArray[Any],
    complete_degrees_of_freedom: float = math.inf,
    level: float = LEVEL,
) -> Pooled:
    """Rubin's rules: the mean of the estimates of m imputed data sets, with both kinds of uncertainty.

    ``estimates`` and ``variances`` (squared standard errors) have shape (m,). The degrees of freedom are those of
    Barnard and Rubin, which never exceed the ones there would be without missing values.

    Raises:
        ValueError: fewer than two estimates, other shapes, a negative variance, or a level outside 0 … 1.

    Source: DB Rubin, Multiple Imputation for Nonresponse in Surveys, 1987, chapter 3; J Barnard, DB Rubin,
    Biometrika 1999;86:948.
    """
    from scipy.stats import t

    estimates, variances = np.asarray(estimates, np.float64), np.asarray(variances, np.float64)
    if estimates.ndim != 1 or estimates.shape != variances.shape or estimates.size < 2:
        raise ValueError(
            "pooling needs at least two estimates and a variance each; "
            f"got shapes {estimates.shape} and {variances.shape}"
        )
    if not (variances >= 0).all():
        raise ValueError(f"variances cannot be negative or missing; got {variances.min()}")
    m = estimates.size
    estimate, within = float(estimates.mean()), float(variances.mean())
    between = float(estimates.var(ddof=1))
    excess = (1 + 1 / m) * between
    total = within + excess
    if total == 0:  # nothing varies, within or between
        point = Interval(estimate, estimate)
        return Pooled(estimate, point, within, between, 0.0, complete_degrees_of_freedom)
    share = excess / total
    large = (m - 1) / share**2 if share else math.inf  # those of Rubin, for a large data set
    freedom = _small_sample(large, share, complete_degrees_of_freedom)
    half = float(t.ppf(two_sided(level), freedom)) * math.sqrt(total)
    missing = (excess + within * 2 / (large + 3)) / total
    return Pooled(estimate, Interval(estimate - half, estimate + half), within, between, missing, freedom)


def _small_sample(large: float, share: float, complete: float) -> float:
    """Degrees of freedom that don't exceed ``complete``, where ``share`` of the variance is between imputations."""
    if math.isinf(complete):
        return large
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    return 1 / (1 / large + 1 / observed) if observed else 0.0


def population_share(certain: int, drawn: NDArray[np.bool_], of: int, level: float = LEVEL) -> Pooled:
    """The share of eligible among *all* patients of which the ``of`` patients of the cohort are a sample.

    ``certain``: patients known to be eligible; ``drawn`` (draws, units): eligibility of the possible ones, see
    ``imputation.eligible``. Uncertain are the unknown verdicts and which patients the sample got, so that the
    interval may reach below certain / of. Variances within are those of a proportion; of = 0 gives nan.

    The interval is Wilson's with Rubin's variance: it stays in 0 … 1, doesn't collapse where no draw or every
    draw is eligible, as Rubin's own does, and is narrower at 30 patients than the one on the logit scale. Where
    several criteria are unknown it covers somewhat more than the level: the draws take criteria to be independent,
    which informs them more than the share alone uses, and Rubin's variance doesn't know it (XL Meng, Stat Sci
    1994;9:538).

    Raises:
        ValueError: certain < 0, certain + units > of, fewer than two draws, or a level outside 0 … 1.

    Source: A Lott, JP Reiter, Am Stat 2020;74:109.
    """
    from scipy.stats import t

    if certain + drawn.shape[1] > of:
        raise ValueError(f"{certain} certain and {drawn.shape[1]} possible patients are more than the {of} in all")
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
