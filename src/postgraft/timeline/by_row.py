"""Results row by row: in which rows do two of them differ, and what is a result for some rows only?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.events import Events
from postgraft.timeline.spans import Spans
from postgraft.timeline.verdict import Shape, Verdict

Marks = NDArray[np.bool_]
Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class OfRows:
    """One value a row, shape (rows,), such as a fact."""

    values: NDArray[Any]


def rows_that_differ(one: object, other: object, rows: int) -> Marks:
    """Rows (shape (rows,)) in which two results of one computation on a block of so many rows differ.

    Results are verdicts, events, spans, values of rows, and dataclasses and mappings of these. Whatever else
    is not equal as a whole counts as different in every row.
    """
    nowhere, everywhere = np.zeros(rows, bool), np.ones(rows, bool)
    if one is other:
        return nowhere
    if type(one) is not type(other):
        return everywhere
    if isinstance(one, Verdict) and isinstance(other, Verdict):
        return _of_verdicts(one, other)
    if isinstance(one, Events) and isinstance(other, Events):
        return _of_events(one, other)
    if isinstance(one, Spans) and isinstance(other, Spans):
        return _of_events(_by_row(one, rows), _by_row(other, rows))
    if isinstance(one, OfRows) and isinstance(other, OfRows):
        return _unequal(one.values, other.values)
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        same = one.shape == other.shape and not _unequal(one, other).any()
        return nowhere if same else everywhere
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        if one.keys() != other.keys():
            return everywhere
        return _of_parts([(value, other[key]) for key, value in one.items()], rows)
    if is_dataclass(one) and is_dataclass(other):
        return _of_parts([(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)], rows)
    return everywhere


def _of_parts(pairs: list[tuple[object, object]], rows: int) -> Marks:
    differ = np.zeros(rows, bool)
    for one, other in pairs:
        differ |= rows_that_differ(one, other, rows)
    return differ


def _unequal(one: NDArray[np.generic], other: NDArray[np.generic]) -> Marks:
    """Which elements differ; NaN is like NaN."""
    both_none = (one != one) & (other != other)
    return np.asarray((one != other) & ~both_none)


def _of_verdicts(one: Verdict, other: Verdict) -> Marks:
    if one.rows is None or other.rows is None or one.base != other.base:
        return np.asarray((one.full() != other.full()).any(axis=1))
    held = np.union1d(one.rows, other.rows)
    differ = np.zeros(one.shape.rows, bool)
    differ[held] = (one.take(held) != other.take(held)).any(axis=1)
    return differ


def _by_row(spans: Spans, rows: int) -> Events:
    row, start, *columns = spans.columns()
    return Events.of_points(rows, row, start, **{str(i): column for i, column in enumerate(columns)})


def _of_events(one: Events, other: Events) -> Marks:
    """Rows with a different number of events, or one that differs in its day or a column."""
    counts, others = np.diff(one.offsets), np.diff(other.offsets)
    differ = np.asarray(counts != others)
    if one.columns.keys() != other.columns.keys():
        return np.ones_like(differ)
    same = np.flatnonzero(~differ)
    mine, theirs = one.take(same), other.take(same)
    pairs = [(mine.day, theirs.day), *((mine[name], theirs[name]) for name in one.columns)]
    unequal = np.any([_unequal(a, b) for a, b in pairs], axis=0)
    differ[same[mine.row[unequal]]] = True
    return differ


def of_rows(result: object, rows: Rows) -> object | None:
    """A result for some of its rows, ascending, as it would be computed for them alone; None where that is not told.

    Results as for ``rows_that_differ``.
    """
    if isinstance(result, Verdict):
        return _verdict_of(result, rows)
    if isinstance(result, Events):
        return result.take(rows)
    if isinstance(result, Spans):
        kept = result.where(np.isin(result.row, rows))
        return replace(kept, row=np.searchsorted(rows, kept.row))
    if isinstance(result, OfRows):
        return OfRows(result.values[rows])
    if isinstance(result, Mapping):
        parts = {key: of_rows(value, rows) for key, value in result.items()}
        return None if any(part is None for part in parts.values()) else parts
    if is_dataclass(result) and not isinstance(result, type):
        own = {f.name: of_rows(getattr(result, f.name), rows) for f in fields(result)}
        return None if any(part is None for part in own.values()) else replace(result, **own)
    return None


def _verdict_of(verdict: Verdict, rows: Rows) -> Verdict:
    shape = Shape(rows.size, verdict.shape.days)
    if verdict.rows is None:
        return Verdict(shape, verdict.base, None, verdict.take(rows))
    held = np.isin(rows, verdict.rows, assume_unique=True)
    return Verdict(shape, verdict.base, np.flatnonzero(held), verdict.take(rows[held]))
