"""Putting rows in the order of patient, day and content, and finding those that are there twice."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from postgraft.extract.cells import Mask

Index = npt.NDArray[np.int64]
Column = npt.NDArray[Any]


def ordered(patient: Column, day: Column, rest: Callable[[], Sequence[Column]]) -> tuple[Index, Mask, Mask]:
    """Order of rows by patient, then day, then the columns that ``rest`` gives in turn (NaN last).

    They are asked for only where rows share patient and day. Returns the order, and over the ordered rows: whether a
    row is the first of its patient and day, and whether it is the same as the row before it in all columns. Days are
    whole; both fit 32 bits.
    """
    key = (patient.astype(np.int64) << 32) + day.astype(np.int64)
    if bool(np.all(key[1:] > key[:-1])):
        return np.arange(len(key)), np.ones(len(key), dtype=bool), np.zeros(len(key), dtype=bool)
    # Extracts mostly come sorted, where a stable (merging) sort is linear.
    order: Index = np.argsort(key, kind="stable")
    key = key[order]
    first = np.ones(len(key), dtype=bool)
    first[1:] = key[1:] != key[:-1]
    same = np.zeros(len(key), dtype=bool)
    # Only rows that share patient and day need the rest of the columns.
    shared = np.flatnonzero(~first | np.append(~first[1:], False))
    if len(shared):
        rows = order[shared]
        columns = [column[rows] for column in rest()]
        inner = np.lexsort((*reversed(columns), key[shared]))
        order[shared] = rows[inner]
        equal = ~first[shared]
        for column in columns:
            sorted_column = column[inner]
            equal[1:] &= _equal(sorted_column[1:], sorted_column[:-1])
        same[shared] = equal
    return order, first, same


def _equal(left: Column, right: Column) -> Mask:
    same: Mask = left == right
    if left.dtype.kind == "f":
        same |= np.isnan(left) & np.isnan(right)
    return same


def offsets(patient: Column, patients: int) -> Index:
    """Where each patient's rows begin in a column of sorted patient codes; the last is the number of rows."""
    return np.searchsorted(patient, np.arange(patients + 1)).astype(np.int64)


def gather(starts: Index, chosen: Index) -> Index:
    """Rows of the chosen patients, in that order, given where each patient's rows begin."""
    lengths = np.diff(starts)[chosen]
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts[:-1][chosen] - before, lengths) + np.arange(int(lengths.sum()))
