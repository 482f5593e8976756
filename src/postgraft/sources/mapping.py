"""The mapping: which code of a source is which name of the extract.

The shipped rows, ``data/codes.csv``, are always there; the rows of a site's file are added, and a code that stands in
the file has only the file's meaning, in whatever table.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from postgraft.sources.codes import COLUMNS, INGREDIENT, Row, shipped, words_of
from postgraft.sources.mapping_file import rows_of
from postgraft.vocabulary.errors import must_be
from postgraft.vocabulary.words import TEXT


def load_mapping(file: str | Path | pd.DataFrame | None = None) -> pd.DataFrame:
    """The shipped mapping, with the rows of a site's file where one is given.

    A row a code: table, name, system, code, value, note, all texts; the site's rows come last. A row without a code
    is a remark. ``file`` may also be a DataFrame of these columns.

    Raises:
        SourceError: the file is no such table; a table, name, system, code or value is not one that is known; a code
            has two meanings in one table that cannot both be meant. Everything wrong is found in one pass.
    """
    own: tuple[Row, ...] = ()
    if file is not None:
        must_be(file, (str, Path, pd.DataFrame), "load_mapping takes a path, a DataFrame or None")
        own = rows_of(file)
    taken = {row.key for row in own if row.code}
    words = {words_of(part) for row in own if row.system == INGREDIENT for part in row.code.split("|")}
    rows = dict.fromkeys((*(left for row in shipped() for left in _left(row, taken, words)), *own))
    return pd.DataFrame(list(rows), columns=list(COLUMNS), dtype=TEXT)


def _left(row: Row, taken: set[tuple[str, str]], words: set[tuple[str, ...]]) -> Iterator[Row]:
    """What the site's file leaves of a shipped row: all, nothing, or of an ingredient the other alternatives."""
    if row.system == INGREDIENT:
        parts = [part for part in row.code.split("|") if words_of(part) not in words]
        if parts:
            yield row._replace(code="|".join(parts))
    elif row.key not in taken:
        yield row
