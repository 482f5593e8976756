"""Interval of the difference of two proportions of the same patients."""

import math

from postgraft.estimation.interval import LEVEL, Interval, normal_quantile

NUDGE = 1e-9
"""Distance from the estimate at which a search for a bound starts; bounds nearer than that are not told apart."""


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
