"""Rows of a chart, and what the oracle says of it: for the vectors worked out by hand from criteria.md."""

from __future__ import annotations

from typing import Any

from oracle import TransplantResult, evaluate

ALL = {"transfusions": True, "medications": True, "disease_status": True, "conditions": True}


def m(day: int, analyte: str, value: Any, operator: str | None = None, **more: Any) -> dict[str, Any]:
    cells: dict[str, Any] = {"patient_id": "a", "day": day, "analyte": analyte}
    cells["result" if isinstance(value, str) else "value"] = value
    return {**cells, "operator": operator, **more}


def med(
    start: int,
    end: int | None,
    drug: str,
    dose: float | None = None,
    unit: str | None = None,
    purpose: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    return {
        "patient_id": "a",
        "start_day": start,
        "end_day": end,
        "drug": drug,
        "dose": dose,
        "dose_unit": unit,
        "purpose": purpose,
        **more,
    }


def cond(start: int, end: int | None, name: str, grade: Any = None, detail: Any = None) -> dict[str, Any]:
    return {"patient_id": "a", "start_day": start, "end_day": end, "condition": name, "grade": grade, "detail": detail}


def tx(day: int = 0, **more: Any) -> dict[str, Any]:
    return {"patient_id": "a", "transplant_day": day, "type": "allogeneic", **more}


def run(
    last: int = 120,
    complete: dict[str, Any] | None = None,
    parameters: Any = None,
    drop: Any = (),
    which: int = 0,
    patient: Any = None,
    **tables: Any,
) -> TransplantResult:
    who = {
        "patient_id": "a",
        "sex": "male",
        "age_at_transplant": 40,
        "last_contact_day": last,
        "observed_from_day": -1000,
        **(patient or {}),
    }
    tables.setdefault("transplants", [tx()])
    extract = {
        "time": "days",
        "complete": ALL if complete is None else complete,
        "tables": {"patients": [who], **tables},
    }
    return evaluate(extract, parameters, drop)["a"].transplants[which]


def on(result: TransplantResult, name: str, d: int) -> str:
    return result.verdicts[name][d - result.first_day]


def first_pass(result: TransplantResult, name: str) -> int | None:
    found = result.verdicts[name]
    return found.index("PASS") + result.first_day if "PASS" in found else None


def series(analyte: str, values: Any, start: int = 0) -> list[dict[str, Any]]:
    return [m(start + i, analyte, v) for i, v in enumerate(values)]


# a common ITP patient: platelets 150 every 7 days, then a fall on day 70


def itp_rows(fall: int = 70, low: float = 10, until: int = 200) -> list[dict[str, Any]]:
    rows = [m(d, "platelets", 150.0) for d in range(0, fall, 7)]
    rows += [m(d, "platelets", low) for d in range(fall, until, 7)]
    return rows


def calm(last: int = 200) -> list[dict[str, Any]]:
    """A hemoglobin that is neither low nor falls, so that aiha and prca are FAIL."""
    return [m(d, "hemoglobin", 13.0) for d in range(0, last, 7)]


MARROW = m(72, "marrow_megakaryocytes", "normal")


def aiha_rows(hemoglobin: float = 7.0) -> list[dict[str, Any]]:
    rows = series("neutrophils", [1.0, 2.0, 3.0])
    rows += [m(d, "hemoglobin", 12.0) for d in range(30, 70, 7)]
    rows += [m(80, "hemoglobin", hemoglobin), m(80, "dat", "positive")]
    return rows


def episodes(cytopenia: str, last: int, complete: Any = None, parameters: Any = None, **tables: Any) -> Any:
    from oracle import patient as module

    kept: dict[str, Any] = {}
    original = module.evaluate_transplant

    def spy(record: Any, age: Any, first_day: int, last_day: int, drop: Any) -> Any:
        from oracle.transplant import OneTransplant

        kept["spells"] = OneTransplant(record, age, last_day, drop).spells[cytopenia]
        return original(record, age, first_day, last_day, drop)

    module.evaluate_transplant = spy
    try:
        run(last, complete, parameters, **tables)
    finally:
        module.evaluate_transplant = original
    return kept["spells"].episodes
