"""The bytes of a CSV file, plain or gzipped, that fail where a reader would go on to something that is no table.

A table as a CSV file, plain or gzipped: rows numbered as a spreadsheet shows them, nothing lost in silence.
"""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from postgraft.extract.files import Batch, Source, UnreadableError
from postgraft.extract.findings import Notes, column_title
from postgraft.extract.quotes import Quotes, row_that_breaks
from postgraft.vocabulary.spreadsheets import unescaped

_FREE: Final = 1 << 26
"""Bytes that a small gzip file may unpack to, whatever its size."""
_RATIO: Final = 200
"""Beyond them, how many bytes there may be for a packed one: tables have 5 to 30, an archive made to harm 1,000."""
NO_CSV: Final = "cannot be read as CSV text"
_NUL: Final = "has NUL bytes, which no text has: save it as CSV UTF-8"
_NOT_UTF8: Final = "is not UTF-8 text: save it as CSV UTF-8"


class TextStream:
    """A binary stream of UTF-8 text; ``read`` raises UnreadableError.

    Refused are bytes that are no text, NUL, what cannot be unpacked or unpacks to far more than a table would, text
    after the quote that closes a cell, and at the end a quote left open: such a cell may hold rows that follow it.
    """

    def __init__(self, path: Path) -> None:
        try:
            self.file = path.open("rb")
        except OSError as error:
            raise UnreadableError(NO_CSV) from error
        self.stream: Any = gzip.GzipFile(fileobj=self.file) if path.suffix == ".gz" else self.file
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.path, self.quotes, self.size = path, Quotes(), 0

    def read(self, size: int = -1) -> bytes:
        try:
            data: bytes = self.stream.read(size)
            self.decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise UnreadableError(_NOT_UTF8) from error
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableError(NO_CSV) from error
        self.size += len(data)
        if self.stream is not self.file and self.size > _FREE + _RATIO * self.file.tell():
            raise UnreadableError(
                f"unpacks to more than {_RATIO} times its size, which no table does: save it as CSV without gzip"
            )
        if b"\0" in data:
            raise UnreadableError(_NUL)
        if not self.quotes.closes_well(data):
            raise UnreadableError(
                f"has text after the quote that closes a cell, in row {row_that_breaks(self.path):,}, so that rows may"
                ' lie in the cell: put cells in pairs of ", and write one within a cell as ""'
            )
        if not data and self.quotes.inside:
            raise UnreadableError('has a double quote without its other one: put cells in pairs of "')
        return data

    @property
    def closed(self) -> bool:
        return self.file.closed

    def close(self) -> None:
        self.file.close()


_CSV_BLOCK: Final = 1 << 25
_HEADER_BYTES: Final = 1 << 20
_MOST_COLUMNS: Final = 10_000
_MOST_SKIPPED: Final = 2_000_000
"""A sheet of a spreadsheet has 1,048,576 rows; their numbers are kept in memory."""
_WIDTHS_TOLD: Final = 10


def csv_source(path: Path, notes: Notes, shown: bool = True) -> Source:
    """The table in a CSV file; with ``shown`` its column names may stand in messages. Raises UnreadableError."""
    header_row, header, header_lines = _header(path)
    # A column without a name is named as pandas would name it; see ``nameless``.
    names = tuple(unescaped(name).strip() or f"Unnamed: {i}" for i, name in enumerate(header))
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        raise UnreadableError("is not separated by commas: save it as CSV with commas and decimal points")
    if len(names) > _MOST_COLUMNS:
        raise UnreadableError(f"has more than {_MOST_COLUMNS:,} columns")

    titles = {name: column_title(name, number, shown) for number, name in reversed([*enumerate(names, 1)])}
    rows = _Rows(header_row + 1, header_lines - header_row, titles, len(names), path.name, notes)

    def batches(columns: Sequence[str]) -> Iterator[Batch]:
        text = pa.dictionary(pa.int32(), pa.string())
        try:
            with closing(TextStream(path)) as stream:
                reader = pa.csv.open_csv(
                    stream,
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
            rows.check_number()
            if "straddling" in str(error):  # Arrow's word for a row that is longer than a block
                raise UnreadableError(f"has a row of more than {_CSV_BLOCK:,} bytes") from error
            # Arrow's words for a file that ends with its header.
            if not any(words in str(error) for words in ("Empty CSV", "Could not skip initial")):
                raise UnreadableError(NO_CSV) from error

    return Source(path.name, header_row + 1, names, batches, rows.skipped, shown)


def _header(path: Path) -> tuple[int, list[str], int]:
    """The number of the first row that is not blank, its cells, and how many lines of the file end with it."""
    with closing(TextStream(path)) as stream:
        start = stream.read(_HEADER_BYTES)
        if len(start) < _HEADER_BYTES:
            stream.read()  # the end of the stream, where it is told what is wrong with a short file
    whole = len(start) < _HEADER_BYTES
    text = io.StringIO(start.decode("utf-8", "strict" if whole else "ignore").removeprefix("\ufeff"), newline="")
    reader = csv.reader(text)
    try:
        for number, row in enumerate(reader, 1):
            if any(cell.strip() for cell in row):
                if not whole and not text.read(1):
                    break
                return number, row, reader.line_num
    except csv.Error as error:
        if whole:
            raise UnreadableError(NO_CSV) from error
    if whole:
        raise UnreadableError("is empty: not even a header")
    what = "a header" if start.strip(b" \t,\r\n") else "blank lines"
    raise UnreadableError(f"begins with {what} of more than {_HEADER_BYTES:,} bytes")


@dataclass(slots=True)
class _Rows:
    """Numbers the rows of a CSV file as it is read: which are blank, and which have too few or too many cells."""

    at: int
    lines_ahead: int
    """By how much Arrow's numbers, which count the lines of the header, are ahead."""
    titles: Mapping[str, str]
    """What each column is called in a message."""
    cells: int
    file: str
    notes: Notes
    skipped: list[int] = field(default_factory=list)
    _ragged: list[int] = field(default_factory=list)
    _widths: set[int] = field(default_factory=set)

    def check_number(self, more: int = 0) -> None:
        """Raises UnreadableError where, with ``more``, more rows are blank or broken than a spreadsheet has."""
        if len(self.skipped) + more > _MOST_SKIPPED:
            raise UnreadableError(f"has more than {_MOST_SKIPPED:,} rows that are blank or broken")

    def ragged(self, row: Any) -> str:
        """Notes a row with another number of cells than the header, unless it holds nothing but blanks."""
        number = row.number - self.lines_ahead
        self._ragged.append(number)
        self.skipped.append(number)
        if row.text.strip(" \t,\r\n"):
            many = row.actual_columns not in self._widths and len(self._widths) >= _WIDTHS_TOLD
            found = "a row of another number of cells" if many else f"a row of {row.actual_columns} cells"
            self._widths |= set() if many else {row.actual_columns}
            accepted = f"{self.cells} cells, as in the header"
            self.notes.add("error", "ragged", self.file, "", found, accepted, 1, (number,))
        return "error" if len(self.skipped) > _MOST_SKIPPED else "skip"

    def without_blank(self, batch: pa.RecordBatch) -> Batch:
        """Drops rows of empty cells only, as spreadsheets leave them below and between the data."""
        rows, some = len(batch), None
        if batch.columns and all(column.null_count for column in batch.columns):
            some = np.logical_or.reduce([column.is_valid().to_numpy(zero_copy_only=False) for column in batch.columns])
            self.check_number(rows - int(np.count_nonzero(some)))
        numbers = np.arange(self.at, self.at + rows + len(self._ragged))
        numbers = numbers[~np.isin(numbers, self._ragged)][:rows]
        self.at = int(numbers[-1]) + 1 if rows else self.at
        if some is not None:
            self.skipped += numbers[~some].tolist()
            batch = batch.filter(pa.array(some))
            numbers = numbers[some]
        columns = map(_unescaped, batch.columns)
        whole = dict(zip(batch.schema.names, columns, strict=True))
        for name, cells in whole.items():
            self._note_swallowed(name, cells, numbers)
        return whole

    def _note_swallowed(self, name: str, cells: pa.Array, numbers: npt.NDArray[np.int64]) -> None:
        """Notes cells in which rows of the table lie, between a stray quote and the next one."""
        broken = np.flatnonzero(pc.match_substring_regex(cells.dictionary, "[\r\n]"))
        codes = [i for i in broken.tolist() if self._holds_row(cells.dictionary[i].as_py())]
        if codes:
            rows = numbers[pc.is_in(cells.indices, pa.array(codes, pa.int32())).to_numpy(zero_copy_only=False)]
            found, accepted = "a cell that holds rows of the table", "quotes in pairs around a cell"
            first = rows[:5].tolist()
            self.notes.add("error", "quote", self.file, self.titles[name], found, accepted, len(rows), first)

    def _holds_row(self, text: str) -> bool:
        # The first line is the rest of the cell's own row.
        return self.cells > 2 and any(line.count(",") >= self.cells - 1 for line in text.splitlines()[1:])


def _unescaped(cells: pa.Array) -> pa.Array:
    """The cells without the apostrophes that keep texts from being formulas to a spreadsheet."""
    marked = pc.starts_with(cells.dictionary, "'")
    if not pc.any(marked).as_py():
        return cells
    texts = pa.array([unescaped(text) for text in cells.dictionary.to_pylist()], pa.string())
    return pc.take(texts, cells.indices).dictionary_encode()
