"""Every rate of the generator, by name, from the data tables beside this file.

``data/calibration.csv`` holds published figures with their range and source, ``data/assumptions.csv`` the
modelling choices where nothing is published, in the same columns. Code names a quantity and never its value.
"""

from functools import cache
from importlib.resources import files
from statistics import NormalDist
from typing import Final

import numpy as np
import pandas as pd

from postgraft.synthetic.arrays import Floats

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


class Rates:
    """The quantities of the calibration and the assumption table.

    ``rates["relapse_1y"]`` is the value, in the unit the table gives; an unknown name is a KeyError.
    """

    def __init__(self, complete: bool = False) -> None:
        """``complete``: with ``data/complete.csv`` in place of the same assumptions, so that nothing goes missing."""
        both = pd.concat([table("calibration"), table("assumptions")], ignore_index=True)
        if both["quantity"].duplicated().any():
            raise ValueError(
                f"quantity given twice: {both.loc[both['quantity'].duplicated(), 'quantity'].tolist()}"
            )
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

    def draw(self, rng: np.random.Generator, name: str, size: int) -> Floats:
        """A lognormal value per patient: the table's value is the median, low and high give the spread."""
        return self[name] * np.exp(self.log_spread(name) * rng.standard_normal(size))

    def share_by(self, name: str, until: float) -> float:
        """Share of patients whose lognormal ``name`` is at or below ``until`` (same unit)."""
        return NormalDist().cdf(float(np.log(until / self[name])) / self.log_spread(name))
