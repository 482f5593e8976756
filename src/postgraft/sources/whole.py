"""A folder that appears whole or not at all."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from postgraft.extract.imported import FOLDER
from postgraft.extract.manifest import MANIFEST_FILE
from postgraft.extract.table_files import forms
from postgraft.extract.tables import TABLES
from postgraft.sources.errors import SourceError
from postgraft.vocabulary.errors import Finding, writing


def refuse_taken(folder: Path) -> None:
    """Raises SourceError unless there is no such folder, or it is empty or holds nothing but a look report."""
    if folder.is_dir():
        inside = sorted(path.name for path in folder.iterdir())
        if any(forms(folder, name) for name in TABLES) or MANIFEST_FILE in inside:
            found = "the folder holds an extract already"
        elif inside in ([], [FOLDER]):
            return
        else:
            found = "the folder holds something that is no report of a look"
    elif folder.exists() or folder.is_symlink():
        found = "is a file"
    else:
        return
    accepted = "a new or empty folder, or one with nothing but the report of a look"
    raise SourceError(str(folder), [Finding("error", "exists", folder.name, "", found, accepted)])


@contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """A new folder beside this one that takes its place when the context ends well, and else is gone.

    An import that is killed leaves it; the next one into the same place clears it away. It is locked while its import
    is at work: the end of a process, however it comes, lets go of it.

    Raises:
        SourceError: meanwhile another import has put an extract in the place.
    """
    folder = folder.absolute()
    begins = f".{folder.name}.import-"
    _clear_left(folder.parent, begins)
    beside = folder.with_name(f"{begins}{os.getpid()}")
    before = folder.with_name(f"{beside.name}-before")
    lock = None
    try:
        with writing(beside):
            beside.mkdir(parents=True)
            lock = os.open(beside, os.O_RDONLY)
        with suppress(OSError):  # a file system without locks: nobody clears this folder away either
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield beside
        refuse_taken(folder)
        with writing(folder):
            if folder.exists():
                folder.rename(before)
            beside.rename(folder)
    finally:
        for left in (beside, before):
            shutil.rmtree(left, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _clear_left(parent: Path, begins: str) -> None:
    """Removes what imports into one place left here that are no longer at work."""
    for left in sorted(parent.iterdir()) if parent.is_dir() else []:
        if not re.fullmatch(rf"{re.escape(begins)}\d+(-before)?", left.name) or left.is_symlink() or not left.is_dir():
            continue
        with suppress(OSError):
            lock = os.open(left, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(lock)
