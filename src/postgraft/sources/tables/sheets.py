"""Sheets of workbooks and CSV files as they are written: every cell by its code, no meaning given to any.

A workbook's numbers, dates and truth values stay what they are; everything else is text without outer blanks.
"""

from __future__ import annotations

import codecs
import csv
from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from postgraft.extract.findings import column_title
from postgraft.sources.errors import needs_sources
from postgraft.vocabulary.shown import names
from postgraft.vocabulary.words import did_you_mean

Row = tuple[int, Sequence[object]]
_ROWS_SHOWN: Final = 5


class UnreadableError(Exception):
    """A file that cannot be read, in words without any of its content: what was found, and what is accepted."""

    def __init__(self, found: str, accepted: str = "") -> None:
        super().__init__(found)
        self.found, self.accepted = found, accepted


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of a column: ``words[codes[i]]`` is that of row i, ``codes[i] == -1`` an empty one."""

    codes: npt.NDArray[np.int32]
    words: list[object]

    def at(self, rows: npt.NDArray[np.int64]) -> Cells:
        """The cells of these rows; words that no row of them has are gone."""
        used, codes = np.unique(self.codes[rows], return_inverse=True)
        empty = int(len(used) > 0 and used[0] < 0)
        return Cells((codes - empty).astype(np.int32), [self.words[code] for code in used[empty:]])


@dataclass(frozen=True, slots=True)
class Sheet:
    """The columns that were asked for; ``numbers`` are those that a spreadsheet shows beside the rows.

    ``twice``: rows that are equal to an earlier one in every cell of the sheet.
    """

    header: tuple[str, ...]
    columns: dict[str, Cells]
    numbers: npt.NDArray[np.int64]
    twice: npt.NDArray[np.bool_]


def as_text(cell: object) -> str:
    """A cell as text: a whole number without decimals, a truth value as spreadsheets show it, a date as ISO."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


def read_sheet(path: Path, sheet: str, wanted: Collection[str], delimiter: str, encoding: str) -> Sheet:
    """The columns of a sheet that are wanted and there; of a workbook's only sheet if none is named.

    Raises:
        UnreadableError: there is no such file or sheet, or it is no table.
    """
    if not path.is_file():
        beside = sorted(one.name for one in path.parent.glob(f"*{path.suffix}")) if path.parent.is_dir() else []
        raise UnreadableError(f"no such file{did_you_mean(path.name, beside)}", names(beside) if beside else "")
    rows = _csv_rows(path, delimiter, encoding) if path.suffix.lower() == ".csv" else _sheet_rows(path, sheet)
    header: tuple[str, ...] = ()
    for _, row in rows:
        header = tuple(as_text(cell) for cell in row)
        break
    if not header:
        raise UnreadableError("is empty: not even a header")
    places = {name: header.index(name) for name in wanted if name in header}
    twice = [name for name, count in Counter(header).items() if count > 1 and name in places]
    if twice:
        shown = ", ".join(column_title(name, header.index(name) + 1) for name in twice)
        raise UnreadableError(f"has columns of one name: {shown}", "a name of its own for each column that is read")
    return _read(header, places, rows)


def _read(header: tuple[str, ...], places: dict[str, int], rows: Iterator[Row]) -> Sheet:
    codes = {name: array("i") for name in places}
    known: dict[str, dict[object, int]] = {name: {} for name in places}
    numbers, hashes = array("q"), array("q")
    for number, row in rows:
        numbers.append(number)
        hashes.append(hash(tuple((cell, type(cell)) for cell in row)))
        for name, place in places.items():
            cell = row[place] if place < len(row) else ""
            cell = cell.strip() if isinstance(cell, str) else cell
            # 1, 1.0 and True are one key to Python.
            key = cell if isinstance(cell, str) else (type(cell), cell)
            codes[name].append(-1 if cell == "" else known[name].setdefault(key, len(known[name])))
    columns = {
        name: Cells(
            np.frombuffer(codes[name], dtype=np.int32) if codes[name] else np.empty(0, np.int32),
            [key[1] if isinstance(key, tuple) else key for key in known[name]],
        )
        for name in places
    }
    _, first = np.unique(np.array(hashes, dtype=np.int64), return_index=True)
    twice = np.ones(len(numbers), dtype=bool)
    twice[first] = False
    return Sheet(header, columns, np.array(numbers, dtype=np.int64), twice)


def _csv_rows(path: Path, delimiter: str, encoding: str) -> Iterator[Row]:
    """The rows that are not blank, the header first."""
    number, width = 0, 0
    ragged: list[int] = []
    try:
        with path.open(encoding=encoding, newline="") as file:
            for number, row in enumerate(csv.reader(file, delimiter=delimiter, strict=True), 1):
                if not any(cell.strip() for cell in row):
                    continue
                width = width or _width(row, delimiter)
                if len(row) != width:
                    ragged.append(number)
                else:
                    yield number, row
    except OSError:
        raise UnreadableError("cannot be read") from None
    except UnicodeError:
        name = codecs.lookup(encoding).name.removesuffix("-sig")
        raise UnreadableError(f"is no text in {name}", "the file's encoding, such as encoding: cp1252") from None
    except csv.Error:
        raise UnreadableError(f"cannot be read as CSV after row {number}", 'cells in pairs of "') from None
    if ragged:
        shown = ", ".join(map(str, ragged[:_ROWS_SHOWN])) + (", …" if ragged[_ROWS_SHOWN:] else "")
        found = f"has {len(ragged)} rows of another number of cells than the header ({shown})"
        raise UnreadableError(found, f"{width} cells in each row")


def _width(header: Sequence[str], delimiter: str) -> int:
    other = [mark for mark in ",;\t|" if mark != delimiter and mark in header[0]]
    if len(header) == 1 and other:
        raise UnreadableError(f"has one column only with delimiter {delimiter!r}", "delimiter: what parts its cells")
    return len(header)


def _sheet_rows(path: Path, sheet: str) -> Iterator[Row]:
    """The rows that are not blank, the header first."""
    calamine: Any = needs_sources("python_calamine")
    try:
        with calamine.load_workbook(str(path)) as book:
            there = list(book.sheet_names)
            if sheet not in there and (sheet or len(there) != 1):
                found = f"no sheet {names([sheet])}{did_you_mean(sheet, there)}" if sheet else "sheet is missing"
                raise UnreadableError(found, names(there))
            rows = book.get_sheet_by_name(sheet or there[0])
            for number, row in enumerate(rows.iter_rows(), 1):
                if any(cell != "" for cell in row):
                    yield number, row
    except calamine.PasswordError:
        raise UnreadableError("is protected by a password", "a copy without it") from None
    except (calamine.CalamineError, OSError):
        raise UnreadableError("cannot be read as a workbook", "xlsx, xls, ods") from None
