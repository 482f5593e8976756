"""Vectors worked out by hand from criteria.md: conditions, what binds them to a graft, and adjudications."""

from __future__ import annotations

from typing import Any

from vectors import ALL, cond, med, on, run, tx


def test_rows_before_the_first_transplant_stay() -> None:
    rows = [cond(-30, None, "ta_tma")]
    assert on(run(60, conditions=rows), "no_ta_tma", 10) == "FAIL"
    both = run(200, conditions=rows, transplants=[tx(0), tx(100)], which=1)
    assert on(both, "no_ta_tma", 10) == "PASS"


def test_acute_condition_with_an_end_to_come() -> None:
    result = run(120, conditions=[cond(10, 110, "uncontrolled_infection")])
    name = "no_uncontrolled_condition"
    assert [on(result, name, d) for d in (9, 10, 99, 100, 109, 110, 111)] == [
        "PASS",
        "FAIL",
        "FAIL",
        "UNKNOWN",
        "UNKNOWN",
        "FAIL",
        "PASS",
    ]


def test_gvhd_rows_supersede_for_ever() -> None:
    rows = [
        cond(10, 50, "acute_gvhd", 3, "refractory"),
        cond(20, 30, "acute_gvhd", 1, "responsive"),
        cond(60, None, "acute_gvhd", 2, "refractory"),
        cond(70, None, "acute_gvhd", 0),
    ]
    result = run(120, conditions=rows)
    name = "gvhd_controlled"
    assert [on(result, name, d) for d in (9, 10, 19, 20, 30, 31, 50, 60, 69, 70)] == [
        "PASS",
        "FAIL",
        "FAIL",
        "PASS",
        "PASS",
        "PASS",
        "PASS",
        "FAIL",
        "FAIL",
        "PASS",
    ]


def test_graft_bound_conditions_end_with_the_graft() -> None:
    rows = [cond(50, 400, "ta_tma"), cond(50, None, "acute_gvhd", 4), cond(50, None, "hepatitis_a")]
    both = [tx(0), tx(100)]
    first = run(450, conditions=rows, transplants=both)
    second = run(450, conditions=rows, transplants=both, which=1)
    assert first.last_day == 99
    assert on(first, "no_ta_tma", 99) == "FAIL"
    assert on(second, "no_ta_tma", 0) == "PASS"
    assert on(second, "no_ta_tma", 300) == "PASS"
    assert on(second, "gvhd_controlled", 0) == "PASS"
    assert on(second, "hepatitis", 0) == "FAIL"


def test_gvhd_detail_missing() -> None:
    name = "gvhd_controlled"
    row = [cond(30, None, "chronic_gvhd", 1)]
    early = med(-3, 90, "tacrolimus", 2, "mg/day")
    assert on(run(60, conditions=row, medications=[early]), name, 40) == "PASS"
    late = med(35, 90, "ruxolitinib", 10, "mg/day")
    result = run(60, conditions=row, medications=[early, late])
    assert on(result, name, 34) == "PASS"
    assert on(result, name, 35) == "UNKNOWN"
    assert on(run(60, {**ALL, "medications": False}, conditions=row), name, 40) == "UNKNOWN"


def test_adjudications_of_an_earlier_graft_do_not_count() -> None:
    ruling = [
        {"patient_id": "a", "criterion": "immune_cytopenia.itp", "start_day": 50, "end_day": None, "verdict": "PASS"}
    ]
    both = [tx(0), tx(100)]
    first = run(450, adjudications=ruling, transplants=both)
    second = run(450, adjudications=ruling, transplants=both, which=1)
    assert on(first, "immune_cytopenia", 50) == "PASS"
    assert "PASS" not in second.verdicts["immune_cytopenia.itp"]


def test_adjudications_overlap() -> None:
    def rule(start: int, end: int | None, verdict: str) -> dict[str, Any]:
        return {"patient_id": "a", "criterion": "consent", "start_day": start, "end_day": end, "verdict": verdict}

    rows = [rule(5, 30, "FAIL"), rule(10, 12, "PASS"), rule(20, 22, "PASS"), rule(20, 21, "UNKNOWN")]
    result = run(40, adjudications=rows)
    assert [on(result, "consent", d) for d in (4, 5, 10, 13, 20, 22, 31)] == [
        "PASS",
        "FAIL",
        "PASS",
        "FAIL",
        "UNKNOWN",
        "PASS",
        "PASS",
    ]
    assert on(run(40, adjudications=rows, drop=["consent"]), "consent", 5) == "PASS"
