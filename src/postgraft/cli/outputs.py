"""Where a command may write: told before any work is done."""

import os
from pathlib import Path

from postgraft.vocabulary.errors import PostgraftError


def new_folder(path: Path | None) -> Path | None:
    """A folder that is there and can be written to, or can be made."""
    if path:
        there = next(one for one in (path, *path.absolute().parents) if one.exists())
        if not there.is_dir():
            raise PostgraftError(f"{path}: {there} is a file; accepted is a folder, which is made if missing")
        _check_writable(there)
    return path


def new_csv(path: Path | None) -> Path | None:
    """A CSV file in a folder that is there and can be written to."""
    if path:
        if path.suffix != ".csv" or path.is_dir():
            raise PostgraftError(f"{path}: accepted is the name of a file that ends in .csv")
        if not path.parent.is_dir():
            raise PostgraftError(f"{path}: there is no folder {path.parent}")
        _check_writable(path if path.exists() else path.parent)
    return path


def _check_writable(path: Path) -> None:
    if not os.access(path, os.W_OK):
        raise PostgraftError(f"{path}: may not be written to")
