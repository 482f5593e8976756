"""A patient on file twice: all rows, and what is left of them after losses."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from parts.draws import Row, Rows

import postgraft as pg

Which = Callable[[Row], bool]
Names = frozenset[str]
"""Tables, and single conditions, that the manifest does not declare complete."""


def every(row: Row) -> bool:
    return True


def day_of(row: Row) -> int:
    return int(row["day"] if "day" in row else row["start_day"])


class Less:
    """``rows`` has, for each row of ``whole``, the row as it is left, or None where it is lost.

    ``whole`` must stay a completion of it. So each method takes what a kind of loss would lose and leaves alone what
    no completion adds; which that is depends on the readings of the protocol ``p``.
    """

    def __init__(self, whole: Rows, p: pg.Protocol, undeclared: Names, r: random.Random) -> None:
        self.whole, self.p, self.undeclared, self.r = whole, p, undeclared, r
        self.rows: dict[str, list[Row | None]] = {name: list(rows) for name, rows in whole.items()}
        self._lost_names: dict[str, bool] = {}

    def kept(self, table: str, which: Which = every) -> list[Row]:
        """The rows that are left, in the order of the file."""
        return [row for row in self.rows[table] if row is not None and which(row)]

    @property
    def tables(self) -> Rows:
        return {name: self.kept(name) for name in self.rows}

    @property
    def person(self) -> Row:
        return self.kept("patients")[0]

    def some(self, row: Row) -> bool:
        """One row in two, at random."""
        return self.r.random() < 0.5

    def some_of(self, name: str) -> bool:
        """One name in two, at random; all rows of a name alike."""
        return self._lost_names.setdefault(name, self.r.random() < 0.5)

    def declared(self, name: str) -> bool:
        return name not in self.undeclared and not ("conditions" in self.undeclared and name not in self.rows)

    def lose(self, table: str, which: Which) -> None:
        for i, row in enumerate(self.rows[table]):
            if row is not None and which(row):
                self.rows[table][i] = None

    def empty(self, table: str, which: Which, *columns: str, to: Any = None) -> None:
        """Empties cells; the row stays."""
        for i, row in enumerate(self.rows[table]):
            if row is not None and which(row):
                self.rows[table][i] = {**row, **{column: to for column in columns if column in row}}

    def one_day_after_another(
        self, table: str, among: Which, wished: Which, stands: Callable[[list[Row], int], bool]
    ) -> list[Row]:
        """The rows that may go, from the first day on: those of a day on which no row that is left ``stands``.

        ``among``: the rows that count; ``wished``: those to be lost, if that holds for all of their day;
        ``stands`` is asked about the rows kept so far, by day, and a day.
        """
        gone: list[Row] = []
        left: list[Row] = []
        for day, same in _by_day(self.kept(table, among)):
            if all(wished(row) for row in same) and not stands(left, day):
                gone += same
            else:
                left += same
        return gone

    def lose_these(self, table: str, rows: Iterable[Row]) -> None:
        gone = {id(row) for row in rows}
        self.lose(table, lambda row: id(row) in gone)


def _by_day(rows: list[Row]) -> Iterator[tuple[int, list[Row]]]:
    for day, same in groupby(sorted(rows, key=day_of), key=day_of):
        yield day, list(same)
