"""Columns of a sheet as columns of a table of the extract: each different cell is read once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from postgraft.extract.cells import read_number, spread
from postgraft.extract.kinds import OpenWord, PatientId, Result, Word
from postgraft.extract.number_kinds import Day, Limit, Measured, Number
from postgraft.sources.codes import IGNORE
from postgraft.sources.tables.dates import FORMATS, NO_DATE, NO_ISO, TWO_WAYS, read_day
from postgraft.sources.tables.plan import Entry
from postgraft.sources.tables.sheets import Cells, as_text
from postgraft.sources.tables.words import COLUMNS, meant, vocabulary
from postgraft.vocabulary.analytes import FINDING
from postgraft.vocabulary.censoring import read_operator
from postgraft.vocabulary.errors import Finding
from postgraft.vocabulary.shown import length, looks_like_word
from postgraft.vocabulary.words import did_you_mean, nearest

EMPTY: Final = ("na", ".", "unknown")
"""Cells that are empty, in any case; a word that the column's vocabulary has is none of them."""
YES: Final = ("1", "yes", "true", "checked", "y", "x")
NO: Final = ("0", "no", "false", "unchecked", "n")
_SIGNED: Final = re.compile(r"(<=|>=|=<|=>|<|>|≤|≥)?\s*(.*)", re.DOTALL)
_ROWS_SHOWN: Final = 5
_WORDS_SHOWN: Final = 10
_FEW: Final = 20
"""Different cells of a column of few words."""
_CODE: Final = re.compile(r"\d{1,2}", re.ASCII)
WRONG: Final = ""
"""The value of a cell that cannot be read, which is no empty one; nothing is made of it."""
Objects = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as written: ``operator`` is empty for an exact one. ``text`` where there is no number."""

    number: float | None
    operator: str = ""
    text: str = ""


@dataclass(slots=True)
class Faults:
    """What is wrong with cells of an entry; ``numbers`` are those a spreadsheet shows beside the rows."""

    entry: Entry
    numbers: npt.NDArray[np.int64]
    findings: list[Finding] = field(default_factory=list)

    def add(self, column: str, found: str, accepted: str, rows: npt.NDArray[np.bool_]) -> None:
        count = int(np.count_nonzero(rows))
        if count:
            first = tuple(self.numbers[np.flatnonzero(rows)[:_ROWS_SHOWN]].tolist())
            file = self.entry.path.name + (f" {self.entry.sheet}" if self.entry.sheet else "")
            self.findings.append(Finding("error", "cell", file, column, found, accepted, count, first))


class _Fault(Exception):
    """Why a cell cannot be read, and what is accepted; it may be listed if it can be a word beside ``words``."""

    def __init__(self, found: str, accepted: str = "", words: Collection[str] = ()) -> None:
        super().__init__(found)
        self.found, self.accepted, self.words = found, accepted, words


def read_column(
    cells: Cells, column: str, source: str, entry: Entry, labels: Mapping[str, str], faults: Faults
) -> Objects:
    """The values of a column of the extract: text, Amount, date, or None for an empty cell; faults are noted.

    One for which a fault is noted is ``WRONG``.

    ``labels``: of REDCap's codes, in place of which they stand.
    """
    read = _reader(column, entry, labels)
    values: list[object] = []
    wrong: dict[int, _Fault] = {}
    for code, word in enumerate(cells.words):
        try:
            values.append(read(word))
        except _Fault as fault:
            values.append(WRONG)
            wrong[code] = fault
    _note(wrong, cells, column, source, entry, faults)
    if isinstance(COLUMNS[entry.table][column], Day):
        _note_swapped(cells, source, entry, faults)
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return spread(out, cells.codes, read(""))


def _reader(column: str, entry: Entry, labels: Mapping[str, str]) -> Callable[[object], object]:
    kind, given = COLUMNS[entry.table][column], entry.values.get(column)
    known = {word.casefold() for word in vocabulary(entry.table, column)}
    numeric = isinstance(kind, Number | Measured | Limit)
    texts = {*labels.values()}

    def read(cell: object) -> object:
        text = as_text(cell)
        label = labels.get(text, text)
        if labels and label not in texts and not _empty(text, entry, known, numeric):
            raise _Fault("a code that the dictionary does not have", ", ".join(labels), labels)
        forms = [form for form in (label, text) if form in (given or {})]
        if _empty(label, entry, known, numeric):
            forms = forms or [""]
        if forms:
            word = (given or {}).get(forms[0], "")
            return (word if word == IGNORE else convert(word)) if word else None
        if given is not None:
            raise _Fault("a cell that is not in values", ", ".join(given), given)
        return convert(cell if label == text else label)

    def convert(cell: object) -> object:
        if isinstance(kind, Day):
            return _day(cell, entry)
        if isinstance(cell, date):
            raise _Fault("a date where there can be none", "the column written as text")
        text = as_text(cell)
        if column in entry.pad and text.isdecimal():
            text = text.zfill(entry.pad[column])
        if numeric:
            amount = _amount(text, entry, isinstance(kind, Measured))
            if isinstance(kind, Number) and kind.whole and amount.number != int(amount.number or 0):
                raise _Fault("not a whole number", "a whole number")
            return amount
        if isinstance(kind, PatientId) or not isinstance(kind, Word | OpenWord) or isinstance(kind, Result):
            return text
        word = meant(entry.table, column, text)
        if word is None:
            accepted = f"{', '.join(vocabulary(entry.table, column))}, or values of the plan"
            raise _Fault(f"unknown {column}", accepted, vocabulary(entry.table, column))
        return word

    return read


def _empty(text: str, entry: Entry, known: set[str], numeric: bool) -> bool:
    folded = text.casefold()
    if not text or text in entry.missing or (folded in EMPTY and folded not in known):
        return True
    number = read_number(text) if numeric else None
    return number is not None and any(read_number(mark) == number for mark in entry.missing)


def _day(cell: object, entry: Entry) -> date:
    day = read_day(cell, entry.dates)
    if isinstance(day, date):
        return day
    if isinstance(cell, int | float):
        raise _Fault("a number where a date is expected", "cells that the spreadsheet shows as dates")
    if day == NO_DATE:
        raise _Fault("not a date", f"YYYY-MM-DD{f' or {entry.dates}' if entry.dates else ''}")
    found = f"{day}, without dates: in the plan"
    raise _Fault(found, f"YYYY-MM-DD, or dates: {FORMATS}" if day in (TWO_WAYS, NO_ISO) else "YYYY-MM-DD")


def _amount(text: str, entry: Entry, measured: bool) -> Amount:
    found = _SIGNED.fullmatch(text) if measured else None
    sign, bare = found.groups() if found else (None, text)
    number = read_number(bare.replace(",", ".") if entry.decimal == "," and "." not in bare else bare)
    if entry.decimal == "," and "." in bare:
        number = None
    if number is not None and np.isfinite(number):
        return Amount(number, read_operator(sign) if sign else "")
    if measured and (FINDING.read(text) is not None or not any(mark.isdecimal() for mark in text)):
        return Amount(None, "", text)
    raise _Fault("not a number", f"a number with a decimal {'comma' if entry.decimal == ',' else 'point'}")


def read_flag(cells: Cells, source: str, faults: Faults) -> npt.NDArray[np.bool_]:
    """Which cells of a checkbox or a yes/no say that the row is there; an empty one says no."""
    folded = [as_text(word).casefold() for word in cells.words]
    unclear = np.array([word not in (*YES, *NO, *EMPTY) for word in folded], dtype=bool)
    accepted = f"{', '.join(YES)}; {', '.join(NO)}"
    faults.add(source, "a cell that says neither yes nor no", accepted, spread(unclear, cells.codes, False))
    return spread(np.array([word in YES for word in folded], dtype=bool), cells.codes, False)


def _note(wrong: Mapping[int, _Fault], cells: Cells, column: str, source: str, entry: Entry, faults: Faults) -> None:
    """One finding for all cells of one fault, and one for each cell that may be listed."""
    used = np.bincount(cells.codes + 1, minlength=len(cells.words) + 1)[1:]
    shown = [code for code in sorted(wrong, key=lambda code: (-used[code], code))
             if used[code] and _may_be_listed(code, cells, wrong[code].words)]  # fmt: skip
    shown = shown[:_WORDS_SHOWN]
    for code in shown:
        text = as_text(cells.words[code])
        close = did_you_mean(text, vocabulary(entry.table, column))
        fault = wrong[code]
        faults.add(source, f'{fault.found}: "{text}"{close}', fault.accepted, cells.codes == code)
    rest = {code: fault for code, fault in wrong.items() if code not in shown}
    for found, accepted in dict.fromkeys((fault.found, fault.accepted) for fault in rest.values()):
        codes = [code for code, fault in rest.items() if (fault.found, fault.accepted) == (found, accepted)]
        hidden = ""
        if rest[codes[0]].words:
            sizes = {length(as_text(cells.words[code])) for code in codes}
            hidden = f" (not shown: {sizes.pop() if len(sizes) == 1 else 'texts'}, which may be a patient's own)"
        faults.add(source, found + hidden, accepted, np.isin(cells.codes, codes))


def _may_be_listed(code: int, cells: Cells, words: Collection[str]) -> bool:
    """Whether a cell can be a word of the column and no value of a patient.

    It is near one of the words; or the column has few different cells, one of them is among the words, so that it is
    no other column, and the cell looks like a word, or like a code where the words are codes.
    """
    text = as_text(cells.words[code])
    there = [as_text(word) for word in cells.words]
    if nearest(text, words) is not None and looks_like_word(text):
        return True
    right = any(word in words for word in there) and len(there) <= _FEW
    codes = all(_CODE.fullmatch(word) for word in words)
    return right and (_CODE.fullmatch(text) is not None if codes else looks_like_word(text))


def _note_swapped(cells: Cells, source: str, entry: Entry, faults: Faults) -> None:
    """Notes dates of the spreadsheet's own beside dates as text where it may have taken the day for the month.

    Opened where months come first, 03/04/2020 becomes 4 March and 25/04/2020 stays a text.
    """
    if not entry.dates or entry.dates.startswith("YYYY") or "MMM" in entry.dates:
        return
    own = [code for code, word in enumerate(cells.words) if isinstance(word, date)]
    as_texts = [word for word in cells.words if isinstance(word, str) and isinstance(read_day(word, entry.dates), date)]
    late = any(isinstance(word := cells.words[code], date | datetime) and word.day > 12 for code in own)
    if own and as_texts and not late:
        found = (
            "dates of the spreadsheet beside dates as text, none of them after the 12th: day and month may be swapped"
        )
        faults.add(source, found, "all dates as text, or all as dates", np.isin(cells.codes, own))


def constant(column: str, entry: Entry, word: str) -> Any:
    """The value of a column that the plan fills with a word."""
    kind = COLUMNS[entry.table][column]
    if isinstance(kind, Day):
        return read_day(word, "")
    if isinstance(kind, Number | Measured | Limit):
        return _amount(word, entry, isinstance(kind, Measured))
    if isinstance(kind, Word | OpenWord) and not isinstance(kind, Result):
        return meant(entry.table, column, word)
    return word
