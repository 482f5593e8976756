"""Units of a dose: an amount (mg, mcg, g, U), perhaps per kg or per m2, perhaps per day."""

import re
from dataclasses import dataclass
from itertools import product
from typing import Final

_AMOUNTS: Final = {"mg": 1.0, "mcg": 1e-3, "g": 1e3}
_SPELLINGS: Final = {"ug": "mcg", "gm": "g", "iu": "U", "u": "U", "unit": "U", "units": "U"}
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
    """Normal spelling of a dose unit, or None: ``"MG/KG/d"`` is ``mg/kg/day``, ``"µg"`` is ``mcg``."""
    folded = re.sub(r"\s+", "", text).replace("µ", "u").replace("μ", "u").casefold()
    amount, *rest = folded.split("/")
    amount = _SPELLINGS.get(amount, amount)
    per = [_PER[part] for part in rest if part in _PER]
    daily = [part for part in rest if part in _DAY]
    if len(per) > 1 or len(daily) > 1 or len(per) + len(daily) != len(rest):
        return None
    unit = "/".join([amount, *per, *(["day"] if daily else [])])
    return unit if unit in DOSE_UNITS else None
