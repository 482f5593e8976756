"""Coverage of the intervals of a cumulative incidence and of the chance that a spell still lasts."""

from __future__ import annotations

import numpy as np
from coverage_trials import Trials, holds

from postgraft.estimation.incidence import cumulative_incidence, still
from postgraft.estimation.intervals import Interval

DAY = 100
LATER = 14


def incidence(patients: int, replicates: int, rng: np.random.Generator) -> dict[str, Trials]:
    """Incidence of 3 to 60 % by day 100, with a competing cause and half of the patients entering by day 60.

    Daily hazards are constant, the competing one 20 to 100 % of the other; observation lasts 30 to 365 days from
    entry. Patients whose event comes before their entry are never seen.
    """
    hazard = -np.log1p(-rng.uniform(0.05, 0.6, replicates)) / DAY
    ratio = rng.uniform(0.2, 1, replicates)
    whole = hazard * (1 + ratio)
    truth = (1 - np.exp(-whole * DAY)) / (1 + ratio)
    found = []
    for total, other in zip(whole, ratio, strict=True):
        born = 3 * patients  # enough of them live to their entry
        event = rng.geometric(-np.expm1(-total), born)
        entry = np.where(rng.random(born) < 0.5, 0, rng.integers(1, 61, born))
        seen = np.flatnonzero(event > entry)[:patients]
        event, entry = event[seen], entry[seen]
        end = entry + rng.integers(30, 366, patients)
        cause = np.where(rng.random(patients) < 1 / (1 + other), 1, 2)
        cause[event > end] = 0
        curve = cumulative_incidence(entry, np.minimum(event, end), cause, of_interest=1, at=[DAY])
        found.append(Interval(curve.low[0], curve.high[0]))
    return {"cumulative incidence (Aalen–Johansen)": holds(found, truth)}


def lasting(patients: int, replicates: int, rng: np.random.Generator) -> dict[str, Trials]:
    """A chance of 10 to 90 % that a spell still lasts 14 days later; observation stops after 5 to 60 days."""
    truth = rng.uniform(0.1, 0.9, replicates)
    found = []
    for chance in truth:
        length = rng.geometric(1 - chance ** (1 / LATER), patients)
        observed = rng.integers(5, 61, patients)
        curve = still(np.minimum(length, observed), length < observed, at=[LATER])
        found.append(Interval(curve.low[0], curve.high[0]))
    return {"chance that a spell still lasts": holds(found, truth)}
