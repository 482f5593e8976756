"""Everyday spellings of units, and the factor that brings a value to its analyte's canonical unit.

Factors live in ``data/units.csv``: a value in the unit times ``multiply_by``, divided by ``divide_by``, is in
the canonical unit (given is whichever of the two is exact). Molar masses behind them, in g/mol: bilirubin
584.66, creatinine 113.12, hemoglobin 16114 as its monomer, Hb(Fe): mmol/L is read so, for laboratories that
report the tetramer are rare and cannot be recognized by the unit.

Units of a dose: an amount (mg, mcg, g, U), perhaps per kg or per m2, perhaps per day.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product
from typing import Final

from postgraft.vocabulary.analytes import ANALYTES

PERCENT: Final = "\N{NO-BREAK SPACE}%"
"""After a number, in print."""

_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_ANNOTATION: Final = re.compile(r"\{[^}]*\}")
_POWER: Final = re.compile(r"^[x*]?(?:10(?:\*\*|\*|\^|exp|e|(?P<bracket>\())|e)(?P<exponent>[-+]?\d+)(?(bracket)\))")
_COUNTED: Final = re.compile(r"#|(?<![a-z])(?:cells?|wbc|rbc|plt|retics?)(?![a-z])")


@dataclass(frozen=True, slots=True)
class Conversion:
    """``value * multiply_by / divide_by`` is the value in the canonical unit."""

    unit: str
    multiply_by: float
    divide_by: float


def normal_spelling(text: str) -> str:
    """One form for the many ways to write a unit: ``×10⁹ /L``, ``10*9/L``, ``x10(9)/L`` are all ``10^9/l``.

    Both code points of µ, ``mc`` for micro, superscripts, UCUM annotations and blanks are levelled; case is
    dropped, which is safe because a spelling is only looked up among the few units of one analyte.
    """
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda m: "^" + m[0].translate(_SUPERSCRIPTS), text)
    text = _ANNOTATION.sub("", text).replace("µ", "u").replace("μ", "u").casefold()
    text = re.sub(r"\s+", "", text).replace("×", "x").replace("·", "*")
    text = _POWER.sub(lambda m: f"10^{int(m['exponent'])}", text)
    text = _COUNTED.sub("", text).replace("cumm", "mm3").replace("cmm", "mm3").replace("mm^3", "mm3")
    text = text.replace("mm*3", "mm3").replace("mcl", "ul").replace("microl", "ul").replace("mcmol", "umol")
    return text.replace("mckat", "ukat").replace("litre", "l").replace("liter", "l").replace("gm/", "g/")


@cache
def _by_dimension() -> dict[str, dict[str, Conversion]]:
    tables: dict[str, dict[str, Conversion]] = {}
    text = resources.files("postgraft.vocabulary").joinpath("data/units.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        conversion = Conversion(row["unit"], float(row["multiply_by"]), float(row["divide_by"]))
        for spelling in row["spellings"].split():
            tables.setdefault(row["dimension"], {})[spelling] = conversion
    return tables


@cache
def conversion(analyte: str, unit: str) -> Conversion | None:
    """How a value written in ``unit`` gets to the analyte's canonical unit; None when the unit does not fit.

    An empty unit is the canonical one. Raises KeyError for a name that is no numeric analyte.

    >>> conversion("hemoglobin", "g/L")
    Conversion(unit='g/L', multiply_by=1.0, divide_by=10.0)
    """
    known = ANALYTES[analyte]
    if not unit.strip():
        return Conversion(known.unit, 1.0, 1.0)
    return _by_dimension()[known.dimension].get(normal_spelling(unit))


def is_unit(text: str) -> bool:
    """Whether this is a spelling of some analyte's unit."""
    return any(normal_spelling(text) in units for units in _by_dimension().values())


def accepted_units(analyte: str) -> tuple[str, ...]:
    """The units (UCUM) a numeric analyte may be given in, the canonical one first."""
    return tuple(dict.fromkeys(c.unit for c in _by_dimension()[ANALYTES[analyte].dimension].values()))


_AMOUNTS: Final = {"mg": 1.0, "mcg": 1e-3, "g": 1e3}
_SPELLINGS: Final = {
    **dict.fromkeys(("milligram", "milligrams"), "mg"),
    **dict.fromkeys(("ug", "microgram", "micrograms"), "mcg"),
    **dict.fromkeys(("gm", "gram", "grams"), "g"),
    **dict.fromkeys(("u", "iu", "[u]", "[iu]", "unit", "units"), "U"),
}
_PER: Final = {"kg": "kg", "m2": "m2", "m^2": "m2", "m²": "m2"}
_DAY: Final = {"day", "d", "24h", "24hr", "daily"}


@dataclass(frozen=True, slots=True)
class DoseUnit:
    """``amount`` is "mg" or "U" after the factor ``in_mg`` (NaN for U); ``per`` is "", "kg" or "m2"."""

    text: str
    amount: str
    in_mg: float
    per: str
    daily: bool


def _units() -> dict[str, DoseUnit]:
    units = {}
    for written, per, daily in product(("mg", "mcg", "g", "U"), ("", "kg", "m2"), (False, True)):
        text = "/".join(part for part in (written, per, "day" if daily else "") if part)
        in_mg = _AMOUNTS.get(written, float("nan"))
        units[text] = DoseUnit(text, "U" if written == "U" else "mg", in_mg, per, daily)
    return units


DOSE_UNITS: Final[dict[str, DoseUnit]] = _units()
"""All 24 dose units by their normal spelling, such as ``mg/kg/day``."""


def read_dose_unit(text: str) -> str | None:
    """Normal spelling of a dose unit, or None: ``"MG/KG/d"`` is ``mg/kg/day``, ``"milligram"`` is ``mg``."""
    folded = re.sub(r"\s+", "", text).replace("µ", "u").replace("μ", "u").casefold()
    amount, *rest = folded.split("/")
    amount = _SPELLINGS.get(amount, amount)
    per = [_PER[part] for part in rest if part in _PER]
    daily = [part for part in rest if part in _DAY]
    if len(per) > 1 or len(daily) > 1 or len(per) + len(daily) != len(rest):
        return None
    unit = "/".join([amount, *per, *(["day"] if daily else [])])
    return unit if unit in DOSE_UNITS else None
