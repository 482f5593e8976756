"""Vectors worked out by hand from criteria.md: when an immune cytopenia is active, and what shows it."""

from __future__ import annotations

from oracle.kleene import FAIL, PASS, UNKNOWN
from vectors import ALL, MARROW, aiha_rows, cond, episodes, itp_rows, m, med, on, run, series


def test_itp_opens_and_onset() -> None:
    result = run(90, measurements=[*itp_rows(until=76), MARROW])
    x = "immune_cytopenia.itp"
    assert on(result, x, 69) == "FAIL"
    assert on(result, x, 70) == "FAIL"  # no marrow, conditions complete and no diagnosis
    assert on(result, x, 72) == "PASS"
    assert on(result, x, 90) == "PASS"


def test_spell_lasts_56_days_from_the_last_event() -> None:
    rows = [*itp_rows(until=71), MARROW, *(m(d, "platelets", 120.0) for d in range(77, 200, 7))]
    result = run(200, measurements=rows)
    x = "immune_cytopenia.itp"
    # day 70 is low; with 120 on 77 the lowest of [71, 77] is 120
    assert on(result, x, 70 + 55) == "PASS"
    assert on(result, x, 70 + 56) == "FAIL"


def test_steroids_carry_the_spell_up_to_180_days() -> None:
    rows = [*itp_rows(until=71), MARROW, *(m(d, "platelets", 120.0) for d in range(77, 400, 7))]
    steroid = med(71, 120, "prednisone", 0.5, "mg/kg/day")
    result = run(400, measurements=rows, medications=[steroid])
    x = "immune_cytopenia.itp"
    assert on(result, x, 120 + 55) == "PASS"
    assert on(result, x, 120 + 56) == "FAIL"
    result = run(400, measurements=rows, medications=[{**steroid, "end_day": None}])
    assert on(result, x, 70 + 180) == "PASS"
    assert on(result, x, 70 + 181) == "FAIL"
    gvhd = {**steroid, "purpose": "gvhd"}
    result = run(400, measurements=rows, medications=[gvhd])
    assert on(result, x, 70 + 55) == "PASS"
    assert on(result, x, 70 + 56) == "FAIL"


def test_unknown_medications_make_a_wide_spell() -> None:
    rows = [*itp_rows(until=71), MARROW, *(m(d, "platelets", 120.0) for d in range(77, 400, 7))]
    result = run(400, {**ALL, "medications": False}, measurements=rows)
    x = "immune_cytopenia.itp"
    assert on(result, x, 125) == "PASS"
    assert on(result, x, 126) == "UNKNOWN"
    assert on(result, x, 250) == "UNKNOWN"
    assert on(result, x, 251) == "FAIL"


def test_no_count_opens_before_day_28_and_nothing_on_file() -> None:
    rows = [m(d, "platelets", v) for d, v in [(0, 100.0), (1, 100.0), (7, 100.0), (27, 5.0)]]
    assert on(run(60, measurements=rows), "immune_cytopenia.itp", 27) == "FAIL"
    result = run(60)
    assert on(result, "immune_cytopenia.itp", 27) == "FAIL"
    assert on(result, "immune_cytopenia.itp", 28) == "UNKNOWN"


def test_a_recorded_diagnosis_fills_and_expires() -> None:
    rows = itp_rows()
    x = "immune_cytopenia.itp"
    complete = {**ALL, "conditions": []}
    result = run(200, complete, measurements=rows, conditions=[cond(75, None, "itp")])
    assert on(result, x, 70) == "UNKNOWN"
    assert on(result, x, 75) == "PASS"
    result = run(200, complete, measurements=rows, conditions=[cond(5, None, "itp")])
    assert on(result, x, 70) == "UNKNOWN"  # starts before d - 59
    result = run(
        200,
        complete,
        measurements=rows,
        conditions=[cond(75, None, "itp")],
        parameters={"recorded_diagnosis": "ignored"},
    )
    assert on(result, x, 75) == "UNKNOWN"


def test_diagnosis_never_stands_for_the_count() -> None:
    rows = [m(d, "platelets", 150.0) for d in range(0, 120, 7)]
    result = run(120, measurements=rows, conditions=[cond(75, None, "itp")])
    assert on(result, "immune_cytopenia.itp", 80) == "FAIL"
    result = run(
        120, measurements=rows, conditions=[cond(75, None, "itp")], parameters={"recorded_diagnosis": "suffices"}
    )
    assert on(result, "immune_cytopenia.itp", 75) == "PASS"
    assert on(result, "immune_cytopenia.itp", 74) == "FAIL"


def test_no_baseline_for_a_patient_low_from_the_start() -> None:
    rows = [m(d, "platelets", 25.0) for d in range(0, 100, 7)]
    result = run(100, measurements=[*rows, MARROW])
    assert on(result, "immune_cytopenia.itp", 80) == "FAIL"  # never fell


def test_censored_falls_and_lows() -> None:
    x = "immune_cytopenia.itp"
    base = [m(d, "platelets", 150.0) for d in range(0, 70, 7)] + [MARROW]
    # < 50 has fallen (49.999999 <= 105) but leaves "<= 30" UNKNOWN; nobody diagnosed it
    complete = {**ALL, "conditions": ["dic"]}
    result = run(80, complete, measurements=[*base, m(70, "platelets", 50.0, "<")])
    assert on(result, x, 72) == "UNKNOWN"
    result = run(80, measurements=[*base, m(70, "platelets", 30.0, "<")])
    assert on(result, x, 72) == "PASS"
    rows = [r for r in aiha_rows() if (r["analyte"], r["day"]) != ("hemoglobin", 80)]
    markers = [m(80, "haptoglobin", 30.0, "<"), m(80, "ldh", 246.0, ">")]
    low = m(80, "hemoglobin", 9.0, "<")
    assert on(run(90, measurements=[*rows, *markers, low]), "immune_cytopenia.aiha", 80) == "PASS"


def test_two_low_results_of_which_one_is_censored() -> None:
    rows = [m(d, "platelets", 150.0) for d in range(0, 70, 7)]
    rows += [m(70, "platelets", 10.0), MARROW, m(120, "platelets", 50.0, "<"), m(121, "platelets", 35.0)]
    found = episodes("itp", 190, measurements=rows)
    # 120 and 121 are low at best UNKNOWN: the sure spell ends on 125, the wide one runs on
    assert found[125].active is PASS
    assert found[126].active is UNKNOWN
    assert found[121 + 55].active is UNKNOWN
    assert found[121 + 56].active is FAIL


def test_aiha_markers_and_censored_fall() -> None:
    x = "immune_cytopenia.aiha"
    markers = [m(80, "haptoglobin", 30.0, "<"), m(80, "ldh", 246.0, ">")]
    assert on(run(90, measurements=[*aiha_rows(), *markers]), x, 80) == "PASS"
    assert on(run(90, measurements=[*aiha_rows(), markers[0]]), x, 80) == "FAIL"  # no diagnosis
    rows = [*aiha_rows(), markers[0], m(79, "bilirubin_total", 2.0), m(79, "bilirubin_direct", 0.5)]
    assert on(run(90, measurements=rows), x, 80) == "PASS"
    assert on(run(90, measurements=[*aiha_rows(10.0), *markers]), x, 80) == "FAIL"


def test_prca() -> None:
    rows = series("neutrophils", [1.0, 2.0, 3.0]) + itp_rows(fall=200, until=0)
    rows += [m(d, "hemoglobin", 7.5) for d in (60, 67)] + [m(60, "reticulocytes", 5.0)]
    x = "immune_cytopenia.prca"
    assert on(run(90, measurements=rows), x, 60) == "PASS"
    rows.append(m(61, "parvovirus_b19", "detected"))
    causes = run(90, measurements=rows, conditions=[cond(55, None, "bleeding")])
    assert on(causes, x, 60) == "FAIL"
    two = [{"patient_id": "a", "day": d, "product": "red_cells"} for d in (50, 77)]
    rows = [r for r in rows if r["analyte"] != "hemoglobin"] + [m(77, "reticulocytes", 5.0)]
    result = run(90, measurements=rows, transfusions=two)
    assert on(result, x, 76) == "FAIL"
    assert on(result, x, 77) == "PASS"
