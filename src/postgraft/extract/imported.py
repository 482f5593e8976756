"""The report of an import, the folder ``import/`` beside the tables of an extract that an import made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from postgraft.extract.findings import Notes
from postgraft.vocabulary.words import TEXT, with_whole

FOLDER: Final = "import"
REPORT: Final = "report.md"
FRAMES: Final = ("mapping", "units", "dropped", "changed")
"""The tables of the report, each a file NAME.csv."""
_WHOLE: Final = ("rows", "patients")
_NUMBERS: Final = (*_WHOLE, "lowest", "median", "highest")
_DAYS: Final = ("first", "last")


@dataclass(frozen=True, repr=False)
class ImportReport:
    """What an import made of its source.

    ``mapping``: every code found, and what it was used as. ``units``: every unit of every analyte, and how it was
    read. ``dropped`` and ``changed``: rows by table, name and reason. ``text``: the report for people, in Markdown.
    """

    mapping: pd.DataFrame
    units: pd.DataFrame
    dropped: pd.DataFrame
    changed: pd.DataFrame
    text: str


def read_import(folder: Path, notes: Notes) -> ImportReport | None:
    """The report in the folder of an extract, None where there is none; one that cannot be read is noted."""
    place = folder / FOLDER
    if not (place / REPORT).is_file():
        return None
    try:
        mapping, units, dropped, changed = (_read(place / f"{name}.csv") for name in FRAMES)
        return ImportReport(mapping, units, dropped, changed, (place / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # of a file that is missing, no CSV in UTF-8, or has other columns
        found = "the report of the import is not as an import writes it, so it is left aside"
        notes.add("warning", "import-unreadable", FOLDER, "", found, f"{REPORT} and {', '.join(FRAMES)} as CSV")
        return None


def _read(file: Path) -> pd.DataFrame:
    frame = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8")
    columns: dict[str, Any] = {str(name): frame[name].astype(TEXT) for name in frame if name not in (*_NUMBERS, *_DAYS)}
    columns |= {name: pd.to_numeric(frame[name].replace("", None)) for name in _NUMBERS if name in frame}
    columns |= {name: pd.to_datetime(frame[name].replace("", None)) for name in _DAYS if name in frame}
    return with_whole(frame.assign(**columns), *(name for name in _WHOLE if name in frame))
