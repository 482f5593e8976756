"""In which rows of a block do two results differ?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.episodes import Stretches
from postgraft.timeline.events import Events
from postgraft.timeline.verdict import Verdict

Marks = NDArray[np.bool_]


def rows_that_differ(one: object, other: object, rows: int) -> Marks:
    """Rows (shape (rows,)) in which two results of one computation on a block of so many rows differ.

    Results are verdicts, events, stretches, and dataclasses and mappings of these. Whatever else is not equal
    as a whole counts as different in every row.
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
    if isinstance(one, Stretches) and isinstance(other, Stretches):
        return _of_events(_by_row(one, rows), _by_row(other, rows))
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


def _by_row(stretches: Stretches, rows: int) -> Events:
    row, start, *columns = stretches.columns()
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
