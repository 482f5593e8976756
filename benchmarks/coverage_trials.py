"""What every simulation of an interval's coverage gives, and how it is summed up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from postgraft.estimation.intervals import Interval

GROUPS = 10


class Trials(NamedTuple):
    """Planted truths, shape (replicates,), and whether the interval made from simulated data holds each."""

    truth: NDArray[np.float64]
    covered: NDArray[np.bool_]

    @property
    def mean(self) -> float:
        """Share of the intervals that hold their truth."""
        return float(self.covered.mean())

    @property
    def worst(self) -> float:
        """The same in the worst of ``GROUPS`` groups of equal size by truth."""
        ordered = self.covered[np.argsort(self.truth, kind="stable")]
        return float(min(group.mean() for group in np.array_split(ordered, GROUPS)))


Simulation = Callable[[int, int, np.random.Generator], Mapping[str, Trials]]
"""Patients, replicates and a generator in; trials by name of the interval out."""


def holds(intervals: Sequence[Interval], truth: NDArray[np.float64]) -> Trials:
    """Which of the intervals hold their truth; bounds are included, up to rounding."""
    low, high = np.array(intervals).T
    return Trials(truth, (low - 1e-12 <= truth) & (truth <= high + 1e-12))
