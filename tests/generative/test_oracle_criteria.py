"""Vectors worked out by hand from criteria.md: single criteria."""

from __future__ import annotations

import datetime

from oracle import evaluate
from vectors import ALL, cond, m, med, on, run


def test_remission_rows_expire_where_not_complete() -> None:
    rows = [{"patient_id": "a", "day": 10, "status": "remission"}]
    result = run(250, {**ALL, "disease_status": False}, disease_status=rows)
    for name in ("remission", "no_relapse"):
        assert [on(result, name, d) for d in (10, 189, 190)] == ["PASS", "PASS", "UNKNOWN"]
    assert on(run(250, disease_status=rows), "remission", 250) == "PASS"
    rows.append({"patient_id": "a", "day": 10, "status": "relapse"})
    assert on(run(250, disease_status=rows), "no_relapse", 10) == "FAIL"


def test_pregnancy_days() -> None:
    woman = {"sex": "female"}
    rows = [m(5, "pregnancy_test", "positive")]
    result = run(400, measurements=rows, patient=woman)
    assert [on(result, "not_pregnant", d) for d in (4, 5, 304, 305)] == ["PASS", "FAIL", "FAIL", "PASS"]
    result = run(
        400,
        measurements=[*rows, m(50, "pregnancy_test", "negative")],
        patient=woman,
        parameters={"pregnancy_test": "required"},
    )
    assert [on(result, "not_pregnant", d) for d in (49, 50, 63, 64)] == ["FAIL", "PASS", "PASS", "UNKNOWN"]
    result = run(400, conditions=[cond(5, None, "pregnant")], patient=woman)
    assert [on(result, "not_pregnant", d) for d in (304, 305)] == ["FAIL", "PASS"]


def test_hepatitis_c_order() -> None:
    positive, rna = m(1, "anti_hcv", "positive"), m(1, "hcv_rna", "detected")
    drug = [med(10, 60, "sofosbuvir", 400, "mg/day", "infection_treatment")]
    result = run(90, measurements=[positive, rna], medications=drug)
    assert [on(result, "hepatitis", d) for d in (9, 10, 11, 60, 61)] == ["FAIL", "UNKNOWN", "PASS", "PASS", "FAIL"]
    strict = {"hepatitis_treatment": "inclusion_strict"}
    result = run(90, measurements=[positive, rna], medications=drug, parameters=strict)
    assert on(result, "hepatitis", 30) == "FAIL"
    open_meds = {**ALL, "medications": False}
    assert on(run(90, open_meds, measurements=[positive, rna]), "hepatitis", 30) == "UNKNOWN"
    negative = m(1, "anti_hcv", "negative")
    assert on(run(90, open_meds, measurements=[negative, rna]), "hepatitis", 30) == "FAIL"
    assert on(run(90, measurements=[positive]), "hepatitis", 30) == "UNKNOWN"
    assert on(run(90, measurements=[positive, m(1, "hcv_rna", "not_detected")]), "hepatitis", 30) == "PASS"


def test_hepatitis_b() -> None:
    active = [cond(5, None, "hepatitis_b_active")]
    result = run(90, conditions=active, measurements=[m(20, "hbv_dna", "not_detected")])
    assert [on(result, "hepatitis", d) for d in (4, 5, 19, 20)] == ["PASS", "FAIL", "FAIL", "PASS"]
    core = [m(3, "anti_hbc", "positive")]
    assert on(run(90, measurements=core), "hepatitis", 30) == "UNKNOWN"


def test_growth_factor() -> None:
    name = "stable_growth_factor"
    result = run(80, medications=[med(20, 50, "filgrastim", 300, "mcg/day")])
    assert [on(result, name, d) for d in (19, 20, 33, 34, 77, 78)] == ["PASS", "FAIL", "FAIL", "PASS", "PASS", "PASS"]
    result = run(80, medications=[med(20, 29, "filgrastim", 300, "mcg/day"), med(30, 50, "filgrastim", 480, "mcg/day")])
    assert on(result, name, 56) == "FAIL"
    assert on(result, name, 57) == "PASS"
    assert on(run(80, medications=[med(20, 50, "filgrastim")]), name, 40) == "UNKNOWN"
    assert on(run(80, patient={"observed_from_day": 40}), name, 66) == "UNKNOWN"
    assert on(run(80, patient={"observed_from_day": 40}), name, 67) == "PASS"


def test_what_is_declared_complete_always_was_where_no_first_day_is_stated() -> None:
    assert on(run(60, patient={"observed_from_day": None}), "stable_growth_factor", 0) == "PASS"
    result = run(60, patient={"observed_from_day": 0})
    assert on(result, "stable_growth_factor", 26) == "UNKNOWN"
    assert on(result, "stable_growth_factor", 27) == "PASS"


def test_washout() -> None:
    name = "investigational_washout"
    result = run(200, medications=[med(10, 20, "x", 1, "mg/day", "investigational")])
    assert [on(result, name, d) for d in (9, 10, 33, 34, 159, 160)] == [
        "PASS",
        "FAIL",
        "FAIL",
        "UNKNOWN",
        "UNKNOWN",
        "PASS",
    ]
    result = run(200, medications=[med(10, 20, "gilteritinib", 1, "mg/day", "investigational")])
    assert on(result, name, 43) == "FAIL"
    assert on(result, name, 44) == "PASS"


def test_adult_from_years_only() -> None:
    who = {"age_at_transplant": None, "birth_year": 2000, "transplant_year": 2018}
    result = run(800, patient=who)
    # on day 365 at the earliest 2019-01-01, at the latest 2019-12-31
    assert on(result, "adult", 0) == "UNKNOWN"
    assert on(result, "adult", 365) == "PASS"
    who = {
        "patient_id": "a",
        "sex": "male",
        "birth_date": datetime.date(2000, 3, 10),
        "last_contact_date": datetime.date(2018, 3, 20),
    }
    day0 = datetime.date(2018, 3, 1)
    extract = {
        "time": "dates",
        "extracted_on": datetime.date(2018, 3, 15),
        "complete": ALL,
        "tables": {
            "patients": [who],
            "transplants": [{"patient_id": "a", "transplant_date": day0, "type": "allogeneic"}],
        },
    }
    dated = evaluate(extract)["a"].transplants[0]
    assert dated.day0 == day0.toordinal()
    assert dated.last_day == 14
    assert on(dated, "adult", 8) == "FAIL"
    assert on(dated, "adult", 9) == "PASS"
