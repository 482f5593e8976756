"""Small array idioms of the generator: choices, ragged repeats, inverted incidence curves."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Texts: TypeAlias = npt.NDArray[np.object_]


def choose(rng: np.random.Generator, shares: Mapping[str, float], size: int) -> Texts:
    """A label per patient, in proportion to ``shares`` (they need not add up to 1)."""
    return np.array(list(shares), dtype=object)[choose_index(rng, list(shares.values()), size)]


def choose_index(rng: np.random.Generator, shares: Sequence[float], size: int) -> Ints:
    """A position in ``shares`` per patient, in proportion to them."""
    cumulative = np.cumsum(shares) / np.sum(shares)
    found = np.searchsorted(cumulative, rng.random(size), side="right").astype(np.int64)
    return np.minimum(found, len(shares) - 1)


def lookup(labels: Texts, values: Mapping[str, float]) -> Floats:
    """The number that belongs to each label; a label without one is a KeyError."""
    return np.array([values[str(label)] for label in labels.tolist()], dtype=np.float64)


def repeat_ranges(counts: npt.NDArray[Any]) -> tuple[Ints, Ints]:
    """For ragged loops: ``row`` repeats row k ``counts[k]`` times, ``step`` counts from 0 inside it."""
    counts = counts.astype(np.int64)
    row = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return row, np.arange(len(row)) - first[row]


def invert_incidence(uniform: Floats, days: Sequence[float], incidence: Sequence[float]) -> Floats:
    """Event day from a cumulative incidence curve, straight between its points; infinite beyond the last."""
    day = np.interp(uniform, incidence, days)
    return np.where(uniform < incidence[-1], day, np.inf)


def pick(rng: np.random.Generator, share: float, at_risk: Bools, weight: Floats | None = None) -> Bools:
    """Mark patients so that ``share`` of *all* are marked, only among those at risk, in proportion to weight.

    Drawn this way an event that death may forestall still reaches its published cumulative incidence.
    """
    chance = at_risk * (np.ones(len(at_risk)) if weight is None else weight)
    mean = chance.mean() if len(chance) else 0.0
    if mean == 0:
        return np.zeros(len(at_risk), dtype=bool)
    return np.asarray(rng.random(len(at_risk)) < np.minimum(1.0, share * chance / mean))
