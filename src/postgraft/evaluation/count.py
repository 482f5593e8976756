"""How sets of patients become counts: exactly, or as a release prints them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Patients = NDArray[np.bool_]
"""A set of patients, a mark for each patient of the extract; or several sets, (sets, patients)."""

Count = Callable[[Patients], Sequence[Any]]
"""The counts of several sets of patients that belong together, shape (sets, patients)."""


def exact(sets: Patients) -> Sequence[int]:
    """The number of patients in each set."""
    return [int(number) for number in sets.sum(axis=1)]


def column(counts: Sequence[Any]) -> pd.Series:
    """Counts as a column: whole numbers where all of them are, else as they are printed."""
    return pd.Series(counts, dtype="int64" if all(type(one) is int for one in counts) else "object")


def by_print(count: Any) -> float:
    """A sort key: the largest as printed comes first. An order of true counts would disclose them."""
    return -float(count)


def hidden(count: Any) -> bool:
    """Whether a count is not printed as a number."""
    return not getattr(count, "exact", True)


def shares(counts: Sequence[Any], of: Sequence[Any]) -> list[float]:
    """Each count as a share of its denominator; NaN of an empty one."""
    return [float(one / whole) if whole else np.nan for one, whole in zip(counts, of, strict=True)]
