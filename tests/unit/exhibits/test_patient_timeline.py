"""The timeline of a patient: what is missing looks missing, verdicts are those of the engine, words say the finding."""

from functools import cache

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex
from unit.analysis.test_chart import generated, one, result
from unit.cohorts import bare, eight
from unit.exhibits.drawing import check_fits_the_page, texts

import postgraft as pg
from postgraft import exhibits
from postgraft.analysis.choose_records import choose_charts
from postgraft.analysis.patient_record import PatientRecord
from postgraft.exhibits import patient_timeline_rows as parts
from postgraft.exhibits.labels import label

pytestmark = pytest.mark.slow


def chart_of(patient, outcome=None):
    return choose_charts(outcome or eight(), patient)[0].chart


@cache
def timeline(row):
    return exhibits.patient_timeline(PatientRecord(generated(), row))


def axes_named(exhibit, name):
    return next(axes for axes in exhibit.figure.axes if axes.get_ylabel().startswith(name))


@pytest.mark.parametrize("row", range(0, 80, 9))
def test_a_timeline_fits_the_page(row):
    check_fits_the_page(timeline(row))


def test_all_panels_show_the_same_days():
    limits = {axes.get_xlim() for axes in timeline(0).figure.axes}
    assert limits == {(-0.5, PatientRecord(generated(), 0).last + 0.5)}
    part = exhibits.patient_timeline(PatientRecord(generated(), 0), 100, 200)
    assert {axes.get_xlim() for axes in part.figure.axes} == {(99.5, 200.5)}
    assert "Shown: days 100 to 200" in " ".join(texts(part))


def test_no_line_joins_results_across_days_on_which_none_counts():
    rows = [result(day, "hemoglobin", 9) for day in (0, 14, 29, 30)]
    [line, *_] = [
        line
        for line in axes_named(exhibits.patient_timeline(one(measurements=rows)), "Hemoglobin").lines
        if line.get_marker() == "o"
    ]
    days, values = line.get_data()
    assert np.isnan(values).tolist() == [False, False, True, False, False]
    assert days[~np.isnan(values)].tolist() == [0, 14, 29, 30]


def test_days_without_a_result_that_counts_are_grey():
    rows = [result(day, "neutrophils", 2) for day in (10, 40)]
    axes = axes_named(exhibits.patient_timeline(one(last=60, measurements=rows)), "Neutrophils")
    spans = [
        (patch.get_x() + 0.5, patch.get_x() + patch.get_width() - 0.5)
        for patch in axes.patches
        if to_hex(patch.get_facecolor()) == "#f0f1f3"
    ]
    assert spans == [(0, 9), (24, 39), (54, 60)]


def test_thresholds_are_those_of_the_protocol():
    protocol = pg.load_protocol().amend(name="x", set={"itp_platelets_max": 50, "neutrophils_min": 0.75})
    outcome = pg.evaluate(eight().extract, protocol)
    words = texts(exhibits.patient_timeline(chart_of("sure", outcome)))
    assert {"ITP: up to 50", "needed: from 0.75", "AIHA: below 10", "refractory: from 1"} <= set(words)


def test_strips_have_the_verdicts_of_the_engine_in_protocol_order():
    outcome = generated()
    for row in (0, 9, 27):
        chart = PatientRecord(outcome, row)
        axes = timeline(row).figure.axes[-1]
        names = [tick.get_text() for tick in axes.get_yticklabels()]
        criteria = [name for name in names if not name.startswith("–")]
        assert criteria == [label(name) for name in pg.load_protocol().criteria]
        assert [name for name in names if name.startswith("–")] == [
            "– AIHA", "– ITP", "– PRCA", "– Refractory", "– Dependent", "– Two lines",
        ]  # fmt: skip
        drawn = {}
        for bar in axes.collections:
            assert isinstance(bar, PolyCollection)
            box = bar.get_paths()[0].get_extents()
            colour = to_hex(bar.get_facecolor()[0])
            drawn.setdefault((round((box.y0 + box.y1) / 2), colour), 0)
            drawn[round((box.y0 + box.y1) / 2), colour] += box.width
        verdicts = outcome.verdicts(chart.patient_id, chart.transplant)
        looks = {"PASS": parts.PASSED, "UNKNOWN": parts.UNCLEAR, "FAIL": parts.FAILED}
        for name in verdicts:
            place = names.index(label(name))
            for word, look in looks.items():
                assert drawn.get((place, look["facecolor"]), 0) == (verdicts[name] == word).sum()


def test_looks_of_verdicts_differ_in_hatch_where_they_are_near_in_grey():
    hatches = [look.get("hatch") for look, _ in parts.VERDICTS.values()]
    assert hatches.count(None) == 2


def test_days_whose_dose_is_not_known_are_hatched():
    rows = [(10, 19, "prednisone", 60, "mg/day", "oral", None)]
    shown = exhibits.patient_timeline(one(medications=rows, complete={"medications": True}))
    axes = axes_named(shown, "Prednisone")
    assert [(patch.get_x(), patch.get_width()) for patch in axes.patches if patch.get_hatch()] == [(9.5, 10)]
    assert "//// not known" in texts(shown)


def test_transfusions_stand_in_the_panel_of_their_lineage():
    shown = exhibits.patient_timeline(one(transfusions=[(5, "platelets"), (9, "red_cells"), (11, "red_cells")]))
    for name, days in (("Hemoglobin", [9, 11]), ("Platelets", [5])):
        [marks] = [line for line in axes_named(shown, name).lines if line.get_marker() == "v"]
        assert marks.get_xdata().tolist() == days


def test_drugs_for_the_cytopenia_come_first_and_what_there_is_no_room_for_is_counted():
    many = [(day, day, f"drug_{day:02}", 1, "mg/day", "oral", "other") for day in range(20)]
    rows = [*many, (30, 40, "danazol", 200, "mg/day", "oral", "immune_cytopenia")]
    words = texts(exhibits.patient_timeline(one(medications=rows)))
    first = words.index("Danazol")
    assert words[first + 1] == "Drug 00"
    assert "and 9 more drugs" in words


def test_a_grade_stands_in_a_bar_that_has_room_for_it():
    rows = [(0, 300, "acute_gvhd", 2, "responsive"), (310, 311, "acute_gvhd", 3, None)]
    words = texts(exhibits.patient_timeline(one(conditions=rows)))
    assert "2, responsive" in words
    assert "3" not in words


def test_the_words_of_an_eligible_patient():
    assert exhibits.patient_timeline(chart_of("sure")).alt == (
        "sure, transplant 1: eligible, first on day 56. Observed on days 0 to 365, ended by: last contact. "
        "Eligible on 14 days; the first stretch ends on day 69, Immune cytopenia being failed on the next. "
        "Lowest hemoglobin 7 g/dL on day 50 of 7 results. Lowest platelets 200 ×10⁹/L on day 0 of 1 result. "
        "No neutrophils measured."
    )


@pytest.mark.parametrize(
    ("patient", "said"),
    [
        ("undocumented", "not ruled out: one document missing, first on day 56. Observed on days 0 to 365, ended by: "
         "last contact. Unknown on the first day not ruled out: HIV. Lowest"),
        ("untreated", "not eligible. Observed on days 0 to 365, ended by: last contact. On its best day, day 50, "
         "failed: Incomplete response. Lowest"),
        ("dies", "the first stretch lasts to day 63, when observation ends."),
    ],
)  # fmt: skip
def test_the_words_of_others(patient, said):
    assert said in exhibits.patient_timeline(chart_of(patient)).alt


def test_a_transplant_that_is_not_observed_says_so():
    chart = PatientRecord(pg.evaluate(bare(1, last_day=10, first_day=11), pg.load_protocol()), 0)
    assert exhibits.patient_timeline(chart).alt == "No day of P0, transplant 1 is observed."
    assert exhibits.reasons_table(chart).html.endswith("No day is observed.</p>")
    assert "No day is observed." in exhibits.verdict_days_table(chart).html


@pytest.mark.parametrize("days", [(400, None), (20, 10)])
def test_a_range_without_a_day_is_told(days):
    with pytest.raises(pg.PostgraftError, match=r"timeline: found days .*; accepted are days from 0 to 365"):
        exhibits.patient_timeline(chart_of("sure"), *days)


def test_a_dropped_criterion_is_named_so():
    assert "Remission (dropped)" in texts(exhibits.patient_timeline(chart_of("sure")))
