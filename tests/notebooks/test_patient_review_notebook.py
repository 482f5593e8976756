"""The notebook on single patients shows the patient asked for, says that it can identify, and knows its limits."""

from pathlib import Path

import nbformat
import pytest
from architecture.project import ROOT
from bs4 import BeautifulSoup

import postgraft as pg
from postgraft.reports import ReportError, run_notebook

NOTEBOOK = ROOT / "notebooks" / "06_patient_review.ipynb"
DEMO = ROOT / "cohorts" / "demo"
PATIENT = "SYN000036"


def html(notebook: nbformat.NotebookNode) -> list[BeautifulSoup]:
    """What the cells show."""
    return [
        BeautifulSoup(output["data"]["text/html"], "html.parser")
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]


def executed(folder: Path, **values: object) -> nbformat.NotebookNode:
    return nbformat.read(run_notebook(NOTEBOOK, folder, values), as_version=4)


def test_it_says_that_it_can_identify():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert notebook.metadata["postgraft"] == {"identifiable": True}
    assert "never part of a released report" in notebook.cells[0].source


def test_one_patient_is_shown_as_the_library_has_it(tmp_path):
    who, pages = html(executed(tmp_path, cohort=str(DEMO), patient=PATIENT, transplant=1))
    outcome = pg.evaluate(pg.read_extract(DEMO), pg.load_protocol())
    own = outcome.patients.set_index("patient_id").loc[PATIENT]

    assert PATIENT in who.get_text()
    [image] = pages.select("figure img")
    assert image["alt"].startswith(f"{PATIENT}, transplant 1: {own['status']}")
    explained = outcome.explain(PATIENT, int(own["first_possible_day"]), 1)
    reasons = pages.select("table")[-1].get_text()
    assert all(reason in reasons for reason in explained["reason"].str.split("\n").str[0])


def test_a_patient_that_there_is_not_is_told_in_one_message(tmp_path):
    with pytest.raises(ReportError, match=r'found patient "SYN00041", who is not in .*; nearest are .*; there are 72'):
        run_notebook(NOTEBOOK, tmp_path, {"cohort": str(DEMO), "patient": "SYN00041"})
