"""The columns of a table's file: which are read, and what is told of those that are missing, unknown or unread.

Names that tables and columns often have elsewhere are known, so that a file or column under one of them is found out.
"""

import csv
import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import pyarrow as pa

from postgraft.extract.cells import days, numbers, words
from postgraft.extract.files import Batch, Source, nameless
from postgraft.extract.findings import Location, Time, column_title, day_header
from postgraft.extract.tables import ExtractTable
from postgraft.vocabulary.words import nearest, normal_word

_DECIDING: Final = ("end_date", "death_date")
"""Columns of dates that may be absent and that change verdicts where they are there."""
_BRACKETS: Final = re.compile(r"\s*[(\[].*[)\]]\s*$")


def check_columns(table: ExtractTable, source: Source, place: Location) -> bool:
    """Notes columns that are missing, twice or unknown; whether the file has what the table must have."""
    time, unlike = place.time, False
    headers, titles = table.headers(time), _titles(table, source, place)
    strange = [name for name in source.header if name not in headers and not nameless(name)]
    named = [name for name in strange if titles[name] == name]
    twice = [name for name, count in Counter(source.header).items() if count > 1]
    for name in sorted(twice):
        place.at(titles[name]).error("duplicate-column", "column that is there twice")
    for name, column in headers.items():
        if column.presence != "optional" and name not in source.header:
            unlike = True
            close = next((n for n in named if meant_column(n, table.name, [name], time)), None)
            found = f"required column is missing{f' (there is {close})' if close else ''}"
            place.at(name).error("missing-column", found, column.kind.accepted(place))
    one_of = [header for header, column in headers.items() if column.name in table.one_of]
    if one_of and not set(one_of) & set(source.header):
        unlike = True
        place.error("missing-column", "none of the columns of which one is required", ", ".join(one_of))
    absent = [name for name, column in headers.items() if column.presence == "optional" and name not in source.header]
    for name in strange:
        meant = meant_column(name, table.name, absent, time) if name in named else None
        if meant:
            found = f"unknown column (did you mean {meant}?)"
            place.at(name).error("near-column", found, f"the column named {meant}, or no column of this name")
        else:
            place.at(titles[name]).warning("unknown-column", "unknown column, not read")
    return not unlike


def _titles(table: ExtractTable, source: Source, place: Location) -> dict[str, str]:
    """What each column of the file is called in a message."""
    headers = table.headers(place.time)
    return {
        name: name if name in headers else column_title(name, number, source.shown)
        for number, name in reversed([*enumerate(source.header, 1)])
    }


def note_unread_dates(table: ExtractTable, source: Source, cells: Batch, place: Location) -> None:
    """Warns of unread columns of dates where a column of dates that changes verdicts is absent."""
    headers, titles = table.headers(place.time), _titles(table, source, place)
    deciding = [header for header, column in headers.items() if column.name in _DECIDING]
    for absent in [header for header in deciding if header not in source.header]:
        for name in [name for name in cells if name not in headers]:
            if not nameless(name) and _holds_days(name, cells[name], place):
                found = f"unknown column of {place.time}, not read, while there is no {absent}"
                place.at(titles[name]).warning("unread-dates", found, f"{absent}, if the column is that")


def _holds_days(name: str, cells: pa.Array, place: Location) -> bool:
    """Whether most cells are dates; with ``time: days``, where a day is a whole number, its name must say so, too."""
    if place.time == "days" and not {"day", "date"} & set(normal_word(name).split("_")):
        return False
    values, missing, _ = days(cells, place.time)
    return int(np.count_nonzero(~np.isnan(values))) * 2 > int(np.count_nonzero(~missing))


def note_nothing_emptied(table: ExtractTable, given: Batch, emptied: Batch, place: Location) -> None:
    """Warns of amounts of 0 that a mark of the manifest empties: what was not given would be of unknown amount."""
    if table.amount in given and given[table.amount] is not emptied[table.amount]:
        nothing = (numbers(given[table.amount])[0] == 0) & np.isnan(numbers(emptied[table.amount])[0])
        found = f"{table.amount} of 0 is in missing, read as given in an unknown amount"
        accepted = "0 for what was not given, and another mark for what is missing"
        place.at(table.amount).warning("zero-missing", found, accepted, nothing)


def note_nameless(batch: Batch, header: Sequence[str], place: Location) -> None:
    """Warns of cells in columns without a name; those of a spreadsheet's edge are empty and said nothing of."""
    for name, cells in batch.items():
        if nameless(name):
            found = f"column {header.index(name) + 1} has no name and is not read, but has cells"
            place.warning("unknown-column", found, "", ~words(cells).missing)


def meant_table(name: str, tables: Collection[str]) -> str | None:
    """The table that a file of this name is meant to be, among ``tables``; None where none is near."""
    names = _names().items()
    return _meant(name, tables, {other: table for (table, column), others in names if not column for other in others})


def meant_column(name: str, table: str, columns: Collection[str], time: Time) -> str | None:
    """The one of ``columns`` (names in the file) that a column of this name is meant to be; None where none is near."""
    others = {
        day_header(other, time): day_header(column, time)
        for (of_table, column), others in _names().items()
        if of_table == table
        for other in others
    }
    return _meant(name, columns, others)


def _meant(name: str, known: Collection[str], others: dict[str, str]) -> str | None:
    # A unit in brackets behind the name is no part of it: "Dose (mg)".
    bare = _BRACKETS.sub("", name)
    listed = others.get(normal_word(bare))
    return listed if listed in known else nearest(bare, known)


@cache
def _names() -> dict[tuple[str, str], tuple[str, ...]]:
    text = resources.files("postgraft.extract").joinpath("data/other_names.csv").read_text(encoding="utf-8")
    return {
        (row["table"], row["column"]): tuple(row["other_names"].split()) for row in csv.DictReader(text.splitlines())
    }
