"""Cohort extracts: the tables they are made of, reading with validation, and writing."""

from dataclasses import replace
from pathlib import Path

from postgraft.extract.extract import Extract
from postgraft.extract.manifest import DeclaredComplete
from postgraft.extract.series import Series
from postgraft.extract.tables import TABLES
from postgraft.extract.write import write_extract
from postgraft.vocabulary.errors import ExtractError, Finding

__all__ = ["TABLES", "DeclaredComplete", "Extract", "Finding", "Series", "read_extract", "write_extract"]


def read_extract(path: str | Path, strict: bool = False) -> Extract:
    """Reads and validates the extract in a folder.

    Raises ExtractError with everything that is wrong, found in one pass; with ``strict`` for warnings too.
    """
    extract = Extract.from_folder(path)
    if strict and extract.warnings:
        raise ExtractError(str(path), [replace(one, severity="error") for one in extract.warnings])
    return extract
