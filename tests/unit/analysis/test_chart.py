"""The chart of one transplant holds what the engine used: results, doses, spans, verdicts."""

import evaluated
import numpy as np
import pandas as pd
import pytest
from unit.cohorts import DAYS, bare, eight

import postgraft as pg
from postgraft.analysis.choose_records import choose_charts
from postgraft.analysis.patient_record import PatientRecord
from postgraft.criteria import CRITERIA

pytestmark = pytest.mark.slow

NAMES = [criterion.name for criterion in CRITERIA]


def generated():
    return evaluated.generated(80, seed=3)


def one(last=400, complete=None, **tables):
    """The chart of one patient with these rows of tables, each row a tuple in the order of ``COLUMNS``."""
    columns = {
        "measurements": ["day", "analyte", "value", "result", "unit", "lower_limit", "upper_limit"],
        "medications": ["start_day", "end_day", "drug", "dose", "dose_unit", "route", "purpose"],
        "conditions": ["start_day", "end_day", "condition", "grade", "detail"],
        "transfusions": ["day", "product"],
        "disease_status": ["day", "status"],
    }
    frames = {
        name: pd.DataFrame([("P", *row) for row in rows], columns=["patient_id", *columns[name]], dtype=object)
        for name, rows in tables.items()
    }
    frames["patients"] = pd.DataFrame(
        {"patient_id": ["P"], "sex": "male", "age_at_transplant": 50, "last_contact_day": last}
    )
    frames["transplants"] = pd.DataFrame({"patient_id": ["P"], "transplant_day": 0, "type": "allogeneic"})
    extract = pg.Extract.from_tables(DAYS | {"complete": complete or {}}, frames)
    return PatientRecord(pg.evaluate(extract, pg.load_protocol()), 0)


def result(day, analyte, value):
    return (day, analyte, value, None, None, None, None)


def test_results_are_those_since_day_0_up_to_the_last_observed_day():
    chart = one(last=30, measurements=[result(day, "hemoglobin", 10 + day / 10) for day in (-3, 0, 14, 40)])
    found = chart.results("hemoglobin")
    assert (found.day.tolist(), found.value.tolist(), found.counts_days) == ([0, 14], [10, 11.4], 14)
    assert chart.results("platelets").day.size == 0


def test_indirect_bilirubin_is_the_measured_one_else_total_less_direct():
    rows = [result(5, "bilirubin_total", 3), result(5, "bilirubin_direct", 1), result(9, "bilirubin_total", 2)]
    rows += [result(9, "bilirubin_direct", 0.5), result(9, "bilirubin_indirect", 1.7), result(12, "bilirubin_total", 9)]
    found = one(measurements=rows).results("bilirubin_indirect")
    assert dict(zip(found.day.tolist(), found.value.tolist(), strict=True)) == {5: 2, 9: 1.7}


def test_the_steroid_dose_is_the_engines_with_what_is_not_known_of_it():
    rows = [
        (10, 12, "methylprednisolone", 80, "mg/day", "intravenous", None),
        (12, 14, "prednisone", 0.5, "mg/kg/day", "oral", "gvhd"),
    ]
    chart = one(medications=rows, measurements=[result(0, "weight", 50)], complete={"medications": True})
    assert chart.steroids.known[0, 9:16].tolist() == [0, 2, 2, 2.5, 0.5, 0.5, 0]
    assert not chart.steroids.unknown.any()
    without_weight = one(medications=rows, complete={"medications": True})
    assert np.flatnonzero(without_weight.steroids.unknown[0]).tolist() == [10, 11, 12]


def test_therapies_are_all_drugs_but_systemic_corticosteroids():
    rows = [
        (-20, 5, "tacrolimus", 3, "mg/day", "oral", "gvhd"),
        (-20, None, "azacitidine", 75, "mg/m2", None, None),  # once, before day 0
        (10, 30, "prednisone", 60, "mg/day", "oral", "immune_cytopenia"),
        (20, 20, "dexamethasone", 10, "mg", "oral", "premedication"),
        (390, None, "danazol", None, None, "oral", "immune_cytopenia"),
    ]
    found = one(medications=rows).therapies()
    assert [(span.name, span.first, span.last, span.what, span.detail) for span in found] == [
        ("tacrolimus", 0, 5, "gvhd", "3 mg/day"),
        ("dexamethasone", 20, 20, "premedication", "10 mg"),
        ("danazol", 390, 400, "immune_cytopenia", ""),
    ]


def test_an_acute_condition_without_an_end_may_be_over_after_90_days():
    rows = [(10, None, "bleeding", None, None), (-5, 20, "acute_gvhd", 2, "responsive")]
    found = sorted(one(last=200, conditions=rows).conditions(), key=lambda span: (span.name, span.first))
    assert [tuple(span) for span in found] == [
        ("acute_gvhd", 0, 20, "2", "responsive", True),
        ("bleeding", 10, 99, "", "", True),
        ("bleeding", 100, 200, "", "", False),
    ]


def test_findings_transfusions_and_disease_status():
    chart = one(
        measurements=[(3, "dat", None, "pos", None, None, None)],
        transfusions=[(2, "red_cells"), (2, "red_cells"), (-1, "platelets"), (4, "platelets")],
        disease_status=[(-30, "active"), (40, "remission")],
    )
    assert chart.findings("dat") == [(3, "positive")]
    assert chart.transfusions("red_cells").tolist() == [2]
    assert chart.transfusions("platelets").tolist() == [4]
    assert chart.disease_status() == [(40, "remission")]


def test_strips_are_the_verdicts_day_by_day():
    outcome = generated()
    for row in range(0, 80, 7):
        chart = PatientRecord(outcome, row)
        expected = outcome.verdicts(chart.patient_id, chart.transplant, components=True)
        for name, runs in chart.strips():
            days = [day for _, first, last in runs for day in range(first, last + 1)]
            words = [verdict for verdict, first, last in runs for _ in range(first, last + 1)]
            assert days == expected.index.tolist()
            assert [pg.vocabulary.verdicts.VERDICT_NAMES[word] for word in words] == expected[name].tolist()


def test_the_deciding_day_is_the_first_eligible_or_possible_or_best_one():
    outcome = generated()
    seen = set()
    for row, known in enumerate(outcome.transplants.itertuples()):
        chart = PatientRecord(outcome, row)
        seen.add(chart.status)
        if known.status == "ineligible":
            verdicts = outcome.verdicts(known.patient_id, known.transplant)[NAMES]
            count = {word: (verdicts == word).sum(axis=1) for word in ("FAIL", "UNKNOWN")}
            least = (count["FAIL"] * 100 + count["UNKNOWN"]).idxmin()
            assert chart.deciding_day == least
        else:
            assert chart.deciding_day == getattr(known, f"first_{known.status}_day")
        if known.status == "possible":  # what is unknown may only come later in the stretch
            stretch = chart.stretches("possible")[0]
            assert any(chart.in_the_way(day) for day in range(stretch.first, stretch.last + 1))
        else:
            assert bool(chart.in_the_way(chart.deciding_day)) == (known.status == "ineligible")
    assert seen == {"eligible", "possible", "ineligible"}


def test_stretches_hold_the_days_that_are_counted():
    outcome = generated()
    for row, known in enumerate(outcome.transplants.itertuples()):
        chart = PatientRecord(outcome, row)
        for status in ("eligible", "possible"):
            lengths = [stretch.last - stretch.first + 1 for stretch in chart.stretches(status)]
            assert sum(lengths) == getattr(known, f"{status}_days")


def test_a_transplant_without_an_observed_day_has_no_deciding_day():
    assert PatientRecord(pg.evaluate(bare(1, last_day=10, first_day=11), pg.load_protocol()), 0).deciding_day is None


def test_a_patient_is_shown_with_the_transplant_that_counts_or_the_one_asked_for():
    outcome = eight()
    [counted] = choose_charts(outcome, "sure")
    assert (counted.chart.patient_id, counted.chart.status, counted.near) == ("sure", "eligible", None)
    assert [choose_charts(outcome, "twice", number)[0].chart.transplant for number in (1, 2)] == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sur",), r'found patient "sur", who is not in "Eight"; nearest are sure; there are 7\. Accepted is'),
        (("SURE",), "nearest are sure"),
        (("autologous",), "no id is like it; there are 7"),
        (("twice", 3), "no transplant 3; there is 1, 2"),
        (("near misses", 0, 0), "found most 0; accepted is 1 or more"),
    ],
)
def test_a_chart_that_there_is_not_is_told_in_one_message(arguments, message):
    with pytest.raises(pg.PostgraftError, match=message):
        choose_charts(eight(), *arguments)


@pytest.mark.long
@pytest.mark.parametrize("most", [2, 50])
def test_near_misses_come_nearest_first_each_patient_once(most):
    """Whether one step finds enough of them or not."""
    outcome = generated()
    misses = outcome.near_misses().drop_duplicates("patient_id").head(most)
    assert (misses["steps"] == 1).sum() >= 2
    found = choose_charts(outcome, most=most)
    assert [one.chart.patient_id for one in found] == misses["patient_id"].tolist()
    assert [one.near.parameter for one in found] == misses["parameter"].tolist()
    assert [one.near.steps for one in found] == misses["steps"].tolist()


def test_of_nobody_there_is_no_near_miss():
    assert choose_charts(pg.evaluate(bare(0), pg.load_protocol())) == []
