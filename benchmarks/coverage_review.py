"""Coverage of the intervals of a chart review."""

from __future__ import annotations

import numpy as np
from coverage_trials import Trials, holds

from postgraft.estimation.intervals import Interval
from postgraft.estimation.review import Review, Stratum, review, sample_sizes

CHARTS = {30: 18, 200: 60, 2000: 150}
"""Charts reviewed, by patients."""
LEAST = 5
NAMES = ("certain", "possible", "ineligible")


def reviews(patients: int, replicates: int, rng: np.random.Generator) -> dict[str, Trials]:
    """5 to 30 % certain, of whom 70 to 98 % are eligible, 10 to 40 % possible (10 to 60 %), the rest not (0.2 to 5 %).

    Predictive values are counted where charts were left unreviewed: elsewhere they are known.
    """
    return _reviews(patients, replicates, rng, ([0.7, 0.1, 0.002], [0.98, 0.6, 0.05]), "chart review")


def reviews_of_any_truth(patients: int, replicates: int, rng: np.random.Generator) -> dict[str, Trials]:
    """The same, with 0 to 100 % eligible in each stratum."""
    return _reviews(patients, replicates, rng, ([0, 0, 0], [1, 1, 1]), "chart review, any truth")


def _reviews(
    patients: int, replicates: int, rng: np.random.Generator, eligible: tuple[list[float], list[float]], words: str
) -> dict[str, Trials]:
    found: dict[str, list[tuple[Interval, float]]] = {}
    for _ in range(replicates):
        certain, possible = (rng.uniform([0.05, 0.1], [0.3, 0.4]) * patients).astype(int)
        sizes = dict(zip(NAMES, map(int, (certain, possible, patients - certain - possible)), strict=True))
        true = rng.binomial(list(sizes.values()), rng.uniform(*eligible))
        charts = sample_sizes(sizes, CHARTS[patients], LEAST)
        seen = rng.hypergeometric(true, np.array(list(sizes.values())) - true, list(charts.values()))
        strata = {name: Stratum(sizes[name], charts[name], int(n)) for name, n in zip(NAMES, seen, strict=True)}
        for name, interval, truth in _compared(review(strata, rng), strata, true):
            found.setdefault(f"{words}: {name}", []).append((interval, truth))
    return {
        name: holds([interval for interval, _ in each], np.array([truth for _, truth in each]))
        for name, each in sorted(found.items())
    }


def _compared(result: Review, strata: dict[str, Stratum], true: np.ndarray) -> list[tuple[str, Interval, float]]:
    rows = [("number eligible", result.number.interval, float(true.sum()))]
    for i, (name, stratum) in enumerate(strata.items()):
        if stratum.reviewed < stratum.size:
            row = f"predictive value, {name}"
            rows.append((row, result.predictive_value[name].interval, true[i] / stratum.size))
    for i, estimate in enumerate(result.sensitivity.values()):
        if true.sum():
            row = f"sensitivity, {' or '.join(NAMES[: i + 1])}"
            rows.append((row, estimate.interval, true[: i + 1].sum() / true.sum()))
    return rows
