"""One patient's rows as small records in integer days; a canonical row in, a plain object out."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Condition:
    start: int
    end: int | None
    name: str
    grade: float | None
    detail: str | None


@dataclass(frozen=True)
class Adjudication:
    start: int
    end: int | None
    criterion: str
    verdict: str

    def covers(self, d: int) -> bool:
        return self.start <= d and (self.end is None or d <= self.end)


@dataclass(frozen=True)
class Medication:
    start: int
    end: int | None  # last day given; None: still given
    drug: str
    dose: float | None
    unit: str | None  # as given
    route: str | None
    purpose: str | None
    half_life: float | None

    def given(self, d: int) -> bool:
        return self.start <= d and (self.end is None or d <= self.end)

    def last_given(self, d: int) -> int:
        """The last day given on or before d (asked only where start <= d)."""
        return d if self.end is None else min(self.end, d)

    def milligrams(self) -> float | None:
        """The amount in mg, or in mg per kg where `per_kg()`; None where it cannot be told."""
        if self.dose is None or self.unit is None:
            return None
        parts = self.unit.split("/")
        scale = {"mcg": 0.001, "mg": 1.0, "g": 1000.0}.get(parts[0])
        if scale is None or "m2" in parts:  # units of activity; body surface is not in the extract
            return None
        return self.dose * scale

    def per_kg(self) -> bool:
        return self.unit is not None and "kg" in self.unit.split("/")


def integer_day(value: Any) -> int | None:
    if value is None:
        return None
    return value.toordinal() if isinstance(value, datetime.date) else int(value)


def text(value: Any) -> str | None:
    return value if value else None


class Clock:
    """Reads the day columns of an extract on its own time axis (ordinals for dates)."""

    def __init__(self, time: str) -> None:
        self.dates = time == "dates"

    def read(self, row: Row, column: str) -> int | None:
        """`column` is "date" or "start_date" and so on; in a days extract "day", "start_day"."""
        name = column if self.dates else column.replace("date", "day")
        return integer_day(row.get(name))


def without_duplicates(rows: list[Row]) -> list[Row]:
    """Of rows alike in every column one is kept."""
    seen: set[tuple[tuple[str, Any], ...]] = set()
    kept = []
    for row in rows:
        key = tuple(sorted((k, v) for k, v in row.items() if v is not None))
        if key not in seen:
            seen.add(key)
            kept.append(row)
    return kept


def medication(row: Row, start: int, end: int | None) -> Medication:
    unit = text(row.get("dose_unit"))
    if unit is not None and "day" not in unit.split("/"):
        end = start  # one administration
    return Medication(
        start=start,
        end=end,
        drug=row["drug"],
        dose=row.get("dose"),
        unit=unit,
        route=text(row.get("route")),
        purpose=text(row.get("purpose")),
        half_life=row.get("half_life_days"),
    )


def condition(row: Row, start: int, end: int | None) -> Condition:
    return Condition(start, end, row["condition"], row.get("grade"), text(row.get("detail")))


def adjudication(row: Row, start: int, end: int | None) -> Adjudication:
    return Adjudication(start, end, row["criterion"], row["verdict"])
