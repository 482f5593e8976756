"""The files and folders that hold a table: CSV, Parquet, and folders of Parquet parts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet

from postgraft.extract.csv_files import csv_source
from postgraft.extract.files import Batch, Source, UnreadableError, full, is_text, refuse_nested
from postgraft.extract.findings import Notes

BATCH_ROWS: Final = 1 << 20
_FREE_BYTES: Final = 1 << 26
_FREE_ROWS: Final = 1 << 22
"""What a small Parquet file may unpack to, whatever its size."""
_BYTES_A_BYTE: Final = 200
_ROWS_A_BYTE: Final = 10
"""Beyond them, how many there may be for a byte of the file; a row of a table is mostly more than one."""
FILES: Final = ("{}.csv", "{}.csv.gz", "{}.parquet")
"""Names of a file that holds a table of this name."""


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
