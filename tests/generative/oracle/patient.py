"""Patients of an extract: which transplants are observed, on which days, and the status of it all."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .defaults import settings
from .kleene import FAIL, NAMES, PASS
from .record import Record
from .rows import Clock, Row, text, without_duplicates
from .transplant import COMPONENTS, CRITERIA, Transplant

STATUSES = ("ineligible", "possible", "eligible")


@dataclass(frozen=True)
class TransplantResult:
    """One transplant; days are relative to its own day 0, `verdicts` one name per observed day."""

    day0: int  # on the axis of the extract; a proleptic ordinal for dates
    first_day: int
    last_day: int
    verdicts: dict[str, list[str]]
    status: str
    possible_kind: str | None
    first_eligible_day: int | None
    eligible_days: int
    first_possible_day: int | None
    possible_days: int


@dataclass(frozen=True)
class PatientResult:
    status: str
    possible_kind: str | None
    transplants: list[TransplantResult]


def evaluate(
    extract: dict[str, Any], parameters: dict[str, Any] | None = None, drop: tuple[str, ...] = ()
) -> dict[str, PatientResult]:
    """Every patient with an allogeneic transplant."""
    chosen = settings(parameters)
    unknown = sorted(set(drop) - set(CRITERIA))
    if unknown:
        raise ValueError(f"unknown criteria: {', '.join(unknown)}")
    clock = Clock(extract["time"])
    by_patient: dict[str, dict[str, list[Row]]] = {}
    for name, rows in extract["tables"].items():
        for row in without_duplicates(rows):
            by_patient.setdefault(row["patient_id"], {}).setdefault(name, []).append(row)
    evaluated = {}
    for patient_id, tables in by_patient.items():
        transplants = one_patient(extract, clock, tables, chosen, drop)
        if transplants:
            evaluated[patient_id] = patient_result(transplants)
    return evaluated


def patient_result(transplants: list[TransplantResult]) -> PatientResult:
    status = max((t.status for t in transplants), key=STATUSES.index)
    kinds = [t.possible_kind for t in transplants]
    kind = None
    if status == "possible":
        kind = "documentation" if "documentation" in kinds else "diagnosis"
    return PatientResult(status, kind, transplants)


def one_patient(
    extract: dict[str, Any],
    clock: Clock,
    tables: dict[str, list[Row]],
    chosen: dict[str, Any],
    drop: tuple[str, ...],
) -> list[TransplantResult]:
    person = tables["patients"][0]
    limits = [clock.read(person, "death_date")]
    if clock.dates and extract.get("extracted_on") is not None:
        limits.append(extract["extracted_on"].toordinal())
    known_ends = [day for day in limits if day is not None]
    seen = {name: [r for r in rows if not ignored(r, clock, known_ends)] for name, rows in tables.items()}
    allogeneic: dict[int, list[Row]] = {}
    for row in seen.get("transplants", []):
        day = clock.read(row, "transplant_date")
        if row["type"] == "allogeneic" and day is not None:
            allogeneic.setdefault(day, []).append(row)
    days = sorted(allogeneic)
    last_contact = clock.read(person, "last_contact_date")
    if last_contact is None and clock.read(person, "death_date") is None:
        last_contact = latest_row(seen, clock)
    observed = {"each": days, "first": days[:1], "last": days[-1:]}[chosen["index_transplant"]]
    results = []
    for day0 in observed:
        starts = [day0, clock.read(person, "observed_from_date")]
        first = max(day for day in starts if day is not None) - day0
        ends = [
            *known_ends,
            last_contact,
            *(day - 1 for day in days if day > day0),
        ]
        last = min([chosen["horizon_days"], *(day - day0 for day in ends if day is not None)])
        age = age_of(person, clock, days[0])
        record = Record(
            seen,
            clock,
            day0,
            allogeneic[day0],
            extract.get("complete") or {},
            chosen,
            age,
            text(person.get("sex")),
        )
        results.append(one_transplant(record, first, last, drop))
    return results


def ignored(row: Row, clock: Clock, ends: list[int]) -> bool:
    """Rows after death or after the end of the extract."""
    starts = [clock.read(row, column) for column in ("date", "start_date", "transplant_date")]
    return any(start > end for start in starts if start is not None for end in ends)


def latest_row(tables: dict[str, list[Row]], clock: Clock) -> int | None:
    """The day (start) of the last row of any table of events."""
    columns = ("date", "start_date", "transplant_date")
    rows = [row for name, of_table in tables.items() if name != "patients" for row in of_table]
    days = [clock.read(row, column) for row in rows for column in columns]
    return max((day for day in days if day is not None), default=None)


# age

Ages = Callable[[int], tuple[float, float] | None]


def completed_years(birth: datetime.date, day: datetime.date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def age_of(person: Row, clock: Clock, first_transplant: int) -> Ages:
    """The youngest and the oldest age that a day of the extract's axis allows; None: nothing is known."""
    birth = clock.read(person, "birth_date")
    age, year = person.get("age_at_transplant"), person.get("birth_year")

    def ages(day: int) -> tuple[float, float] | None:
        if birth is not None and clock.dates:
            exact = completed_years(datetime.date.fromordinal(birth), datetime.date.fromordinal(day))
            return exact, exact
        if birth is not None:
            years = (day - birth) / 365.25
            return years, years
        if age is not None:
            years = age + (day - (first_transplant if clock.dates else 0)) / 365.25
            return years, years
        if year is None:
            return None
        earliest_birth = datetime.date(int(year), 1, 1)
        latest_birth = datetime.date(int(year), 12, 31)
        if clock.dates:
            today = datetime.date.fromordinal(day)
            return completed_years(latest_birth, today), completed_years(earliest_birth, today)
        if person.get("transplant_year") is None:
            return None
        transplant_year = int(person["transplant_year"])
        earliest = datetime.date(transplant_year, 1, 1) + datetime.timedelta(days=day)
        latest = datetime.date(transplant_year, 12, 31) + datetime.timedelta(days=day)
        return completed_years(latest_birth, earliest), completed_years(earliest_birth, latest)

    return ages


# observed days and status


def stretches(days: list[int], length: int) -> list[list[int]]:
    """Runs of consecutive days, those of at least `length`."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [run for run in runs if len(run) >= length]


def one_transplant(record: Record, first: int, last: int, drop: tuple[str, ...]) -> TransplantResult:
    transplant = Transplant(record, last, drop)
    observed = range(first, last + 1)
    by_name = {name: [transplant.verdict(name, d) for d in observed] for name in (*CRITERIA, *COMPONENTS)}
    worst = {d: min(by_name[name][d - first] for name in CRITERIA) for d in observed}
    length = record.settings["eligible_days_min"]
    eligible = [d for run in stretches([d for d in observed if worst[d] == PASS], length) for d in run]
    possible = [d for run in stretches([d for d in observed if worst[d] != FAIL], length) for d in run]
    status = "eligible" if eligible else "possible" if possible else "ineligible"
    kind = None
    if status == "possible":
        diagnosed = any(
            by_name["immune_cytopenia"][d - first] == by_name["incomplete_response"][d - first] == PASS
            for d in possible
        )
        kind = "documentation" if diagnosed else "diagnosis"
    return TransplantResult(
        day0=record.day0,
        first_day=first,
        last_day=last,
        verdicts={name: [NAMES[v] for v in verdicts] for name, verdicts in by_name.items()},
        status=status,
        possible_kind=kind,
        first_eligible_day=eligible[0] if eligible else None,
        eligible_days=len(eligible),
        first_possible_day=possible[0] if possible else None,
        possible_days=len(possible),
    )
