"""The notebooks of a study: found by name or path, and what each says of itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from postgraft.reports.errors import ReportError
from postgraft.reports.parameters import Parameter, declared_parameters
from postgraft.reports.project import project_root
from postgraft.vocabulary.words import did_you_mean

DEFAULT_NOTEBOOKS = (
    "01_extract_quality",
    "02_eligible_population",
    "03_criterion_barriers",
    "04_amendment_whatif",
    "05_accrual_forecast",
)
RELEASED_NOTEBOOKS = DEFAULT_NOTEBOOKS[1:4]
"""Those of them that can be given out: the others describe the data, or forecast from what counts hide."""
SUFFIX = ".ipynb"


@dataclass(frozen=True)
class Notebook:
    """A notebook with its parameters; by its metadata it may show single patients, or be for JupyterLab only."""

    path: Path
    parameters: Mapping[str, Parameter]
    identifiable: bool = False
    interactive: bool = False

    @property
    def name(self) -> str:
        return self.path.stem


def read_notebook(name: str, base: Path) -> Notebook:
    """A notebook of the project's ``notebooks/``, or one given by its path, which starts at ``base``.

    Raises:
        ReportError: there is none, or its parameters cell is not as it must be.
    """
    path = base / name if Path(name).suffix == SUFFIX else _shipped(name)
    parameters = declared_parameters(path)
    said = json.loads(path.read_text(encoding="utf-8"))["metadata"].get("postgraft", {})
    return Notebook(path, parameters, bool(said.get("identifiable")), bool(said.get("interactive")))


def _shipped(name: str) -> Path:
    folder = project_root() / "notebooks"
    path = folder / f"{name}{SUFFIX}"
    if not path.is_file():
        there = sorted(p.stem for p in folder.glob(f"*{SUFFIX}"))
        raise ReportError(
            f"There is no notebook {name}{did_you_mean(name, there)}; there are: {', '.join(there)}. "
            f"One of your own is named with its ending {SUFFIX}."
        )
    return path
