"""Vectors worked out by hand from criteria.md: the status of a patient and the days that count."""

from __future__ import annotations

from typing import Any

from vectors import MARROW, calm, itp_rows, m, med, run, tx


def eligible_tables() -> dict[str, Any]:
    rows = [*itp_rows(), MARROW, *calm()] + [m(d, "neutrophils", 3.0) for d in range(0, 200, 7)]
    return {
        "measurements": rows,
        "medications": [med(71, 80, "prednisone", 1, "mg/kg/day")],
        "disease_status": [{"patient_id": "a", "day": 0, "status": "remission"}],
    }


def test_eligible_patient() -> None:
    result = run(100, **eligible_tables())
    assert result.status == "eligible"
    assert result.first_eligible_day == 77
    assert result.eligible_days == 24
    assert result.first_possible_day == 77
    assert run(82, **eligible_tables()).status == "ineligible"  # 6 days only
    result = run(100, parameters={"attested": "open"}, **eligible_tables())
    assert result.status == "possible"
    assert result.possible_kind == "documentation"
    result = run(100, parameters={"attested": "open"}, drop=["consent", "contraception"], **eligible_tables())
    assert result.status == "possible"  # hypersensitivity is declared complete, E7 and E11 are not


def test_transplants_after_the_end_are_ignored() -> None:
    result = run(100, transplants=[tx(0), tx(150)], **eligible_tables())
    assert result.last_day == 100
    late = run(90, patient={"observed_from_day": 95}, **eligible_tables())
    assert (late.first_day, late.last_day, late.status) == (95, 90, "ineligible")
