"""Makes a violation small: drops rows from both extracts as long as it stays, and tells what is left."""

from __future__ import annotations

from collections.abc import Iterator

from losses import Kind, Less
from parts.draws import Row
from soundness import Violation, compared, evaluated

import postgraft as pg

Pairs = dict[str, list[tuple[Row, Row | None]]]
"""By table: each row, and what is left of it."""


def smaller(less: Less, kind: Kind, sought: Violation) -> Less:
    """The patient with no more rows than the violation needs.

    What is dropped is dropped from both, so the one stays a completion of the other: rows that are kept only ever
    forbid losses.
    """
    small = less
    while True:
        size = _size(small)
        for table in small.rows:
            chunk = len(small.rows[table])
            while chunk and table != "patients":
                for start in range(len(small.rows[table]) - chunk, -chunk, -chunk):
                    candidate = _without(small, table, max(start, 0), chunk)
                    if any(one.name == sought.name and not one.leak for one in _found(candidate, kind)):
                        small = candidate
                chunk //= 2
        if _size(small) == size:
            return small


def _size(less: Less) -> int:
    return sum(map(len, less.rows.values()))


def _without(less: Less, table: str, start: int, chunk: int) -> Less:
    def left(rows: list[Row]) -> list[Row]:
        return rows[:start] + rows[start + chunk :]

    small = Less({**less.whole, table: left(less.whole[table])}, less.p, less.undeclared, less.r)
    small.rows = {**less.rows, table: left(less.rows[table])}  # type: ignore[arg-type]
    return small


def _found(less: Less, kind: Kind) -> list[Violation]:
    try:
        complete = evaluated({"P": less.whole}, frozenset(), less.p)
        return compared(complete, kind, {"P": less}, less.p).violations
    except pg.PostgraftError:  # no valid extract any more
        return []


def told(less: Less, kind: Kind) -> str:
    """The rows, what is lost of them, and what the engine says of both extracts."""
    undeclared = ", ".join(sorted(less.undeclared)) or "nothing"
    return "\n".join([f"  not declared: {undeclared}", *_rows(less), *(f"  -> {one}" for one in _found(less, kind))])


def _rows(less: Less) -> Iterator[str]:
    for table, rows in less.rows.items():
        for row, left in zip(less.whole[table], rows, strict=True):
            cells = {name: value for name, value in row.items() if value is not None}
            gone = [] if left is None else [name for name in row if row[name] != left[name]]
            mark = "LOST " if left is None else f"EMPTIED {gone} " if gone else ""
            yield f"  {mark}{table}: {cells}"
