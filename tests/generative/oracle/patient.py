"""Patients: their transplants, observed days and status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .defaults import Parameters
from .lists import CRITERIA
from .record import Record
from .rows import Row, day_cell, day_number, distinct, patient_rows
from .screening import Age
from .transplant import TransplantResult, evaluate_transplant

STATUSES = ("eligible", "possible", "ineligible")


@dataclass(frozen=True)
class PatientResult:
    """A patient is eligible if any of its transplants is."""

    status: str
    possible_kind: str | None
    transplants: list[TransplantResult]


LONG_AGO = -1_000_000
"""Where no first day of the record is stated, what is declared complete always was."""


def evaluate(
    extract: Mapping[str, Any], parameters: Mapping[str, Any] | None = None, drop: Sequence[str] = ()
) -> dict[str, PatientResult]:
    """Every patient with an allogeneic transplant."""
    p = Parameters(parameters)
    for name in drop:
        if name not in CRITERIA:
            raise ValueError(f"unknown criterion {name}")
    tables: Mapping[str, Sequence[Row]] = extract["tables"]
    grouped: dict[Any, dict[str, list[Row]]] = {}
    for table, rows in tables.items():
        for row in rows:
            grouped.setdefault(row["patient_id"], {}).setdefault(table, []).append(row)
    results: dict[str, PatientResult] = {}
    for patient in distinct(tables["patients"]):
        own = grouped[patient["patient_id"]]
        result = _patient(extract, patient, own, p, drop)
        if result is not None:
            results[patient["patient_id"]] = result
    return results


def _patient(
    extract: Mapping[str, Any], patient: Row, tables: Mapping[str, Sequence[Row]], p: Parameters, drop: Sequence[str]
) -> PatientResult | None:
    dates = extract.get("time") == "dates"
    rows = patient_rows(patient, tables, day_number(extract.get("extracted_on")))
    if not rows.transplants:
        return None
    first_day0 = rows.transplants[0].day
    index_day = first_day0 if dates else 0
    stated = day_cell(patient, "observed_from")
    recorded_from = LONG_AGO if stated is None else stated
    positions = list(range(len(rows.transplants)))
    if p.reading("index_transplant") == "first":
        positions = positions[:1]
    elif p.reading("index_transplant") == "last":
        positions = positions[-1:]
    found: list[TransplantResult] = []
    for position in positions:
        transplant = rows.transplants[position]
        ends = [transplant.day + p.days("horizon_days")]
        if rows.limit is not None:
            ends.append(rows.limit)
        if position + 1 < len(rows.transplants):
            ends.append(rows.transplants[position + 1].day - 1)
        record = Record(rows, transplant, position == 0, extract.get("complete") or {}, recorded_from, p)
        age = Age(rows.patient, transplant.day, index_day, dates)
        first = max(0, recorded_from - transplant.day)
        found.append(evaluate_transplant(record, age, first, min(ends) - transplant.day, drop))
    status = min((t.status for t in found), key=STATUSES.index)
    kind = None
    if status == "possible":
        kinds = [t.possible_kind for t in found if t.status == "possible"]
        kind = "documentation" if "documentation" in kinds else "diagnosis"
    return PatientResult(status, kind, found)
