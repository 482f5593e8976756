"""Rows of sheets as rows of the extract's tables, in the extract's words; everything wrong is found in one pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from postgraft.extract.findings import column_title
from postgraft.sources.tables.columns import Faults, Objects, constant, read_column, read_flag
from postgraft.sources.tables.plan import Entry, Plan
from postgraft.sources.tables.redcap import Dictionary, read_dictionary
from postgraft.sources.tables.sheets import Cells, Sheet, UnreadableError, as_text, read_sheet
from postgraft.sources.tables.words import MAIN, NAMED
from postgraft.vocabulary.errors import Finding
from postgraft.vocabulary.shown import names, quoted
from postgraft.vocabulary.words import did_you_mean

TWICE: Final = "equal to an earlier row in every cell"
_NO_DICTIONARY: Final = Dictionary({}, {})


@dataclass(frozen=True, slots=True)
class Filled:
    """Rows of one entry of a plan: ``columns`` of the extract by name, ``twice`` where a row is there already.

    ``numbers`` are those a spreadsheet shows; a row that is melted is there once a column, named in ``melted``.
    """

    entry: Entry
    columns: Mapping[str, Objects]
    numbers: npt.NDArray[np.int64]
    twice: npt.NDArray[np.bool_]
    melted: Sequence[str]

    def column(self, name: str) -> Objects:
        """The values of a column; nothing where the plan does not fill it."""
        return self.columns.get(name, np.full(len(self.numbers), None, dtype=object))


@dataclass(slots=True)
class Reader:
    """Reads what a plan says; ``findings`` are all that is wrong, ``rows`` those of each file that was read."""

    plan: Plan
    findings: list[Finding] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    _sheets: dict[tuple[Path, str, str, str], Sheet | None] = field(default_factory=dict)

    def tables(self) -> list[Filled]:
        """What each entry of the plan gives, of those that can be read."""
        dictionary = self._dictionary()
        filled = [self._filled(entry, dictionary) for entry in self.plan.entries]
        return [one for one in filled if one is not None]

    def error(self, entry: Entry, column: str, found: str, accepted: str = "") -> None:
        self.findings.append(Finding("error", "source", _label(entry), column, found, accepted))

    def _dictionary(self) -> Dictionary:
        if self.plan.dictionary is None:
            return _NO_DICTIONARY
        try:
            return read_dictionary(self.plan.dictionary)
        except UnreadableError as error:
            file = self.plan.dictionary.name
            self.findings.append(Finding("error", "unreadable", file, "", error.found, error.accepted))
            return _NO_DICTIONARY

    def _sheet(self, entry: Entry) -> Sheet | None:
        """The sheet of an entry with all columns that any entry wants of it; None, noted once, if it is unreadable."""
        key = _key(entry)
        if key not in self._sheets:
            wanted = {name: None for one in self.plan.entries if _key(one) == key for name in one.wanted}
            try:
                sheet = read_sheet(entry.path, entry.sheet, wanted, entry.delimiter, entry.encoding)
                self._sheets[key], self.rows[_label(entry)] = sheet, len(sheet.numbers)
            except UnreadableError as error:
                self._sheets[key] = None
                self.error(entry, "", error.found, error.accepted)
        return self._sheets[key]

    def _filled(self, entry: Entry, dictionary: Dictionary) -> Filled | None:
        sheet = self._sheet(entry)
        if sheet is None or not self._has_columns(entry, sheet, dictionary):
            return None
        rows = self._wanted(entry, sheet, dictionary)
        cells = {name: sheet.columns[name].at(rows) for name in entry.wanted}
        faults = Faults(entry, sheet.numbers[rows])
        base = {
            column: read_column(cells[source], column, source, entry, dictionary.labels.get(source, {}), faults)
            for column, source in entry.columns.items()
        }
        parts = [_melted(entry, source, cells, faults) for source in entry.melt] or [(np.arange(len(rows)), {})]
        sources = [source for source, (picked, _) in zip(entry.melt or [""], parts, strict=True) for _ in picked]
        order = np.argsort(np.concatenate([picked for picked, _ in parts]), kind="stable")
        columns = {}
        for column in dict.fromkeys((*base, *entry.constants, *(name for _, more in parts for name in more))):
            pieces = [_piece(column, base, entry, picked, more) for picked, more in parts]
            columns[column] = np.concatenate(pieces)[order]
        picked = np.concatenate([picked for picked, _ in parts])[order]
        filled = Filled(
            entry, columns, sheet.numbers[rows][picked], sheet.twice[rows][picked], [sources[i] for i in order]
        )
        _note_empty(filled, faults)
        self.findings += faults.findings
        return filled

    def _has_columns(self, entry: Entry, sheet: Sheet, dictionary: Dictionary) -> bool:
        missing = [name for name in entry.wanted if name not in sheet.columns]
        shown = [column_title(name, number) for number, name in enumerate(sheet.header, 1) if name]
        for name in missing:
            boxes = dictionary.boxes.get(name)
            meant = f" (its checkboxes are {names(boxes)})" if boxes else did_you_mean(name, sheet.header)
            self.error(entry, _place(entry, name), f"no column {quoted(name)}{meant}", names(shown))
        return not missing

    def _wanted(self, entry: Entry, sheet: Sheet, dictionary: Dictionary) -> npt.NDArray[np.int64]:
        """The rows that ``where`` asks for, by their places."""
        wanted = np.ones(len(sheet.numbers), dtype=bool)
        for source, words in entry.where.items():
            cells, labels = sheet.columns[source], dictionary.labels.get(source, {})
            texts = [as_text(word) for word in cells.words]
            for word in words:
                there = [*texts, *(labels.get(text, text) for text in texts)]
                if word and word not in there and did_you_mean(word, there):
                    self.error(entry, f"where.{source}", f"no cell is {quoted(word)}{did_you_mean(word, there)}")
            fits = [text in words or labels.get(text, text) in words for text in texts]
            wanted &= np.append(np.array(fits, dtype=bool), "" in words)[cells.codes]
        return np.flatnonzero(wanted)


def _key(entry: Entry) -> tuple[Path, str, str, str]:
    return entry.path, entry.sheet, entry.delimiter, entry.encoding


def _label(entry: Entry) -> str:
    return entry.path.name + (f" {entry.sheet}" if entry.sheet else "")


def _place(entry: Entry, source: str) -> str:
    """Where the plan names a column of the source."""
    of = next((name for name, one in entry.columns.items() if one == source), None)
    return f"{entry.place}.columns.{of}" if of else f"{entry.place}.{'where' if source in entry.where else 'melt'}"


def _melted(
    entry: Entry, source: str, cells: Mapping[str, Cells], faults: Faults
) -> tuple[npt.NDArray[np.int64], dict[str, Objects]]:
    """The rows that a melted column gives, and its values and constants for them."""
    constants = {name: constant(name, entry, word) for name, word in entry.melt[source].items()}
    if entry.flags:
        picked, more = np.flatnonzero(read_flag(cells[source], source, faults)), {}
    else:
        main = MAIN[entry.table]
        values = read_column(cells[source], main, source, entry, {}, faults)
        picked = np.flatnonzero(np.array([value is not None for value in values], dtype=bool))
        more = {main: values[picked]}
    return picked, {**more, **{name: _all(value, len(picked)) for name, value in constants.items()}}


def _piece(
    column: str, base: Mapping[str, Objects], entry: Entry, picked: npt.NDArray[np.int64], more: Mapping[str, Objects]
) -> Objects:
    if column in more:
        return more[column]
    if column in base:
        return base[column][picked]
    value = constant(column, entry, entry.constants[column]) if column in entry.constants else None
    return _all(value, len(picked))


def _all(value: object, rows: int) -> Objects:
    out = np.empty(rows, dtype=object)
    out[:] = [value] * rows
    return out


def _note_empty(filled: Filled, faults: Faults) -> None:
    """Notes cells without which a row says nothing: the patient, and what it is about."""
    needed: Sequence[str] = ("patient_id", NAMED.get(filled.entry.table, "patient_id"))
    if filled.entry.table == "adjudications":
        needed = ("patient_id", "criterion", "verdict")
    at = Faults(faults.entry, filled.numbers, faults.findings)
    for name in dict.fromkeys(needed):
        empty = np.array([value is None for value in filled.column(name)], dtype=bool) & ~filled.twice
        source = filled.entry.columns.get(name, name)
        at.add(source, f"empty cell, and a row needs its {name}", "where: the rows that are of this table", empty)
