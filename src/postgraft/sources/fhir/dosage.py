"""What a dosage of FHIR says: a dose of one administration or of one day, a route, and how long it is to last."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from postgraft.sources.doses import is_piece, strength
from postgraft.sources.fhir.concepts import Concept, as_text, concept, listed
from postgraft.vocabulary.units import read_dose_unit

PER_DAY: Final[Mapping[str, float]] = {"QD": 1, "BID": 2, "TID": 3, "QID": 4, "QOD": 0.5}
"""Times a day by the code of a timing (HL7 GTSAbbreviation)."""
DAYS: Final[Mapping[str, float]] = {
    "s": 1 / 86400, "min": 1 / 1440, "h": 1 / 24, "d": 1, "wk": 7, "mo": 30, "a": 365,
    "second": 1 / 86400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365,
}  # fmt: skip
"""Days in a unit of time, by its UCUM code or English name; a month of a supply has 30."""
_UNEVEN: Final = ("frequencyMax", "periodMax", "countMax", "count", "dayOfWeek")
"""What makes a timing a range, or not the same every day."""


class Dosed(NamedTuple):
    """``dose`` in ``dose_unit``, one with /day where it is that of a day; both empty where they cannot be told."""

    dose: float | None
    dose_unit: str | None
    route: str | None
    last: str | None
    supply: float | None


def administered(dosage: Any, drug: Concept) -> Dosed:
    """MedicationAdministration.dosage: the dose of one administration."""
    said = dosage if isinstance(dosage, Mapping) else {}
    amount, unit = _amount(said.get("dose"), drug)
    if unit is not None and unit.endswith("/day"):
        amount = unit = None
    return Dosed(amount, unit, _route(said), None, None)


def instructed(dosages: Any, drug: Concept, supply: Any = None) -> Dosed:
    """Instructions of an order, dispensing or statement: the dose per day, of one instruction that is the same daily.

    ``supply``: a Duration or Quantity of days, used where the instructions say no duration of their own.
    """
    each = [one for one in listed(dosages) if isinstance(one, Mapping)]
    one = each[0] if len(each) == 1 else {}
    amount, unit = _per_day(one, drug) if not one.get("asNeededCodeableConcept") else (None, None)
    if one.get("asNeededBoolean") is True:
        amount = unit = None
    repeats = [_object(_object(said, "timing"), "repeat") for said in each]
    ends = [as_text(_object(repeat, "boundsPeriod").get("end")) for repeat in repeats]
    lengths = [days(repeat.get("boundsDuration")) for repeat in repeats]
    long = max((length for length in lengths if length is not None), default=None)
    routes = {_route(said) for said in each}
    return Dosed(
        amount,
        unit,
        next(iter(routes)) if len(routes) == 1 else None,
        max(ends) if ends and all(ends) else None,
        long if long is not None and None not in lengths else days(supply),
    )


def days(duration: Any) -> float | None:
    """A Duration or Quantity in whole days, part of a day as one; None where it is none."""
    said = duration if isinstance(duration, Mapping) else {}
    value = _number(said.get("value"))
    unit = as_text(said.get("code")) or as_text(said.get("unit")) or "d"
    length = DAYS.get(unit, DAYS.get(unit.casefold().rstrip("s")))
    if value is None or length is None or value <= 0:
        return None
    return float(math.ceil(round(value * length, 6)))


def _per_day(said: Mapping[str, Any], drug: Concept) -> tuple[float | None, str | None]:
    rates = listed(said.get("doseAndRate"))
    rate = rates[0] if len(rates) == 1 and isinstance(rates[0], Mapping) else {}
    amount, unit = _amount(rate.get("doseQuantity"), drug)
    times = _times_a_day(_object(said, "timing"))
    if amount is None or unit is None or times is None:
        return None, None
    if unit.endswith("/day"):
        return (amount, unit) if times == 1 else (None, None)
    return round(amount * times, 9), f"{unit}/day"


def _times_a_day(timing: Mapping[str, Any]) -> float | None:
    repeat = _object(timing, "repeat")
    if any(repeat.get(key) not in (None, [], "") for key in _UNEVEN):
        return None
    if isinstance(repeat.get("when"), list) and len(repeat["when"]) > 1:
        return None
    frequency, period = _number(repeat.get("frequency", 1)), _number(repeat.get("period"))
    length = DAYS.get(as_text(repeat.get("periodUnit")))
    if period is not None:
        return frequency / (period * length) if frequency and period > 0 and length else None
    code = timing.get("code")
    codes = concept(code, "Timing").codes
    return next((PER_DAY[one.code] for one in codes if one.code in PER_DAY), None)


def _amount(quantity: Any, drug: Concept) -> tuple[float | None, str | None]:
    """An amount in a dose unit; tablets and capsules by the one strength in the drug's name."""
    said = quantity if isinstance(quantity, Mapping) else {}
    value = _number(said.get("value"))
    words = [as_text(said.get("code")), as_text(said.get("unit"))]
    if value is None or value <= 0 or as_text(said.get("comparator")):
        return None, None
    for unit in filter(None, (read_dose_unit(word) for word in words if word)):
        return value, unit
    if any(word in ("{tbl}", "{cap}") or is_piece(word.strip("{}")) for word in words if word):
        strengths = {found for name in drug.names if (found := strength(name))}
        if len(strengths) == 1:
            each, unit = strengths.pop()
            return round(value * each, 9), unit
    return None, None


def _route(said: Mapping[str, Any]) -> str | None:
    route = concept(said.get("route"), "route")
    return "; ".join(route.names) or None


def _object(said: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    inside = said.get(key)
    return inside if isinstance(inside, Mapping) else {}


def _number(value: Any) -> float | None:
    try:
        number = float(as_text(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
