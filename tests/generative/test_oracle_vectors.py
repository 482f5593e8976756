"""The check vectors of the contract and small cases worked out by hand, against the oracle."""

from __future__ import annotations

import datetime
import random
from typing import Any

import pytest
from oracle import PatientResult, TransplantResult, evaluate

Rows = list[dict[str, Any]]
ALL_COMPLETE = {"transfusions": True, "medications": True, "disease_status": True, "conditions": True}


def patient_result(
    last: int = 100,
    complete: dict[str, Any] | None = None,
    parameters: dict[str, Any] | None = None,
    person: dict[str, Any] | None = None,
    drop: tuple[str, ...] = (),
    transplants: Rows | None = None,
    **tables: Rows,
) -> PatientResult:
    """One patient of a days extract, day 0 = 0, seen to `last`; everything captured and complete."""
    who = {"patient_id": "p", "sex": "male", "age_at_transplant": 50.0, "last_contact_day": last}
    all_tables: dict[str, Rows] = {
        "patients": [{**who, **(person or {})}],
        "transplants": transplants or [{"transplant_day": 0, "type": "allogeneic"}],
        **{name: [] for name in ("measurements", "medications", "transfusions", "disease_status")},
        "conditions": [],
        **tables,
    }
    extract = {
        "time": "days",
        "extracted_on": None,
        "complete": ALL_COMPLETE if complete is None else complete,
        "tables": {name: [{"patient_id": "p", **row} for row in rows] for name, rows in all_tables.items()},
    }
    return evaluate(extract, parameters, drop)["p"]


def run(**given: Any) -> TransplantResult:
    return patient_result(**given).transplants[0]


def series(analyte: str, values: dict[int, float]) -> Rows:
    return [{"day": day, "analyte": analyte, "value": value} for day, value in values.items()]


def texts(analyte: str, values: dict[int, str]) -> Rows:
    return [{"day": day, "analyte": analyte, "result": value} for day, value in values.items()]


def drug(name: str, start: int, end: int | None, dose: float | None, unit: str | None, **more: Any) -> Any:
    return {"drug": name, "start_day": start, "end_day": end, "dose": dose, "dose_unit": unit, **more}


def first_pass(result: TransplantResult, name: str) -> int:
    return result.verdicts[name].index("PASS") + result.first_day


# a patient of the ITP kind: engrafted, 150 until day 80, 15 from day 90 on
ITP_COUNTS = {day: 150.0 if day <= 80 else 15.0 for day in range(0, 201, 5) if day != 85}
NEUTROPHILS = dict.fromkeys(range(0, 201, 5), 2.0)
HEMOGLOBIN = dict.fromkeys(range(0, 201, 5), 13.0)
OTHER_COUNTS = [*series("neutrophils", NEUTROPHILS), *series("hemoglobin", HEMOGLOBIN)]
ITP = [
    *series("platelets", ITP_COUNTS),
    *OTHER_COUNTS,
    *texts("marrow_megakaryocytes", {95: "normal"}),
]


@pytest.mark.parametrize(
    ("values", "transfusions"),
    [
        ([10, 35, 30, 25, 10, 15, 19, 23, 25, 40, 50], []),
        ([10, 30, 25, 10, 15, 19, 23, 25, 40, 50], [0]),
    ],
)
def test_platelet_engraftment_vectors(values: list[float], transfusions: list[int]) -> None:
    result = run(
        last=11,
        measurements=series("platelets", dict(enumerate(values))),
        transfusions=[{"day": day, "product": "platelets"} for day in transfusions],
    )
    # e = 7, known when the third result is in, on day 9; an earlier PASS was taken back by the nadir
    assert result.verdicts["platelet_engraftment"][4:] == ["FAIL"] * 3 + ["UNKNOWN"] * 2 + ["PASS"] * 3


def test_platelet_engraftment_waits_for_the_free_days() -> None:
    values = dict(enumerate([10.0, 30, 25, 10, 15, 19, 23, 25, 40, 50]))
    result = run(
        last=9, measurements=series("platelets", values), transfusions=[{"day": 1, "product": "platelets"}]
    )
    # the runs of days 6 and 7 are ruled out; a transfusion in the last 7 days fails, on day 8 no longer
    assert result.verdicts["platelet_engraftment"][1:] == ["FAIL"] * 7 + ["UNKNOWN"] * 2


def test_platelet_engraftment_with_transfusions_not_captured() -> None:
    result = run(last=12, complete={}, measurements=series("platelets", dict.fromkeys(range(10), 50.0)))
    assert set(result.verdicts["platelet_engraftment"]) == {"UNKNOWN"}


def test_neutrophil_engraftment_is_taken_back_by_a_new_nadir() -> None:
    values = {0: 3.0, 2: 1.0, 4: 1.1, 6: 1.2, 10: 0.1, 14: 0.6, 18: 0.7, 22: 0.8}
    found = run(last=24, measurements=series("neutrophils", values)).verdicts["neutrophil_engraftment"]
    assert found[5] == "UNKNOWN"
    assert found[6:10] == ["PASS"] * 4
    assert found[10:14] == ["FAIL"] * 4
    assert found[14:22] == ["UNKNOWN"] * 8
    assert found[22:] == ["PASS"] * 3


def test_recorded_engraftment_is_invisible_before_its_day() -> None:
    row = {"transplant_day": 0, "type": "allogeneic", "neutrophil_engraftment_day": 15}
    found = run(last=20, transplants=[row]).verdicts["neutrophil_engraftment"]
    assert found == ["UNKNOWN"] * 15 + ["PASS"] * 6


def test_itp_needs_its_marrow() -> None:
    found = run(last=200, measurements=ITP).verdicts["immune_cytopenia.itp"]
    # absent_diagnosis: conditions complete and no itp recorded, so the open marrow of day 90 fails
    assert found[90] == "FAIL"
    assert found[95] == "PASS"
    assert found[200] == "PASS"


def test_itp_unknown_marrow_stays_unknown_where_absence_is_ignored() -> None:
    found = run(last=200, measurements=ITP, parameters={"absent_diagnosis": "ignored"}).verdicts[
        "immune_cytopenia.itp"
    ]
    assert found[89:95] == ["FAIL"] + ["UNKNOWN"] * 5
    assert found[95] == "PASS"


def test_recorded_diagnosis_fills_the_missing_marrow() -> None:
    counts = [row for row in ITP if row["analyte"] != "marrow_megakaryocytes"]
    found = run(last=200, measurements=counts, conditions=[{"start_day": 92, "condition": "itp"}]).verdicts[
        "immune_cytopenia.itp"
    ]
    assert found[91:94] == ["FAIL", "PASS", "PASS"]


def test_itp_resolves_after_28_days_above_the_level() -> None:
    counts = {**ITP_COUNTS, **dict.fromkeys(range(120, 201, 5), 110.0)}
    rows = [*series("platelets", counts), *OTHER_COUNTS, *texts("marrow_megakaryocytes", {95: "normal"})]
    found = run(last=200, measurements=rows).verdicts["immune_cytopenia.itp"]
    # first result >= 100 on day 120, 28 days later is 148, the next result day is 150
    assert found[149:151] == ["PASS", "FAIL"]


def test_steroids_hold_the_resolution_off() -> None:
    counts = {**ITP_COUNTS, **dict.fromkeys(range(120, 201, 5), 110.0)}
    rows = [*series("platelets", counts), *OTHER_COUNTS, *texts("marrow_megakaryocytes", {95: "normal"})]
    given = [drug("prednisone", 100, 131, 0.5, "mg/kg/day")]
    found = run(last=200, measurements=rows, medications=given).verdicts["immune_cytopenia.itp"]
    # first clean result day is 135, plus 28 is 163, the next result day is 165
    assert found[164:166] == ["PASS", "FAIL"]


def test_refractory_from_the_seventh_day_of_full_dose() -> None:
    given = [drug("methylprednisolone", 100, 130, 56.0, "mg/day")]  # 70 mg of prednisone
    rows = [*ITP, {"day": -400, "analyte": "weight", "value": 73.0}]  # 0.959 mg/kg counts as 1
    found = run(last=200, measurements=rows, medications=given)
    assert first_pass(found, "incomplete_response.refractory") == 106
    without_weight = run(last=200, measurements=ITP, medications=given)
    assert without_weight.verdicts["incomplete_response.refractory"][106] == "UNKNOWN"


def test_topical_and_premedication_steroids_do_not_count() -> None:
    given = [
        drug("prednisone", 100, 130, 1.0, "mg/kg/day", purpose="premedication"),
        drug("hydrocortisone", 100, 130, 9.0, "mg/kg/day", route="topical"),
    ]
    found = run(last=200, measurements=ITP, medications=given)
    assert set(found.verdicts["incomplete_response.refractory"]) == {"FAIL"}


def test_two_lines_of_steroids_and_ivig() -> None:
    given = [
        drug("dexamethasone", 100, 103, 40.0, "mg/day"),  # 1066.7 mg in 7 days: 2.18 mg/kg/day at 70 kg
        drug("ivig", 110, None, 0.4, "g/kg"),
        drug("ivig", 114, None, 28.0, "g"),
    ]
    rows = [*ITP, {"day": 0, "analyte": "weight", "value": 70.0}]
    found = run(last=200, measurements=rows, medications=given)
    assert first_pass(found, "incomplete_response.two_lines") == 121


def test_four_doses_of_rituximab_and_a_second_line_drug() -> None:
    given = [drug("rituximab", day, None, 375.0, "mg/m2") for day in (100, 107, 114, 121)]
    given.append(drug("eltrombopag", 110, None, 50.0, "mg/day"))
    found = run(last=200, measurements=ITP, medications=given)
    assert first_pass(found, "incomplete_response.two_lines") == 135


def test_dependence_by_relapse_on_taper() -> None:
    counts = {**ITP_COUNTS, **dict.fromkeys(range(110, 141, 5), 60.0)}
    rows = [*series("platelets", counts), *OTHER_COUNTS, *texts("marrow_megakaryocytes", {95: "normal"})]
    given = [drug("prednisone", 105, 142, 0.5, "mg/kg/day"), drug("prednisone", 143, 200, 0.1, "mg/kg/day")]
    found = run(last=200, measurements=rows, medications=given).verdicts["incomplete_response.dependent"]
    # off the dose from 143, responding by the result of 140 until the 15 of 145
    assert found[144:146] == ["FAIL", "PASS"]
    assert found[200] == "PASS"


def test_dependence_by_a_continuing_dose() -> None:
    counts = {**ITP_COUNTS, **dict.fromkeys(range(110, 201, 5), 60.0)}
    rows = [*series("platelets", counts), *OTHER_COUNTS, *texts("marrow_megakaryocytes", {95: "normal"})]
    given = [drug("prednisone", 105, None, 0.5, "mg/kg/day")]
    found = run(last=200, measurements=rows, medications=given)
    assert first_pass(found, "incomplete_response.dependent") == 160
    gvhd = [{**given[0], "purpose": "gvhd"}]
    found = run(last=200, measurements=rows, medications=gvhd)
    assert "PASS" not in found.verdicts["incomplete_response.dependent"]


def test_aiha_by_dat_and_two_markers() -> None:
    hemoglobin = {day: 13.0 if day < 90 else 7.0 for day in range(0, 121, 5)}
    rows = [
        *series("hemoglobin", hemoglobin),
        *series("neutrophils", NEUTROPHILS),
        *texts("dat", {92: "positive"}),
        *series("ldh", {92: 246.0, 94: 246.1}),
        *series("bilirubin_total", {94: 1.5}),
        *series("bilirubin_direct", {94: 0.6}),
    ]
    found = run(last=120, measurements=rows).verdicts["immune_cytopenia.aiha"]
    assert found[93:95] == ["FAIL", "PASS"]


def test_prca_by_transfusions_and_reticulocytes() -> None:
    rows = [
        *series("hemoglobin", dict.fromkeys(range(0, 121, 5), 8.5)),
        *series("neutrophils", NEUTROPHILS),
        *series("platelets", dict.fromkeys(range(0, 121, 5), 90.0)),
        *series("reticulocytes_percent", {100: 0.4}),
    ]
    given = [{"day": day, "product": "red_cells"} for day in (80, 97)]
    found = run(last=120, measurements=rows, transfusions=given).verdicts["immune_cytopenia.prca"]
    assert found[99:101] == ["FAIL", "PASS"]


def test_adjudication_replaces_the_component_and_sets_the_onset() -> None:
    ruling = {
        "criterion": "immune_cytopenia.itp",
        "start_day": 60,
        "end_day": 70,
        "verdict": "PASS",
    }
    given = [drug("prednisone", 50, 80, 1.0, "mg/kg/day")]
    rows = [*series("platelets", dict.fromkeys(range(0, 101, 5), 15.0)), *OTHER_COUNTS]
    found = run(measurements=rows, medications=given, adjudications=[ruling])
    assert found.verdicts["immune_cytopenia"][59:72] == ["FAIL"] + ["PASS"] * 11 + ["FAIL"]
    # seven days of full dose inside [60, d]: the dose before the onset day does not count
    assert found.verdicts["incomplete_response.refractory"][65:67] == ["FAIL", "PASS"]


def test_acute_condition_without_an_end() -> None:
    infection = {"start_day": 10, "condition": "uncontrolled_infection"}
    found = run(last=120, conditions=[infection]).verdicts["no_uncontrolled_condition"]
    assert found[9:11] == ["PASS", "FAIL"]
    assert found[99:101] == ["FAIL", "UNKNOWN"]


def test_a_later_end_is_not_known_on_the_day() -> None:
    infection = {"start_day": 10, "condition": "uncontrolled_infection", "end_day": 110}
    found = run(last=120, conditions=[infection]).verdicts["no_uncontrolled_condition"]
    assert found[99:112] == ["FAIL"] + ["UNKNOWN"] * 10 + ["FAIL", "PASS"]


def test_washout_of_a_known_and_of_an_unknown_half_life() -> None:
    known = [drug("ruxolitinib", 0, None, 10.0, "mg", purpose="investigational")]
    found = run(last=30, medications=known).verdicts["investigational_washout"]
    assert found[13:15] == ["FAIL", "PASS"]
    unknown = [drug("study_drug", 0, None, 10.0, "mg", purpose="investigational")]
    found = run(last=150, medications=unknown).verdicts["investigational_washout"]
    assert [found[13], found[14], found[139], found[140]] == ["FAIL", "UNKNOWN", "UNKNOWN", "PASS"]


def test_growth_factor_at_one_dose_for_14_days() -> None:
    given = [drug("filgrastim", 40, 70, 300.0, "mcg/day")]
    found = run(medications=given).verdicts["stable_growth_factor"]
    assert found[39:41] == ["PASS", "FAIL"]
    assert found[53:55] == ["FAIL", "PASS"]
    changed = [*given, drug("filgrastim", 71, None, 480.0, "mcg/day")]
    found = run(medications=changed, last=120).verdicts["stable_growth_factor"]
    assert [found[70], found[71], found[97], found[98]] == ["PASS", "FAIL", "FAIL", "PASS"]


def test_hepatitis_c_under_treatment() -> None:
    rows = texts("anti_hcv", {-100: "positive"}) + texts("hcv_rna", {-100: "detected"})
    given = [drug("sofosbuvir", 10, 40, 400.0, "mg/day", purpose="infection_treatment")]
    found = run(measurements=rows, medications=given).verdicts["hepatitis.c"]
    assert found[10:12] == ["FAIL", "PASS"]
    assert found[40:42] == ["PASS", "FAIL"]
    strict = {"hepatitis_treatment": "inclusion_strict"}
    found = run(measurements=rows, medications=given, parameters=strict).verdicts["hepatitis.c"]
    assert found[20] == "FAIL"


def test_gvhd_by_grade_detail_and_agreement() -> None:
    rows = [{"condition": "acute_gvhd", "start_day": 20, "end_day": 30, "grade": 2.0, "detail": "responsive"}]
    open_agreement = {"sponsor_agreement": "open"}
    found = run(conditions=rows, parameters=open_agreement).verdicts["gvhd_controlled"]
    assert found[19:21] == ["PASS", "UNKNOWN"]
    found = run(conditions=[{**rows[0], "grade": 4.0}]).verdicts["gvhd_controlled"]
    assert found[19:21] == ["PASS", "FAIL"]
    assert found[31] == "PASS"


def test_relapse_and_remission() -> None:
    rows = [
        {"day": -30, "status": "relapse"},
        {"day": 50, "status": "relapse"},
        {"day": 80, "status": "remission"},
    ]
    found = run(disease_status=rows)
    assert [found.verdicts["remission"][d] for d in (0, 49, 50, 80)] == ["UNKNOWN", "UNKNOWN", "FAIL", "PASS"]
    assert [found.verdicts["no_relapse"][d] for d in (0, 49, 50, 80)] == ["PASS", "PASS", "FAIL", "PASS"]


def test_completed_years_of_a_leap_day() -> None:
    tables: dict[str, Rows] = {
        "patients": [
            {
                "patient_id": "p",
                "sex": "male",
                "birth_date": datetime.date(2004, 2, 29),
                "last_contact_date": datetime.date(2022, 4, 1),
            }
        ],
        "transplants": [
            {
                "patient_id": "p",
                "type": "allogeneic",
                "transplant_date": datetime.date(2022, 2, 27),
            }
        ],
    }
    extract = {
        "time": "dates",
        "extracted_on": datetime.date(2025, 1, 1),
        "complete": {},
        "tables": tables,
    }
    found = evaluate(extract)["p"].transplants[0]
    assert found.last_day == 33
    assert found.verdicts["adult"][:3] == ["FAIL", "FAIL", "PASS"]


def test_birth_year_only_is_unknown_while_dates_disagree() -> None:
    person = {"age_at_transplant": None, "birth_year": 2000, "transplant_year": 2018}
    found = run(last=800, person=person).verdicts["adult"]
    # the youngest is 18 on 2018-12-31 if day 0 is 2018-01-01: day 364
    assert found[363:365] == ["UNKNOWN", "PASS"]
    assert found[0] == "UNKNOWN"


def test_each_transplant_ends_the_day_before_the_next() -> None:
    rows: Rows = [{"transplant_day": day, "type": kind} for day, kind in ((0, "allogeneic"), (40, "boost"))]
    rows.append({"transplant_day": 60, "type": "allogeneic"})
    found = patient_result(transplants=rows).transplants
    assert [(t.first_day, t.last_day) for t in found] == [(0, 59), (0, 40)]


def eligible_patient(**given: Any) -> PatientResult:
    doses = [drug("prednisone", 95, 160, 1.0, "mg/kg/day")]
    rows = [{"day": 10, "status": "remission"}]
    return patient_result(last=200, measurements=ITP, medications=doses, disease_status=rows, **given)


def test_an_eligible_patient() -> None:
    found = eligible_patient()
    assert found.status == "eligible"
    # refractory from day 101 on (seven days at 1 mg/kg from 95) to the end: platelets stay at 15
    assert found.transplants[0].first_eligible_day == 101
    assert found.transplants[0].eligible_days == 100


def test_open_attestation_makes_it_a_matter_of_documentation() -> None:
    found = eligible_patient(parameters={"attested": "open"})
    assert (found.status, found.possible_kind) == ("possible", "documentation")
    assert found.transplants[0].first_eligible_day is None


def test_unknown_names_are_errors() -> None:
    with pytest.raises(ValueError, match="no_such"):
        patient_result(parameters={"no_such": 1})
    with pytest.raises(ValueError, match="no_such"):
        patient_result(drop=("no_such",))


def test_nothing_after_a_day_changes_its_verdict() -> None:
    chance = random.Random(5)
    rows: Rows = []
    for analyte, low, high in (("platelets", 5, 150), ("hemoglobin", 6, 13), ("neutrophils", 0, 3)):
        rows += series(analyte, {d: round(chance.uniform(low, high), 1) for d in range(0, 180, 3)})
    rows += texts("marrow_megakaryocytes", {90: "normal"}) + texts("dat", {70: "positive"})
    given = [drug("prednisone", 90, 120, 1.0, "mg/kg/day")]
    transfused = [{"day": d, "product": "platelets"} for d in range(2, 160, 11)]
    whole = run(last=180, measurements=rows, medications=given, transfusions=transfused)
    for cut in (20, 95, 100, 130):
        part = run(
            last=cut,
            measurements=[r for r in rows if r["day"] <= cut],
            medications=given
            if cut >= 120
            else [{**m, "end_day": None} for m in given if m["start_day"] <= cut],
            transfusions=[t for t in transfused if t["day"] <= cut],
        )
        for name, verdicts in part.verdicts.items():
            assert verdicts == whole.verdicts[name][: cut + 1], name
