"""A table as a CSV file, plain or gzipped: rows numbered as a spreadsheet shows them, nothing lost in silence."""

import codecs
import csv
import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from postgraft.extract.notes import Notes
from postgraft.extract.sources import Batch, Source, UnreadableError

_CSV_BLOCK: Final = 1 << 25


def csv_source(path: Path, notes: Notes) -> Source:
    """The table in a CSV file. Raises UnreadableError."""
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
