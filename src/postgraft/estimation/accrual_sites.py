"""Sites of a trial over calendar time: for how long each is open, and whom it finds on its first day."""

from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
            self,
            opens=self.opens[at],
            closes=self.closes[at],
            intensity=self.intensity[at],
            pool=self.pool[at],
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
