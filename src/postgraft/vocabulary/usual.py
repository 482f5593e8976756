"""Usual medians after transplant, and which other unit a median looks like.

``data/usual_medians.csv`` has the median of an analyte in its canonical unit, ``data/doubtful_units.csv`` the
units that are taken for it: the number in that unit is the canonical one times ``factor``.
"""

import csv
import math
from functools import cache
from importlib import resources


@cache
def usual_medians() -> dict[str, float]:
    """Usual median after transplant by analyte, in the canonical unit."""
    return {row["analyte"]: float(row["median"]) for row in _rows("usual_medians.csv")}


@cache
def doubtful_units(analyte: str) -> dict[str, float]:
    """Factors from the canonical unit by the unit that an analyte is often given in without a word."""
    return {
        row["unit"]: float(row["factor"]) for row in _rows("doubtful_units.csv") if row["analyte"] == analyte
    }


def likelier_unit(analyte: str, median: float) -> str | None:
    """The unit whose usual median is nearer to this one, on a log scale, than that of the canonical unit.

    None where the canonical unit is as near, where the median is not above 0, and for other analytes.

    >>> likelier_unit("hemoglobin", 110)
    'g/L'
    """
    if analyte not in usual_medians() or not median > 0:
        return None
    away = math.log(median / usual_medians()[analyte])
    unit, factor = min(doubtful_units(analyte).items(), key=lambda item: abs(away - math.log(item[1])))
    return unit if abs(away - math.log(factor)) < abs(away) else None


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("postgraft.vocabulary").joinpath(f"data/{name}").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
