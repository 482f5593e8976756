"""Sites of a trial over calendar time: for how long each is open, and whom it finds on its first day.

Predictive distribution of enrolment over calendar time: the Poisson–gamma model.
"""

from dataclasses import dataclass, replace
from functools import reduce
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from postgraft.estimation.accrual_rate import Points, Rate
from postgraft.estimation.intervals import LEVEL, Estimate, Interval, two_sided

Floats = NDArray[np.float64]

YEAR = 365.25
"""Days of a year, on average over leap years."""


class Pool(NamedTuple):
    """Patients eligible in the cohort on the day on which some sites open, and the share these sites reach."""

    patients: int
    reached: float


@dataclass(frozen=True, eq=False)
class Sites:
    """Sites, an entry each; days are whole numbers on one calendar, both ends included.

    ``opens``, ``closes`` (inf: never). ``intensity``: the share of the cohort's eligible patients that the site
    sees and can enrol; they may sum to more than 1, which means patients beyond the cohort. ``pool``: patients
    eligible in the cohort on the opening day, nan where only the average is known. ``pool_years``: that average
    in years of new eligible patients. ``reached``: share of a pool that is approached while still eligible,
    0 if a pool is not approached.
    """

    opens: Floats
    closes: Floats
    intensity: Floats
    pool: Floats
    pool_years: float = 0.0
    reached: float = 0.0

    def one(self, position: int) -> "Sites":
        """A single one of them."""
        at = slice(position, position + 1)
        return replace(
            self, opens=self.opens[at], closes=self.closes[at], intensity=self.intensity[at], pool=self.pool[at]
        )

    def times(self, factor: float) -> "Sites":
        """The same with every intensity multiplied, as if there were so many times as many sites."""
        return replace(self, intensity=self.intensity * factor)

    def exposure(self, day: float) -> float:
        """Years of the whole cohort that the sites have seen up to and including a day.

        The average pool of a site counts as ``pool_years`` on its first day: it is a Poisson number whose mean is
        that many years of new eligible patients (Little's law), so that it only adds to the exposure.
        """
        if day == -inf:
            return 0.0
        years = np.clip(np.minimum(day, self.closes) - self.opens + 1, 0, None) / YEAR
        average = np.where(np.isnan(self.pool) & (self.opens <= day), self.pool_years * self.reached, 0)
        return float(np.sum(self.intensity * (years + average)))

    def pools(self, after: float, day: float) -> list[Pool]:
        """The known pools of the sites that open later than ``after``, up to and including ``day``.

        Sites that open on one day share one pool. Together they can reach no more than all of it, so where their
        intensities sum to more than 1 the rest counts as pools like this one beyond the cohort.
        """
        chosen = ~np.isnan(self.pool) & (self.opens > after) & (self.opens <= day)
        found = []
        for opening in np.unique(self.opens[chosen]):
            own = chosen & (self.opens == opening)
            patients, share = int(self.pool[own][0]), float(self.intensity[own].sum())
            whole = int(share)
            found.append(Pool(patients * whole, self.reached))
            found.append(Pool(patients, (share - whole) * self.reached))
        return [pool for pool in found if pool.patients and pool.reached]


NEGLIGIBLE = 1e-12
"""Weight below which a point is left out after an update."""
RARE = 1e-9
"""Probability below which one less a sum has too few digits left."""


@dataclass(frozen=True, eq=False)
class Accrual:
    """Enrolment by a trial's sites when it was ``enrolled`` at the end of day ``since`` (−inf: before the start).

    Given the yearly rate r of new eligible patients and the share s of them who enrol, a site enrols as a Poisson
    process of rate intensity · r · s while it is open, and on its first day a binomial part of the pool it finds.
    r is gamma, so that counts are negative binomial; s has any distribution by points. Together they are a
    mixture: ``weight`` and ``share`` of each point with the ``rate`` (its mean) and ``shape`` of the gamma there,
    arrays of one shape (points,); a shape of inf is a known rate. Days before ``since`` count as ``since``.

    Source: V Anisimov and V Fedorov, Stat Med 2007;26:4958 (Poisson–gamma recruitment). There the gamma describes
    sites that differ; here it is what a cohort leaves open about a rate that all sites share.
    """

    weight: Floats
    share: Floats
    rate: Floats
    shape: Floats
    sites: Sites
    since: float = -inf
    enrolled: int = 0

    @classmethod
    def planned(cls, rate: Rate, share: Points, sites: Sites) -> "Accrual":
        """Enrolment before its start."""
        like = np.ones_like(share.value)
        return cls(share.weight, share.value, rate.mean * like, rate.shape * like, sites)

    def expected(self, day: float) -> float:
        """Mean number enrolled up to and including a day."""
        pool = sum(pool.patients * pool.reached for pool in self.sites.pools(self.since, day))
        to_come = self.share * (self.rate * self._exposure(day) + pool)
        return self.enrolled + float(np.sum(self.weight * to_come))

    def at_least(self, count: int, day: float) -> float:
        """Probability that at least ``count`` are enrolled up to and including a day."""
        missing = count - self.enrolled
        if missing <= 0:
            return 1.0
        found = float(np.clip(1 - self.to_come(day, missing - 1).sum(), 0, 1))
        # So little is rounding; summed from the other end it is not taken for 0.
        return found if found > RARE else float(self.to_come(day, 2 * missing + 50)[missing:].sum())

    def to_come(self, day: float, most: int) -> Floats:
        """Probabilities of 0, 1, … ``most`` enrolled after ``since``, up to and including a day."""
        fresh, pool = self._parts(day, most)
        return self.weight @ _sums(fresh, pool)

    def quantiles(self, day: float, levels: Floats) -> NDArray[np.int64]:
        """For each level the smallest number of which so many or fewer are enrolled with that probability."""
        most = 64
        while (below := np.cumsum(self.to_come(day, most)))[-1] < max(levels):
            most *= 2
        return self.enrolled + np.searchsorted(below, levels).astype(np.int64)

    def day_of(self, count: int, level: float, last: float) -> float:
        """The first day by which ``count`` are enrolled with probability ``level``; inf if not by ``last``.

        The date of the k-th patient is not later than a day just when k or more are enrolled by then. A day not
        after ``since`` is ``since``.
        """
        low = max(self.since, float(self.sites.opens.min()) - 1)
        if self.enrolled >= count:
            return self.since
        if last <= low or self.at_least(count, last) < level:
            return inf
        high = last
        while high - low > 1:
            middle = float((low + high) // 2)
            low, high = (low, middle) if self.at_least(count, middle) >= level else (middle, high)
        return high

    def updated(self, day: float, enrolled: int) -> "Accrual":
        """What is to be expected once ``enrolled`` were counted up to and including a day.

        Exact given the points of the share: each is weighted by how probable it makes the count, and its gamma
        gains the new patients and the exposure. How many of them came from a known pool is not seen, so every
        split stays as a point of its own. The count does not separate participation and rate: they are
        learnt about together, as a product.

        Raises:
            ValueError: fewer than were counted before, an earlier day, or a count that cannot be.
        """
        new = enrolled - self.enrolled
        if new < 0 or day <= self.since:
            raise ValueError(f"{enrolled} by day {day}, after {self.enrolled} by day {self.since}")
        fresh, pool = self._parts(day, new)
        exposure = self._exposure(day)
        parts = []
        for found in range(min(new, pool.shape[1] - 1) + 1):
            weight = self.weight * pool[:, found] * fresh[:, new - found]
            shape = self.shape + (new - found)
            learnt = self.rate * self.share * exposure / self.shape
            rate = self.rate * (1 + (new - found) / self.shape) / (1 + learnt)
            parts.append((weight, self.share, rate, shape))
        weight, share, rate, shape = (np.concatenate(one) for one in zip(*parts, strict=True))
        total = weight.sum()
        if total == 0:
            raise ValueError(f"{enrolled} by day {day} cannot be: nobody could be enrolled by then")
        kept = weight > NEGLIGIBLE * total
        weight, share, rate, shape = (one[kept] for one in (weight / total, share, rate, shape))
        return replace(
            self, weight=weight / weight.sum(), share=share, rate=rate, shape=shape, since=day, enrolled=enrolled
        )

    def at_site(self, position: int, enrolled: int) -> "Accrual":
        """What one site enrols, with ``enrolled`` there so far."""
        return replace(self, sites=self.sites.one(position), enrolled=enrolled)

    def per_year(self, level: float = LEVEL) -> Estimate:
        """Patients enrolled a year with every site open and no pool: mean and equal-tailed interval."""
        from scipy.optimize import brentq
        from scipy.special import gammainc

        factor = self.share * float(self.sites.intensity.sum())
        mean = float(np.sum(self.weight * self.rate * factor))
        if mean == 0 or np.isinf(self.shape).any():
            return Estimate(mean, Interval(mean, mean))

        def below(value: float, probability: float) -> float:
            scale = np.maximum(self.rate * factor / self.shape, np.finfo(float).tiny)
            return float(np.sum(self.weight * gammainc(self.shape, value / scale))) - probability

        upper, most = two_sided(level), mean
        while below(most, upper) < 0:
            most *= 2
        low, high = (brentq(below, 0, most, args=(p,), xtol=1e-9 * mean) for p in (1 - upper, upper))
        return Estimate(mean, Interval(float(low), float(high)))

    def _exposure(self, day: float) -> float:
        return max(self.sites.exposure(day) - self.sites.exposure(self.since), 0.0)

    def _parts(self, day: float, most: int) -> tuple[Floats, Floats]:
        """At each point the probabilities of 0 … ``most`` new patients, and as many from the pools."""
        from scipy.stats import binom

        mean = self.share * self.rate * self._exposure(day)
        fresh = _counts(mean, self.shape, most)
        none = np.ones((self.share.size, 1))
        from_pools = [
            binom.pmf(np.arange(min(pool.patients, most) + 1), pool.patients, self.share[:, None] * pool.reached)
            for pool in self.sites.pools(self.since, day)
        ]
        total = min(sum(one.shape[1] - 1 for one in from_pools), most)
        return fresh, reduce(lambda one, other: _sums(one, other, total), from_pools, none)


def _counts(mean: Floats, shape: Floats, most: int) -> Floats:
    """Probabilities of 0 … ``most`` of negative binomials, or of Poissons where the shape is inf."""
    from scipy.special import gammaln, xlogy

    x, mean, shape = np.arange(most + 1.0), mean[:, None], shape[:, None]
    if np.isinf(shape).all():
        return np.asarray(np.exp(xlogy(x, mean) - mean - gammaln(x + 1)))
    alike = shape[:1] if (shape == shape[:1]).all() else shape  # mostly so
    ways = gammaln(x + alike) - gammaln(alike) - gammaln(x + 1)
    return np.asarray(np.exp(ways - shape * np.log1p(mean / shape) + xlogy(x, mean / (shape + mean))))


def _sums(one: Floats, other: Floats, most: int | None = None) -> Floats:
    """Distribution of the sum of two counts at each point, up to ``most`` (None: as far as ``one`` goes)."""
    width = one.shape[1] if most is None else most + 1
    total = np.zeros((one.shape[0], width))
    for count in range(min(other.shape[1], width)):
        part = one[:, : width - count]
        total[:, count : count + part.shape[1]] += other[:, count, None] * part
    return total
