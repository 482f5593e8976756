"""What a plan would need to reach its target: enrolments, eligible patients or centres."""

from dataclasses import replace
from math import inf

import numpy as np

from postgraft.estimation.accrual import Accrual

MOST_CENTRES = 10_000
"""More centres than any trial has; where they do not suffice, no number does."""


def enrolments_needed(missing: int, probability: float | None = None) -> float:
    """Expected number of enrolments that is needed so that ``missing`` patients are enrolled.

    Without ``probability`` on average, that is ``missing`` itself; else the mean of a Poisson that reaches it with
    that probability. Divided by the time left it is the rate needed. In closed form, as a Poisson of
    mean m reaches k just when a gamma of shape k stays below m.

    >>> round(enrolments_needed(25, 0.8), 1)
    29.1
    """
    from scipy.special import gammaincinv

    if missing <= 0:
        return 0.0
    return float(missing) if probability is None else float(gammaincinv(missing, probability))


def eligible_rate_needed(accrual: Accrual, target: int, day: float, probability: float | None = None) -> float:
    """New eligible patients a year in the cohort that are needed to enrol ``target`` by a day; inf if none do.

    Without ``probability`` so many that ``target`` is the mean number enrolled; else so many that it is reached with
    that probability, were the rate known and only the shares uncertain. 0 where the known pools suffice.
    """
    from scipy.optimize import brentq

    def short(rate: float) -> float:
        known = replace(accrual, rate=np.full_like(accrual.rate, rate), shape=np.full_like(accrual.shape, inf))
        if probability is None:
            return known.expected(day) - target
        return known.at_least(target, day) - probability

    if short(0.0) >= 0:
        return 0.0
    most = 1.0
    while short(most) < 0:
        most *= 2
        if most > 1e9:
            return inf
    return float(brentq(short, 0.0, most, xtol=1e-6))


def centres_needed(accrual: Accrual, target: int, day: float, probability: float = 0.8) -> float:
    """Smallest number of centres like this one that reach ``target`` by a day with a probability; inf if none.

    A centre is all the sites of the plan together, with their openings, shares and pools. So many centres see that
    many times what this one sees from now on; 1 is this one alone.
    """

    def reached(number: int) -> bool:
        return replace(accrual, sites=accrual.sites.times(number)).at_least(target, day) >= probability

    if not reached(MOST_CENTRES):
        return inf
    low, high = -1, MOST_CENTRES
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return float(high)
