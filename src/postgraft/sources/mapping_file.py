"""A site's mapping file, read and checked: everything wrong with it in one pass."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd

from postgraft.extract.findings import Notes
from postgraft.sources.codes import (
    ASSESSMENT,
    COLUMNS,
    INGREDIENT,
    NAMES,
    NOT_USED,
    SOURCE,
    SYSTEMS,
    Row,
    shipped,
    words_of,
)
from postgraft.sources.errors import SourceError
from postgraft.sources.values import read_value, value_faults
from postgraft.vocabulary.errors import Finding
from postgraft.vocabulary.shown import looks_like_word, quoted
from postgraft.vocabulary.words import did_you_mean, nearest

_BOTH_AT_ONCE: Final = ("conditions", "medications")
"""Tables in which a code may have several names: acute on chronic GVHD, a drug of two ingredients."""
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,39}")
_CONCEPT: Final = re.compile(r"[1-9][0-9]{0,17}")


def rows_of(file: str | Path | pd.DataFrame) -> tuple[Row, ...]:
    """The rows of a site's file. Raises SourceError with everything that is wrong with it."""
    place = "the mapping" if isinstance(file, pd.DataFrame) else str(file)
    title = "mapping" if isinstance(file, pd.DataFrame) else Path(file).name
    notes = _Notes(title)
    numbered = _from_frame(file, notes) if isinstance(file, pd.DataFrame) else _from_csv(Path(file), notes)
    meanings: dict[tuple[str, tuple[str, str]], list[tuple[int, Row]]] = defaultdict(list)
    rows = []
    for number, given in numbered:
        row = given
        if row.table == ASSESSMENT and row.name in NAMES[ASSESSMENT]:
            row = row._replace(table="disease_status", name=ASSESSMENT)
        rows.append(row)
        if row.code:
            _check(row, number, notes)
            meanings[row.table, row.key].append((number, row))
    for of_one in meanings.values():
        _check_meanings(of_one, notes)
    if notes.findings():
        raise SourceError(place, notes.findings())
    return tuple(rows)


class _Notes:
    """What is wrong with a file; equal findings become one that counts the rows."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._met = Notes()

    def error(self, column: str, found: str, accepted: str = "", row: int = 0) -> None:
        rows = [row] if row else []
        self._met.add("error", "mapping", self.file, column, found, accepted, len(rows), rows)

    def findings(self) -> list[Finding]:
        return self._met.findings()


def _from_frame(frame: pd.DataFrame, notes: _Notes) -> Iterator[tuple[int, Row]]:
    _check_columns([str(column) for column in frame.columns], notes)
    if not notes.findings():
        cells = frame[list(COLUMNS)].astype(object).where(frame[list(COLUMNS)].notna(), "")
        for number, row in enumerate(cells.itertuples(index=False), 1):
            yield number, Row(*(str(cell).strip() for cell in row))


def _from_csv(path: Path, notes: _Notes) -> Iterator[tuple[int, Row]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return notes.error("", f"cannot be read ({error.strerror})")
    except UnicodeDecodeError:
        return notes.error("", "is not UTF-8 text", "a CSV file in UTF-8")
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(lines, [])]
        if len(header) == 1 and ";" in header[0]:
            return notes.error("", "columns divided by semicolons", "a CSV file with commas")
        _check_columns(header, notes)
        if notes.findings():
            return None
        places = [header.index(column) for column in COLUMNS]
        for number, cells in enumerate(lines, 2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                notes.error("", f"rows of another number of cells than the header's {len(header)}", "", number)
            else:
                yield number, Row(*(cells[place].strip() for place in places))
    except csv.Error:
        notes.error("", "is not a CSV file (quotes that are no pairs around a cell, or a broken line)")


def _check_columns(found: Sequence[str], notes: _Notes) -> None:
    accepted = ",".join(COLUMNS)
    for column in dict.fromkeys(found):
        if column not in COLUMNS:
            shown = quoted(column) if looks_like_word(column) else "whose name looks like none"
            notes.error("", f"unknown column {shown}{did_you_mean(column, COLUMNS)}", accepted)
        elif list(found).count(column) > 1:
            notes.error("", f"column {column} is there twice", accepted)
    for column in COLUMNS:
        if column not in found:
            notes.error("", f"column {column} is missing", accepted)


def _check(row: Row, number: int, notes: _Notes) -> None:
    """Notes what one row with a code may not say."""
    if row.table not in NAMES:
        notes.error(
            "table", f"unknown table {quoted(row.table)}{did_you_mean(row.table, NAMES)}", ", ".join(NAMES), number
        )
    else:
        _check_name(row, number, notes)
        for found, accepted in value_faults(row.value, row.table, row.name):
            notes.error("value", found, accepted, number)
    if row.system not in SYSTEMS:
        found = f"unknown system {quoted(row.system)}{did_you_mean(row.system, SYSTEMS)}"
        notes.error("system", found, ", ".join(SYSTEMS), number)
    elif row.system == INGREDIENT and row.table != "medications":
        notes.error("system", f"{INGREDIENT} in the table {quoted(row.table)}", "only in medications", number)
    elif row.system == INGREDIENT and not all(words_of(part) for part in row.code.split("|")):
        notes.error("code", "an ingredient without a word", "words, alternatives divided by |", number)
    elif row.system == "OMOP" and not _CONCEPT.fullmatch(row.code):
        notes.error("code", f"{quoted(row.code)} is no concept_id", "a whole number above 0", number)
    elif row.system not in (SOURCE, INGREDIENT, "OMOP") and not _CODE.fullmatch(row.code):
        notes.error("code", f"{quoted(row.code)} is no code", "letters, digits, dots and hyphens", number)


def _check_name(row: Row, number: int, notes: _Notes) -> None:
    known = _indications() if row.table == "indications" else NAMES[row.table]
    # Any other word is the name of a malignant or unnamed indication, but not one that is nearly another.
    other = row.table == "indications" and looks_like_word(row.name) and nearest(row.name, known) is None
    if row.name not in known and not other:
        found = f"unknown name {quoted(row.name)} of {row.table}{did_you_mean(row.name, known)}"
        accepted = ", ".join(known) + (", or another word" if row.table == "indications" else "")
        notes.error("name", found, accepted, number)


@cache
def _indications() -> tuple[str, ...]:
    shipped_ones = (row.name for row in shipped() if row.table == "indications")
    return tuple(dict.fromkeys((*NAMES["indications"], *shipped_ones)))


def _check_meanings(of_one: Sequence[tuple[int, Row]], notes: _Notes) -> None:
    """Notes a code that has two meanings in one table which cannot both be meant."""
    first = of_one[0][1]
    names = {row.name for _, row in of_one}
    values = {read_value(row.value) for _, row in of_one if not value_faults(row.value, row.table, row.name)}
    both = first.table in _BOTH_AT_ONCE and names.isdisjoint(NOT_USED)
    if (len(names) > 1 and not both) or (len(names) == 1 and len(values) > 1):
        told = [row.name if len(names) > 1 else f"{row.name} ({row.value or 'no value'})" for _, row in of_one]
        found = f"{first.system} {quoted(first.code)} is {' and '.join(dict.fromkeys(told))} of {first.table}"
        for number, _ in of_one:
            notes.error("code", found, "one meaning", number)
