"""The pages of a review: who is shown, verdicts in words, and reasons with what is in the way first."""

import base64
from functools import cache

import evaluated
import pytest
from bs4 import BeautifulSoup
from unit.cohorts import eight
from unit.exhibits.drawing import cells

import postgraft as pg
from postgraft import exhibits
from postgraft.analysis.choose_records import choose_charts

pytestmark = pytest.mark.slow


@cache
def nearest():
    return choose_charts(evaluated.generated(30, seed=3), most=5)


def test_who_is_shown():
    [row] = cells(exhibits.reviewed_table(choose_charts(eight(), "twice", 1)))
    assert row == [
        "twice",
        "1",
        "male, 50, indication not recorded, donor not recorded",
        "0 to 29, day before the next transplant",
        "not eligible",
        "–",
    ]


def test_near_misses_say_what_they_miss_by():
    chosen = nearest()[:2]
    assert len(chosen) == 2
    rows = cells(exhibits.reviewed_table(chosen))
    assert [row[0] for row in rows] == [one.chart.patient_id for one in chosen]
    assert all(row[-1].endswith("away)") for row in rows)
    title = pg.load_protocol().parameters[chosen[0].near.parameter].title
    assert rows[0][-1].startswith(f"{title}: {chosen[0].near.needed:g} ")


def test_verdicts_in_words_are_the_days_of_the_engine():
    [chosen] = choose_charts(eight(), "sure")
    by_criterion = {row[0]: row[1:] for row in cells(exhibits.verdict_days_table(chosen.chart))}
    assert by_criterion["Immune cytopenia"] == ["20: 50 to 69", "–", "346: 0 to 49, 70 to 365"]
    assert by_criterion["– AIHA"][0] == "20: 50 to 69"
    assert by_criterion["Days since transplant"] == ["321: 45 to 365", "–", "45: 0 to 44"]


def test_many_stretches_are_cut_and_counted():
    shown = [row for one in nearest() for row in cells(exhibits.verdict_days_table(one.chart))]
    assert any("more stretches" in cell for row in shown for cell in row)


def test_reasons_are_those_of_explain_with_what_is_in_the_way_first():
    outcome = eight()
    [chosen] = choose_charts(outcome, "undocumented")
    table = exhibits.reasons_table(chosen.chart)
    rows = cells(table)
    assert table.title == "undocumented, transplant 1: day 56, the first day not ruled out"
    assert rows[0] == ["Unknown"]
    assert rows[1][0] == "HIV"
    assert rows[2] == ["Met"]
    explained = outcome.explain("undocumented", 56).set_index("criterion")
    assert rows[1][1] == explained.loc["hiv", "reason"]
    assert len(rows) == 23 + 2


def test_pages_hold_each_patient_with_a_heading_and_a_figure_that_says_what_it_shows():
    chosen = nearest()[:2]
    pages = exhibits.patient_pages(chosen)
    soup = BeautifulSoup(pages.html, "html.parser")

    assert [heading.get_text() for heading in soup.select("h3")] == [
        f"{one.chart.patient_id}, transplant {one.chart.transplant}" for one in chosen
    ]
    images = soup.select("figure img")
    assert [image["alt"] for image in images] == [exhibits.patient_timeline(one.chart).alt for one in chosen]
    assert all(base64.b64decode(image["src"].split(",")[1]).startswith(b"\x89PNG") for image in images)
    ids = [element["id"] for element in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert pages._repr_mimebundle_() == {"text/html": pages.html, "text/plain": pages.text}


def test_pages_of_nobody_say_so():
    assert exhibits.patient_pages([]).text.startswith("Nobody would become eligible")
    assert exhibits.patient_pages([]).text in exhibits.reviewed_table([]).html
