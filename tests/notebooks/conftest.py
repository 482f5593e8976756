"""Small notebooks made on the spot, to run and render."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

MakeNotebook = Callable[..., Path]

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
