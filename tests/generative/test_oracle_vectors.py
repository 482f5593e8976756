"""Vectors worked out by hand from criteria.md."""

from __future__ import annotations

import datetime
import random
from typing import Any

import pytest
from oracle import DEFAULTS, TransplantResult, evaluate
from oracle.defaults import Parameters
from oracle.kleene import FAIL, PASS, UNKNOWN, at_least
from oracle.values import Result, interval_of, own_limit

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
    return {
        "patient_id": "a",
        "start_day": start,
        "end_day": end,
        "condition": name,
        "grade": grade,
        "detail": detail,
    }


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


# logic and values


def test_at_least() -> None:
    assert at_least(2, [PASS, UNKNOWN, FAIL]) is UNKNOWN
    assert at_least(2, [PASS, FAIL]) is FAIL
    assert at_least(2, [PASS, PASS, FAIL]) is PASS


@pytest.mark.parametrize(
    ("sign", "x", "compare", "b", "verdict"),
    [
        ("<", 30, "below", 30, PASS),
        ("<", 0.5, "at_least", 0.5, FAIL),
        ("<", 50, "at_most", 30, UNKNOWN),
        (">", 246, "above", 246, PASS),
        ("<=", 30, "below", 30, UNKNOWN),
        ("<=", 30, "at_most", 30, PASS),
        (">=", 246, "above", 246, UNKNOWN),
        (">", 30, "at_most", 30, FAIL),
        ("<", 30, "above", 30, FAIL),
        (">=", 20, "at_least", 20, PASS),
        ("<=", 20, "at_least", 20, UNKNOWN),
        (">=", 30, "below", 30, FAIL),
    ],
)
def test_censored(sign: str, x: float, compare: str, b: float, verdict: Any) -> None:
    assert getattr(interval_of(x, sign), compare)(b) is verdict


def test_difference_of_intervals() -> None:
    difference = interval_of(1.5, "=").minus(interval_of(0.2, "<"))
    assert difference.above(0.8) is PASS
    assert interval_of(1.0, "=").minus(interval_of(0.2, "<")).above(0.8) is PASS  # > 0.8, open
    assert interval_of(0.7, "=").minus(interval_of(0.2, "<")).above(0.8) is UNKNOWN
    assert interval_of(1.0, "<").minus(interval_of(0.2, "=")).above(0.8) is FAIL


def test_own_limits() -> None:
    assert own_limit(Result(1, "=", ((100, 200),)), "upper", 246) == 200
    assert own_limit(Result(1, "=", ((None, 40),)), "upper", 246) is None  # beyond factor 5
    assert own_limit(Result(1, "=", ((300, 200),)), "upper", 246) is None
    assert own_limit(Result(1, "=", ((0, 200), (None, 180))), "upper", 246) == 180
    assert own_limit(Result(1, "=", ((0, 200),)), "lower", 30) is None
    assert own_limit(Result(1, "=", ((None, 1.2),)), "upper", None) == 1.2


def test_parameters() -> None:
    assert "unknown_carry_days" not in DEFAULTS
    assert DEFAULTS["spell_days"] == 56
    with pytest.raises(ValueError, match="unknown parameter resolution_days"):
        Parameters({"resolution_days": 3})
    assert Parameters({"onset_after_engraftment_days": {"itp": 3}}).mapping(
        "onset_after_engraftment_days"
    ) == {"aiha": 14, "itp": 3, "prca": 28}


# engraftment

PLATELETS = [10, 35, 30, 25, 10, 15, 19, 23, 25, 40, 50]


def test_platelet_engraftment_vectors() -> None:
    name = "platelet_engraftment"
    result = run(30, measurements=series("platelets", PLATELETS))
    # days 1-3 are a run until the nadir of day 4 is known; then e = 7, third result on 9
    assert [on(result, name, d) for d in (2, 3, 4, 8, 9, 30)] == [
        "UNKNOWN",
        "PASS",
        "FAIL",
        "UNKNOWN",
        "PASS",
        "PASS",
    ]
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


# a common ITP patient: platelets 150 every 7 days, then a fall on day 70


def itp_rows(fall: int = 70, low: float = 10, until: int = 200) -> list[dict[str, Any]]:
    rows = [m(d, "platelets", 150.0) for d in range(0, fall, 7)]
    rows += [m(d, "platelets", low) for d in range(fall, until, 7)]
    return rows


def calm(last: int = 200) -> list[dict[str, Any]]:
    """A hemoglobin that is neither low nor falls, so that aiha and prca are FAIL."""
    return [m(d, "hemoglobin", 13.0) for d in range(0, last, 7)]


MARROW = m(72, "marrow_megakaryocytes", "normal")


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
        120,
        measurements=rows,
        conditions=[cond(75, None, "itp")],
        parameters={"recorded_diagnosis": "suffices"},
    )
    assert on(result, "immune_cytopenia.itp", 75) == "PASS"
    assert on(result, "immune_cytopenia.itp", 74) == "FAIL"


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


def test_onset_range() -> None:
    rows = [*itp_rows(), MARROW]
    found = episodes("itp", 200, measurements=rows)
    onset = found[72].onset
    # spell from 70, first onset PASS on 72: 72 - 29 < 70
    assert (onset.o_early, onset.o_late, onset.h_early, onset.h_late) == (70, 70, 70, 70)
    assert found[71].onset is None
    # marrow 100 days after the fall: the onset is 29 days before it, not the fall
    rows = [*itp_rows(), m(170, "marrow_megakaryocytes", "normal")]
    onset = episodes("itp", 200, measurements=rows)[175].onset
    assert (onset.o_early, onset.o_late) == (141, 141)


def test_onset_range_without_a_sure_onset() -> None:
    found = episodes("itp", 100, {**ALL, "conditions": []}, measurements=itp_rows())
    onset = found[90].onset
    assert found[90].active is UNKNOWN
    # wide spell from 70; last count day that is not FAIL is 84
    assert (onset.o_early, onset.o_late, onset.h_early, onset.h_late) == (70, 84, 70, 84)
    onset = episodes("itp", 40)[30].onset
    assert (onset.o_early, onset.o_late) == (0, 30)


def test_no_baseline_for_a_patient_low_from_the_start() -> None:
    rows = [m(d, "platelets", 25.0) for d in range(0, 100, 7)]
    result = run(100, measurements=[*rows, MARROW])
    assert on(result, "immune_cytopenia.itp", 80) == "FAIL"  # never fell


def test_a_diagnosis_makes_the_spell_sure_from_the_latest_count_day() -> None:
    found = episodes(
        "itp", 100, {**ALL, "conditions": []}, measurements=itp_rows(), conditions=[cond(90, None, "itp")]
    )
    onset = found[90].onset
    assert found[89].active is UNKNOWN
    assert found[90].active is PASS
    # wide from 70; on 90 the latest filled count day is 84, and 90 - 29 < 84
    assert (onset.o_early, onset.o_late, onset.h_early, onset.h_late) == (70, 84, 70, 84)


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


def test_rows_before_the_first_transplant_stay() -> None:
    rows = [cond(-30, None, "ta_tma")]
    assert on(run(60, conditions=rows), "no_ta_tma", 10) == "FAIL"
    both = run(200, conditions=rows, transplants=[tx(0), tx(100)], which=1)
    assert on(both, "no_ta_tma", 10) == "PASS"


def test_what_is_declared_complete_always_was_where_no_first_day_is_stated() -> None:
    assert on(run(60, patient={"observed_from_day": None}), "stable_growth_factor", 0) == "PASS"
    result = run(60, patient={"observed_from_day": 0})
    assert on(result, "stable_growth_factor", 26) == "UNKNOWN"
    assert on(result, "stable_growth_factor", 27) == "PASS"


# responses and lines


def test_refractory_run_with_lead() -> None:
    rows = [*itp_rows(), MARROW, *calm()]

    def refractory(*meds: dict[str, Any]) -> int | None:
        return first_pass(
            run(150, measurements=rows, medications=list(meds)), "incomplete_response.refractory"
        )

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
        on(run(100, measurements=rows, medications=meds, parameters={"weight_window_days": 95}), name, 85)
        == "UNKNOWN"
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


# AIHA and PRCA


def aiha_rows(hemoglobin: float = 7.0) -> list[dict[str, Any]]:
    rows = series("neutrophils", [1.0, 2.0, 3.0])
    rows += [m(d, "hemoglobin", 12.0) for d in range(30, 70, 7)]
    rows += [m(80, "hemoglobin", hemoglobin), m(80, "dat", "positive")]
    return rows


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


# conditions


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


def test_adjudications_of_an_earlier_graft_do_not_count() -> None:
    ruling = [
        {
            "patient_id": "a",
            "criterion": "immune_cytopenia.itp",
            "start_day": 50,
            "end_day": None,
            "verdict": "PASS",
        }
    ]
    both = [tx(0), tx(100)]
    first = run(450, adjudications=ruling, transplants=both)
    second = run(450, adjudications=ruling, transplants=both, which=1)
    assert on(first, "immune_cytopenia", 50) == "PASS"
    assert "PASS" not in second.verdicts["immune_cytopenia.itp"]


def test_adjudications_overlap() -> None:
    def rule(start: int, end: int | None, verdict: str) -> dict[str, Any]:
        return {
            "patient_id": "a",
            "criterion": "consent",
            "start_day": start,
            "end_day": end,
            "verdict": verdict,
        }

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


# single criteria


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
    assert [on(result, "hepatitis", d) for d in (9, 10, 11, 60, 61)] == [
        "FAIL",
        "UNKNOWN",
        "PASS",
        "PASS",
        "FAIL",
    ]
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
    assert [on(result, name, d) for d in (19, 20, 33, 34, 77, 78)] == [
        "PASS",
        "FAIL",
        "FAIL",
        "PASS",
        "PASS",
        "PASS",
    ]
    result = run(
        80, medications=[med(20, 29, "filgrastim", 300, "mcg/day"), med(30, 50, "filgrastim", 480, "mcg/day")]
    )
    assert on(result, name, 56) == "FAIL"
    assert on(result, name, 57) == "PASS"
    assert on(run(80, medications=[med(20, 50, "filgrastim")]), name, 40) == "UNKNOWN"
    assert on(run(80, patient={"observed_from_day": 40}), name, 66) == "UNKNOWN"
    assert on(run(80, patient={"observed_from_day": 40}), name, 67) == "PASS"


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


# status


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


# no look-ahead, and speed


def random_tables(rng: random.Random, last: int) -> dict[str, Any]:
    def day() -> int:
        return rng.randint(-20, last)

    def end(start: int) -> int | None:
        return rng.choice([None, start + rng.randint(0, 80)])

    rows: list[dict[str, Any]] = []
    low = rng.randint(40, 120)
    for d in range(0, last, rng.choice([2, 4, 7])):
        sign = rng.choice([None] * 8 + ["<", ">"])
        rows.append(m(d, "platelets", rng.choice([5.0, 15.0, 40.0]) if d >= low else 150.0, sign))
        rows.append(m(d, "hemoglobin", rng.choice([6.0, 7.0, 9.5]) if d >= low else 12.0, sign))
        rows.append(m(d, "neutrophils", rng.choice([0.2, 1.0, 3.0])))
    for name, words in [
        ("dat", ["positive", "negative"]),
        ("marrow_megakaryocytes", ["normal", "decreased"]),
        ("pregnancy_test", ["positive", "negative"]),
        ("hcv_rna", ["detected", "not_detected"]),
    ]:
        rows += [m(day(), name, rng.choice(words)) for _ in range(rng.randint(0, 2))]
    for name, value in [("ldh", 400.0), ("haptoglobin", 5.0), ("reticulocytes", 5.0), ("weight", 70.0)]:
        rows += [m(day(), name, value) for _ in range(rng.randint(0, 5))]
    meds = []
    for _ in range(rng.randint(0, 10)):
        s = day()
        drug, dose, unit = rng.choice(
            [
                ("prednisone", 1.0, "mg/kg/day"),
                ("prednisone", 40.0, "mg/day"),
                ("ivig", 1.0, "g/kg"),
                ("rituximab", 375.0, "mg/m2"),
                ("eltrombopag", 50.0, "mg/day"),
                ("filgrastim", 300.0, "mcg/day"),
            ]
        )
        meds.append(
            med(
                s,
                None if unit in ("g/kg", "mg/m2") else end(s),
                drug,
                dose,
                unit,
                rng.choice([None, "gvhd", "immune_cytopenia", "investigational"]),
            )
        )
    conds = []
    for _ in range(rng.randint(0, 5)):
        s = day()
        conds.append(
            cond(
                s,
                end(s),
                rng.choice(["itp", "aiha", "bleeding", "dic", "acute_gvhd", "ta_tma"]),
                rng.choice([None, 0, 2]),
                rng.choice([None, "responsive"]),
            )
        )
    return {
        "measurements": rows,
        "medications": meds,
        "conditions": conds,
        "transfusions": [
            {"patient_id": "a", "day": day(), "product": rng.choice(["red_cells", "platelets"])}
            for _ in range(rng.randint(0, 5))
        ],
        "disease_status": [{"patient_id": "a", "day": day(), "status": rng.choice(["remission", "relapse"])}],
    }


def cut(tables: dict[str, Any], d: int) -> dict[str, Any]:
    kept = {}
    for table, rows in tables.items():
        kept[table] = [
            {**r, "end_day": None if (r.get("end_day") or -99) > d else r.get("end_day")}
            for r in rows
            if r.get("start_day", r.get("day", 0)) <= d
        ]
    return kept


@pytest.mark.parametrize("seed", range(12))
def test_nothing_later_changes_a_day(seed: int) -> None:
    rng = random.Random(seed)
    complete = {t: rng.random() < 0.6 for t in ALL}
    tables = random_tables(rng, 180)
    whole = run(180, complete, **tables)
    for d in (45, 80, 120, 150):
        part = run(d, complete, **cut(tables, d))
        for name, verdicts in part.verdicts.items():
            assert verdicts == whole.verdicts[name][: d + 1], (name, d)
