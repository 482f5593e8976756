"""The notebook on amendments shows what ``compare`` gives, under the menu and under a file of one's own."""

import nbformat
from architecture.project import ROOT
from bs4 import BeautifulSoup
from short_summary import short_summary

import postgraft as pg
from postgraft.reports import build_report

__all__ = ["short_summary"]

NOTEBOOK = ROOT / "notebooks" / "04_amendment_whatif.ipynb"


def table(html, title):
    """The rows of a table of the page by the text of their first cell."""
    soup = BeautifulSoup(html, "html.parser")
    found = next(one for one in soup.select("table.gt_table") if title in one.get_text())
    rows = ([cell.get_text(strip=True) for cell in row.select("td, th")] for row in found.select("tbody tr"))
    return {head: cells for head, *cells in rows}


def test_with_amendments_of_ones_own(cohort, protocol, folder, executed):
    data = [
        output.data
        for cell in nbformat.read(executed(NOTEBOOK.stem), as_version=4).cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "data" in output
    ]
    shown = next(one["text/html"] for one in data if "All changes compared" in one.get("text/html", ""))
    found = table(shown, "All changes compared")
    expected = pg.compare(pg.read_extract(cohort), protocol, folder / "amendments.yaml").set_index("amendment")
    assert list(found) == ["Protocol", "Later"]
    for shown_as, (_, row) in zip(found, expected.iterrows(), strict=True):
        numbers = ["certain", "possible", "gained", "lost"]
        assert found[shown_as][:4] == [str(row[column]) for column in numbers]
    assert expected.loc["later", "lost"] > 0


def test_the_report_of_the_menu(cohort, tmp_path):
    changes = {"notebooks": [NOTEBOOK], "output": tmp_path / "report", "disclosure": "internal"}
    page = build_report(cohort, changes, progress=False).made[0].html
    html = page.read_text(encoding="utf-8")
    compared = pg.compare(pg.read_extract(cohort), pg.load_protocol(), "menu")
    assert len(table(html, "All changes compared")) == len(compared)
    assert f"amendments: {len(compared) - 1}, in provenance.json" in html
    assert "Eligible patients gained and lost under " in html
