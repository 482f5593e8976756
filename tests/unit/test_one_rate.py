"""New eligible patients a year: one number, wherever it is printed."""

import pytest
from architecture.project import ROOT
from bs4 import BeautifulSoup

import postgraft as pg
from postgraft import exhibits
from postgraft.forecast.inflow import incoming
from postgraft.forecast.sentences import sentences


@pytest.fixture(scope="module")
def demo():
    return pg.evaluate(pg.read_extract(ROOT / "cohorts" / "demo"), pg.load_protocol())


def cells(table):
    rows = BeautifulSoup(table.html, "html.parser").select("tbody tr")
    return [[cell.get_text(strip=True) for cell in row.select("td, th")] for row in rows]


def row(table, head):
    [found] = [one for one in cells(table) if one[0].startswith(head)]
    return found


def test_it_is_one_number_in_the_summary_both_notebooks_the_forecast_and_the_command_line(demo, run):
    made, estimates = pg.forecast(demo), demo.estimate()
    [rate] = estimates.rate.query("measure == 'per_year'").itertuples()
    eligible = (demo.patients["status"] == "eligible").sum()
    found = incoming(demo)

    assert (rate.estimate, rate.low, rate.high) == (
        pytest.approx(found.share * found.transplants_per_year),
        *found.per_year().interval,
    )
    assert rate.count == found.patients == eligible - found.eligible_late
    figures = made.key_figures.query("basis == 'eligible' and measure == 'new_eligible_per_year'").iloc[0]
    assert (figures["value"], figures["low"], figures["high"]) == (rate.estimate, rate.low, rate.high)

    # Notebook 02, notebook 05 (table, numbers of its answer) and the two commands, each as it prints numbers.
    two = f"{rate.estimate:.2g} ({rate.low:.2g} to {rate.high:.2g})"
    assert row(exhibits.estimates_table(estimates), "New eligible patients a year")[1:3] == [
        f"{rate.estimate:,.1f}",
        f"{rate.low:,.1f} – {rate.high:,.1f}",
    ]
    assert row(exhibits.key_figures_table(made), "New eligible patients a year in the cohort")[1] == two
    assert exhibits.answer_forecast(made).numbers["new_eligible_per_year"] == float(f"{rate.estimate:.3g}")
    sentence = f"The cohort brings {rate.estimate:.3g} new eligible patients a year (95 % CI {rate.low:.3g} to "
    assert any(sentence in line for line in sentences(made))
    status, out, _ = run("forecast", ROOT / "cohorts" / "demo")
    assert status == 0
    assert sentence in out
