"""How many new eligible patients a year a cohort brings, and how sure that is.

Uncertain proportions between being eligible and being enrolled.
"""

from dataclasses import dataclass
from math import inf, isinf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from postgraft.estimation.intervals import LEVEL, Estimate, Interval, two_sided


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


Floats = NDArray[np.float64]

NODES = 32
"""Points of the rule for one proportion; the error this leaves is in docs/forecast.md."""


class Points(NamedTuple):
    """A distribution by points: ``value`` and ``weight`` have one shape, the weights sum to 1."""

    value: Floats
    weight: Floats


@dataclass(frozen=True)
class Share:
    """A proportion with a beta distribution: its ``mean``, as if seen in ``seen_in`` people.

    That is Beta(mean · seen_in, (1 − mean) · seen_in). ``seen_in`` inf, or a mean of 0 or 1: known for sure.
    """

    mean: float
    seen_in: float = inf

    @property
    def known(self) -> bool:
        """Whether there is nothing uncertain about it."""
        return isinf(self.seen_in) or self.mean in (0, 1)

    def points(self, nodes: int = NODES) -> Points:
        """Gauss–Jacobi rule of the beta distribution: exact for polynomials of degree 2 · nodes − 1.

        Points and weights are the eigenvalues, and squared first components of the eigenvectors, of the Jacobi
        matrix (GH Golub and JH Welsch, Math Comp 1969;23:221); unlike a weight function written out, it does
        not overflow for a large ``seen_in``.
        """
        from scipy.linalg import eigh_tridiagonal

        if self.known:
            return Points(np.array([self.mean]), np.ones(1))
        right, left = (1 - self.mean) * self.seen_in - 1, self.mean * self.seen_in - 1
        k = np.arange(1.0, nodes)
        both = 2 * k + right + left
        middle = np.append((left - right) / (right + left + 2), (left**2 - right**2) / (both * (both + 2)))
        # (k + right + left) / (both − 1) is 1 for the first, also where both are 0.
        ratio = np.append(1.0, (k[1:] + right + left) / (both[1:] - 1))
        beside = 4 * k * (k + right) * (k + left) * ratio / (both**2 * (both + 1))
        value, vectors = eigh_tridiagonal(middle, np.sqrt(beside))
        return Points(np.clip((1 + value) / 2, 0, 1), vectors[0] ** 2)

    def draw(self, size: int, rng: np.random.Generator) -> Floats:
        """Independent draws, shape (size,)."""
        if self.known:
            return np.full(size, float(self.mean))
        return rng.beta(self.mean * self.seen_in, (1 - self.mean) * self.seen_in, size)


def enrolled_share(participation: Share, screen_failure: Share, nodes: int = NODES) -> Points:
    """Share of the eligible approached who enrol: participation · (1 − screen failure), by points."""
    takes_part, fails = participation.points(nodes), screen_failure.points(nodes)
    value = takes_part.value[:, None] * (1 - fails.value)
    return Points(value.ravel(), (takes_part.weight[:, None] * fails.weight).ravel())
