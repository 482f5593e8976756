"""Where the reports of a study go, and what follows from the place: who may see them."""

import os
from collections.abc import Iterable
from pathlib import Path

from postgraft.disclosure.rule import Level
from postgraft.extract.around import check_outside_extracts
from postgraft.reports.errors import ReportError
from postgraft.reports.project import project_root


def reports_folder() -> Path:
    """The project's own folder for reports, which stays in the house."""
    return project_root() / "reports"


def default_output(source: Path) -> Path:
    """``reports/NAME`` in the project, by the name of the study's file or of the cohort's folder."""
    whole = source.resolve()
    return reports_folder() / (whole.stem if whole.is_file() else whole.name)


def default_level(output: Path) -> Level:
    """Release is the default for what leaves the project's folder of reports."""
    return "internal" if output.resolve().is_relative_to(reports_folder().resolve()) else "release"


def checked_output(output: Path, inputs: Iterable[Path]) -> Path:
    """The folder to replace, as an absolute path without links.

    Raises:
        ReportError: it is no folder, cannot be replaced in one step, or holds what the study reads.
        PostgraftError: it lies in an extract.
    """
    whole = output.resolve()
    there = next(one for one in (whole, *whole.parents) if one.exists())
    if not there.is_dir():
        raise ReportError(f"{output}: {there} is a file; accepted is a folder, which is made if missing.")
    if whole.is_mount():
        raise ReportError(
            f"{output}: is a mount point, which cannot be replaced; accepted is a folder in it."
        )
    for path in (*inputs, Path(__file__)):
        if path.resolve().is_relative_to(whole):
            raise ReportError(f"{output}: holds {path}; accepted is a folder of its own for the reports.")
        check_outside_extracts(whole, path)
    if not os.access(whole.parent if whole.exists() else there, os.W_OK):
        raise ReportError(f"{output}: may not be written to: it is replaced as a whole.")
    return whole
