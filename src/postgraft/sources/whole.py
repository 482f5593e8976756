"""A folder that appears whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
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
    """A new folder beside this one that takes its place when the context ends well, and else is gone."""
    folder = folder.absolute()
    beside = folder.with_name(f".{folder.name}.import-{os.getpid()}")
    before = beside.with_suffix(".before")
    try:
        with writing(beside):
            beside.mkdir(parents=True)
        yield beside
        with writing(folder):
            if folder.exists():
                folder.rename(before)
            beside.rename(folder)
    finally:
        for left in (beside, before):
            shutil.rmtree(left, ignore_errors=True)
