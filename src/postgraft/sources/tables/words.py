"""What a plan may fill in a table of the extract, and which word of it a cell or a constant means."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from postgraft.extract.cells import read_number
from postgraft.extract.kinds import ColumnKind, OpenWord, Result, Word
from postgraft.extract.number_kinds import Day, Limit, Measured, Number
from postgraft.extract.tables import TABLES
from postgraft.sources.tables.dates import read_day
from postgraft.vocabulary.analytes import ANALYTES, CELLULARITY, FINDING, RESULTS
from postgraft.vocabulary.shown import quoted
from postgraft.vocabulary.units import accepted_units, conversion
from postgraft.vocabulary.words import did_you_mean, nearest, normal_word

_NOT_FILLED: Final = {"patients": ("transplant_year",), "medications": ("half_life_days",)}
"""Columns that no source fills: the one is of extracts without dates, for the other nothing else has a place."""
COLUMNS: Final[Mapping[str, Mapping[str, ColumnKind]]] = {
    name: {one.name: one.kind for one in table.columns if one.name not in _NOT_FILLED.get(name, ())}
    for name, table in TABLES.items()
}
"""By table the columns that a plan may fill, and what they hold."""
NAMED: Final = {
    "transplants": "type",
    "measurements": "analyte",
    "medications": "drug",
    "transfusions": "product",
    "disease_status": "status",
    "conditions": "condition",
}
"""The column of a table that says what its row is about."""
MAIN: Final = {
    "measurements": "value",
    "medications": "dose",
    "transfusions": "units",
    "disease_status": "date",
    "conditions": "start_date",
}
"""The column of a table that a melted cell fills, unless the plan fills it otherwise."""
COMPUTED_FROM: Final = {"leukocytes": "neutrophils", "neutrophils_percent": "reticulocytes_percent"}
"""Two more analytes, which serve only to compute neutrophils, and the analyte that has the units of each."""


def vocabulary(table: str, column: str) -> tuple[str, ...]:
    """The words that a column takes, closed or open; none for a number, a day or free text."""
    kind = COLUMNS[table][column]
    if column == "analyte":
        return (*ANALYTES, *COMPUTED_FROM)
    if isinstance(kind, Word):
        return kind.vocabulary
    return kind.known if isinstance(kind, OpenWord) else ()


def meant(table: str, column: str, word: str) -> str | None:
    """The extract's form of a word; None where the column does not take it."""
    kind = COLUMNS[table][column]
    if isinstance(kind, Result):
        return word if FINDING.read(word) is not None or CELLULARITY.read(word) is not None else None
    if isinstance(kind, OpenWord):
        return kind.meant(word)
    if isinstance(kind, Word):
        known = {kind.spelling(one): one for one in vocabulary(table, column)}
        return known.get(kind.spelling(word))
    return word


def word_fault(table: str, column: str, word: str) -> tuple[str, str] | None:
    """What is wrong with a word of the plan for this column, and what is accepted; None where nothing is."""
    kind, known = COLUMNS[table][column], vocabulary(table, column)
    if isinstance(kind, Result):
        return None if meant(table, column, word) else (f"unknown result {quoted(word)}", ", ".join(RESULTS))
    if isinstance(kind, OpenWord):
        # What is outside an open list is kept, unless it looks like a slip.
        slip = kind.meant(word) not in known and nearest(normal_word(word), known)
        return (f"unknown {column} {quoted(word)}{did_you_mean(word, known)}", ", ".join(known)) if slip else None
    if isinstance(kind, Word):
        found = f"unknown {column} {quoted(word)}{did_you_mean(word, known)}"
        return (found, ", ".join(known)) if meant(table, column, word) is None else None
    if isinstance(kind, Day):
        return None if isinstance(read_day(word, ""), date) else (f"{quoted(word)} is no date", "YYYY-MM-DD")
    if isinstance(kind, Number | Measured | Limit):
        number = read_number(word)
        low, high = (kind.low, kind.high) if isinstance(kind, Number) else (-math.inf, math.inf)
        wrong = number is None or not low <= number <= high
        return (f"{quoted(word)} is no {column}", f"a number, {low:g} to {high:g}") if wrong else None
    return None


def number_needs_unit(table: str, words: Collection[str]) -> bool:
    """Whether a number of one of these analytes (none: of any) means nothing without its unit; of a drug always."""
    return table != "measurements" or not words or any(units(word) for word in words)


def units(analyte: str) -> tuple[str, ...]:
    """The units that an analyte may be given in; none for one that is no number."""
    name = COMPUTED_FROM.get(analyte, analyte)
    return accepted_units(name) if name in ANALYTES and ANALYTES[name].numeric else ()


def fits(analyte: str, unit: str) -> bool:
    """Whether a unit is one of a numeric analyte."""
    return conversion(COMPUTED_FROM.get(analyte, analyte), unit) is not None
