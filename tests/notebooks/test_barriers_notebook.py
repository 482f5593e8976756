"""The notebook on barriers shows what the outcome has, names no patient, and takes how far a near miss may be."""

import nbformat
import pytest
from architecture.project import ROOT
from bs4 import BeautifulSoup

import postgraft as pg
from postgraft.exhibits.barriers import amount
from postgraft.exhibits.labels import label
from postgraft.reports import ReportError, run_notebook
from postgraft.reports.notebooks import DEFAULT_NOTEBOOKS

NOTEBOOK = ROOT / "notebooks" / "03_criterion_barriers.ipynb"


@pytest.fixture(scope="module")
def outcome(cohort, protocol):
    return pg.evaluate(pg.read_extract(cohort), protocol)


@pytest.fixture(scope="module")
def shown(executed):
    """What the cells show, with near misses of up to two steps."""
    cells = nbformat.read(executed(NOTEBOOK.stem), as_version=4).cells
    return [one for cell in cells for one in cell.get("outputs", []) if "data" in one]


def table(shown, title):
    """The rows of the table with just this title, as lists of text."""
    for one in shown:
        soup = BeautifulSoup(one.data.get("text/html", ""), "html.parser")
        heading = soup.select_one(".gt_title")
        if heading and heading.get_text() == title:
            return [[cell.get_text(strip=True) for cell in row.select("td, th")] for row in soup.select("tbody tr")]
    raise AssertionError(f"no table is called {title}")


def test_it_is_one_of_the_report():
    assert NOTEBOOK.stem in DEFAULT_NOTEBOOKS


def test_the_costs_shown_are_the_costs_computed(shown, outcome):
    *found, together = table(shown, "What each criterion costs the whole cohort")
    costs = outcome.barriers().set_index("criterion")
    costs = costs[(costs > 0).any(axis=1)]
    columns = ["gain_if_dropped", "shapley", "keeps_out"]

    expected = {
        label(name): [amount(row[f"{column}{upper}"]) for upper in ("", "_or_possible") for column in columns]
        for name, row in costs.iterrows()
    }
    assert len(found) > 5
    assert {row[0]: row[1:] for row in found} == expected
    certain, upper = outcome.kept_out()["kept_out"]
    assert certain > upper > 0
    assert together == ["All together", *[str(certain)] * 3, *[str(upper)] * 3]


def test_who_fails_one_criterion_only_is_told_in_the_answer(shown, outcome):
    found = outcome.fails_only()
    answer = next(one.data["text/plain"] for one in shown if "text/markdown" in one.data)

    assert found["patients"].sum() > 0
    assert f"{found['patients'].sum()} are not eligible" in answer
    assert f"{found['patients'].iloc[0]} only by " in answer


def test_near_misses_are_those_of_the_steps_asked_for(shown, outcome):
    people = outcome.near_misses(steps=2)["patient_id"].nunique()
    alts = [one.metadata["image/png"]["alt"] for one in shown if "image/png" in one.data]

    assert people > 0
    assert [one for one in alts if one.startswith(f"{people} patients not eligible would be")] != []


def test_every_figure_has_words_and_no_patient_a_name(shown, outcome):
    alts = [one.metadata["image/png"]["alt"] for one in shown if "image/png" in one.data]
    said = " ".join([*alts, *(one.data.get("text/html", "") for one in shown)])

    assert len(alts) == 3
    assert [name for name in outcome.patients["patient_id"] if name in said] == []


def test_steps_that_are_none_are_told_in_one_message(cohort, tmp_path):
    with pytest.raises(ReportError, match="found 0 steps; accepted is 1 or more"):
        run_notebook(NOTEBOOK, tmp_path, {"cohort": str(cohort), "steps": 0})
