"""The files and folders that hold the tables of an extract: CSV, Parquet, and folders of Parquet parts.

What lies beside them and nothing reads is noted.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet

from postgraft.extract.columns import meant_table
from postgraft.extract.csv_files import csv_source
from postgraft.extract.files import Batch, Source, UnreadableError, full, is_text, refuse_nested
from postgraft.extract.findings import Notes
from postgraft.extract.manifest import MANIFEST_FILE
from postgraft.extract.tables import TABLES
from postgraft.vocabulary.errors import Severity

BATCH_ROWS: Final = 1 << 20
_FREE_BYTES: Final = 1 << 26
_FREE_ROWS: Final = 1 << 22
"""What a small Parquet file may unpack to, whatever its size."""
_BYTES_A_BYTE: Final = 200
_ROWS_A_BYTE: Final = 10
"""Beyond them, how many there may be for a byte of the file; a row of a table is mostly more than one."""
FILES: Final = ("{}.csv", "{}.csv.gz", "{}.parquet")
"""Names of a file that holds a table of this name."""
_BESIDE: Final = ("truth", "import")
_DATA: Final = (
    ".csv", ".gz", ".parquet", ".tsv", ".txt", ".tab", ".dat", ".json", ".feather", ".arrow",
    ".sas7bdat", ".xpt", ".sav", ".dta", ".rds", ".db", ".duckdb", ".sqlite", ".zip", ".bz2", ".xz", ".zst", ".7z",
)  # fmt: skip
_WORKBOOKS: Final = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".numbers")
FORMS: Final = "{0}.csv, {0}.csv.gz, {0}.parquet, or a folder {0}/ of .parquet parts"


def forms(folder: Path, table: str) -> list[Path]:
    """The files or folders of this folder that hold the table."""
    candidates = [folder / form.format(table) for form in FILES]
    found = [path for path in candidates if path.is_file()]
    return [*found, folder / table] if (folder / table).is_dir() else found


def open_source(path: Path, notes: Notes) -> Source:
    """Opens one form of a table. Raises UnreadableError."""
    shown = not leads_outside(path)
    if path.is_dir():
        return _parts(path, shown)
    if path.suffix == ".parquet":
        return _parquet(path.name, [path], shown)
    return csv_source(path, notes, shown)


def leads_outside(path: Path) -> bool:
    """Whether a file or folder of an extract is a link to somewhere else, which may be no table at all."""
    real = path.resolve()
    return path.is_symlink() and not real.is_relative_to(path.parent.resolve())


def _parts(folder: Path, shown: bool) -> Source:
    parts = sorted(path for path in folder.iterdir() if path.suffix == ".parquet" and path.is_file())
    if not parts:
        raise UnreadableError("is a folder without .parquet parts")
    return _parquet(f"{folder.name}/", parts, shown and not any(map(leads_outside, parts)))


def _parquet(label: str, paths: Sequence[Path], shown: bool) -> Source:
    schemas = [_open_parquet(path).schema_arrow for path in paths]
    headers = [tuple(schema.names) for schema in schemas]
    for path, names in zip(paths, headers, strict=True):
        if set(names) != set(headers[0]):
            raise UnreadableError(f"has parts with other columns: {path.name} differs from {paths[0].name}")
    for schema in schemas:
        refuse_nested([(field.name, field.type) for field in schema], shown)

    def batches(columns: Sequence[str]) -> Iterator[Batch]:
        for path in paths:
            with _parquet_errors(path):
                schema = _open_parquet(path).schema_arrow
                types = dict(zip(schema.names, schema.types, strict=True))  # a name may be there twice
                texts = [name for name in columns if is_text(types[name])]
                file = pa.parquet.ParquetFile(path, read_dictionary=texts)
                for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=list(columns)):
                    batch.validate(full=True)  # else text that is no UTF-8 comes through
                    cells = [full(column) for column in batch.columns]
                    yield dict(zip(batch.schema.names, cells, strict=True))

    return Source(label, 1, headers[0], batches, shown=shown)


def _open_parquet(path: Path) -> Any:
    with _parquet_errors(path):
        file = pa.parquet.ParquetFile(path)
        unpacked = sum(file.metadata.row_group(i).total_byte_size for i in range(file.num_row_groups))
        rows, size = file.metadata.num_rows, path.stat().st_size
    if unpacked > _FREE_BYTES + _BYTES_A_BYTE * size or rows > _FREE_ROWS + _ROWS_A_BYTE * size:
        raise UnreadableError(f"unpacks to far more than a table of its size would: {path.name}")
    return file


@contextmanager
def _parquet_errors(path: Path) -> Iterator[None]:
    """What Arrow says of bytes that are no Parquet, in words without any of them."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError, MemoryError, OverflowError) as error:
        raise UnreadableError(f"cannot be read as Parquet: {path.name}") from error


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
        name = path.name.casefold()
        if path.name in _BESIDE or name.startswith((".", "readme", "license")):
            continue
        of_data = path.is_dir() or name.endswith((*_DATA, *_WORKBOOKS))
        meant = meant_table(path.name.split(".")[0], TABLES) if of_data else None
        found = f"is not read (did you mean {meant}?)" if meant else "is not read"
        if name.endswith(_WORKBOOKS):
            found = "is a workbook: save each sheet as CSV UTF-8"
        if path.name in {form.format(meant) for form in FILES}:
            found = "is no file: a folder, a pipe or a link to nothing"
        severity: Severity = "error" if meant in missing else "warning"
        notes.add(severity, "unread-file", path.name, "", found, FORMS.format(meant) if meant else "")
