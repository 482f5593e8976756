"""Makes a disagreement small: drops rows, cells and parameters as long as it stays."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from cohort import Setting
from compare import Amended, Disagreement, compare, engine_extract
from parts.draws import Rows
from protocols import as_written

import postgraft as pg

Case = tuple[Setting, Rows, Amended]
KEPT = {
    "transplant_day",
    "type",
    "sex",
    "day",
    "start_day",
    "analyte",
    "drug",
    "condition",
    "criterion",
    "verdict",
}


def amended(parameters: dict[str, Any], drop: tuple[str, ...]) -> Amended:
    base = pg.load_protocol("nct05873205")
    if not parameters and not drop:
        return Amended(base, {}, ())
    return Amended(base.amend(name="small", set=parameters, drop=drop), as_written(parameters), drop)


def disagreements(case: Case) -> list[Disagreement]:
    setting, tables, protocol = case
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        patients = {"p": tables}
        return compare(engine_extract(setting, patients), setting, patients, [protocol], {"p": 0})[0]


def minimise(case: Case, one: Disagreement) -> tuple[Case, list[Disagreement]]:
    """The smallest case found that still disagrees in the same way, and its disagreements."""
    sought = (one.what, one.engine, one.oracle)

    def still(candidate: Case) -> bool:
        try:
            return any((d.what, d.engine, d.oracle) == sought for d in disagreements(candidate))
        except Exception:
            return False  # no longer a valid extract

    case = _greedily(case, still)
    return case, disagreements(case)


def _greedily(case: Case, still: Callable[[Case], bool]) -> Case:
    """Tries ever smaller chunks of rows, then cells and settings, until nothing more can go."""
    while True:
        size = _size(case)
        for shrink in (_rows, _protocol, _cells, _setting):
            for make in shrink(case):
                candidate = make(case)
                if candidate is not None and still(candidate):
                    case = candidate
        if _size(case) >= size:
            return case


def _size(case: Case) -> int:
    setting, tables, protocol = case
    cells = sum(1 + sum(v is not None for v in row.values()) for rows in tables.values() for row in rows)
    return (
        cells + 5 * len(protocol.parameters) + len(protocol.drop) + len(str(setting.complete)) + setting.shift
    )


def _rows(case: Case) -> Iterator[Callable[[Case], Case | None]]:
    for name, rows in case[1].items():
        if name == "patients":
            continue
        chunk = len(rows)
        while chunk >= 1:
            # from the end, so that earlier positions stay what they are
            for start in range(len(rows) - chunk, -chunk, -chunk):
                yield lambda c, name=name, start=max(start, 0), chunk=chunk: _without(c, name, start, chunk)
            chunk //= 2


def _without(case: Case, name: str, start: int, chunk: int) -> Case | None:
    rows = case[1][name]
    kept = [*rows[:start], *rows[start + chunk :]]
    return None if len(kept) == len(rows) else (case[0], {**case[1], name: kept}, case[2])


def _cells(case: Case) -> Iterator[Callable[[Case], Case | None]]:
    for name, rows in case[1].items():
        for i, row in enumerate(rows):
            for column, value in row.items():
                if column not in KEPT and value is not None:
                    yield lambda c, name=name, i=i, column=column: _with_cell(c, name, i, column, None)
            for column in ("last_contact_day",):
                if row.get(column):
                    for shorter in (row[column] // 2, row[column] - 10, row[column] - 1):
                        yield lambda c, name=name, i=i, s=shorter: _with_cell(
                            c, name, i, "last_contact_day", s
                        )


def _with_cell(case: Case, name: str, i: int, column: str, value: Any) -> Case | None:
    rows = [dict(row) for row in case[1][name]]
    if i >= len(rows) or (value is not None and (rows[i].get(column) or 0) <= value):
        return None
    if value is None:
        rows[i].pop(column, None)
    else:
        rows[i][column] = value
    return case[0], {**case[1], name: rows}, case[2]


def _protocol(case: Case) -> Iterator[Callable[[Case], Case | None]]:
    parameters, drop = case[2].parameters, case[2].drop
    yield lambda c: (c[0], c[1], amended({}, ()))
    for name in parameters:
        yield lambda c, name=name: (
            c[0], c[1], amended({k: v for k, v in c[2].parameters.items() if k != name}, c[2].drop)
        )  # fmt: skip
    for name in drop:
        yield lambda c, name=name: (
            c[0], c[1], amended(c[2].parameters, tuple(d for d in c[2].drop if d != name))
        )  # fmt: skip


def _setting(case: Case) -> Iterator[Callable[[Case], Case | None]]:
    yield lambda c: (replace(c[0], time="days", shift=0, extracted_on=None), c[1], c[2])
    for name in case[0].complete:
        rest = {k: v for k, v in case[0].complete.items() if k != name}
        yield lambda c, rest=rest: (replace(c[0], complete=rest), c[1], c[2])


def told(case: Case, found: list[Disagreement]) -> str:
    """A case as text, for a report."""
    setting, tables, protocol = case
    lines = [
        f"time {setting.time}, complete {setting.complete}, set {protocol.parameters}, drop {protocol.drop}"
    ]
    if setting.time == "dates":
        lines.append(f"day 0 {setting.day_zero}, extracted on {setting.extracted_on}")
    for name, rows in tables.items():
        for row in rows:
            cells = {k: v for k, v in row.items() if v is not None}
            lines.append(f"  {name}: {cells}")
    lines += [
        f"-> transplant {d.transplant} {d.what} day {d.day}: engine {d.engine}, oracle {d.oracle}"
        for d in found
    ]
    return "\n".join(lines)
