"""Usual medians after transplant, and which other unit a median looks like.

``data/usual_medians.csv`` has the median of an analyte in its canonical unit, ``data/doubtful_units.csv`` the
units that are taken for it: the number in that unit is the canonical one times ``factor``.
"""

import csv
import math
from collections.abc import Collection
from functools import cache
from importlib import resources

from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.units import conversion


@cache
def usual_medians() -> dict[str, float]:
    """Usual median after transplant by analyte, in the canonical unit."""
    return {row["analyte"]: float(row["median"]) for row in _rows("usual_medians.csv")}


@cache
def doubtful_units(analyte: str) -> dict[str, float]:
    """Factors from the canonical unit by the unit that an analyte is often given in without a word."""
    return {row["unit"]: float(row["factor"]) for row in _rows("doubtful_units.csv") if row["analyte"] == analyte}


def likelier_unit(analyte: str, median: float, stated: Collection[str] = ()) -> str | None:
    """The unit whose usual median is nearer to this one, on a log scale, than that of the canonical unit.

    ``stated`` are as of ``suspects``. None where the canonical unit is as near, where the median is not above 0, and
    for other analytes.

    >>> likelier_unit("hemoglobin", 110)
    'g/L'
    """
    if analyte not in usual_medians() or not median > 0:
        return None
    away = math.log(median / usual_medians()[analyte])
    unit, factor = min(suspects(analyte, stated).items(), key=lambda item: abs(away - math.log(item[1])))
    return unit if abs(away - math.log(factor)) < abs(away) else None


def suspects(analyte: str, stated: Collection[str] = ()) -> dict[str, float]:
    """By what results may be in, how many times the true ones they are: a unit, or another than the ``stated`` one.

    ``stated`` are spellings of units from which results were converted: numbers in the canonical unit would have
    been converted, too.

    >>> suspects("creatinine", ["umol/L"])
    {'mg/dL stated as umol/L': 0.011312217194570135, 'umol/L': 88.4}
    """
    known = ANALYTES[analyte].unit
    given = [found for spelling in sorted(stated) if (found := conversion(analyte, spelling)) is not None]
    slips = {f"{known} stated as {one.unit}": one.multiply_by / one.divide_by for one in given if one.unit != known}
    return slips | doubtful_units(analyte)


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("postgraft.vocabulary").joinpath(f"data/{name}").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
