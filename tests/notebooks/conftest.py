"""Small notebooks made on the spot, to run and render; and the shipped ones run with other than their defaults."""

from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import nbformat
import pytest
from architecture.project import ROOT
from made_once import made_once

import postgraft as pg
from postgraft.reports import declared_parameters, run_notebook
from postgraft.synthetic import write_cohort

MakeNotebook = Callable[..., Path]
Given = Callable[[str], Mapping[str, Any]]
Executed = Callable[[str], Path]

PLAN = "participation: 0.5\nscreen_failure: 0.2\nsites: [{name: A, capture: 1}]\ntarget: 3\n"
AMENDMENTS = "- {name: later, set: {days_since_transplant_min: 200}}\n"
STEPS = 2

PARAMETERS = """\
cohort: str = "cohorts/demo"  # folder of the extract
seed: int = 1  # of every random draw
share: float = 0.5  # between 0 and 1
"""


@pytest.fixture
def make_notebook(tmp_path: Path) -> MakeNotebook:
    """Write ``NAME.ipynb``: a title, the parameters cell, the given cells; one with # is prose."""

    def make(*cells: str, name: str = "01_small", parameters: str = PARAMETERS) -> Path:
        v4 = nbformat.v4
        tagged = v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
        rest = [v4.new_markdown_cell(c) if c.startswith("#") else v4.new_code_cell(c) for c in cells]
        notebook = v4.new_notebook(cells=[v4.new_markdown_cell("# A small notebook"), tagged, *rest])
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(notebook, path)
        return path

    return make


@pytest.fixture(scope="session")
def folder() -> Path:
    """Other inputs than the defaults: cohort, protocol.yaml, amendments.yaml and plan.yaml."""
    return made_once("given", write_inputs)


def write_inputs(folder: Path) -> None:
    write_cohort(folder / "cohort", 60, seed=27, enrich=12)
    shipped = files("postgraft.protocol").joinpath("data", "nct05873205.yaml").read_text(encoding="utf-8")
    before, after = shipped.split("  lines_min:\n")
    changed = after.replace("value: 2\n", "value: 1\n", 1)
    (folder / "protocol.yaml").write_text(f"{before}  lines_min:\n{changed}", encoding="utf-8")
    (folder / "amendments.yaml").write_text(AMENDMENTS, encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")


@pytest.fixture(scope="session")
def cohort(folder: Path) -> Path:
    return folder / "cohort"


@pytest.fixture(scope="session")
def protocol(folder: Path) -> pg.Protocol:
    return pg.load_protocol(folder / "protocol.yaml")


@pytest.fixture(scope="session")
def later(folder: Path, protocol: pg.Protocol) -> pg.Protocol:
    """The protocol under the amendment of amendments.yaml."""
    [amendment] = pg.load_amendments(folder / "amendments.yaml", protocol)
    return protocol.amended(amendment)


@pytest.fixture(scope="session")
def given(folder: Path) -> Given:
    """The values of a notebook's parameters: all of these inputs that it declares."""
    inputs = {name: str(folder / f"{name}.yaml") for name in ("protocol", "amendments", "plan")}
    values = {"cohort": str(folder / "cohort"), **inputs, "steps": STEPS}

    def of(name: str) -> dict[str, Any]:
        declared = declared_parameters(ROOT / "notebooks" / f"{name}.ipynb")
        return {key: value for key, value in values.items() if key in declared}

    return of


@pytest.fixture(scope="session")
def executed(given: Given) -> Executed:
    """A notebook run with these values, once for all tests."""

    def run(name: str) -> Path:
        notebook = ROOT / "notebooks" / f"{name}.ipynb"
        return made_once(name, lambda out: run_notebook(notebook, out, given(name))) / notebook.name

    return run
