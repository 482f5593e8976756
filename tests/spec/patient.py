"""A patient written as small tables, and what a criterion is expected to say, day by day.

    neutrophil_count = criterion("neutrophil_count")

    neutrophil_count(
        '''
        day | neutrophils
         60 | 1.0
         61 | 0.9
        ''',
        {"0..59": UNKNOWN, 60: PASS, "61..74": FAIL, "75..": UNKNOWN},
    )

A blank line ends a table. A table begins with its name (``medications:``), then its columns; one without a
name holds measurements, a column an analyte: a number is a value, perhaps after a sign (``<0.5``), with its unit
(``900 /uL``) or its reference limits (``300 [20..246]``), a word a result. In ``day``, ``0..90 by 5`` stands for
the days 0, 5, … 90 and ``60..64`` for each of five. Tables of intervals have ``days``: ``100..130``, ``100..``
without an end, ``100`` for one day. A dose is written with its unit, ``1 mg/kg/day``. Other columns are those of
an extract; an empty cell is a missing value, ``#`` begins a comment. Patients and transplants need only be
written where they differ from ``MAN`` and ``TRANSPLANT``. Every table is there, if only empty, and declared
complete, unless a spec says which are ``complete`` or ``missing``.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import pandas as pd
import pytest

import postgraft as pg
from postgraft.extract.tables import TABLES
from postgraft.protocol.parameters import FrozenMap

PASS, FAIL, UNKNOWN = "PASS", "FAIL", "UNKNOWN"

Complete = Sequence[str] | Mapping[str, object]
Expected = Mapping[int | str, str]
Row = dict[str, object]
Time = Literal["dates", "days"]

BASE = pg.load_protocol("nct05873205")
COMPLETE = ("transfusions", "medications", "disease_status", "conditions")
MAN: Row = {"sex": "male", "age_at_transplant": 50, "last_contact_day": 365}
TRANSPLANT: Row = {"transplant_day": 0, "type": "allogeneic"}


def outcome(
    patient: str,
    *,
    complete: Complete = COMPLETE,
    missing: Sequence[str] = (),
    drop: Sequence[str] = (),
    extracted_on: str | None = None,
    only: str | None = None,
    **parameters: object,
) -> pg.Outcome:
    """The outcome of one patient, P1; with ``extracted_on`` all days are written as calendar dates.

    ``complete`` is what the manifest declares, ``missing`` are tables that were not captured; ``parameters``
    and ``drop`` amend the protocol; ``only`` is the one criterion that it then lists, None: all.
    """
    declared = complete if isinstance(complete, Mapping) else dict.fromkeys(complete, True)
    manifest = {
        "format": 1,
        "name": "spec",
        "time": "dates" if extracted_on else "days",
        "extracted_on": extracted_on,
        "complete": {name: value for name, value in declared.items() if name not in missing},
    }
    protocol = BASE.amend(name="spec", set=parameters, drop=drop) if parameters or drop else BASE
    if only:
        protocol = replace(protocol, criteria=FrozenMap({only: protocol.criteria[only]}))
    return _evaluated(patient, json.dumps(manifest), tuple(missing), protocol)


@dataclass(frozen=True)
class Spec:
    """Checks what one criterion, or one component of a criterion, says of a patient."""

    name: str

    def __call__(self, patient: str, expected: Expected, *, transplant: int | None = None, **given: object) -> None:
        """Compares on the days written in ``expected``, and on no others.

        A key is a day, or days as ``"45..52"``, ``"45.."`` to the last or ``"..52"`` from the first observed
        day. ``given`` is what ``outcome`` takes; ``transplant`` as in ``Outcome.verdicts``.
        """
        alone = self.name.split(".")[0]  # a protocol that lists nothing else: the others take most of the time
        found_by = outcome(patient, only=alone, **given)  # type: ignore[arg-type]
        table = found_by.verdicts("P1", transplant, components=True)
        found = table[self.name]
        wrong = [
            f"day {day}: expected {verdict}, got {found.get(day, 'no verdict')}"
            for days, verdict in expected.items()
            for day in _days(days, found)
            if found.get(day) != verdict
        ]
        if wrong:
            got = ", ".join(f"{days} {verdict}" for days, verdict in _stretches(found))
            pytest.fail(f"{self.name}\n" + "\n".join(wrong[:10]) + f"\nin all: {got}", pytrace=False)


def criterion(name: str) -> Spec:
    """The criterion, or component (``immune_cytopenia.itp``), of this name."""
    return Spec(name)


def _days(days: int | str, found: "pd.Series[str]") -> range:
    if isinstance(days, int):
        return range(days, days + 1)
    first, last = days.split("..")
    return range(int(first or found.index[0]), int(last or found.index[-1]) + 1)


def _stretches(verdicts: "pd.Series[str]") -> Iterator[tuple[str, str]]:
    for _, same in verdicts.groupby((verdicts != verdicts.shift()).cumsum()):
        yield f"{same.index[0]}..{same.index[-1]}", same.iloc[0]


@lru_cache(maxsize=16)
def _evaluated(patient: str, manifest: str, missing: tuple[str, ...], protocol: pg.Protocol) -> pg.Outcome:
    return pg.evaluate(_extract(patient, manifest, missing), protocol)


@lru_cache(maxsize=16)
def _extract(patient: str, manifest: str, missing: tuple[str, ...]) -> pg.Extract:
    declared = json.loads(manifest)
    frames = _frames(patient, declared["time"])
    return pg.Extract.from_tables(declared, {name: frames[name] for name in frames if name not in missing})


def _frames(patient: str, time: Time) -> dict[str, pd.DataFrame]:
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    for block in re.split(r"\n\s*\n", patient):
        lines = [line.split("#")[0].strip() for line in block.splitlines()]
        lines = [line for line in lines if line]
        if lines:
            name = lines.pop(0)[:-1] if lines[0].endswith(":") else "measurements"
            header, *body = ([cell.strip() for cell in line.split("|")] for line in lines)
            for cells in body:
                rows[name] += _rows(name, dict(zip(header, cells, strict=True)), time)
    if time == "days":
        rows["patients"] = [_with_defaults(row) for row in rows["patients"] or [{}]]
        rows["transplants"] = [{**TRANSPLANT, **row} for row in rows["transplants"] or [{}]]
    return {name: _frame(name, rows[name], time) for name in TABLES}


def _rows(name: str, cells: dict[str, str], time: Time) -> Iterator[Row]:
    """The rows of a table that one written line stands for; empty cells are None."""
    row: Row = {column: cell or None for column, cell in cells.items()}
    day = "day" if time == "days" else "date"
    if "days" in row:
        first, _, last = str(row.pop("days")).partition("..")
        row |= {f"start_{day}": first, f"end_{day}": (last or None) if ".." in cells["days"] else first}
    if row.get("dose"):
        amount, _, unit = str(row["dose"]).partition(" ")
        row |= {"dose": amount, "dose_unit": unit} if unit else {"dose": None, "dose_unit": amount}
    for written in _expanded(str(row.pop("day"))) if "day" in row else (None,):
        when = {} if written is None else {f"transplant_{day}" if name == "transplants" else day: written}
        if name != "measurements":
            yield {**row, **when}
        else:
            yield from (
                {**when, "analyte": analyte, **_result(cell)}
                for analyte, cell in cells.items()
                if cell and analyte != "day"
            )


def _expanded(days: str) -> Iterator[str]:
    """The days that ``0..90 by 5`` or ``60..64`` stands for; a single day or date as it is."""
    first, _, rest = days.partition("..")
    last, _, step = rest.partition(" by ")
    yield from map(str, range(int(first), int(last) + 1, int(step or 1))) if rest else [first]


def _result(cell: str) -> Row:
    """``15``, ``<15``, ``1500 /uL``, ``300 [20..246]`` or ``negative``."""
    written, _, limits = cell.rstrip("]").partition(" [")
    if not re.match(r"[<>]?=?[\d.]", written):
        return {"result": written}
    value, _, unit = written.partition(" ")
    lower, _, upper = limits.partition("..")
    return {"value": value, "unit": unit or None, "lower_limit": lower or None, "upper_limit": upper or None}


def _with_defaults(row: Row) -> Row:
    age = {"birth_day", "birth_year", "age_at_transplant"}
    defaults = {key: value for key, value in MAN.items() if not (key in age and age & row.keys())}
    return {**defaults, **row}


def _frame(name: str, rows: list[Row], time: Time) -> pd.DataFrame:
    """With the columns that are written, and those an extract must have."""
    headers, given = TABLES[name].headers(time), {column for row in rows for column in row}
    if unknown := given - set(headers):
        raise ValueError(f"{name} has no column {', '.join(unknown)}; there are {', '.join(headers)}")
    columns = [header for header, column in headers.items() if column.presence != "optional" or header in given]
    cells = [[{"patient_id": "P1", **row}.get(column) for column in columns] for row in rows]
    return pd.DataFrame(cells, columns=columns, dtype=object)
