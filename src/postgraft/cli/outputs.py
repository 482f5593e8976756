"""Where a command may write: told before any work is done, so that nothing of anybody's is lost.

No result goes into an extract, a file that is there is replaced only with --force, and a chart review that
somebody has filled in never is. Every file is written whole or not at all.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from postgraft.vocabulary.errors import PostgraftError

if TYPE_CHECKING:
    import pandas as pd


def check_folder(path: Path | None) -> Path | None:
    """The folder itself, if it can be written to or made, and lies outside every extract."""
    if path:
        _check_place(path)
        there = next(one for one in (path, *path.absolute().parents) if one.exists())
        if not there.is_dir():
            raise PostgraftError(f"{path}: {there} is a file; accepted is a folder, which is made if missing")
        _check_writable(there)
    return path


def check_new_folder(path: Path | None) -> Path | None:
    """The folder itself, if ``check_folder`` accepts it and nothing is in it yet."""
    check_folder(path)
    if path and path.is_symlink() and not path.exists():
        raise PostgraftError(f"{path}: is a link to nothing; accepted is a new or empty folder")
    if path and path.is_dir() and any(path.iterdir()):
        raise PostgraftError(f"{path}: is not empty; accepted is a new or empty folder")
    return path


def check_csv(path: Path | None, cohort: Path, force: bool) -> None:
    """Refuses a CSV file that cannot be written, or not without a loss.

    ``cohort`` is the extract that the command reads; ``force`` lets a file that is there be replaced.

    Raises:
        PostgraftError: the path is no name of a CSV file in a folder that is there, belongs to an extract, or is
            a file that may not be replaced.
    """
    if path is None:
        return
    _check_place(path, cohort)
    real = Path(os.path.realpath(path))
    if path.suffix != ".csv" or (real.exists() and not real.is_file()):
        raise PostgraftError(f"{path}: accepted is the name of a file that ends in .csv")
    if real.suffix != ".csv":
        raise PostgraftError(f"{path}: leads to {real}; accepted is the name of a file that ends in .csv")
    if not real.parent.is_dir():
        what = f"{real.parent} is a file" if real.parent.exists() else f"there is no folder {real.parent}"
        raise PostgraftError(f"{path}: {what}; accepted is a file in a folder that is there")
    _check_writable(real.parent)
    if real.exists():
        _check_replaceable(path, force)


def write_csv(frame: "pd.DataFrame", path: Path, private: bool = False) -> None:
    """Write a table, whole or not at all; a link stays a link, and other names of an earlier file keep its content.

    No cell is a formula to a spreadsheet. A ``private`` file, of a row a patient, is readable by its owner only.
    """
    from postgraft.reports.files import write_whole
    from postgraft.vocabulary.spreadsheets import without_formulas

    text = without_formulas(frame).to_csv(index=False)
    write_whole(Path(os.path.realpath(path)), text, 0o600 if private else None)


def _check_place(path: Path, cohort: Path | None = None) -> None:
    from postgraft.extract.around import check_outside_extracts

    if Path(os.path.realpath(path)).is_symlink():
        raise PostgraftError(
            f"{path}: is a link that leads round in a circle; accepted is a path that ends somewhere"
        )
    check_outside_extracts(path, cohort)


def _check_replaceable(path: Path, force: bool) -> None:
    from postgraft.eligibility.estimates.review_file import holds_review

    if holds_review(path):
        raise PostgraftError(
            f"{path}: is a chart review that somebody has filled in, which is never replaced, not even with "
            "--force; accepted is another name"
        )
    if not force:
        raise PostgraftError(f"{path}: is there already; accepted is a new name, or --force to replace it")
    _check_writable(path)


def _check_writable(path: Path) -> None:
    if not os.access(path, os.W_OK):
        raise PostgraftError(f"{path}: may not be written to")
