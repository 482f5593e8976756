"""Estimates of several imputed data sets put together."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from postgraft.estimation.interval import LEVEL, Interval, two_sided


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
