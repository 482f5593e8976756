"""Names that tables and columns often have elsewhere, so that a file or column under one of them is found out."""

import csv
import re
from collections.abc import Collection
from functools import cache
from importlib import resources

from postgraft.extract.findings import Time
from postgraft.extract.tables import day_header
from postgraft.vocabulary.words import nearest, normal_word

_BRACKETS = re.compile(r"\s*[(\[].*[)\]]\s*$")


def meant_table(name: str, tables: Collection[str]) -> str | None:
    """The table that a file of this name is meant to be, among ``tables``; None where none is near."""
    return _meant(name, tables, {other: table for (table, column), others in _names().items()
                                 if not column for other in others})  # fmt: skip


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
