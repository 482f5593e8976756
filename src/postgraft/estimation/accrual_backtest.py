"""What a forecast made early in a finished trial would have said of its end, when only its total is published."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from postgraft.estimation.accrual import YEAR, Accrual, Sites
from postgraft.estimation.accrual_rate import Points, Rate
from postgraft.estimation.intervals import LEVEL, two_sided


class Backtest(NamedTuple):
    """Forecasts of the total, an entry for each number that may have been enrolled when they were made.

    ``so_far``: that number; ``weight``: its probability if enrolment was even; ``median``, ``low``, ``high``: of the
    total forecast; ``holds``: whether the true total lies in low … high.
    """

    so_far: NDArray[np.int64]
    weight: NDArray[np.float64]
    median: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    holds: NDArray[np.bool_]


def backtest(enrolled: int, days: int, seen_days: int, level: float = LEVEL) -> Backtest:
    """Forecasts after ``seen_days`` of a trial that enrolled so many patients in ``days`` days.

    The rate is learnt from the number by then alone, as ``Rate.seen``. Which number it was is not known; at an even
    rate it is binomial given the total, so each possible one is tried and weighted.

    Raises:
        ValueError: not 0 < seen_days < days.
    """
    from scipy.stats import binom

    if not 0 < seen_days < days:
        raise ValueError(f"a back-test needs 0 < seen_days < days; got {seen_days} of {days}")
    so_far = np.arange(enrolled + 1)
    upper, sure = two_sided(level), Points(np.ones(1), np.ones(1))
    rest = Sites(np.array([0.0]), np.array([np.inf]), np.ones(1), np.array([np.nan]))
    forecasts = np.array(
        [
            Accrual.planned(Rate.seen(int(count), seen_days / YEAR), sure, rest).quantiles(
                days - seen_days - 1, np.array([1 - upper, 0.5, upper])
            )
            + count
            for count in so_far
        ]
    )
    low, median, high = forecasts.T
    weight = binom.pmf(so_far, enrolled, seen_days / days)
    return Backtest(so_far, weight, median, low, high, (low <= enrolled) & (enrolled <= high))
