"""Finds the tables in the folder of an extract, and what lies beside them that nothing reads."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from postgraft.extract.files import Source, UnreadableError
from postgraft.extract.findings import Notes
from postgraft.extract.manifest import MANIFEST_FILE
from postgraft.extract.other_names import meant_table
from postgraft.extract.table_files import FILES, forms, open_source
from postgraft.extract.tables import TABLES
from postgraft.vocabulary.errors import Severity

_BESIDE: Final = ("truth", "import")
_DATA: Final = (
    ".csv", ".gz", ".parquet", ".tsv", ".txt", ".tab", ".dat", ".json", ".feather", ".arrow",
    ".sas7bdat", ".xpt", ".sav", ".dta", ".rds", ".db", ".duckdb", ".sqlite", ".zip", ".bz2", ".xz", ".zst", ".7z",
)  # fmt: skip
_WORKBOOKS: Final = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".numbers")
FORMS: Final = "{0}.csv, {0}.csv.gz, {0}.parquet, or a folder {0}/ of .parquet parts"


def find_sources(folder: Path, notes: Notes) -> dict[str, Source | None]:
    """The tables of a folder, None for one that cannot be read; this is noted, and what looks like one."""
    sources: dict[str, Source | None] = {}
    for name in TABLES:
        found = forms(folder, name)
        if len(found) > 1:
            several = ", ".join(path.name for path in found)
            notes.add("error", "several-forms", name, "", f"is there more than once: {several}", "one of them")
            sources[name] = None
        elif found:
            try:
                sources[name] = open_source(found[0], notes)
            except UnreadableError as error:
                notes.add("error", "unreadable", found[0].name, "", str(error))
                sources[name] = None
    _note_unread(folder, TABLES.keys() - sources.keys(), notes)
    return sources


def _note_unread(folder: Path, missing: Collection[str], notes: Notes) -> None:
    """Notes what nothing reads; as an error where it may be a table that is ``missing``."""
    read = {path for name in TABLES for path in forms(folder, name)} | {folder / MANIFEST_FILE}
    for path in sorted(set(folder.iterdir()) - read):
        if path.name in _BESIDE or path.name.casefold().startswith((".", "readme", "license")):
            continue
        meant = meant_table(path.name.split(".")[0], TABLES) if _of_data(path) else None
        found = f"is not read (did you mean {meant}?)" if meant else "is not read"
        if _ends_with(path, _WORKBOOKS):
            found = "is a workbook: save each sheet as CSV UTF-8"
        if path.name in {form.format(meant) for form in FILES}:
            found = "is no file: a folder, a pipe or a link to nothing"
        severity: Severity = "error" if meant in missing else "warning"
        notes.add(severity, "unread-file", path.name, "", found, FORMS.format(meant) if meant else "")


def _of_data(path: Path) -> bool:
    return path.is_dir() or _ends_with(path, (*_DATA, *_WORKBOOKS))


def _ends_with(path: Path, ends: tuple[str, ...]) -> bool:
    return path.name.casefold().endswith(ends)
