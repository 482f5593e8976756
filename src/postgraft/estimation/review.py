"""What a chart review of a stratified sample says of the whole cohort."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from postgraft.estimation.intervals import LEVEL, Estimate, mid_interval

DRAWS = 4000
"""Draws of the charts that were not reviewed."""
JEFFREYS = 0.5
"""Both parameters of the beta prior of a share of truly eligible patients."""
LEAST = 10
"""Charts of each stratum that a sample has at least, where there are so many."""


class Stratum(NamedTuple):
    """Patients with the same computed status: how many there are, were reviewed, and were found truly eligible."""

    size: int
    reviewed: int
    eligible: int


class Review(NamedTuple):
    """What a review gives, for the patients of this cohort (not for a population of such patients).

    ``predictive_value`` by stratum: share of truly eligible patients in it. ``number``: truly eligible patients in
    all strata. ``sensitivity`` by stratum, but for the last: share of all truly eligible patients that are in it or
    in one before it.
    """

    predictive_value: dict[str, Estimate]
    number: Estimate
    sensitivity: dict[str, Estimate]


def review(strata: Mapping[str, Stratum], rng: np.random.Generator, level: float = LEVEL) -> Review:
    """Predictive values, number of truly eligible patients and sensitivities, from a random sample of each stratum.

    ``strata`` in order, the surest first: certain, possible, ineligible. A chart is taken to be right.
    Estimates are those of a stratified sample, Σ size · eligible / reviewed. For the intervals the charts that were
    not reviewed are drawn, ``DRAWS`` times: a chance from its beta posterior under Jeffreys' prior, then the
    number of eligible among them (beta-binomial). So a stratum that was reviewed throughout adds nothing to the
    width, and one where none or all were found eligible still does. Intervals are mid-P.

    A large stratum with a small sample rules the result: with none eligible in 50 of 2,000, more than 40 may be.

    Raises:
        ValueError: not 0 ≤ eligible ≤ reviewed ≤ size, a stratum with patients of which none was reviewed, no
            strata, or a level outside 0 … 1.

    Source: WG Cochran, Sampling Techniques, 1977, chapter 5 (estimates); LD Brown, TT Cai, A DasGupta, Stat Sci
    2001;16:101 (Jeffreys' prior); WA Ericson, J R Stat Soc B 1969;31:195 (finite populations).

    >>> strata = {"certain": Stratum(10, 10, 9), "possible": Stratum(40, 20, 5), "ineligible": Stratum(50, 50, 1)}
    >>> found = review(strata, np.random.default_rng(1))
    >>> found.number.estimate, found.predictive_value["certain"]
    (20.0, Estimate(estimate=0.9, interval=Interval(low=0.9, high=0.9)))
    """
    if not strata:
        raise ValueError("a review needs at least one stratum")
    for name, stratum in strata.items():
        _check(name, stratum)
    estimated = {name: _share(one) * one.size if one.size else 0.0 for name, one in strata.items()}
    drawn = {name: _drawn(one, rng) for name, one in strata.items()}
    values = {
        name: Estimate(_share(one), mid_interval(drawn[name] / one.size, level))
        for name, one in strata.items()
        if one.size
    }
    all_estimated, all_drawn = sum(estimated.values()), np.sum(list(drawn.values()), axis=0)
    sensitivity = {}
    so_far, so_far_drawn = 0.0, np.zeros(DRAWS)
    for name in list(strata)[:-1]:
        so_far, so_far_drawn = so_far + estimated[name], so_far_drawn + drawn[name]
        some = all_drawn > 0
        if all_estimated and some.any():
            shares = so_far_drawn[some] / all_drawn[some]
            sensitivity[name] = Estimate(so_far / all_estimated, mid_interval(shares, level))
    return Review(values, Estimate(float(all_estimated), mid_interval(all_drawn, level)), sensitivity)


def sample_sizes(sizes: Mapping[str, int], total: int, least: int = LEAST) -> dict[str, int]:
    """How many charts to review in each stratum: by the square root of its size, at least ``least`` where there are.

    The sum is ``total``, or all patients if there are fewer. The square root stands between equal shares, which
    serve the small strata, and proportional ones, which serve the total; it is what Neyman's allocation gives where
    the standard deviation falls with the square root of the size, as it does from certain to ineligible.

    Raises:
        ValueError: a negative size, or a total too small for ``least`` in each stratum.

    >>> sample_sizes({"certain": 60, "possible": 240, "ineligible": 1700}, total=150)
    {'certain': 18, 'possible': 36, 'ineligible': 96}
    """
    if min(sizes.values(), default=0) < 0:
        raise ValueError(f"sizes cannot be negative; got {dict(sizes)}")
    floor = {name: min(least, size) for name, size in sizes.items()}
    if sum(floor.values()) > total:
        raise ValueError(f"{total} charts are too few for {least} of each stratum; needed are {sum(floor.values())}")
    shares = dict(floor)
    while sum(shares.values()) < min(total, sum(sizes.values())):
        # One chart at a time, to the stratum that is furthest below the square root of its size.
        open_to = [name for name in sizes if shares[name] < sizes[name]]
        shares[min(open_to, key=lambda name: shares[name] / sizes[name] ** 0.5)] += 1
    return shares


def _share(stratum: Stratum) -> float:
    return stratum.eligible / stratum.reviewed


def _drawn(stratum: Stratum, rng: np.random.Generator) -> NDArray[np.int64]:
    """Truly eligible patients of a stratum: those found, and those drawn among the charts not reviewed."""
    chance = rng.beta(stratum.eligible + JEFFREYS, stratum.reviewed - stratum.eligible + JEFFREYS, DRAWS)
    return stratum.eligible + rng.binomial(stratum.size - stratum.reviewed, chance)


def _check(name: str, stratum: Stratum) -> None:
    if not 0 <= stratum.eligible <= stratum.reviewed <= stratum.size:
        raise ValueError(f"stratum {name}: need 0 ≤ eligible ≤ reviewed ≤ size; got {stratum}")
    if stratum.size and not stratum.reviewed:
        raise ValueError(f"stratum {name}: of {stratum.size} patients none was reviewed, so nothing is known of them")
