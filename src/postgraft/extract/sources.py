"""Where the rows of a table come from: a CSV file, a Parquet file, a folder of Parquet parts, or memory.

A source is a header and batches of raw columns. Nothing here knows what a column means.
"""

import codecs
import csv
import gzip
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from postgraft.extract.notes import Notes

BATCH_ROWS: Final = 1 << 20
_CSV_BLOCK: Final = 1 << 25
FILES: Final = ("{}.csv", "{}.csv.gz", "{}.parquet")
"""Names of a file that holds a table of this name."""

Batch = dict[str, pa.Array]


@dataclass(frozen=True, slots=True)
class Source:
    """``batches(columns)`` yields all rows, of which a spreadsheet shows the first as ``first_row``.

    ``skipped`` are the numbers of later rows that are none of the table, such as blank ones; it grows while batches
    are read.
    """

    file: str
    first_row: int
    header: tuple[str, ...]
    batches: Callable[[Sequence[str]], Iterator[Batch]]
    skipped: list[int] = field(default_factory=list)


class UnreadableError(Exception):
    """A file that cannot be read as what its name says; the text says why, without any of its content."""


def forms(folder: Path, table: str) -> list[Path]:
    """The files or folders of this folder that hold the table."""
    candidates = [folder / form.format(table) for form in FILES]
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
            header_row, header = next(
                ((number, row) for number, row in enumerate(reader, 1) if any(cell.strip() for cell in row)),
                (0, None),
            )
            header_lines = reader.line_num
    except UnicodeDecodeError as error:
        raise UnreadableError(_NOT_UTF8) from error
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        raise UnreadableError("cannot be read as CSV text") from error
    if header is None:
        raise UnreadableError("is empty: not even a header")
    if any("\0" in name for name in header):
        raise UnreadableError(_NUL)
    # A column without a name is named as pandas would name it; see ``nameless``.
    names = tuple(name.strip() or f"Unnamed: {i}" for i, name in enumerate(header))
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        raise UnreadableError("is not separated by commas: save it as CSV with commas and decimal points")

    rows = _Rows(header_row + 1, header_lines - header_row, len(names), path.name, notes)

    def batches(columns: Sequence[str]) -> Iterator[Batch]:
        text = pa.dictionary(pa.int32(), pa.string())
        try:
            with pa.input_stream(path, compression="detect") as stream:
                reader = pa.csv.open_csv(
                    _TextOnly(stream),
                    # One thread, so that Arrow numbers the rows it cannot read.
                    pa.csv.ReadOptions(
                        column_names=names, skip_rows=header_lines, block_size=_CSV_BLOCK, use_threads=False
                    ),
                    pa.csv.ParseOptions(
                        newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=rows.ragged
                    ),
                    pa.csv.ConvertOptions(
                        column_types=dict.fromkeys(columns, text), include_columns=list(columns),
                        null_values=[""], strings_can_be_null=True,
                    ),
                )  # fmt: skip
                for batch in reader:
                    yield rows.without_blank(batch)
        except pa.ArrowInvalid as error:
            # Arrow's words for a file that ends with its header.
            if not any(words in str(error) for words in ("Empty CSV", "Could not skip initial")):
                raise UnreadableError("cannot be read as CSV text") from error
        except UnicodeDecodeError as error:
            raise UnreadableError(_NOT_UTF8) from error
        except OSError as error:
            raise UnreadableError("cannot be read as CSV text") from error

    return Source(path.name, header_row + 1, names, batches, rows.skipped)


def nameless(column: str) -> bool:
    """Whether a column has no name, or the one that pandas writes for none."""
    return _NAMELESS.fullmatch(column) is not None


_NAMELESS: Final = re.compile(r"(Unnamed: \d+(_level_\d+)?)?")


@dataclass(slots=True)
class _Rows:
    """Numbers the rows of a CSV file as it is read: which are blank, and which have too few or too many cells."""

    at: int
    lines_ahead: int
    """By how much Arrow's numbers, which count the lines of the header, are ahead."""
    cells: int
    file: str
    notes: Notes
    skipped: list[int] = field(default_factory=list)
    _ragged: list[int] = field(default_factory=list)

    def ragged(self, row: Any) -> str:
        """Notes a row with another number of cells than the header, unless it holds nothing but blanks."""
        number = row.number - self.lines_ahead
        self._ragged.append(number)
        self.skipped.append(number)
        if row.text.strip(" \t,\r\n"):
            found, accepted = f"a row of {row.actual_columns} cells", f"{self.cells} cells, as in the header"
            self.notes.add("error", "ragged", self.file, "", found, accepted, 1, (number,))
        return "skip"

    def without_blank(self, batch: pa.RecordBatch) -> Batch:
        """Drops rows of empty cells only, as spreadsheets leave them below and between the data."""
        rows = len(batch)
        numbers = np.arange(self.at, self.at + rows + len(self._ragged))
        numbers = numbers[~np.isin(numbers, self._ragged)][:rows]
        self.at = int(numbers[-1]) + 1 if rows else self.at
        if batch.columns and all(column.null_count for column in batch.columns):
            some = np.logical_or.reduce(
                [column.is_valid().to_numpy(zero_copy_only=False) for column in batch.columns]
            )
            self.skipped += numbers[~some].tolist()
            batch = batch.filter(pa.array(some))
            numbers = numbers[some]
        whole = dict(zip(batch.schema.names, batch.columns, strict=True))
        for name, cells in whole.items():
            self._note_swallowed(name, cells, numbers)
        return whole

    def _note_swallowed(self, name: str, cells: pa.Array, numbers: npt.NDArray[np.int64]) -> None:
        """Notes cells in which rows of the table lie, between a stray quote and the next one."""
        broken = np.flatnonzero(pc.match_substring_regex(cells.dictionary, "[\r\n]"))
        codes = [i for i in broken.tolist() if self._holds_row(cells.dictionary[i].as_py())]
        if codes:
            rows = numbers[
                pc.is_in(cells.indices, pa.array(codes, pa.int32())).to_numpy(zero_copy_only=False)
            ]
            found, accepted = "a cell that holds rows of the table", "quotes in pairs around a cell"
            first = rows[:5].tolist()
            self.notes.add("error", "quote", self.file, name, found, accepted, len(rows), first)

    def _holds_row(self, text: str) -> bool:
        # The first line is the rest of the cell's own row.
        return self.cells > 2 and any(line.count(",") >= self.cells - 1 for line in text.splitlines()[1:])


class _TextOnly:
    """A binary stream that fails where Arrow would read on: at bytes that are no text, and a quote left open.

    Without its other quote a cell would hold all rows that follow it.
    """

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.quotes = 0
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        data: bytes = self.stream.read(size)
        self.decoder.decode(data, final=not data)
        if b"\0" in data:
            raise UnreadableError(_NUL)
        self.quotes += data.count(b'"')
        if not data and self.quotes % 2:
            raise UnreadableError('has a double quote without its other one: put cells in pairs of "')
        return data

    def close(self) -> None:
        self.closed = True


_NUL: Final = "has NUL bytes, which no text has: save it as CSV UTF-8"
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
    _refuse_nested((field.name, field.type) for schema in schemas for field in schema)

    def batches(columns: Sequence[str]) -> Iterator[Batch]:
        for path in paths:
            schema = _open_parquet(path).schema_arrow
            texts = [name for name in columns if _is_text(schema.field(name).type)]
            file = pa.parquet.ParquetFile(path, read_dictionary=texts)
            try:
                for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=list(columns)):
                    batch.validate(full=True)  # else text that is no UTF-8 comes through
                    cells = [_full(column) for column in batch.columns]
                    yield dict(zip(batch.schema.names, cells, strict=True))
            except (pa.ArrowException, OSError) as error:
                raise UnreadableError(f"cannot be read as Parquet: {path.name}") from error

    return Source(label, 1, headers[0], batches)


def _open_parquet(path: Path) -> Any:
    try:
        return pa.parquet.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableError(f"cannot be read as Parquet: {path.name}") from error


def _refuse_nested(columns: Iterable[tuple[str, pa.DataType]]) -> None:
    strange = sorted({f"{name} ({kind})" for name, kind in columns if _nested(kind)})
    if strange:
        raise UnreadableError(f"has columns that are no text, number or date: {', '.join(strange)}")


def _nested(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _nested(kind.value_type)
    types = pa.types
    plain = (types.is_integer, types.is_floating, types.is_decimal, types.is_date, types.is_timestamp)
    known = _is_text(kind) or any(check(kind) for check in (*plain, types.is_boolean, types.is_null))
    return not known or not _in_known_zone(kind)


def _in_known_zone(kind: pa.DataType) -> bool:
    if not pa.types.is_timestamp(kind):
        return True
    try:
        pc.local_timestamp(pa.array([0], kind)) if kind.tz else None
    except pa.ArrowInvalid:
        return False
    return True


def _full(cells: pa.Array) -> pa.Array:
    """Half-precision numbers as the same ones in single precision, with which Arrow can reckon."""
    return cells.cast(pa.float32()) if pa.types.is_float16(cells.type) else cells


def _is_text(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def from_frame(name: str, frame: pd.DataFrame) -> Source:
    """A table in memory, with the column names, and text or typed cells, that a file would have."""
    names = ("" if _is_missing(column) else str(column).strip() for column in frame.columns)
    header = tuple(column or f"Unnamed: {i}" for i, column in enumerate(names))

    def batches(names: Sequence[str]) -> Iterator[Batch]:
        columns = {column: _as_arrow(frame.iloc[:, header.index(column)]) for column in names}
        _refuse_nested((column, cells.type) for column, cells in columns.items())
        yield columns

    return Source(name, 2, header, batches)


def _as_arrow(column: "pd.Series[Any]") -> pa.Array:
    if isinstance(column.dtype, pd.PeriodDtype | pd.IntervalDtype | pd.SparseDtype):
        # A period of a day reads as its date; what is no date, number or word says so as text.
        column = column.astype(object)
    try:
        # Arrow would bring objects of several time zones to the first one, and so to another date.
        zoned = column.dtype == object and any(isinstance(cell, datetime) and cell.tzinfo for cell in column)
        array = None if zoned else _full(pa.array(column, from_pandas=True))
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        array = None
    if array is None:
        # Mixed Python objects, such as numbers beside "<5": what a CSV file would hold.
        array = pa.array([None if _is_missing(cell) else str(cell) for cell in column], pa.string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _is_missing(cell: Any) -> bool:
    return bool(pd.api.types.is_scalar(cell) and pd.isna(cell))


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
