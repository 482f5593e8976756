"""Cohort extracts: the tables they are made of, reading with validation, and writing."""

from pathlib import Path

from postgraft.extract.extract import Extract
from postgraft.extract.manifest import Completeness
from postgraft.extract.series import Series
from postgraft.extract.tables import TABLES
from postgraft.extract.write import write_extract
from postgraft.vocabulary.findings import Finding

__all__ = ["TABLES", "Completeness", "Extract", "Finding", "Series", "read_extract", "write_extract"]


def read_extract(path: str | Path) -> Extract:
    """Reads and validates the extract in a folder.

    Raises ExtractError with everything that is wrong, found in one pass.
    """
    return Extract.from_folder(path)
