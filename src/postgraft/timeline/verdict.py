"""Verdicts of a block of patients over days, with Kleene's logic.

Only rows that differ from a common base value are held: most criteria are the same for nearly
everybody on every day (nobody has HIV), so the work follows the evidence, not the area.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.events import Ints, distinct
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

Cells = NDArray[np.int8]


@dataclass(frozen=True)
class Shape:
    """Size of a grid: ``rows`` patients by ``days`` days, day 0 first."""

    rows: int
    days: int

    def constant(self, value: int | bool) -> Verdict:
        """The same verdict everywhere; True is PASS, False is FAIL."""
        number = (PASS if value else FAIL) if isinstance(value, bool | np.bool_) else int(value)
        return Verdict(self, number, np.empty(0, np.int64), np.empty((0, 1), np.int8))

    def by_row(self, values: NDArray[np.generic]) -> Verdict:
        """One verdict a row for all days; ``values`` has shape (rows,), bool or int8."""
        cells = np.where(values, PASS, FAIL) if values.dtype == bool else values
        return Verdict(self, PASS, None, cells.astype(np.int8)[:, None])

    def since(self, day: Ints) -> Verdict:
        """PASS from ``day`` (shape (rows,)) on, FAIL before."""
        start = np.clip(day, 0, self.days).astype(np.int32)
        reached = np.arange(self.days, dtype=np.int32)[None, :] >= start[:, None]
        return Verdict(self, PASS, None, reached.view(np.int8) * np.int8(PASS))

    def dense(self, cells: Cells) -> Verdict:
        """A verdict from its cells, shape (rows or 1, days or 1)."""
        return Verdict(self, PASS, None, cells)

    def of_rows(self, rows: Ints, cells: Cells, base: int) -> Verdict:
        """``cells`` (shape (rows.size, days or 1)) for the given rows, ascending; ``base`` for all others."""
        found = Verdict(self, base, np.asarray(rows, np.int64), cells)
        # Where most rows differ from the base, picking rows costs more than holding them all.
        return self.dense(found.full()) if 2 * len(rows) > self.rows else found


@dataclass(frozen=True, eq=False)
class Verdict:
    """FAIL, UNKNOWN or PASS for each of ``shape.rows`` patients on each of ``shape.days`` days.

    ``&``, ``|`` and ``~`` are Kleene's AND, OR and NOT. ``rows`` lists the rows that ``cells`` holds
    (None: all of them); every other row is ``base`` on every day.
    """

    shape: Shape
    base: int
    rows: NDArray[np.int64] | None
    cells: Cells

    def __and__(self, other: Verdict) -> Verdict:
        return lift(np.minimum, self, other)

    def __or__(self, other: Verdict) -> Verdict:
        return lift(np.maximum, self, other)

    def __invert__(self) -> Verdict:
        return Verdict(self.shape, PASS - self.base, self.rows, np.int8(PASS) - self.cells)

    def __bool__(self) -> bool:
        raise TypeError("a Verdict has a value per patient and day: combine it with &, | and ~")

    def equals(self, value: int) -> Verdict:
        """PASS where this verdict is ``value``, else FAIL."""
        return lift(lambda cells: (cells == value).view(np.int8) * np.int8(PASS), self)

    def mapped(self, fail: int, unknown: int, passed: int) -> Verdict:
        """Each verdict replaced by another one."""
        table = np.array([fail, unknown, passed], np.int8)
        return lift(lambda cells: table[cells], self)

    def full(self) -> Cells:
        """All cells, shape (rows, days); may be a read-only view."""
        if self.rows is None:
            return np.broadcast_to(self.cells, (self.shape.rows, self.shape.days))
        out = np.full((self.shape.rows, self.shape.days), self.base, np.int8)
        out[self.rows] = self.cells
        return out

    def take(self, rows: Ints) -> Cells:
        """Cells of the given rows, shape (rows.size, days or 1)."""
        rows = np.asarray(rows)
        if self.rows is None:
            return self.cells if self.cells.shape[0] == 1 != self.shape.rows else self.cells[rows]
        return self._on(rows.astype(np.int64, copy=False))

    def at(self, row: Ints, day: Ints) -> Cells:
        """Verdicts at single points, shape of ``row``; FAIL where ``day`` is before day 0."""
        row, day = np.asarray(row), np.asarray(day)
        inside = np.clip(day, 0, self.shape.days - 1) if self.cells.shape[1] > 1 else np.zeros_like(day)
        if self.rows is None:
            found = self.cells[row if self.cells.shape[0] > 1 else np.zeros_like(row), inside]
        elif self.rows.size == 0:
            found = np.full(row.shape, self.base, np.int8)
        else:
            place = np.minimum(np.searchsorted(self.rows, row), self.rows.size - 1)
            found = np.where(self.rows[place] == row, self.cells[place, inside], np.int8(self.base))
        return np.where(day < 0, np.int8(FAIL), found).astype(np.int8)

    def _on(self, rows: NDArray[np.int64]) -> Cells:
        assert self.rows is not None
        if rows is self.rows:
            return self.cells
        out = np.full((rows.size, self.cells.shape[1]), self.base, np.int8)
        if self.rows.size and rows.size:
            place = np.minimum(np.searchsorted(self.rows, rows), self.rows.size - 1)
            held = self.rows[place] == rows
            out[held] = self.cells[place[held]]
        return out


def lift(function: Callable[..., Cells], *verdicts: Verdict) -> Verdict:
    """Apply a cell-wise function to verdicts of one shape, touching only rows that differ from a base."""
    shape = verdicts[0].shape
    base = int(function(*(np.array([[v.base]], np.int8) for v in verdicts))[0, 0])
    sparse = [v for v in verdicts if v.rows is not None]
    if len(sparse) < len(verdicts):
        return Verdict(shape, PASS, None, _dense(function, verdicts))
    rows = _union([v.rows for v in sparse if v.rows is not None])
    return Verdict(shape, base, rows, function(*(v.take(rows) for v in verdicts)))


def _union(parts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    if all(part is parts[0] for part in parts):
        return parts[0]
    return distinct(np.sort(np.concatenate(parts)))


def _dense(function: Callable[..., Cells], verdicts: Sequence[Verdict]) -> Cells:
    """``lift`` where some operand has all rows: the others' untouched rows cost one scalar operation."""
    bases = [v.cells if v.rows is None else np.array([[v.base]], np.int8) for v in verdicts]
    result = function(*bases)
    touched = [v.rows for v in verdicts if v.rows is not None and v.rows.size]
    if not touched:
        return result
    rows = _union(touched)
    changed = function(*(v.take(rows) for v in verdicts))
    shape = verdicts[0].shape
    full = (shape.rows, max(result.shape[1], changed.shape[1]))
    result = np.array(np.broadcast_to(result, full)) if result.shape != full else result
    if any(result is v.cells for v in verdicts):
        result = result.copy()
    result[rows] = changed
    return result


def at_least(count: int, of: Sequence[Verdict]) -> Verdict:
    """PASS where ``count`` or more of the verdicts pass, FAIL where fewer can, else UNKNOWN."""

    def decide(*cells: Cells) -> Cells:
        passed = sum((c == PASS).astype(np.int8) for c in cells)
        possible = sum((c != FAIL).astype(np.int8) for c in cells)
        return np.where(passed >= count, PASS, np.where(possible < count, FAIL, UNKNOWN)).astype(np.int8)

    return lift(decide, *of)


def _where_pass(fact: Cells, outcome: Cells, otherwise: Cells) -> Cells:
    return np.asarray(np.where(fact == PASS, outcome, otherwise), np.int8)


def first_that_holds(*cases: tuple[Verdict, int | Verdict], otherwise: int | Verdict) -> Verdict:
    """The outcome of the first case whose fact is PASS, in the order of a written rule."""
    shape = cases[0][0].shape

    def verdict(outcome: int | Verdict) -> Verdict:
        return outcome if isinstance(outcome, Verdict) else shape.constant(outcome)

    result = verdict(otherwise)
    for fact, outcome in reversed(cases):
        result = lift(_where_pass, fact, verdict(outcome), result)
    return result
