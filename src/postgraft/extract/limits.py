"""The reference limits of results: what cannot be one is noted and not used."""

from typing import Final

import numpy as np

from postgraft.extract.cells import Codes, Floats, Mask, spread
from postgraft.extract.findings import Place
from postgraft.vocabulary.analytes import ANALYTES

_NAMES: Final = tuple(ANALYTES)
_LOW: Final = np.array([analyte.low for analyte in ANALYTES.values()])
_HIGH: Final = np.array([analyte.high for analyte in ANALYTES.values()])


def possible_limits(lower: Floats, upper: Floats, analyte: Codes, among: Mask, place: Place) -> tuple[Floats, Floats]:
    """The limits that can be one, NaN for others: 0 ≤ lower < upper, one that stands alone > 0.

    A limit above the plausible range of its analyte, or an upper one below it, is none: 9999, or one in another unit.
    """
    if np.isnan(lower).all() and np.isnan(upper).all():
        return lower, upper
    low, high = spread(_LOW, analyte, np.nan), spread(_HIGH, analyte, np.nan)
    kept = []
    for column, limit, far in (
        ("lower_limit", lower, lower > high),
        ("upper_limit", upper, (upper > high) | ((upper > 0) & (upper < low))),
    ):
        for index in np.unique(analyte[among & far]).tolist():
            about = ANALYTES[_NAMES[index]]
            found = (
                f"a limit of {about.name} outside its plausible range {about.low:g} to {about.high:g} {about.unit},"
                " left aside"
            )
            place.at(column).warning("limits", found, "", among & far & (analyte == index))
        kept.append(np.where(far, np.nan, limit))
    lower, upper = kept
    no_lower, no_upper = np.isnan(lower), np.isnan(upper)
    both = ~no_lower & ~no_upper
    wrong = (both & ~((lower >= 0) & (lower < upper))) | (~both & ((lower <= 0) | (upper <= 0)))
    found = "reference limits that can't be (lower below 0, or not below upper), left aside"
    place.at("lower_limit").warning("limits", found, "", among & wrong)
    return np.where(wrong, np.nan, lower), np.where(wrong, np.nan, upper)
