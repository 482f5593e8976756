"""Enrolment drawn patient by patient from the model whose probabilities ``Accrual`` computes."""

from math import ceil, isnan

import numpy as np
from numpy.typing import NDArray

from postgraft.estimation.accrual import YEAR, Sites
from postgraft.estimation.accrual_rate import Rate, Share

Counts = NDArray[np.int64]
Days = NDArray[np.float64]


def simulate(
    rate: Rate,
    participation: Share,
    screen_failure: Share,
    sites: Sites,
    days: Days,
    draws: int,
    rng: np.random.Generator,
) -> Counts:
    """Enrolled up to and including each of ``days`` (ascending): shape (draws, sites, days).

    Of each draw a rate, a participation and a screen failure are drawn, then the new eligible patients from day to
    day and the pools, and of every patient whether this one is enrolled.
    """
    share = participation.draw(draws, rng) * (1 - screen_failure.draw(draws, rng))
    a_year = rate.draw(draws, rng)
    open_days = np.clip(np.minimum(days, sites.closes[:, None]) - sites.opens[:, None] + 1, 0, None)
    seen_years = sites.intensity[:, None] * np.diff(open_days, axis=1, prepend=0) / YEAR
    enrolled = rng.binomial(rng.poisson(a_year[:, None, None] * seen_years), share[:, None, None])
    for opening in np.unique(sites.opens[sites.opens <= days[-1]]):
        own = np.flatnonzero(sites.opens == opening)
        together = float(sites.intensity[own].sum())
        if isnan(known := sites.pool[own[0]]):
            found = rng.binomial(rng.poisson(a_year * sites.pool_years * together), share * sites.reached)
        else:
            found = np.zeros(draws, np.int64)
            for one in range(ceil(together)):
                found += rng.binomial(int(known), min(together - one, 1) * share * sites.reached)
        split = sites.intensity[own] / max(together, np.finfo(float).tiny)
        enrolled[:, own, np.searchsorted(days, opening)] += rng.multinomial(found, split)
    return np.asarray(enrolled.cumsum(axis=2))
