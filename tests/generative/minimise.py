"""Makes a disagreement small: drops rows, cells and parameters as long as it stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from batches import Amended, Batch
from compare import Disagreement, run_batch
from parts.draws import Rows
from protocols import as_written

import postgraft as pg

Change = Callable[[Batch], Batch | None]
NEEDED = {"transplant_day", "type", "sex", "day", "start_day", "analyte", "drug", "condition", "criterion", "verdict"}


def minimise(batch: Batch, sought: Disagreement) -> Batch:
    """The smallest batch of the one patient found that still disagrees in the same way."""

    def still(candidate: Batch) -> bool:
        try:
            found, _ = run_batch(candidate)
        except pg.PostgraftError:  # no valid extract or protocol any more
            return False
        return any(d.kind == sought.kind for d in found)

    small = batch.only(sought.patient_id)
    while True:
        size = _size(small)
        for changes in (_fewer_rows, _simpler_protocol, _fewer_cells, _shorter, _simpler_setting):
            for change in changes(small):
                candidate = change(small)
                if candidate is not None and still(candidate):
                    small = candidate
        if _size(small) >= size:
            return small


def _tables(batch: Batch) -> Rows:
    return next(iter(batch.patients.values()))


def _size(batch: Batch) -> int:
    cells = sum(1 + len(row) for rows in _tables(batch).values() for row in rows)
    protocol = batch.protocols[0]
    days = _tables(batch)["patients"][0].get("last_contact_day") or 0
    return cells + days + 5 * len(protocol.parameters) + len(protocol.drop) + len(repr(batch.setting))


def _with_rows(batch: Batch, name: str, rows: list[dict[str, Any]]) -> Batch:
    (patient_id,) = batch.patients
    return replace(batch, patients={patient_id: {**_tables(batch), name: rows}})


def _fewer_rows(batch: Batch) -> Iterator[Change]:
    """Ever smaller chunks, from the end, so that earlier positions stay what they are."""
    for name, rows in _tables(batch).items():
        chunk = len(rows) if name != "patients" else 0
        while chunk:
            for start in range(len(rows) - chunk, -chunk, -chunk):
                yield _drop_rows(name, max(start, 0), chunk)
            chunk //= 2


def _drop_rows(name: str, start: int, chunk: int) -> Change:
    def change(batch: Batch) -> Batch | None:
        rows = _tables(batch)[name]
        kept = rows[:start] + rows[start + chunk :]
        return _with_rows(batch, name, kept) if len(kept) < len(rows) else None

    return change


def _fewer_cells(batch: Batch) -> Iterator[Change]:
    for name, rows in _tables(batch).items():
        for i, row in enumerate(rows):
            for column in row.keys() - NEEDED:
                yield _drop_cell(name, i, column)


def _drop_cell(name: str, i: int, column: str) -> Change:
    def change(batch: Batch) -> Batch:
        rows = [dict(row) for row in _tables(batch)[name]]
        rows[i].pop(column, None)
        return _with_rows(batch, name, rows)

    return change


def _shorter(batch: Batch) -> Iterator[Change]:
    for step in (100, 30, 10, 5, 1):
        for _ in range(5):
            yield _earlier_last_contact(step)


def _earlier_last_contact(step: int) -> Change:
    def change(batch: Batch) -> Batch | None:
        person = dict(_tables(batch)["patients"][0])
        last = person.get("last_contact_day")
        if last is None or last < step:
            return None
        return _with_rows(batch, "patients", [{**person, "last_contact_day": last - step}])

    return change


def _simpler_protocol(batch: Batch) -> Iterator[Change]:
    protocol = batch.protocols[0]
    for name in (*protocol.parameters, *protocol.drop):
        yield _without_amendment(name)


def _without_amendment(name: str) -> Change:
    def change(batch: Batch) -> Batch:
        protocol = batch.protocols[0]
        left = {k: v for k, v in protocol.parameters.items() if k != name}
        drop = tuple(d for d in protocol.drop if d != name)
        base = pg.load_protocol("nct05873205")
        if left or drop:
            base = base.amend(name="small", set=left, drop=drop)
        return replace(batch, protocols=[Amended(base, as_written(left), drop)])

    return change


def _simpler_setting(batch: Batch) -> Iterator[Change]:
    yield lambda b: replace(b, setting=replace(b.setting, time="days", shift=0, extracted_on=None))
    for name in batch.setting.complete:
        yield _less_complete(name)


def _less_complete(name: str) -> Change:
    def change(batch: Batch) -> Batch:
        complete = {k: v for k, v in batch.setting.complete.items() if k != name}
        return replace(batch, setting=replace(batch.setting, complete=complete))

    return change


def told(batch: Batch) -> str:
    """The batch of one patient, and what is found in it, as text."""
    setting, protocol = batch.setting, batch.protocols[0]
    lines = [f"time {setting.time}, complete {setting.complete}, set {protocol.parameters}, drop {protocol.drop}"]
    if setting.time == "dates":
        lines.append(f"day 0 {setting.day_zero}, extracted on {setting.extracted_on}")
    elif setting.shift:
        lines.append(f"day 0 is {setting.shift}")
    for name, rows in _tables(batch).items():
        cells = [{k: v for k, v in row.items() if v is not None} for row in rows]
        lines += [f"  {name}: {row}" for row in cells]
    found, _ = run_batch(batch)
    lines += [f"-> transplant {d.transplant} {d.what} day {d.day}: {d.engine}, oracle {d.oracle}" for d in found]
    return "\n".join(lines)
