"""From a cohort extract to its reports: read it, run each notebook, render it, record where it came from."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from postgraft.extract import read_extract
from postgraft.reports.errors import ReportError
from postgraft.reports.parameters import checked_parameters, declared_parameters, unknown_parameter
from postgraft.reports.project import portable, project_root
from postgraft.reports.provenance import provenance, write_provenance
from postgraft.reports.render import render_html
from postgraft.reports.runner import run_notebook

DEFAULT_NOTEBOOKS = (
    "01_extract_quality",
    "02_eligible_population",
    "03_criterion_barriers",
    "04_amendment_whatif",
    "05_accrual_forecast",
)
COHORT = "cohort"
"""The parameter by which every notebook takes the extract's folder."""


def build_report(
    cohort: Path | str,
    notebooks: Sequence[Path | str] = DEFAULT_NOTEBOOKS,
    output: Path | None = None,
    parameters: Mapping[str, Any] | None = None,
    progress: bool = True,
) -> list[Path]:
    """Run notebooks on a cohort extract and return their pages, ``output/NAME.html``, in the order asked for.

    A notebook is a name in the project's ``notebooks/`` or a path to an ``.ipynb``. ``output`` is
    ``reports/COHORT`` in the project unless given. Every notebook gets those of ``parameters`` that it
    declares. Beside each page stand the executed notebook and ``provenance.json``. Nothing is written before
    the extract is read without error and every parameter is checked. Progress goes to stderr.

    Raises:
        ExtractError: the extract cannot be used.
        ReportError: an unknown notebook, a parameter no notebook declares, or a value of the wrong type.
        NotebookFailedError: a cell failed; pages made before it stay.
    """
    extract = read_extract(cohort)
    source = {"name": extract.name, "fingerprint": extract.fingerprint}
    del extract  # each notebook's kernel holds its own; two would double the memory
    runs = _planned(
        [_found(notebook) for notebook in notebooks], {**(parameters or {}), COHORT: portable(cohort)}
    )
    folder = output or project_root() / "reports" / Path(cohort).resolve().name
    pages = []
    with _progress(shown=progress) as bar:
        tasks = [bar.add_task(path.stem, total=None) for path in runs]
        for task, (path, values) in zip(tasks, runs.items(), strict=True):
            executed = run_notebook(path, folder, values, partial(_advance, bar, task))
            record = provenance(source, path, executed, values)
            pages.append(render_html(executed, record))
            write_provenance(folder, record)
    return pages


def _planned(paths: Sequence[Path], given: Mapping[str, Any]) -> dict[Path, dict[str, Any]]:
    """For each notebook the value of every parameter it declares: the given one, else its default."""
    declared = {path: declared_parameters(path) for path in paths}
    everywhere = dict.fromkeys(name for names in declared.values() for name in names)
    for name in given:
        if name not in everywhere:
            raise unknown_parameter(name, everywhere, "this report")
    for path, names in declared.items():
        if COHORT not in names:
            raise ReportError(
                f"{path.name} has no parameter {COHORT}; a report's notebook takes the extract by it"
            )
    return {
        path: {name: p.default for name, p in names.items()}
        | checked_parameters(path, {name: value for name, value in given.items() if name in names})
        for path, names in declared.items()
    }


def _found(notebook: Path | str) -> Path:
    if Path(notebook).suffix == ".ipynb":
        return Path(notebook)
    path = project_root() / "notebooks" / f"{notebook}.ipynb"
    if not path.is_file():
        there = ", ".join(sorted(p.stem for p in path.parent.glob("*.ipynb")))
        raise ReportError(f"There is no notebook {notebook}; there are: {there}")
    return path


def _advance(bar: Progress, task: TaskID, done: int, total: int) -> None:
    bar.update(task, completed=done, total=total)


def _progress(*, shown: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("cells"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not shown,
    )
