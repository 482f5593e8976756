"""How illnesses move the counts: steps, each a lasting change that sets in over some days.

The end of an illness is the same step with the opposite sign. Sizes are in ``data/effects.csv``: haemoglobin
and bilirubin add (g/dL, mg/dL), everything else multiplies.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from postgraft.synthetic.arrays import Floats, Ints, repeat_ranges
from postgraft.synthetic.calibration import table

ADDED: Final = ("hemoglobin", "bilirubin_indirect")
MULTIPLIED: Final = ("platelets", "neutrophils", "ldh", "haptoglobin", "reticulocytes", "creatinine")


@dataclass(frozen=True)
class Cells:
    """Patient-days with a visit, sorted by patient, then day."""

    patient: Ints
    day: Floats
    first: Ints
    """First cell of each patient."""
    count: Ints
    """Number of cells of each patient."""

    def of(self, patient: npt.NDArray[np.int64]) -> tuple[Ints, Ints]:
        """For each given patient all its cells: the position in ``patient``, and the cell."""
        row, step = repeat_ranges(self.count[patient])
        return row, self.first[patient][row] + step

    def inside(self, patient: Ints, start: Floats, end: Floats) -> npt.NDArray[np.bool_]:
        """Cells within any of the intervals, both ends included."""
        row, cell = self.of(patient)
        hit = (self.day[cell] >= start[row]) & (self.day[cell] <= end[row])
        marked = np.zeros(len(self.day), dtype=bool)
        marked[cell[hit]] = True
        return marked


def steps(
    effect: str | npt.NDArray[np.object_], patient: Ints, day: Floats, size: float | Floats = 1.0
) -> pd.DataFrame:
    """Steps of ``size`` times the effect at the given days; days that are not finite are left out."""
    made = pd.DataFrame({"patient": patient, "day": day, "size": size, "effect": effect})
    finite: pd.DataFrame = made[np.isfinite(day)]
    return finite


def spans(
    effect: str | npt.NDArray[np.object_],
    patient: Ints,
    start: Floats,
    end: Floats,
    size: float | Floats = 1.0,
) -> pd.DataFrame:
    """An illness from start until end, ``size`` times as severe as usual."""
    return pd.concat([steps(effect, patient, start, size), steps(effect, patient, end, -size)])


def evaluate(cells: Cells, made: pd.DataFrame) -> dict[str, Floats]:
    """The sum (added quantities) or factor (multiplied ones) of all steps in each cell."""
    sizes = table("effects").set_index("effect").loc[made["effect"].to_numpy(object)]
    row, cell = cells.of(made["patient"].to_numpy(np.int64))
    since = cells.day[cell] - made["day"].to_numpy(np.float64)[row]
    reached = np.clip(since / sizes["ramp_days"].to_numpy(np.float64)[row], 0.0, 1.0)
    weight = reached * made["size"].to_numpy(np.float64)[row]
    total: dict[str, Floats] = {}
    for name in ADDED:
        amount = sizes[name].to_numpy(np.float64)
        total[name] = np.bincount(cell, weight * amount[row], len(cells.day)).astype(np.float64)
    for name in MULTIPLIED:
        amount = np.log(sizes[f"{name}_factor"].to_numpy(np.float64))
        total[name] = np.exp(np.bincount(cell, weight * amount[row], len(cells.day)))
    return total
