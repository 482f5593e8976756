"""Coverage of the intervals of counts: shares, paired differences and rates."""

from __future__ import annotations

from functools import cache

import numpy as np
from coverage_trials import Trials, holds

from postgraft.estimation.intervals import clopper_pearson, paired_difference, poisson_rate, wilson


def shares(patients: int, replicates: int, rng: np.random.Generator) -> dict[str, Trials]:
    """Shares from 2 to 50 %."""
    truth = rng.uniform(0.02, 0.5, replicates)
    counts = rng.binomial(patients, truth)
    found = {"Wilson, share": cache(wilson), "Clopper–Pearson, share": cache(clopper_pearson)}
    return {name: holds([method(k, patients) for k in counts], truth) for name, method in found.items()}


def paired(patients: int, replicates: int, rng: np.random.Generator) -> dict[str, Trials]:
    """A protocol that gains up to 20 % and loses up to 10 % of the patients, and one that only gains up to 20 %."""
    gaining, losing = rng.uniform(0, 0.2, replicates), rng.uniform(0, 0.1, replicates)
    interval = cache(paired_difference)
    trials = {}
    for name, lose in (("paired difference", losing), ("paired difference, only gains", np.zeros(replicates))):
        gained = rng.binomial(patients, gaining)
        lost = rng.binomial(patients - gained, lose / (1 - gaining))
        found = [interval(g, k, patients) for g, k in zip(gained, lost, strict=True)]
        trials[name] = holds(found, gaining - lose)
    return trials


def rates(patients: int, replicates: int, rng: np.random.Generator) -> dict[str, Trials]:
    """Rates from 0.02 to 0.3 a year, each patient observed for a year."""
    truth = rng.uniform(0.02, 0.3, replicates)
    events = rng.poisson(truth * patients)
    interval = cache(poisson_rate)
    return {"Poisson rate": holds([interval(k, patients) for k in events], truth)}
