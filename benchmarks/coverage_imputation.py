"""Coverage of the interval of a row of the sensitivity table where its assumption is right: odds × 1, at random."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from coverage_trials import Trials, holds
from numpy.typing import NDArray
from scipy.special import expit, logit

from postgraft.estimation.imputation import Donors, draw_verdicts, eligible
from postgraft.estimation.pooling import population_share

DRAWS = 1000
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(40)


class Cohort(NamedTuple):
    """Who is known to be eligible, the drawn eligibility of the possible patients, and the true share."""

    certain: int
    drawn: NDArray[np.bool_]
    share: float


def cohort(patients: int, criteria: int, rng: np.random.Generator) -> Cohort:
    """Patients with one standard normal covariate, on which every verdict and its missingness depends.

    Each criterion is met by 18 to 82 % of the patients at the mean of the covariate, with a log odds ratio of -1 to
    1, and unknown for 5 to 40 % of them, more of those with a high covariate.
    """
    covariate = rng.normal(size=(patients, 1))
    intercepts, slopes = rng.uniform(-1.5, 1.5, criteria), rng.uniform(-1, 1, criteria)
    met = rng.random((patients, criteria)) < expit(intercepts + slopes * covariate)
    missing = expit(logit(rng.uniform(0.05, 0.4)) + 0.5 * covariate)
    unknown = rng.random((patients, criteria)) < missing
    possible = np.flatnonzero(unknown.any(axis=1) & (met | unknown).all(axis=1))
    names = [f"criterion {i}" for i in range(criteria)]
    donors = {name: Donors(met[~unknown[:, i], i], covariate[~unknown[:, i]]) for i, name in enumerate(names)}
    drawn = draw_verdicts(donors, covariate[possible], DRAWS, rng)
    sets = [[tuple(name for i, name in enumerate(names) if unknown[row, i])] for row in possible]
    chances = expit(intercepts + slopes * NODES[:, None]).prod(axis=1)
    return Cohort(
        int((met & ~unknown).all(axis=1).sum()), eligible(drawn, sets), float(WEIGHTS @ chances / WEIGHTS.sum())
    )


def imputed(patients: int, replicates: int, rng: np.random.Generator) -> dict[str, Trials]:
    """One unknown criterion, and two that are drawn apart."""
    trials = {}
    for criteria, words in ((1, "one criterion"), (2, "two criteria")):
        cohorts = [cohort(patients, criteria, rng) for _ in range(replicates)]
        shares = [population_share(one.certain, one.drawn, patients).interval for one in cohorts]
        truth = np.array([one.share for one in cohorts])
        trials[f"share under a right assumption, {words}"] = holds(shares, truth)
    return trials
