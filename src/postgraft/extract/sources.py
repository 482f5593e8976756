"""Where the rows of a table come from: a CSV file, a Parquet file, a folder of Parquet parts, or memory.

A source is a header and batches of raw columns. Nothing here knows what a column means.
"""

import codecs
import csv
import gzip
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from postgraft.extract.notes import Notes

BATCH_ROWS: Final = 1 << 20
_CSV_BLOCK: Final = 1 << 25

Batch = dict[str, pa.Array]


@dataclass(frozen=True, slots=True)
class Source:
    """``first_row`` is the number a person gives to the first row; ``batches(columns)`` yields all rows."""

    file: str
    first_row: int
    header: tuple[str, ...]
    batches: Callable[[Sequence[str]], Iterator[Batch]]


class UnreadableError(Exception):
    """A file that cannot be read as what its name says; the text says why, without any of its content."""


def forms(folder: Path, table: str) -> list[Path]:
    """The files or folders of this folder that hold the table."""
    candidates = [folder / f"{table}{suffix}" for suffix in (".csv", ".csv.gz", ".parquet")]
    found = [path for path in candidates if path.is_file()]
    return [*found, folder / table] if (folder / table).is_dir() else found


def open_source(path: Path, notes: Notes) -> Source:
    """Opens one form of a table. Raises UnreadableError."""
    if path.is_dir():
        return _parts(path)
    if path.suffix == ".parquet":
        return _parquet(path.name, [path])
    return _csv(path, notes)


def _csv(path: Path, notes: Notes) -> Source:
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            header = next((row for row in reader if any(cell.strip() for cell in row)), None)
            header_lines = reader.line_num
    except UnicodeDecodeError as error:
        raise UnreadableError(_NOT_UTF8) from error
    except (OSError, EOFError, csv.Error) as error:
        raise UnreadableError("cannot be read as CSV text") from error
    if header is None:
        raise UnreadableError("is empty: not even a header")
    names = tuple(name.strip() for name in header)
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        raise UnreadableError("is not separated by commas: save it as CSV with commas and decimal points")

    def batches(columns: Sequence[str]) -> Iterator[Batch]:
        ragged = False

        def skip(row: Any) -> str:
            nonlocal ragged
            ragged = True
            return "skip"

        text = pa.dictionary(pa.int32(), pa.string())
        try:
            with pa.input_stream(path, compression="detect") as stream:
                reader = pa.csv.open_csv(
                    _Utf8Only(stream),
                    pa.csv.ReadOptions(column_names=names, skip_rows=header_lines, block_size=_CSV_BLOCK),
                    pa.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=skip),
                    pa.csv.ConvertOptions(
                        column_types=dict.fromkeys(columns, text), include_columns=list(columns),
                        null_values=[""], strings_can_be_null=True,
                    ),
                )  # fmt: skip
                for batch in reader:
                    yield _without_blank_rows(batch)
        except pa.ArrowInvalid as error:
            # Arrow's words for a file that ends with its header.
            if not any(words in str(error) for words in ("Empty CSV", "Could not skip initial")):
                raise UnreadableError("cannot be read as CSV text") from error
        except UnicodeDecodeError as error:
            raise UnreadableError(_NOT_UTF8) from error
        except OSError as error:
            raise UnreadableError("cannot be read as CSV text") from error
        if ragged:
            _note_ragged(path, opener, len(names), notes)

    return Source(path.name, 2, names, batches)


class _Utf8Only:
    """A binary stream that fails on bytes that are no UTF-8, which Arrow would not find in rows it skips."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        data: bytes = self.stream.read(size)
        self.decoder.decode(data, final=not data)
        return data

    def close(self) -> None:
        self.closed = True


def _note_ragged(path: Path, opener: Callable[..., Any], columns: int, notes: Notes) -> None:
    """Finds the rows that Arrow skipped; it does not number them."""
    with opener(path, "rt", encoding="utf-8-sig", newline="") as stream:
        for number, row in enumerate(filter(None, csv.reader(stream)), start=1):
            if len(row) != columns:
                found = f"a row of {len(row)} cells"
                notes.add(
                    "error",
                    "ragged",
                    path.name,
                    "",
                    found,
                    f"{columns} cells, as in the header",
                    1,
                    (number,),
                )


def _without_blank_rows(batch: pa.RecordBatch) -> Batch:
    """Drops rows of empty cells only, as spreadsheets leave them below the data."""
    if batch.columns and all(column.null_count for column in batch.columns):
        some = np.logical_or.reduce(
            [column.is_valid().to_numpy(zero_copy_only=False) for column in batch.columns]
        )
        batch = batch.filter(pa.array(some))
    return dict(zip(batch.schema.names, batch.columns, strict=True))


_NOT_UTF8: Final = "is not UTF-8 text: save it as CSV UTF-8"


def _parts(folder: Path) -> Source:
    parts = sorted(path for path in folder.iterdir() if path.suffix == ".parquet" and path.is_file())
    if not parts:
        raise UnreadableError("is a folder without .parquet parts")
    return _parquet(f"{folder.name}/", parts)


def _parquet(label: str, paths: Sequence[Path]) -> Source:
    schemas = [_open_parquet(path).schema_arrow for path in paths]
    headers = [tuple(schema.names) for schema in schemas]
    for path, names in zip(paths, headers, strict=True):
        if set(names) != set(headers[0]):
            raise UnreadableError(f"has parts with other columns: {path.name} differs from {paths[0].name}")
    strange = sorted(
        {f"{field.name} ({field.type})" for schema in schemas for field in schema if _nested(field.type)}
    )
    if strange:
        raise UnreadableError(f"has columns that are no text, number or date: {', '.join(strange)}")

    def batches(columns: Sequence[str]) -> Iterator[Batch]:
        for path in paths:
            schema = _open_parquet(path).schema_arrow
            texts = [name for name in columns if _is_text(schema.field(name).type)]
            file = pa.parquet.ParquetFile(path, read_dictionary=texts)
            try:
                for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=list(columns)):
                    yield dict(zip(batch.schema.names, batch.columns, strict=True))
            except (pa.ArrowException, OSError) as error:
                raise UnreadableError(f"cannot be read as Parquet: {path.name}") from error

    return Source(label, 1, headers[0], batches)


def _open_parquet(path: Path) -> Any:
    try:
        return pa.parquet.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableError(f"cannot be read as Parquet: {path.name}") from error


def _nested(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _nested(kind.value_type)
    types = pa.types
    plain = (types.is_integer, types.is_floating, types.is_decimal, types.is_date, types.is_timestamp)
    return not (_is_text(kind) or any(check(kind) for check in (*plain, types.is_boolean, types.is_null)))


def _is_text(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def from_frame(name: str, frame: pd.DataFrame) -> Source:
    """A table in memory, with the column names, and text or typed cells, that a file would have."""
    columns = {str(column): _as_arrow(frame[column]) for column in frame.columns}

    def batches(names: Sequence[str]) -> Iterator[Batch]:
        yield {column: columns[column] for column in names}

    return Source(name, 2, tuple(columns), batches)


def _as_arrow(column: "pd.Series[Any]") -> pa.Array:
    try:
        array = pa.array(column, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # Mixed Python objects, such as numbers beside "<5": what a CSV file would hold.
        array = pa.array([None if pd.isna(cell) else str(cell) for cell in column], pa.string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def whole_columns(batches: Iterator[Batch], columns: Sequence[str]) -> Batch:
    """All batches as one array a column; parts that differ in type meet as text."""
    rows = list(batches)
    if len(rows) == 1:
        return rows[0]
    whole = {}
    for name in columns:
        chunks = [batch[name] for batch in rows]
        if len({chunk.type for chunk in chunks}) > 1:
            chunks = [chunk.cast(pa.string()) for chunk in chunks]
        kind = chunks[0].type if chunks else pa.null()
        whole[name] = pa.chunked_array(chunks, kind).unify_dictionaries().combine_chunks()
    return whole


def row_count(batch: Batch) -> int:
    """Rows of a batch."""
    return len(next(iter(batch.values()), ()))
