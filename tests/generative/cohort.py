"""Many patients in one extract, in both forms: the plain rows of the oracle and the frames of the engine."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass
from typing import Any

import pandas as pd
from parts.draws import Rows, chance, subset
from patients import TABLES, draw_patient

from postgraft.vocabulary.analytes import ANALYTES

DAY_COLUMNS = {
    "patients": ("birth_day", "observed_from_day", "death_day", "last_contact_day"),
    "transplants": ("transplant_day", "neutrophil_engraftment_day", "platelet_engraftment_day"),
    "measurements": ("day",),
    "medications": ("start_day", "end_day"),
    "transfusions": ("day",),
    "disease_status": ("day",),
    "conditions": ("start_day", "end_day"),
    "adjudications": ("start_day", "end_day"),
}
COLUMNS = {
    "patients": ("patient_id", "sex", "age_at_transplant", "birth_year", "transplant_year"),
    "transplants": ("patient_id", "type", "indication"),
    "measurements": ("patient_id", "analyte", "value", "operator", "result", "unit", "lower_limit", "upper_limit"),
    "medications": ("patient_id", "drug", "dose", "dose_unit", "route", "purpose", "half_life_days"),
    "transfusions": ("patient_id", "product", "units"),
    "disease_status": ("patient_id", "status"),
    "conditions": ("patient_id", "condition", "grade", "detail"),
    "adjudications": ("patient_id", "criterion", "verdict", "source"),
}
COMPLETABLE = ("transfusions", "medications", "disease_status")
SOME_CONDITIONS = (
    "acute_gvhd", "chronic_gvhd", "ta_tma", "aiha", "itp", "prca", "evans", "dic", "study_drug_hypersensitivity",
    "anti_cd38_intolerance", "steroid_intolerance", "graft_failure", "bleeding", "infection_thrombocytopenia",
)  # fmt: skip
# How a site may write a canonical unit, and the factor from the canonical value to the written one.
WRITTEN_UNITS = {
    "hemoglobin": (("g/L", 10.0), ("g/dL", 1.0)),
    "platelets": (("/uL", 1000.0), ("10*9/L", 1.0), ("K/uL", 1.0)),
    "neutrophils": (("/uL", 1000.0), ("10^9/L", 1.0)),
    "weight": (("kg", 1.0),),
}


@dataclass(frozen=True)
class Setting:
    """What the patients of one extract share; `day_zero` is the calendar day of the first transplants."""

    time: str
    complete: dict[str, Any]
    day_zero: datetime.date
    extracted_on: datetime.date | None
    shift: int  # with `days`: the day of the first transplant on the axis of the extract
    captured: tuple[str, ...]

    def cell(self, day: int) -> datetime.date | int:
        if self.time == "dates":
            return self.day_zero + datetime.timedelta(days=day)
        return day + self.shift

    def column(self, name: str) -> str:
        if self.time == "days":
            return name
        return "date" if name == "day" else name.removesuffix("_day") + "_date"

    @property
    def manifest(self) -> dict[str, Any]:
        # Values are drawn around the thresholds, not as a cohort has them.
        given = {
            "format": 1, "name": "generated", "time": self.time, "complete": self.complete,
            "plausible": list(ANALYTES),
        }  # fmt: skip
        return given | ({"extracted_on": self.extracted_on} if self.time == "dates" else {})


def draw_setting(r: random.Random) -> Setting:
    time = r.choice(("days", "dates"))
    complete: dict[str, Any] = {name: True for name in COMPLETABLE if not chance(r, 0.3)}
    conditions: Any = r.choice((True, True, "some", None))
    if conditions == "some":
        conditions = subset(r, SOME_CONDITIONS, 8)
    if conditions:
        complete["conditions"] = conditions
    day_zero = datetime.date(2020, 1, 1) + datetime.timedelta(days=r.choice((0, 59, 200, 58, 60, 365)))
    extracted_on = day_zero + datetime.timedelta(days=r.choice((1000, 1000, 150, 200)))
    uncaptured = [name for name in TABLES[3:] if name not in complete and chance(r, 0.15)]
    return Setting(
        time=time,
        complete=complete,
        day_zero=day_zero,
        extracted_on=extracted_on if time == "dates" else None,
        shift=r.choice((0, 0, 0, -100)),
        captured=tuple(name for name in TABLES if name not in uncaptured),
    )


def draw_patients(seed: int, first: int, count: int) -> dict[str, Rows]:
    """Patients by id; each depends on the seed and its own number alone."""
    return {f"P{i:06d}": draw_patient(random.Random(f"{seed}/{i}")) for i in range(first, first + count)}


def oracle_extract(setting: Setting, patient_id: str, tables: Rows) -> dict[str, Any]:
    """One patient as the oracle reads it."""
    placed: dict[str, list[dict[str, Any]]] = {}
    for name in setting.captured:
        placed[name] = []
        for row in tables[name]:
            cells: dict[str, Any] = {"patient_id": patient_id}
            for column, value in row.items():
                if column in DAY_COLUMNS[name]:
                    cells[setting.column(column)] = None if value is None else setting.cell(value)
                else:
                    cells[column] = value
            placed[name].append(cells)
    return {"time": setting.time, "extracted_on": setting.extracted_on, "complete": setting.complete, "tables": placed}


def engine_tables(
    setting: Setting, patients: dict[str, Rows], r: random.Random | None = None
) -> dict[str, pd.DataFrame]:
    """All patients as frames; with `r` as a site might write them: in any order, as text, in other units."""
    frames = {}
    for name in setting.captured:
        columns = (*COLUMNS[name], *(setting.column(column) for column in DAY_COLUMNS[name]))
        rows = [
            row
            for patient_id, tables in patients.items()
            for row in oracle_extract(setting, patient_id, tables)["tables"][name]
        ]
        if r is not None:
            rows = _written(r, rows) if name == "measurements" else rows
            if name != "patients":
                r.shuffle(rows)
        frame = pd.DataFrame([[row.get(column) for column in columns] for row in rows], columns=list(columns))
        if r is not None and chance(r, 0.5):
            frame = _as_text(r, frame)
        elif name == "measurements" and any(isinstance(value, str) for value in frame["value"]):
            frame["value"] = frame["value"].map(_text).astype("str")
        frames[name] = frame
    return frames


def _as_text(r: random.Random, frame: pd.DataFrame) -> pd.DataFrame:
    """As a CSV file has it; words perhaps in capitals or as a synonym."""
    frame = frame.map(_text).astype("str")
    if "result" in frame:
        synonyms = {"positive": r.choice(("POS", "Reactive", "positive")), "negative": r.choice(("neg", "Negative"))}
        frame["result"] = frame["result"].replace(synonyms)
    for column in frame.columns.intersection(["drug", "condition", "verdict", "status"]):
        if chance(r, 0.3):
            frame[column] = frame[column].str.title()
    return frame


def _text(cell: Any) -> str | None:
    return None if pd.isna(cell) else str(cell)


def _written(r: random.Random, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Results as a laboratory may write them; rows that are equal stay so, for they count once."""
    signed = r.choice((0.0, 0.5, 1.0))  # how often a sign stands before the number, not in its own column
    written: dict[tuple[tuple[str, Any], ...], dict[str, Any]] = {}
    keys = [tuple(sorted((k, cell) for k, cell in row.items() if cell is not None)) for row in rows]
    for key, row in zip(keys, rows, strict=True):
        if key not in written:
            written[key] = _result(r, row, signed)
    return [written[key] for key in keys]


def _result(r: random.Random, row: dict[str, Any], signed: float) -> dict[str, Any]:
    units = WRITTEN_UNITS.get(row["analyte"])
    if units is not None and "value" in row and not chance(r, 0.6):
        unit, factor = r.choice(units)
        row = {**row, "unit": unit, "value": row["value"] * factor}
    if row.get("operator") and signed and chance(r, signed):
        row = {**row, "value": f"{row['operator']}{row['value']}", "operator": None}
    return row
