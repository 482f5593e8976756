"""How many new eligible patients a year a cohort brings, and how sure that is."""

from dataclasses import dataclass
from math import inf, isinf

import numpy as np
from numpy.typing import NDArray

from postgraft.estimation.interval import LEVEL, Estimate, Interval, two_sided


@dataclass(frozen=True)
class Rate:
    """A yearly rate with a gamma distribution: its ``mean`` and ``shape``; shape inf: known for sure."""

    mean: float
    shape: float = inf

    @classmethod
    def seen(cls, events: float, years: float) -> "Rate":
        """The rate after so many events of a Poisson process in so many years: Gamma(events + 1/2, years).

        That is the posterior under Jeffreys' prior, rate^(−1/2), which is Gamma(1/2, 0): H Jeffreys, Theory of
        Probability, 3rd ed. 1961, section 3.1; its equal-tailed intervals: LD Brown, TT Cai, A DasGupta, Stat Sin
        2003;13:19.

        Raises:
            ValueError: fewer than 0 events, or no time.
        """
        if events < 0 or not years > 0:
            raise ValueError(f"a rate needs events ≥ 0 in years > 0; got {events} in {years}")
        return cls((events + 0.5) / years, events + 0.5)

    def estimate(self, level: float = LEVEL) -> Estimate:
        """Mean and equal-tailed interval."""
        from scipy.stats import gamma

        if isinf(self.shape) or self.mean == 0:
            return Estimate(self.mean, Interval(self.mean, self.mean))
        upper = two_sided(level)
        low, high = gamma.ppf([1 - upper, upper], self.shape, scale=self.mean / self.shape)
        return Estimate(self.mean, Interval(float(low), float(high)))

    def draw(self, size: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Independent draws, shape (size,)."""
        if isinf(self.shape):
            return np.full(size, self.mean)
        return rng.gamma(self.shape, self.mean / self.shape, size)
