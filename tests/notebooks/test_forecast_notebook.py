"""The notebook on accrual shows what ``forecast`` gives, with a plan of one's own and with none possible."""

import nbformat
import pytest
from architecture.project import ROOT
from bs4 import BeautifulSoup

import postgraft as pg
from postgraft import exhibits
from postgraft.forecast.sentences import of_plan
from postgraft.reports import ReportError, run_notebook

NOTEBOOK = ROOT / "notebooks" / "05_accrual_forecast.ipynb"


@pytest.fixture(scope="module")
def data(executed):
    cells = nbformat.read(executed(NOTEBOOK.stem), as_version=4).cells
    return [one.data for cell in cells for one in cell.get("outputs", []) if "data" in one]


def table(data, title):
    html = next(one["text/html"] for one in data if title in one.get("text/html", ""))
    rows = BeautifulSoup(html, "html.parser").select("tbody tr")
    return [[cell.get_text(strip=True) for cell in row.select("td, th")] for row in rows]


def test_what_is_shown_is_what_is_computed(cohort, protocol, later, folder, data):
    made = pg.forecast(pg.evaluate(pg.read_extract(cohort), [protocol, later]), pg.load_plan(folder / "plan.yaml"))

    [answer] = [one["text/markdown"] for one in data if "text/markdown" in one]
    assert answer == exhibits.answer_forecast(made).markdown
    assert [row[0] for row in table(data, "About the plan")] == list(of_plan(made.placed))
    under_each = table(data, "under each protocol")
    assert [row[0] for row in under_each if len(row) == 1] == ["base", "later"]
    assert [row[0] for row in table(data, "Enrolled by site")] == ["A"]
    assert sum("image/png" in one for one in data) == 2


def test_a_bad_plan_is_told_in_one_message(cohort, tmp_path):
    with pytest.raises(ReportError, match=r"no-such\.yaml: cannot be read"):
        run_notebook(NOTEBOOK, tmp_path, {"cohort": str(cohort), "plan": "no-such.yaml"})
