"""Where the rows of a table come from: a header and batches of raw columns, and a table in memory as one.

Nothing here knows what a column means.

Cells that the manifest says are empty: the site's own marks for a missing value.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from postgraft.extract.cells import read_number, spread, words
from postgraft.extract.findings import column_title
from postgraft.vocabulary.shown import LONGEST

Batch = dict[str, pa.Array]


@dataclass(frozen=True, slots=True)
class Source:
    """``batches(columns)`` yields all rows, of which a spreadsheet shows the first as ``first_row``.

    ``skipped`` are the numbers of later rows that are none of the table, such as blank ones; it grows while batches
    are read. Words of the file stand in messages only where it is ``shown``.
    """

    file: str
    first_row: int
    header: tuple[str, ...]
    batches: Callable[[Sequence[str]], Iterator[Batch]]
    skipped: list[int] = field(default_factory=list)
    shown: bool = True


class UnreadableError(Exception):
    """A file that cannot be read as what its name says; the text says why, without any of its content."""


def nameless(column: str) -> bool:
    """Whether a column has no name, or the one that pandas writes for none."""
    return _NAMELESS.fullmatch(column) is not None


_NAMELESS: Final = re.compile(r"(Unnamed: \d+(_level_\d+)?)?")


def refuse_nested(columns: Iterable[tuple[str, pa.DataType]], shown: bool = True) -> None:
    """Raises UnreadableError where a column is of a type that no cell of a table has."""
    strange = [
        f"{column_title(name, number, shown)} ({_type_name(kind)})"
        for number, (name, kind) in enumerate(columns, 1)
        if _nested(kind)
    ]
    if strange:
        raise UnreadableError(f"has columns that are no text, number or date: {', '.join(strange)}")


def _nested(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _nested(kind.value_type)
    types = pa.types
    plain = (types.is_integer, types.is_floating, types.is_decimal, types.is_date, types.is_timestamp)
    known = is_text(kind) or any(check(kind) for check in (*plain, types.is_boolean, types.is_null))
    return not known or not _in_known_zone(kind)


def _type_name(kind: pa.DataType) -> str:
    """The type as Arrow writes it, unless the file has written a text of its own into it."""
    return name if len(name := str(kind)) <= LONGEST else "a type of its own"


def _in_known_zone(kind: pa.DataType) -> bool:
    if not pa.types.is_timestamp(kind):
        return True
    try:
        pc.local_timestamp(pa.array([0], kind)) if kind.tz else None
    except pa.ArrowInvalid:
        return False
    return True


def full(cells: pa.Array) -> pa.Array:
    """Half-precision numbers as the same ones in single precision, with which Arrow can reckon."""
    return cells.cast(pa.float32()) if pa.types.is_float16(cells.type) else cells


def is_text(kind: pa.DataType) -> bool:
    """Whether cells of this type are text."""
    types = pa.types
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def from_frame(name: str, frame: pd.DataFrame) -> Source:
    """A table in memory, with the column names, and text or typed cells, that a file would have."""
    names = ("" if _is_missing(column) else str(column).strip() for column in frame.columns)
    header = tuple(column or f"Unnamed: {i}" for i, column in enumerate(names))

    def batches(names: Sequence[str]) -> Iterator[Batch]:
        given = dict(zip(header, (column for _, column in frame.items()), strict=True))
        columns = {column: _as_arrow(given[column]) for column in names}
        refuse_nested((column, cells.type) for column, cells in columns.items())
        yield columns

    return Source(name, 2, header, batches)


def _as_arrow(column: "pd.Series[Any]") -> pa.Array:
    if isinstance(column.dtype, pd.PeriodDtype | pd.IntervalDtype | pd.SparseDtype):
        # A period of a day reads as its date; what is no date, number or word says so as text.
        column = column.astype(object)
    try:
        # Arrow would bring objects of several time zones to the first one, and so to another date.
        zoned = column.dtype == object and any(isinstance(cell, datetime) and cell.tzinfo for cell in column)
        array = None if zoned else full(pa.array(column, from_pandas=True))
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        array = None
    if array is None:
        # Mixed Python objects, such as numbers beside "<5": what a CSV file would hold.
        array = pa.array([None if _is_missing(cell) else str(cell) for cell in column], pa.string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _is_missing(cell: Any) -> bool:
    return bool(pd.api.types.is_scalar(cell) and pd.isna(cell))


def whole_columns(batches: Iterator[Batch], columns: Sequence[str]) -> Batch:
    """All batches as one array a column; parts that differ in type meet as text."""
    rows = list(batches)
    if len(rows) == 1:
        return rows[0]
    whole = {}
    for name in columns:
        chunks = [batch[name] for batch in rows]
        if len({chunk.type for chunk in chunks}) > 1:
            chunks = [chunk.cast(pa.string()) for chunk in chunks]
        kind = chunks[0].type if chunks else pa.null()
        whole[name] = pa.chunked_array(chunks, kind).unify_dictionaries().combine_chunks()
    return whole


def row_count(batch: Batch) -> int:
    """Rows of a batch."""
    return len(next(iter(batch.values()), ()))


def emptied(batch: Batch, marks: Collection[str], with_numbers: Collection[str]) -> Batch:
    """The batch without the cells that are one of ``marks``: the same text without outer blanks.

    In columns ``with_numbers`` (or days) a mark that is a plain number also empties the same number however it is
    written, so that -99 is -99.0 there. Elsewhere it does not: a site 099 is no 99.
    """
    if not marks:
        return batch
    numbers = {float(mark) for mark in marks if _PLAIN.fullmatch(mark)}
    return {name: _emptied(cells, marks, numbers if name in with_numbers else ()) for name, cells in batch.items()}


_PLAIN: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)


def _emptied(cells: pa.Array, marks: Collection[str], numbers: Collection[float]) -> pa.Array:
    text = words(cells)
    marked = np.array([word in marks or read_number(word) in numbers for word in text.words], dtype=bool)
    if not marked.any():
        return cells
    empty = spread(marked, text.codes, True)
    if pa.types.is_dictionary(cells.type):
        return pa.DictionaryArray.from_arrays(pa.array(text.codes, pa.int32(), mask=empty), cells.dictionary)
    return pc.if_else(pa.array(empty), pa.scalar(None, cells.type), cells)
