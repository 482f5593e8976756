"""The rows of an extract, typed; days are integers on the axis of the extract."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]

EVENT_TABLES = (
    "transplants",
    "measurements",
    "medications",
    "transfusions",
    "disease_status",
    "conditions",
    "adjudications",
)
START_COLUMNS = {
    "transplants": "transplant",
    "measurements": "",
    "medications": "start",
    "transfusions": "",
    "disease_status": "",
    "conditions": "start",
    "adjudications": "start",
}


@dataclass(frozen=True)
class Measurement:
    day: int
    analyte: str
    value: float | None
    operator: str
    result: str | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Medication:
    start: int
    end: int | None
    drug: str
    dose: float | None
    unit: str | None
    route: str | None
    purpose: str | None
    half_life: float | None

    @property
    def one_day(self) -> bool:
        """A stated unit without "/day" is the amount of one administration."""
        return self.unit is not None and not self.unit.endswith("/day")

    @property
    def last(self) -> int | None:
        """The last day given; None while it goes on."""
        return self.start if self.one_day else self.end

    def given_on(self, day: int) -> bool:
        last = self.last
        return self.start <= day and (last is None or day <= last)

    def given_within(self, first: int, final: int) -> bool:
        """On some day of first ... final."""
        last = self.last
        return self.start <= final and first <= final and (last is None or last >= first)


@dataclass(frozen=True)
class Transfusion:
    day: int
    product: str


@dataclass(frozen=True)
class Status:
    day: int
    status: str


@dataclass(frozen=True)
class Condition:
    start: int
    end: int | None
    name: str
    grade: float | None
    detail: str | None


@dataclass(frozen=True)
class Adjudication:
    criterion: str
    start: int
    end: int | None
    verdict: str


@dataclass(frozen=True)
class Transplant:
    day: int
    indication: str | None
    neutrophil_engraftment: int | None
    platelet_engraftment: int | None


@dataclass
class PatientRows:
    """All rows of one patient that count."""

    patient: dict[str, Any]
    limit: int | None
    last_contact: int | None
    transplants: list[Transplant] = field(default_factory=list)
    measurements: list[Measurement] = field(default_factory=list)
    medications: list[Medication] = field(default_factory=list)
    transfusions: list[Transfusion] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    adjudications: list[Adjudication] = field(default_factory=list)


def cell(row: Row, name: str) -> Any:
    """The cell; None where empty."""
    value = row.get(name)
    return None if value == "" else value


def text(row: Row, name: str) -> str | None:
    value = cell(row, name)
    return None if value is None else str(value)


def number(row: Row, name: str) -> float | None:
    value = cell(row, name)
    if value is None:
        return None
    as_float = float(value)
    return None if as_float != as_float else as_float


def day_number(value: Any) -> int | None:
    """A date as its proleptic ordinal; an integer as it is."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime.date):
        return value.toordinal()
    return int(value)


def day_cell(row: Row, stem: str) -> int | None:
    """The day in `<stem>_day`, `<stem>_date`, or `day`, `date` without a stem."""
    for ending in ("day", "date"):
        name = f"{stem}_{ending}" if stem else ending
        value = day_number(cell(row, name))
        if value is not None:
            return value
    return None


def distinct(rows: Sequence[Row]) -> list[Row]:
    """Rows equal in every cell count once."""
    seen: set[frozenset[tuple[str, Any]]] = set()
    kept: list[Row] = []
    for row in rows:
        key = frozenset((k, v) for k, v in row.items() if v is not None and v != "")
        if key not in seen:
            seen.add(key)
            kept.append(row)
    return kept


NOT_GIVEN = {"medications": "dose", "transfusions": "units"}
"""Amounts of which 0 means that the row was not given, so that it is left out."""


def earliest(*days: int | None) -> int | None:
    """The earliest of the days that are there."""
    known = [day for day in days if day is not None]
    return min(known) if known else None


def patient_rows(patient: Row, tables: Mapping[str, Sequence[Row]], extracted_on: int | None) -> PatientRows:
    """Type a patient's rows; leave out duplicates, rows without a day, rows after the end."""
    death = day_cell(patient, "death")
    contact = day_cell(patient, "last_contact")
    limit = earliest(death, contact, extracted_on)
    starts: dict[str, list[tuple[int, Row]]] = {}
    for table, stem in START_COLUMNS.items():
        starts[table] = []
        for row in distinct(tables.get(table, ())):
            day = day_cell(row, stem)
            if day is None or (limit is not None and day > limit):
                continue
            if table in NOT_GIVEN and _not_given(row, NOT_GIVEN[table]):
                continue
            starts[table].append((day, row))
    if contact is None:
        days = [day for table in EVENT_TABLES for day, _ in starts[table]]
        contact = death if death is not None else max(days, default=None)
    limit = earliest(limit, contact)
    rows = PatientRows(dict(patient), limit, contact)
    rows.transplants = _transplants(starts["transplants"])
    rows.measurements = [_measurement(d, r) for d, r in starts["measurements"]]
    rows.medications = [_medication(d, r) for d, r in starts["medications"]]
    rows.transfusions = [Transfusion(d, str(r["product"])) for d, r in starts["transfusions"]]
    rows.statuses = [Status(d, str(r["status"])) for d, r in starts["disease_status"]]
    rows.conditions = [
        Condition(d, day_cell(r, "end"), str(r["condition"]), number(r, "grade"), text(r, "detail"))
        for d, r in starts["conditions"]
    ]
    rows.adjudications = [
        Adjudication(str(r["criterion"]), d, day_cell(r, "end"), str(r["verdict"])) for d, r in starts["adjudications"]
    ]
    return rows


def _not_given(row: Row, column: str) -> bool:
    """A dose of 0, a transfusion of 0 units (a negative one is an error, left out too)."""
    amount = number(row, column)
    return amount is not None and amount <= 0


def _measurement(day: int, row: Row) -> Measurement:
    return Measurement(
        day,
        str(row["analyte"]),
        number(row, "value"),
        text(row, "operator") or "=",
        text(row, "result"),
        number(row, "lower_limit"),
        number(row, "upper_limit"),
    )


def _medication(day: int, row: Row) -> Medication:
    return Medication(
        day,
        day_cell(row, "end"),
        str(row["drug"]),
        number(row, "dose"),
        text(row, "dose_unit"),
        text(row, "route"),
        text(row, "purpose"),
        number(row, "half_life_days"),
    )


def _transplants(starts: Sequence[tuple[int, Row]]) -> list[Transplant]:
    """The allogeneic transplants in order; rows of one day are one transplant."""
    by_day: dict[int, list[Row]] = {}
    for day, row in starts:
        if row.get("type") == "allogeneic":
            by_day.setdefault(day, []).append(row)
    found = []
    for day in sorted(by_day):
        rows = by_day[day]
        indications = sorted(i for i in (text(r, "indication") for r in rows) if i is not None)
        recorded: dict[str, int | None] = {}
        for stem in ("neutrophil_engraftment", "platelet_engraftment"):
            dates = [day_cell(r, stem) for r in rows]
            recorded[stem] = earliest(*(x for x in dates if x is not None and x >= day))
        found.append(
            Transplant(
                day,
                indications[0] if indications else None,
                recorded["neutrophil_engraftment"],
                recorded["platelet_engraftment"],
            )
        )
    return found
