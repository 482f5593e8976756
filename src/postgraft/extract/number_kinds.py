"""Kinds of columns that hold numbers and days."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from postgraft.extract.cells import Mask, Signed, days, numbers, signed_numbers
from postgraft.extract.findings import Location
from postgraft.extract.kinds import ColumnKind

FIRST_DATE, LAST_DATE = -25567, 47482
"""1900-01-01 and 2100-01-01, in days since 1970-01-01; no day of a patient lies beyond them."""
_NINES = (999.0, 999.9, 999.99, 9999.0, 9999.9, 9999.99, 99999.0, 99999.9, 99999.99, 999999.0)


@dataclass(frozen=True)
class Number(ColumnKind):
    """A finite number with a decimal point; outside of ``low`` to ``high``, both included, it reads as unknown.

    Below 0 an ``amount`` is an error.
    """

    low: float = -np.inf
    high: float = np.inf
    whole: bool = False
    amount: bool = False

    def parse(self, cells: pa.Array, place: Location) -> tuple[Any, Mask]:
        values, missing, faults = numbers(cells)
        _note_faults(faults, place, self.accepted(place))
        if self.whole:
            broken = values != np.trunc(values)
            broken &= ~np.isnan(values)
            place.error("number", "not a whole number", self.accepted(place), broken)
        outside = (values < self.low) | (values > self.high)
        if self.amount:
            negative = values < 0
            place.error("negative", f"negative {place.column}", "a number from 0, or an empty cell", negative)
            outside &= ~negative
        return _known(values, outside, f"{self.low:g} to {self.high:g}", place), missing

    def accepted(self, place: Location) -> str:
        what = "a whole number" if self.whole else "a number with a decimal point"
        return f"{what} and no unit, or an empty cell"

    def describe(self) -> str:
        text = "whole number" if self.whole else "number"
        return f"{text}; plausible {self.low:g} to {self.high:g}" if np.isfinite(self.high) else text


@dataclass(frozen=True)
class Measured(ColumnKind):
    """A measured number, perhaps after a sign; what is plausible depends on the analyte, checked there."""

    def parse(self, cells: pa.Array, place: Location) -> tuple[Signed, Mask]:
        values, missing, faults = signed_numbers(cells)
        _note_faults(faults, place, self.accepted(place))
        return values, missing

    def accepted(self, place: Location) -> str:
        return "a number with a decimal point, perhaps after <, <=, > or >=, or an empty cell"

    def describe(self) -> str:
        return "number; after `<`, `<=`, `>` or `>=` (or with an `operator`) all numbers below or above it"

    def absent(self, rows: int) -> Signed:
        return Signed(super().absent(rows), np.broadcast_to(np.int8(0), (rows,)))


@dataclass(frozen=True)
class Limit(Measured):
    """A reference limit; what says on which side the range lies is its column, not its sign."""

    def parse(self, cells: pa.Array, place: Location) -> tuple[Any, Mask]:
        values, missing = super().parse(cells, place)
        nines = np.isin(values.number, _NINES)
        place.warning("limits", "a limit of 999, 9999 or more nines, which stands for none", "", nines)
        return np.where(nines, np.nan, values.number), missing

    def describe(self) -> str:
        return "number; `<5` and `>5` read as 5"

    def absent(self, rows: int) -> Any:
        return super().absent(rows).number


def _note_faults(faults: dict[str, Mask], place: Location, accepted: str) -> None:
    said = {"number": "not a number", "non-finite": "not a finite number"}
    for kind, rows in faults.items():
        place.error(kind, said[kind], accepted, rows)


def _known(values: Any, outside: Mask, span: str, place: Location) -> Any:
    """The values without those outside of what can be, such as a -1 or 9999 that stands for no value."""
    found = f"outside the plausible range {span}, read as unknown"
    place.warning("implausible", found, "", outside)
    return np.where(outside, np.nan, values)


@dataclass(frozen=True)
class Day(ColumnKind):
    """A calendar date, or with ``time: days`` an integer day; the time of a timestamp is dropped."""

    def parse(self, cells: pa.Array, place: Location) -> tuple[Any, Mask]:
        values, missing, bad = days(cells, place.time)
        wanted = "an ISO calendar date" if place.time == "dates" else "a whole day number"
        place.error("date", f"not {wanted} (the manifest says time: {place.time})", self.accepted(place), bad)
        early, late = (FIRST_DATE, LAST_DATE) if place.time == "dates" else (-45000, 45000)
        span = "1900-01-01 to 2100-01-01" if place.time == "dates" else f"{early} to {late}"
        return _known(values, (values < early) | (values > late), span, place), missing

    def accepted(self, place: Location) -> str:
        return "YYYY-MM-DD" if place.time == "dates" else "whole days since day 0 of the index transplant"

    def describe(self) -> str:
        return "date (YYYY-MM-DD); with `time: days` a whole number of days since day 0 of the index transplant"
