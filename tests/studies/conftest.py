"""Small notebooks and cohorts made on the spot, and studies of them."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
import yaml
from short_summary import short_summary

from postgraft.reports import provenance
from postgraft.reports import provenance as what_matters
from postgraft.synthetic import write_cohort

__all__ = ["short_summary"]

MakeNotebook = Callable[..., Path]
MakeStudy = Callable[..., Path]

PARAMETERS = """\
cohort: str = "cohorts/demo"  # folder of the extract
seed: int = 1  # of every random draw
amendments: str = ""  # what is set beside the protocol
disclosure: dict[str, str | int] = {"level": "internal"}  # what may be read off
"""


@pytest.fixture(scope="session")
def cohorts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the cohorts ``north`` and ``south``."""
    folder = tmp_path_factory.mktemp("cohorts")
    for seed, name in enumerate(("north", "south"), start=1):
        write_cohort(folder / name, patients=8, seed=seed)
    return folder


@pytest.fixture(autouse=True)
def still_code(cohorts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may edit the package, or commit, between two runs of a test."""
    monkeypatch.setattr(what_matters, "PACKAGE", cohorts / "north" / "extract.yaml")
    monkeypatch.setattr(provenance, "git_revision", lambda _: "0" * 40)


@pytest.fixture
def make_notebook(tmp_path: Path) -> MakeNotebook:
    """Write ``NAME.ipynb``: a title, the parameters cell and the given code cells."""

    def make(name: str, *cells: str, parameters: str = PARAMETERS, said: dict[str, bool] | None = None) -> Path:
        v4 = nbformat.v4
        tagged = v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}, id="given")
        rest = [v4.new_code_cell(code, id=f"cell-{number}") for number, code in enumerate(cells)]
        title = v4.new_markdown_cell(f"# Notebook {name}", id="title")
        notebook = v4.new_notebook(cells=[title, tagged, *rest], metadata={"postgraft": said or {}})
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(notebook, path)
        return path

    return make


@pytest.fixture
def make_study(tmp_path: Path, cohorts: Path) -> MakeStudy:
    """Write ``study.yaml`` of the cohort ``north``, made in ``out`` beside it, with more or other keys."""

    def make(**keys: object) -> Path:
        given = {"cohorts": [str(cohorts / "north")], "disclosure": "internal", "output": "out"} | keys
        path = tmp_path / "study.yaml"
        path.write_text(yaml.safe_dump({key: value for key, value in given.items() if value != "-"}))
        return path

    return make


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def names(folder: Path) -> list[str]:
    """What stands in a folder, hidden things too."""
    return sorted(path.name for path in folder.iterdir())
