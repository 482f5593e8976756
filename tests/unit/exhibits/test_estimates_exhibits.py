"""Exhibits of estimates say what they show, whatever the cohort."""

from functools import cache

import pytest
from bs4 import BeautifulSoup
from unit.analysis.toy import outcome, patient
from unit.cohorts import bare, eight
from unit.criteria.marrow import itp_cohort
from unit.exhibits.drawing import check_fits_the_page

import postgraft as pg
from postgraft import exhibits
from postgraft.inference.chart_review import read_review

pytestmark = pytest.mark.slow

NAMES = ("eight", "bare", "one day", "marrow", "nobody possible")


@cache
def estimates(name):
    if name == "bare":
        return pg.evaluate(bare(3, 200), pg.load_protocol()).estimate()
    if name == "one day":
        return pg.evaluate(bare(1), pg.load_protocol()).estimate()
    if name == "one tested":
        return outcome(patient("open", hiv_UNKNOWN=[(0, 200)]), patient("sure")).estimate()
    if name == "marrow":
        return itp_cohort("none", "normal").estimate()
    return outcome(patient("sure")).estimate() if name == "nobody possible" else eight().estimate()


def cells(table):
    rows = BeautifulSoup(table.html, "html.parser").select("tbody tr")
    return [
        [cell.get_text(strip=True).replace("\N{NO-BREAK SPACE}", " ") for cell in row.select("td, th")] for row in rows
    ]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut_off(name):
    exhibit = exhibits.cumulative_incidence(estimates(name))
    check_fits_the_page(exhibit)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("table", ["estimates_table", "sensitivity_table", "donors_table", "collect_first_table"])
def test_every_table_can_be_made(name, table):
    made = getattr(exhibits, table)(estimates(name))
    assert made.html.startswith("<p") or cells(made)
    assert not [text for row in cells(made) for text in row if "nan " in f"{text.lower()} "]


def test_every_share_stands_with_its_denominator():
    found = cells(exhibits.estimates_table(estimates("eight")))
    assert ["Eligible: 2 patients", "29 %", "8 – 64 %", "7"] in found
    assert ["Share of patients with an immune cytopenia"] in found


def test_the_number_under_an_assumption_stands_in_the_line_of_its_assumption():
    found = cells(exhibits.sensitivity_table(estimates("one tested")))
    assert [row[0] for row in found] == [
        "Odds of a favourable result among the untested × 1: the untested are like the tested",
        *(f"Odds of a favourable result among the untested × {odds}" for odds in ("0.5", "0.25", "0.1")),
        "Odds of a favourable result among the untested × 0: no untested patient has a favourable result",
    ]
    assert found[-1][1:] == ["1", "2", "50 %", "9 – 91 %"]
    assert "95 %" not in exhibits.sensitivity_table(estimates("one tested")).html


def test_without_donors_there_is_a_sentence_and_no_number():
    assert exhibits.sensitivity_table(estimates("bare")).html == (
        "<p>Nothing is estimated between the two: no patient of this extract shows whether there was an immune "
        "cytopenia or whether the response to its treatment was incomplete.</p>"
    )


def test_the_curve_is_told_in_words_with_its_numbers():
    alt = exhibits.cumulative_incidence(estimates("eight")).alt
    assert "From day 45 after the transplant: 6 transplants, of which 2 became eligible" in alt
    assert "From the onset of a cytopenia: 4 transplants, of which 2 became eligible" in alt


def test_numbers_at_risk_stand_under_the_axis():
    figure = exhibits.cumulative_incidence(estimates("eight")).figure
    labels = [tick.get_text() for tick in figure.axes[0].get_xticklabels()]
    assert labels[0] == "45\n6"


def test_the_datum_to_collect_is_named_with_its_answers():
    found = cells(exhibits.collect_first_table(estimates("marrow")))
    assert ["Marrow megakaryocytes (normal / absent)", "1", "1", "1", "1", "10.0"] in found


def test_a_review_stands_in_the_table(tmp_path):
    found = outcome(patient("sure"), patient("open", hiv_UNKNOWN=[(0, 200)]))
    path = tmp_path / "charts.csv"
    path.write_text("patient_id,stratum,adjudicated\nsure,certain,eligible\nopen,possible,eligible\n", encoding="utf-8")
    made = exhibits.estimates_table(found.estimate(review=read_review(path, found)))
    shown = cells(made)
    assert ["By chart review"] in shown
    assert ["Truly eligible of all transplanted", "100 %", "100 – 100 %", "2"] in shown
