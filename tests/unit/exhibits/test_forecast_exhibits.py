"""Figures and tables of the forecast say what they show, whatever cohort and plan."""

from functools import cache

import pytest
from bs4 import BeautifulSoup
from unit.cohorts import PROTOCOL, bare, eight
from unit.exhibits.drawing import check_fits_the_page

import postgraft as pg
from postgraft import exhibits
from postgraft.exhibits.said import rate, whole
from postgraft.forecast.sentences import of_plan

pytestmark = pytest.mark.slow

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
FIGURES = {"fan": exhibits.enrolment_fan, "tornado": exhibits.assumption_tornado}


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


def test_the_fan_says_the_finding():
    made = forecast("planned")
    by = made.figures(PROTOCOL.name)["enrolled_by_deadline"]
    alt = exhibits.enrolment_fan(made).alt
    expected = f"{whole(by.value)} of 5 expected by 31 Dec 2024 (95 % PI {by.low} – {by.high}); probability "
    assert f"Eligible: {expected}" in alt
    assert "All not ruled out: " in alt
    assert exhibits.enrolment_fan(forecast("none")).alt == "There is no forecast."


def test_the_observed_are_drawn():
    axes = exhibits.enrolment_fan(forecast("observed")).figure.axes[0]
    [dots] = [line for line in axes.get_lines() if line.get_label() == "enrolled so far"]
    assert list(dots.get_ydata()) == [1, 3]
    assert "as of 30 Jun 2023" in exhibits.enrolment_fan(forecast("observed")).alt


def test_the_fan_draws_the_numbers_of_the_table_for_both_bases():
    made = forecast("planned")
    axes = exhibits.enrolment_fan(made).figure.axes[0]
    lines = {line.get_label(): list(line.get_ydata()) for line in axes.get_lines()}
    for basis, name in (("eligible", "eligible"), ("eligible_or_possible", "all not ruled out")):
        rows = made.by_date[(made.by_date["protocol"] == PROTOCOL.name) & (made.by_date["basis"] == basis)]
        assert lines[f"expected, {name}"] == rows["expected"].tolist()
        [band] = [one for one in axes.collections if one.get_label() == f"80 % PI, {name}"]
        assert set(band.get_paths()[0].vertices[:, 1]) == {*rows["q10"], *rows["q90"]}
    by = made.figures(PROTOCOL.name)["enrolled_by_deadline"]
    assert axes.get_title(loc="left") == f"{whole(by.value)} of 5 expected by 31 Dec 2024"


def test_the_key_figures_have_a_column_a_basis():
    made = forecast("planned")
    shown = {row[0]: row[1:] for row in cells(exhibits.key_figures_table(made))}
    figures = made.key_figures[made.key_figures["protocol"] == PROTOCOL.name]
    brought = figures[figures["measure"] == "new_eligible_per_year"]
    assert shown["New eligible patients a year in the cohort (95 % CI)"] == [
        f"{rate(row.value)} ({rate(row.low)} to {rate(row.high)})" for row in brought.itertuples()
    ]
    assert len(shown) == figures["measure"].nunique()
    nobody = {row[0]: row[1:] for row in cells(exhibits.key_figures_table(forecast("nobody enrolled")))}
    assert nobody["Date of the target: median (80 % PI)"] == ["after 2047"] * 2
    assert nobody["Needed for 80 % probability: centres of this size"] == ["–", "–"]


def test_the_plan_is_shown_with_the_source_of_each_value():
    shown = {row[0]: row[1:] for row in cells(exhibits.plan_table(forecast("shipped")))}
    record = "The registry record"
    assert shown["Target"] == ["25 patients", record]
    assert shown["Start"] == ["31 Dec 2021", "The data cut of the cohort"]
    assert shown["Deadline, the last day of enrolment"] == [
        "29 Jun 2026",
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
    assert own["Enrolled so far"] == ["3 by 30 Jun 2023", "The plan"]
    assert own["Of these, fail screening"] == ["20 %", "The plan"]


def test_of_a_deadline_that_has_passed_figures_and_tables_say_so():
    made = forecast("passed")
    check_fits_the_page(exhibits.enrolment_fan(made))
    assert exhibits.assumption_tornado(made).alt == "There is no forecast, or the deadline has passed."
    assert "The deadline has passed: 31 Dec 2024. Eligible: Patient 5: " in exhibits.enrolment_fan(made).alt
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
        "eligible",
        "all not ruled out",
        "no wait",
        "eligible",
        "all not ruled out",
    ]
    # Without an amendment there is none to set beside the protocol.
    assert "<tbody" not in exhibits.forecast_amendments_table(forecast("shipped")).html


def test_the_words_of_the_plan_are_a_sentence_a_row():
    shown = [row[0] for row in cells(exhibits.plan_words_table(forecast("shipped")))]
    assert shown == list(of_plan(forecast("shipped").placed))
    assert shown[0] == "The plan starts on 2021-12-31, the data cut of the cohort, with nobody enrolled."


@pytest.mark.parametrize("table", [exhibits.key_figures_table, exhibits.forecast_by_site_table])
def test_a_table_of_no_forecast_says_so(table):
    assert "there is no forecast." in BeautifulSoup(table(forecast("none")).html, "html.parser").get_text().lower()
