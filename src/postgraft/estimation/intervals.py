"""An estimate with its interval: of proportions, rates, paired differences, and numbers known by draws."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

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


def score_bounds(share: NDArray[Any], size: NDArray[Any], quantile: NDArray[Any] | float) -> tuple[Floats, Floats]:
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


def poisson_rate(events: float, exposure: float, level: float = LEVEL) -> Interval:
    """Interval of events per unit of exposure, for events that come independently (Poisson); Jeffreys' method.

    ``exposure`` is time under observation in any unit, such as patient-years; bounds are per that unit, from 0
    on, both included. Exposure 0 gives nan to nan. Without events the lower bound is 0, as Brown, Cai and
    DasGupta set it.

    Of means from 0.3 to 6 events it covers 95.4 % on average; mid-P 96.4 %, the exact interval of Garwood 98.0 %,
    both wider. At a single mean under 6 it may fall to 90 %.

    Raises:
        ValueError: a negative count or exposure, events without exposure, or a level outside 0 … 1.

    Source: LD Brown, TT Cai, A DasGupta, Stat Sin 2003;13:19. The bounds are half the chi-square quantiles with
    2 · events + 1 degrees of freedom: 10.283 and 35.479 with 21, in any table.

    >>> [round(bound, 2) for bound in poisson_rate(10, exposure=1)]
    [5.14, 17.74]
    """
    from statsmodels.stats.rates import confint_poisson

    if events < 0 or not exposure >= 0 or (events and not exposure):
        raise ValueError(f"events need a time in which they happened; got {events} in {exposure}")
    alpha = 2 * (1 - two_sided(level))
    if exposure == 0:
        return Interval(float("nan"), float("nan"))
    low, high = confint_poisson(events, exposure, method="jeff", alpha=alpha)
    return Interval(float(low) if events else 0.0, float(high))


NUDGE = 1e-9
"""Distance from the estimate at which a search for a bound starts; bounds nearer than that count as one."""


def paired_difference(gained: int, lost: int, of: int, level: float = LEVEL) -> Interval:
    """Score interval (Tango 1998) of (gained - lost) / of, the change of a share when each patient is seen twice.

    ``gained`` patients are met only by the second protocol, ``lost`` only by the first, of ``of`` in all.
    Bounds lie in -1 … 1, both included; of = 0 gives nan to nan.

    It holds at small and zero counts because the standard error is not taken at the estimate, where no
    discordant patient would make it 0, but at each difference that is tested, with the share of discordant
    patients that is most likely under it. Without any discordant patient the interval is ± z² / (of + z²), the
    bound that Wilson's interval gives for 0 of ``of``. Where an amendment can only gain, ``lost`` is 0 by
    construction, which this interval cannot know: it is then too wide below at 30 patients, and
    ``wilson(gained, of)`` is the better one.

    Raises:
        ValueError: a negative count, gained + lost > of, or a level outside 0 … 1.

    Source: T Tango, Stat Med 1998;17:891. Airway hyper-responsiveness before and after stem cell
    transplantation (L Bentur et al. 2009), as worked in MW Fagerland, S Lydersen, P Laake, Statistical
    Analysis of Contingency Tables, 2017, chapter 8: -0.517 to -0.026.

    >>> [round(bound, 3) for bound in paired_difference(gained=1, lost=7, of=21)]
    [-0.517, -0.026]
    """
    from scipy.optimize import brentq

    if min(gained, lost) < 0 or gained + lost > of:
        raise ValueError(f"gained and lost must be counts among the {of}; got {gained} and {lost}")
    quantile = normal_quantile(level)
    if of == 0:
        return Interval(math.nan, math.nan)

    def beyond(difference: float, side: float) -> float:
        """Zero where the observed difference is ``quantile`` standard errors from the tested one."""
        error = math.sqrt(_variance(gained, lost, of, difference))
        return gained - lost - of * difference + side * quantile * error

    observed = (gained - lost) / of
    low = -1.0 if lost == of else brentq(beyond, -1, observed - NUDGE, args=(-1,))
    high = 1.0 if gained == of else brentq(beyond, observed + NUDGE, 1, args=(1,))
    return Interval(float(low), float(high))


def _variance(gained: int, lost: int, of: int, difference: float) -> float:
    """Variance of gained - lost when the true difference is this one and the rest is most likely."""
    a = 2 * of
    b = -gained - lost + (2 * of - gained + lost) * difference
    c = -lost * difference * (1 - difference)
    losing = (math.sqrt(max(b * b - 4 * a * c, 0.0)) - b) / (2 * a)
    return max(of * (2 * losing + difference * (1 - difference)), 0.0)
