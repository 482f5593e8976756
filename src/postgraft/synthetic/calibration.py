"""Every rate of the generator, by name, from the data tables beside this file, and what is drawn by them.

``data/calibration.csv`` holds published figures with their range and source, ``data/assumptions.csv`` the
modelling choices where nothing is published, in the same columns. Code names a quantity and never its value.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from statistics import NormalDist
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Texts: TypeAlias = npt.NDArray[np.object_]

QUARTILE: Final = NormalDist().inv_cdf(0.75)
"""Standard normal quantile: low and high of a quantity whose unit says IQR are its quartiles."""
PERCENTILE_95: Final = NormalDist().inv_cdf(0.95)
"""Else low and high of a quantity drawn per patient hold nine patients in ten."""

OPTIONAL_NUMBERS: Final = ("low", "high", "dose", "lower_limit", "upper_limit", "reported_from")


@cache
def table(name: str) -> pd.DataFrame:
    """One of the generator's data tables; empty text stays empty text."""
    with (files("postgraft.synthetic") / "data" / f"{name}.csv").open(encoding="utf-8") as handle:
        read = pd.read_csv(handle, keep_default_na=False, na_values={})
    numeric = {c: pd.to_numeric(read[c], errors="coerce") for c in read.columns if c in OPTIONAL_NUMBERS}
    return read.assign(**numeric)


def repeat_ranges(counts: npt.NDArray[Any]) -> tuple[Ints, Ints]:
    """For ragged loops: ``row`` repeats row k ``counts[k]`` times, ``step`` counts from 0 inside it."""
    counts = counts.astype(np.int64)
    row = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return row, np.arange(len(row)) - first[row]


def stack(rows: Iterable[tuple[Any, ...]]) -> list[npt.NDArray[Any]]:
    """The columns of all rows, one below the other; the first entry of a row is an array, others may be one value."""

    def column(value: Any, size: int) -> npt.NDArray[Any]:
        if isinstance(value, np.ndarray):
            return value
        return np.full(size, value, dtype=object if isinstance(value, str) else None)

    full = [[column(value, len(row[0])) for value in row] for row in rows]
    return [np.concatenate(column) for column in zip(*full, strict=True)]


class Rates:
    """The quantities of the calibration and the assumption table.

    ``rates["relapse_1y"]`` is the value, in the unit the table gives; an unknown name is a KeyError.
    """

    def __init__(self, complete: bool = False) -> None:
        """``complete``: with ``data/complete.csv`` in place of the same assumptions, so that nothing goes missing."""
        both = pd.concat([table("calibration"), table("assumptions")], ignore_index=True)
        if both["quantity"].duplicated().any():
            raise ValueError(f"quantity given twice: {both.loc[both['quantity'].duplicated(), 'quantity'].tolist()}")
        if complete:
            both = pd.concat([both, table("complete")], ignore_index=True)
        self._rows = {str(row["quantity"]): row for row in both.to_dict("records")}

    def __getitem__(self, name: str) -> float:
        return float(self._rows[name]["value"])

    def bounds(self, name: str) -> tuple[float, float]:
        """Lowest and highest plausible value, both ends included; NaN where the source gives none."""
        return float(self._rows[name]["low"]), float(self._rows[name]["high"])

    def names(self, prefix: str = "") -> list[str]:
        """Quantities whose name starts with ``prefix``, in table order."""
        return [name for name in self._rows if name.startswith(prefix)]

    def log_spread(self, name: str) -> float:
        """Standard deviation of the logarithm of a quantity that differs between patients."""
        low, high = self.bounds(name)
        width = QUARTILE if "IQR" in str(self._rows[name]["unit"]) else PERCENTILE_95
        return float(np.log(high / low) / (2 * width))

    def share_by(self, name: str, until: float) -> float:
        """Share of patients whose lognormal ``name`` is at or below ``until`` (same unit)."""
        return NormalDist().cdf(float(np.log(until / self[name])) / self.log_spread(name))


class Dice(Rates):
    """The quantities together with a random generator: what is drawn by the name of a quantity."""

    def __init__(self, rng: np.random.Generator, complete: bool = False) -> None:
        super().__init__(complete)
        self.rng = rng

    def draw(self, name: str, size: int) -> Floats:
        """A lognormal value per patient: the table's value is the median, low and high give the spread."""
        return self[name] * np.exp(self.log_spread(name) * self.rng.standard_normal(size))

    def days(self, name: str, size: int) -> Floats:
        """The same in whole days."""
        return np.round(self.draw(name, size))

    def noise(self, name: str, size: int) -> Floats:
        """A normal value about 0 whose standard deviation is the quantity."""
        return self[name] * self.rng.standard_normal(size)

    def happens(self, share: str | float | Floats, size: int) -> Bools:
        """Mark each with the chance of a quantity, or with the chance given."""
        return self.rng.random(size) < (self[share] if isinstance(share, str) else share)

    def pick(self, share: str | float, at_risk: Bools, weight: Floats | None = None) -> Bools:
        """Mark patients so that ``share`` of *all* are marked, only among those at risk, in proportion to weight.

        Drawn this way an event that death may forestall still reaches its published cumulative incidence.
        """
        chance = at_risk * (np.ones(len(at_risk)) if weight is None else weight)
        mean = chance.mean() if len(chance) else 0.0
        if mean == 0:
            return np.zeros(len(at_risk), dtype=bool)
        share = self[share] if isinstance(share, str) else share
        return self.happens(np.minimum(1.0, share * chance / mean), len(at_risk))

    def choose(self, shares: Mapping[str, str | float], size: int) -> Texts:
        """A label per patient, in proportion to its quantity or number (they need not add up to 1)."""
        numbers = [self[share] if isinstance(share, str) else share for share in shares.values()]
        return np.array(list(shares), dtype=object)[self.choose_index(numbers, size)]

    def choose_index(self, shares: Sequence[float], size: int) -> Ints:
        """A position in ``shares`` per patient, in proportion to them."""
        cumulative = np.cumsum(shares) / np.sum(shares)
        found = np.searchsorted(cumulative, self.rng.random(size), side="right").astype(np.int64)
        return np.minimum(found, len(shares) - 1)

    def by_label(self, labels: npt.NDArray[Any], names: Mapping[str, str]) -> Floats:
        """The value of the quantity that belongs to each label; a label without one is a KeyError."""
        return np.array([self[names[str(label)]] for label in labels.tolist()], dtype=np.float64)
