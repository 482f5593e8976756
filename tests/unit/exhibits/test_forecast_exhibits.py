"""Figures and tables of the forecast say what they show, whatever cohort and plan."""

from functools import cache

import numpy as np
import pytest
from bs4 import BeautifulSoup
from matplotlib.colors import to_rgb
from unit.cohorts import PROTOCOL, bare, eight
from unit.exhibits.drawing import check_fits_the_page

import postgraft as pg
from postgraft import exhibits
from postgraft.exhibits import figure as style
from postgraft.exhibits.forecast import BANDS

PLAN = {
    "target": 5,
    "start": "2022-01-01",
    "deadline": "2024-12-31",
    "participation": {"mean": 0.5, "as_if_seen_in": 10},
    "screen_failure": 0.2,
    "limited_activity": 0.5,
    "sites": [{"name": "A", "capture": 0.8}, {"name": "B", "capture": 0.2, "activity": "limited"}],
}
OBSERVED = {"observed": [{"date": "2022-06-30", "enrolled": 1}, {"date": "2023-06-30", "enrolled": 3}]}
FIGURES = {"fan": exhibits.enrolment_fan, "probability": exhibits.target_probability}


def protocols():
    return [PROTOCOL, PROTOCOL.amend(name="no wait", drop=["days_since_transplant"])]


@cache
def forecast(name):
    if name == "none":
        return pg.forecast(pg.evaluate(bare(3, 200), pg.load_protocol()), pg.load_plan(PLAN))
    if name == "nobody enrolled":
        return pg.forecast(eight(), pg.load_plan(PLAN | {"participation": 0}))
    if name == "shipped":
        return pg.forecast(eight())
    if name == "passed":
        return pg.forecast(eight(), pg.load_plan(PLAN | {"start": "2025-01-01"}))
    outcomes = pg.evaluate(eight().extract, protocols())
    return pg.forecast(outcomes, pg.load_plan(PLAN | (OBSERVED if name == "observed" else {})))


NAMES = ("planned", "observed", "none", "nobody enrolled", "shipped")


def cells(table):
    rows = BeautifulSoup(table.html, "html.parser").select("tbody tr")
    return [[cell.get_text(strip=True) for cell in row.select("td, th")] for row in rows]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("figure", FIGURES)
def test_nothing_is_cut_off(figure, name):
    exhibit = FIGURES[figure](forecast(name))
    check_fits_the_page(exhibit)


def test_the_bands_differ_in_grey():
    grey = [np.dot(to_rgb(colour), (0.299, 0.587, 0.114)) for *_, colour in BANDS]
    assert (np.diff([1.0, *grey, np.dot(to_rgb(style.INK), (0.299, 0.587, 0.114))]) < -0.08).all()


def test_the_fan_says_the_finding():
    made = forecast("planned")
    figures = made.key_figures
    own = figures[(figures["protocol"] == PROTOCOL.name) & (figures["basis"] == "eligible")]
    row = own.set_index("measure").loc["enrolled_by_deadline"]
    alt = exhibits.enrolment_fan(made).alt
    assert f"Certain: {row['value']:.3g} expected by 2024-12-31, 95 % range {row['low']} to {row['high']}" in alt
    assert "against a target of 5; probability " in alt
    assert "Certain or possible: " in alt
    assert exhibits.enrolment_fan(forecast("none")).alt == "There is no forecast; the forecast in words says why."


def test_the_observed_are_drawn():
    axes = exhibits.enrolment_fan(forecast("observed")).figure.axes[0]
    [dots] = [line for line in axes.get_lines() if line.get_label() == "observed"]
    assert list(dots.get_ydata()) == [1, 3]
    assert "as of 2023-06-30" in exhibits.enrolment_fan(forecast("observed")).alt


def test_the_probability_reads_from_the_table():
    made = forecast("planned")
    line = exhibits.target_probability(made).figure.axes[0].get_lines()[0]
    rows = made.by_date[(made.by_date["protocol"] == PROTOCOL.name) & (made.by_date["basis"] == "eligible")]
    assert np.asarray(line.get_ydata()) == pytest.approx(100 * rows["probability"].to_numpy())


def test_the_key_figures_have_a_column_a_basis():
    made = forecast("planned")
    shown = {row[0]: row[1:] for row in cells(exhibits.key_figures_table(made))}
    figures = made.key_figures[made.key_figures["protocol"] == PROTOCOL.name]
    rate = figures[figures["measure"] == "new_eligible_per_year"]
    assert shown["New eligible patients a year in the cohort (95 % interval)"] == [
        f"{row.value:.3g} ({row.low:.3g} to {row.high:.3g})" for row in rate.itertuples()
    ]
    assert len(shown) == figures["measure"].nunique()
    nobody = {row[0]: row[1:] for row in cells(exhibits.key_figures_table(forecast("nobody enrolled")))}
    assert nobody["Date of the target: median (80 % range)"] == ["after 2047"] * 2
    assert nobody["Needed for 80 % probability: centres like this one"] == ["–", "–"]


def test_the_plan_is_shown_with_the_source_of_each_value():
    shown = {row[0]: row[1:] for row in cells(exhibits.plan_table(forecast("shipped")))}
    record = "The registry record"
    assert shown["Target"] == ["25 patients", record]
    assert shown["Start"] == ["2021-12-31", "The data cut of the cohort"]
    assert shown["Deadline, the last day of enrolment"] == [
        "2026-06-29",
        f"{record}: the registered completion of the study",
    ]
    assert shown["Transplants a year"] == ["2.667", "The cohort"]
    days, source = shown["From the first eligible day to enrolment"]
    assert (days, source[:5]) == ("14 days", "Ours:")
    assert shown["Of the eligible who are approached, take part"][0] == "50 %, as if seen in 10 people"
    assert shown["Sites"] == ["3 with full activity; 4 with limited activity", record]
    captures, source = shown["Share of the eligible patients that each site sees"]
    assert captures.startswith("New York 40 %; Commack 0 %; ")
    assert source == "The cohort"
    own = {row[0]: row[1:] for row in cells(exhibits.plan_table(forecast("observed")))}
    assert own["Enrolled so far"] == ["3 by 2023-06-30", "The plan"]
    assert own["Of these, fail screening"] == ["20 %", "The plan"]


def test_of_a_deadline_that_has_passed_figures_and_tables_say_so():
    made = forecast("passed")
    for figure in FIGURES.values():
        check_fits_the_page(figure(made))
    assert "The deadline has passed: 2024-12-31. Certain: Patient 5: " in exhibits.enrolment_fan(made).alt
    assert "probability" not in exhibits.enrolment_fan(made).alt
    shown = {row[0]: row[1:] for row in cells(exhibits.key_figures_table(made))}
    assert shown["Probability of the target by the deadline"] == ["–", "–"]
    assert [row[6] for row in cells(exhibits.forecast_by_site_table(made))] == ["–", "–"]


def test_every_site_has_a_row():
    shown = cells(exhibits.forecast_by_site_table(forecast("planned")))
    assert [row[:5] for row in shown] == [
        ["A", "full", "2022-01-01", "80 %", "80 %"],
        ["B", "limited", "2022-01-01", "20 %", "10 %"],
    ]


def test_every_amendment_has_two_rows():
    shown = cells(exhibits.forecast_amendments_table(forecast("planned")))
    assert [row[0] for row in shown] == [
        PROTOCOL.name,
        "certain",
        "certain or possible",
        "no wait",
        "certain",
        "certain or possible",
    ]
    assert cells(exhibits.forecast_amendments_table(forecast("none")))[1] == ["certain", *["–"] * 5]


def test_the_words_are_those_of_one_protocol():
    made = forecast("planned")
    [first, second] = (one.name for one in protocols())
    told = " ".join(row[0] for row in cells(exhibits.forecast_words_table(made)))
    assert first in told
    assert second not in told
    assert second in " ".join(row[0] for row in cells(exhibits.forecast_words_table(made, second)))


@pytest.mark.parametrize("table", [exhibits.key_figures_table, exhibits.forecast_by_site_table])
def test_a_table_of_no_forecast_says_so(table):
    assert cells(table(forecast("none"))) == [["There is no forecast; the forecast in words says why."]]
