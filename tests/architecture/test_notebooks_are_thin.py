"""Notebooks hold questions and calls; what computes stands in the package, where tests reach it."""

import nbformat
import pytest
from architecture.project import ROOT
from architecture.thin import faults

from postgraft.reports import declared_parameters

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

PARAMETERS = 'cohort: str = "cohorts/demo"  # folder of the extract\nday: int = 45  # of the question'


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_thin(path):
    assert faults(nbformat.read(path, as_version=4)) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_declares_its_parameters_with_defaults_of_their_type(path):
    for parameter in declared_parameters(path).values():
        assert parameter.checked(parameter.default) == parameter.default


def notebook(*code: str, title: str = "# A question") -> nbformat.NotebookNode:
    v4 = nbformat.v4
    cells = [
        v4.new_markdown_cell(title),
        v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        *map(v4.new_code_cell, code),
    ]
    return v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})


def test_questions_and_calls_are_thin():
    assert (
        faults(notebook("import postgraft as pg", "outcome = pg.evaluate(extract, protocol)\noutcome.funnel()[1:]"))
        == []
    )


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("def f(): pass", "defines something"),
        ("f = lambda x: x", "defines something"),
        ("for x in y: z(x)", "loops"),
        ("[z(x) for x in y]", "loops"),
        ("try:\n    x()\nexcept ValueError:\n    pass", "catches errors"),
        ("query('SELECT * FROM t')", "holds SQL"),
        ("read('/data/cohort')", "names an absolute path: /data/cohort"),
        ("read(r'C:\\data')", "names an absolute path: C:\\data"),
        ("eligible = hemoglobin < 10.0", "holds the number 10.0; make it a parameter"),
        ("%matplotlib inline", "uses a magic or a shell command"),
    ],
)
def test_a_thick_cell_is_found(code, fault):
    assert faults(notebook(code)) == [f"cell 2: {fault}"]


def test_outputs_a_missing_title_and_another_kernel_are_found():
    with_output = notebook("x")
    with_output.cells[2].execution_count = 3
    assert faults(with_output) == ["cell 2: was committed with outputs"]

    assert faults(notebook(title="No title")) == ["does not begin with its title", "has not exactly one title"]

    other = notebook()
    other.metadata.kernelspec.name = "conda-env"
    assert faults(other) == ["does not name the kernel python3"]
