"""Vectors worked out by hand from criteria.md: responses and lines of treatment."""

from __future__ import annotations

from typing import Any

from vectors import ALL, MARROW, calm, first_pass, itp_rows, m, med, on, run


def test_refractory_run_with_lead() -> None:
    rows = [*itp_rows(), MARROW, *calm()]

    def refractory(*meds: dict[str, Any]) -> int | None:
        return first_pass(run(150, measurements=rows, medications=list(meds)), "incomplete_response.refractory")

    assert refractory(med(75, 81, "prednisone", 0.95, "mg/kg/day")) == 81
    assert refractory(med(75, 81, "prednisone", 0.94, "mg/kg/day")) is None
    assert refractory(med(64, 70, "prednisone", 1, "mg/kg/day")) == 72  # ends on o
    assert refractory(med(63, 69, "prednisone", 1, "mg/kg/day")) is None  # ended before o
    assert refractory(med(75, 81, "prednisone", 0, "mg/kg/day")) is None
    assert refractory(med(75, 81, "dexamethasone", 10, "mg")) is None  # start day only


def test_refractory_needs_a_weight_within_its_window() -> None:
    meds = [med(75, 90, "prednisone", 80, "mg/day")]
    name = "incomplete_response.refractory"
    base = [*itp_rows(), MARROW, *calm()]
    assert on(run(100, measurements=base, medications=meds), name, 90) == "UNKNOWN"
    rows = [*base, m(-20, "weight", 80.0), m(-1, "weight", 0.0)]
    assert on(run(100, measurements=rows, medications=meds), name, 90) == "PASS"
    assert (
        on(run(100, measurements=rows, medications=meds, parameters={"weight_window_days": 95}), name, 85) == "UNKNOWN"
    )


def test_incomplete_medications_leave_days_unknown_but_known_parts_count() -> None:
    complete = {**ALL, "medications": False}
    rows = [*itp_rows(), MARROW, *calm()]
    name = "incomplete_response.refractory"
    meds = [med(75, 90, "prednisone", 1, "mg/kg/day")]
    assert on(run(100, complete, measurements=rows, medications=meds), name, 90) == "PASS"
    meds = [med(75, 90, "prednisone", 0.4, "mg/kg/day")]
    assert on(run(100, complete, measurements=rows, medications=meds), name, 90) == "UNKNOWN"


def test_response_defeats_refractory_unless_supported() -> None:
    rows = [*itp_rows(until=85), MARROW, *calm(), m(90, "platelets", 60.0)]
    meds = [med(75, 85, "prednisone", 1, "mg/kg/day")]
    name = "incomplete_response.refractory"
    assert on(run(100, measurements=rows, medications=meds), name, 89) == "PASS"
    assert on(run(100, measurements=rows, medications=meds), name, 90) == "FAIL"
    support = [{"patient_id": "a", "day": 84, "product": "platelets"}]
    assert on(run(100, measurements=rows, medications=meds, transfusions=support), name, 90) == "PASS"
    support = [{"patient_id": "a", "day": 83, "product": "platelets"}]
    assert on(run(100, measurements=rows, medications=meds, transfusions=support), name, 90) == "FAIL"
    support = [{"patient_id": "a", "day": 84, "product": "platelets", "units": 0}]
    assert on(run(100, measurements=rows, medications=meds, transfusions=support), name, 90) == "FAIL"


def test_continuing_dose_starts_at_the_onset() -> None:
    rows = [*itp_rows(until=76), MARROW, *calm(), *(m(d, "platelets", 90.0) for d in range(80, 200, 7))]
    meds = [med(60, None, "prednisone", 0.5, "mg/kg/day")]
    result = run(180, measurements=rows, medications=meds)
    name = "incomplete_response.dependent"
    assert on(result, name, 124) == "FAIL"
    assert on(result, name, 125) == "PASS"
    gvhd = [{**meds[0], "purpose": "gvhd"}]
    assert on(run(130, measurements=rows, medications=gvhd), name, 125) == "FAIL"


def test_relapse_on_taper() -> None:
    rows = [*itp_rows(until=76), MARROW, *calm(), m(80, "platelets", 90.0), m(95, "platelets", 12.0)]
    meds = [med(71, 85, "prednisone", 1, "mg/kg/day")]
    result = run(110, measurements=rows, medications=meds)
    name = "incomplete_response.dependent"
    assert on(result, name, 94) == "FAIL"
    assert on(result, name, 95) == "PASS"
    rows.append(m(100, "platelets", 100.0))  # well again without steroids
    assert on(run(110, measurements=rows, medications=meds), name, 100) == "FAIL"


def test_two_lines() -> None:
    rows = [*itp_rows(), MARROW, *calm()]
    steroid = med(71, 80, "prednisone", 0.5, "mg/kg/day")
    name = "incomplete_response.two_lines"
    ivig = [med(73, None, "ivig", 0.4, "g/kg"), med(74, None, "ivig", 0.36, "g/kg")]
    assert first_pass(run(150, measurements=rows, medications=[steroid, *ivig]), name) == 81
    same = [ivig[0], dict(ivig[0])]  # a duplicate is one administration
    assert first_pass(run(150, measurements=rows, medications=[steroid, *same]), name) is None
    rituximab = [med(d, None, "rituximab", 375, "mg/m2") for d in (60, 67, 74, 81)]
    assert first_pass(run(150, measurements=rows, medications=[steroid, *rituximab]), name) == 95
    early = [med(d, None, "rituximab", 375, "mg/m2") for d in (57, 60, 63, 69)]
    assert first_pass(run(150, measurements=rows, medications=[steroid, *early]), name) is None
    drug = med(60, 75, "eltrombopag", 50, "mg/day")
    assert first_pass(run(150, measurements=rows, medications=[steroid, drug]), name) == 77
    drug = med(60, 69, "eltrombopag", 50, "mg/day")
    assert first_pass(run(150, measurements=rows, medications=[steroid, drug]), name) is None
    drug = med(40, 90, "eltrombopag", 50, "mg/day")  # begun before the lead
    assert first_pass(run(150, measurements=rows, medications=[steroid, drug]), name) is None


def test_lines_where_medications_are_not_complete() -> None:
    rows = [*itp_rows(), MARROW, *calm()]
    result = run(100, {**ALL, "medications": False}, measurements=rows)
    assert on(result, "incomplete_response.two_lines", 90) == "UNKNOWN"
    assert on(run(100, measurements=rows), "incomplete_response.two_lines", 90) == "FAIL"
