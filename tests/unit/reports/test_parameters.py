"""The parameters cell: what it may hold, and which values fit it."""

import datetime as dt
from pathlib import Path

import nbformat
import numpy as np
import pytest

from postgraft.reports.notebooks import NotebookParameter, checked_parameters, declared_parameters, json_value
from postgraft.reports.project import ReportError


def notebook(folder: Path, *tagged: str) -> Path:
    v4 = nbformat.v4
    cells = [v4.new_code_cell(source, metadata={"tags": ["parameters"]}) for source in tagged]
    path = folder / "01_small.ipynb"
    nbformat.write(v4.new_notebook(cells=cells), path)
    return path


def test_a_line_gives_name_type_default_and_help(tmp_path):
    path = notebook(tmp_path, 'cohort: str = "cohorts/demo"  # folder #1\ndays: list[int] = [1, 7]  # runs, in days')

    assert declared_parameters(path) == {
        "cohort": NotebookParameter("cohort", "str", "cohorts/demo", "folder #1"),
        "days": NotebookParameter("days", "list[int]", [1, 7], "runs, in days"),
    }


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("n: int = 1", "n has no help"),
        ("n = 1  # a number", "line 1 is none"),
        ("n: int = 1  # a number\nm: int = n * 2  # derived", "malformed node"),
        ("import os  # not a parameter", "line 1 is none"),
        ("n: complex = 1  # of a type JSON lacks", "type complex: use str, int, float, bool"),
        ("n: int =", "invalid syntax"),
    ],
)
def test_another_form_is_refused(tmp_path, source, fault):
    with pytest.raises(ReportError, match=rf"^01_small\.ipynb: its parameters cell must hold one literal.*{fault}"):
        declared_parameters(notebook(tmp_path, source))


@pytest.mark.parametrize("cells", [(), ("n: int = 1  # one", "m: int = 2  # two")])
def test_there_is_exactly_one_parameters_cell(tmp_path, cells):
    with pytest.raises(ReportError, match=f"{len(cells)} cells are tagged 'parameters'"):
        declared_parameters(notebook(tmp_path, *cells))


def test_a_notebook_that_is_none_is_told(tmp_path):
    (tmp_path / "prose.ipynb").write_text("not JSON")

    with pytest.raises(ReportError, match=r"absent\.ipynb: no such notebook"):
        declared_parameters(tmp_path / "absent.ipynb")
    with pytest.raises(ReportError, match=r"prose\.ipynb: not a Jupyter notebook"):
        declared_parameters(tmp_path / "prose.ipynb")


@pytest.mark.parametrize(
    ("annotation", "given", "carried"),
    [
        ("int", np.int64(3), 3),
        ("float", 3, 3),
        ("float | None", None, None),
        ("str", Path("a/b"), "a/b"),
        ("str", dt.date(2025, 6, 30), "2025-06-30"),
        ("list[str]", ("a", "b"), ["a", "b"]),
        ("dict[str, float]", {"a": np.float64(0.5)}, {"a": 0.5}),
        ("bool", np.bool_(True), True),
    ],
)
def test_a_fitting_value_is_carried_as_json(annotation, given, carried):
    value = NotebookParameter("x", annotation, None, "an example").checked(given)

    assert value == carried
    assert type(value) in {type(carried), float}


@pytest.mark.parametrize(
    ("annotation", "given"),
    [("int", True), ("int", 1.0), ("int", "1"), ("str", 1), ("bool", 1), ("float", float("inf")), ("list[int]", 1)],
)
def test_an_unfitting_value_is_refused_by_name_and_type(annotation, given):
    with pytest.raises(ReportError, match=rf"^parameter x = .*: expected {annotation.replace('[', '.')[:4]}"):
        NotebookParameter("x", annotation, None, "an example").checked(given)


def test_an_unknown_name_gets_the_nearest_and_the_list(tmp_path):
    path = notebook(tmp_path, "seed: int = 1  # of draws\nshare: float = 0.5  # between 0 and 1")

    with pytest.raises(ReportError, match=r"has no parameter sede; did you mean seed\? Accepted: seed, share"):
        checked_parameters(path, {"sede": 2})


def test_what_json_lacks_is_refused():
    with pytest.raises(ValueError, match="cannot be written as JSON"):
        json_value({"nested": [object()]})
