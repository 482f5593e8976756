"""What a row of the mapping says beside the name: ``key=value; …``, such as ``unit=g/dL; positive_from=10``."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from postgraft.vocabulary.analytes import ANALYTES, FINDING
from postgraft.vocabulary.codes import DONORS, GRAFT_SOURCES, GVHD_CONDITIONS, GVHD_DETAILS, PURPOSES, ROUTES
from postgraft.vocabulary.shown import quoted
from postgraft.vocabulary.units import accepted_units, conversion
from postgraft.vocabulary.words import did_you_mean

COUNTED_AS: Final = {"leukocytes": "neutrophils", "neutrophils_percent": "reticulocytes_percent"}
"""The two names that serve only to compute neutrophils, and the analyte that has the units of each."""

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "transplants": ("graft_source", "donor"),
    "measurements": ("unit", "positive_from", "negative_below", "limit"),
    "medications": ("route", "days_supply", "purpose"),
    "conditions": ("grade", "detail"),
}
"""The keys that a row of a table may have; other tables have none."""

NUMBER: Final = "number"
OWN: Final = "own"


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a row, in types; what it does not say is empty, None or False.

    A number from ``positive_from`` up is positive and one under ``negative_below`` negative. ``by_number``
    (``positive_from=number``): 0 is not detected and more is. ``own_limit`` (``limit=own``): a result counts only with
    the upper limit that came with it. ``days_supply`` is in days.
    """

    unit: str = ""
    positive_from: float | None = None
    by_number: bool = False
    negative_below: float | None = None
    own_limit: bool = False
    graft_source: str = ""
    donor: str = ""
    grade: int | None = None
    detail: str = ""
    route: str = ""
    days_supply: float | None = None
    purpose: str = ""


def read_value(text: str) -> Value:
    """The value of a row of a mapping that ``load_mapping`` gave out."""
    given, _ = _split(text)
    positive = given.get("positive_from", "")
    from_number = _number(positive)
    return Value(
        unit=given.get("unit", ""),
        positive_from=from_number,
        by_number=positive == NUMBER,
        negative_below=from_number if "negative_below" not in given else _number(given["negative_below"]),
        own_limit=given.get("limit") == OWN,
        graft_source=given.get("graft_source", ""),
        donor=given.get("donor", ""),
        grade=int(given["grade"]) if "grade" in given else None,
        detail=given.get("detail", ""),
        route=given.get("route", ""),
        days_supply=_number(given.get("days_supply", "")),
        purpose=given.get("purpose", ""),
    )


Fault = tuple[str, str]
"""What was found, and what is accepted."""


def value_faults(text: str, table: str, name: str) -> list[Fault]:
    """Everything in a value that a row of this table and name may not say."""
    given, broken = _split(text)
    keys = KEYS.get(table, ())
    faults: list[Fault] = [(f"{quoted(part)} is no key=value, or a key that is there twice", "") for part in broken]
    for key, value in given.items():
        if key not in keys:
            accepted = ", ".join(keys) or f"no key: {table} have no value"
            faults.append((f"unknown key {quoted(key)}{did_you_mean(key, keys)}", accepted))
        else:
            faults += _CHECKS[key](value, name)
    positive, negative = _number(given.get("positive_from", "")), _number(given.get("negative_below", ""))
    if "negative_below" in given and positive is None:
        faults.append(("negative_below without a number as positive_from", "both, or positive_from alone"))
    elif positive is not None and negative is not None and negative > positive:
        faults.append(("negative_below above positive_from", "a number up to positive_from"))
    return faults


def _split(text: str) -> tuple[dict[str, str], list[str]]:
    """Values by their keys, and the parts that are none."""
    given: dict[str, str] = {}
    broken = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not key or not value or key in given:
            broken.append(part)
        else:
            given[key] = value
    return given, broken


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _unit(value: str, name: str) -> list[Fault]:
    analyte = COUNTED_AS.get(name, name)
    if analyte not in ANALYTES or not ANALYTES[analyte].numeric or conversion(analyte, value):
        return []
    return [(f"unit {quoted(value)} does not fit {name}", ", ".join(accepted_units(analyte)))]


def _positive_from(value: str, name: str) -> list[Fault]:
    if name in COUNTED_AS or (name in ANALYTES and ANALYTES[name].scale is not FINDING):
        return [(f"positive_from for {name}, which is not positive or negative", "")]
    if value == NUMBER or _number(value) is not None:
        return []
    return [(f"positive_from {quoted(value)}", f"a number with a decimal point, or the word {NUMBER}")]


def _limit(value: str, name: str) -> list[Fault]:
    if name in ANALYTES and not ANALYTES[name].numeric:
        return [(f"limit for {name}, which is no number", "")]
    return [] if value == OWN else [(f"limit {quoted(value)}", OWN)]


def _grade(value: str, name: str) -> list[Fault]:
    grades = ("0", "1", "2", "3", "4")
    return [] if value in grades else [(f"grade {quoted(value)}", ", ".join(grades))]


def _detail(value: str, name: str) -> list[Fault]:
    return _one_of("detail", GVHD_DETAILS)(value, name) if name in GVHD_CONDITIONS else []


def _positive(key: str) -> Callable[[str, str], list[Fault]]:
    def check(value: str, name: str) -> list[Fault]:
        number = _number(value)
        return [] if number is not None and number > 0 else [(f"{key} {quoted(value)}", "a number of days above 0")]

    return check


def _finite(key: str) -> Callable[[str, str], list[Fault]]:
    def check(value: str, name: str) -> list[Fault]:
        return [] if _number(value) is not None else [(f"{key} {quoted(value)}", "a number with a decimal point")]

    return check


def _one_of(key: str, known: Iterable[str]) -> Callable[[str, str], list[Fault]]:
    words = tuple(known)

    def check(value: str, name: str) -> list[Fault]:
        found = f"unknown {key} {quoted(value)}{did_you_mean(value, words)}"
        return [] if value in words else [(found, ", ".join(words))]

    return check


_CHECKS: Final[Mapping[str, Callable[[str, str], list[Fault]]]] = {
    "unit": _unit,
    "positive_from": _positive_from,
    "negative_below": _finite("negative_below"),
    "limit": _limit,
    "graft_source": _one_of("graft_source", GRAFT_SOURCES),
    "donor": _one_of("donor", DONORS),
    "grade": _grade,
    "detail": _detail,
    "route": _one_of("route", ROUTES),
    "days_supply": _positive("days_supply"),
    "purpose": _one_of("purpose", PURPOSES),
}
