"""Vectors worked out by hand from criteria.md: engraftment of platelets and neutrophils."""

from __future__ import annotations

from vectors import m, on, run, series

PLATELETS = [10, 35, 30, 25, 10, 15, 19, 23, 25, 40, 50]


def test_platelet_engraftment_vectors() -> None:
    name = "platelet_engraftment"
    result = run(30, measurements=series("platelets", PLATELETS))
    # days 1-3 are a run until the nadir of day 4 is known; then e = 7, third result on 9
    assert [on(result, name, d) for d in (2, 3, 4, 8, 9, 30)] == ["UNKNOWN", "PASS", "FAIL", "UNKNOWN", "PASS", "PASS"]
    short = [10, 30, 25, 10, 15, 19, 23, 25, 40, 50]
    result = run(
        30,
        measurements=series("platelets", short),
        transfusions=[{"patient_id": "a", "day": 0, "product": "platelets"}],
    )
    assert [on(result, name, d) for d in (6, 7, 8, 9)] == ["FAIL", "UNKNOWN", "UNKNOWN", "PASS"]
    result = run(30, measurements=series("platelets", short))
    assert [on(result, name, d) for d in (7, 8)] == ["UNKNOWN", "PASS"]  # e = 6


def test_platelet_engraftment_without_completeness_and_before_observation() -> None:
    rows = series("platelets", PLATELETS)
    result = run(30, {"transfusions": ["red_cells"]}, measurements=rows)
    assert on(result, "platelet_engraftment", 12) == "UNKNOWN"
    result = run(30, {"transfusions": ["platelets"]}, measurements=rows)
    assert on(result, "platelet_engraftment", 12) == "PASS"
    # e - 6 = 1: nothing before day 2 counts as complete
    result = run(30, measurements=rows, patient={"observed_from_day": 2})
    assert on(result, "platelet_engraftment", 9) == "UNKNOWN"


def test_a_new_nadir_takes_engraftment_back() -> None:
    values = {0: 3.0, 1: 1.0, 2: 1.0, 3: 1.0, 20: 0.2, 22: 0.6, 23: 0.7, 24: 0.8}
    result = run(40, measurements=[m(d, "neutrophils", v) for d, v in values.items()])
    assert [on(result, "neutrophil_engraftment", d) for d in (2, 3, 19)] == ["UNKNOWN"] * 3
    assert on(result, "neutrophil_engraftment", 20) == "FAIL"
    assert on(result, "neutrophil_engraftment", 23) == "UNKNOWN"
    assert on(result, "neutrophil_engraftment", 24) == "PASS"


def test_censored_neutrophils_do_not_engraft() -> None:
    rows = [m(d, "neutrophils", 0.5, "<") for d in (1, 2, 3)]
    assert on(run(5, measurements=rows), "neutrophil_engraftment", 3) == "FAIL"
    rows = [m(d, "neutrophils", 1.0, "<") for d in (1, 2, 3)]
    assert on(run(5, measurements=rows), "neutrophil_engraftment", 3) == "UNKNOWN"
