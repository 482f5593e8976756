"""Who is nearly in: how many patients each number of the protocol keeps out by a little, without saying who."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from postgraft.analysis.near_misses import STEPS
from postgraft.exhibits.answer import Answer
from postgraft.exhibits.figure import counted, number
from postgraft.exhibits.labels import label
from postgraft.exhibits.tables import Table, or_withheld, rows, table
from postgraft.exhibits.thresholds import UNITS
from postgraft.protocol import Protocol

MOST: Final = 12
"""Rows that a table has; of more numbers, those with most patients are shown."""
NOT_ADDED: Final = "A patient for whom each of several numbers would do is counted at each."


def near_misses_by_parameter(misses: pd.DataFrame) -> pd.DataFrame:
    """Patients by parameter and by the change of it that they need; no patient is named.

    ``misses`` as of ``Outcome.near_misses``. Columns parameter, value (the protocol's), unit, change (signed, in the
    unit; below the protocol's value first, the nearest first), gained (patients who would be eligible with this change,
    so those of smaller changes the same way too), patients (of all changes). The parameter with most patients first.
    """
    groups = ["parameter", "value", "unit", "change"]
    marked = misses.assign(change=(misses["needed"] - misses["value"]).round(9))
    found = marked.groupby(groups, sort=False, as_index=False).size()
    found = found.assign(
        patients=found.groupby("parameter")["size"].transform("sum"),
        raised=found["change"] > 0,
        away=found["change"].abs(),
    )
    order = ["patients", "parameter", "raised", "away"]
    found = found.sort_values(order, ascending=[False, True, True, True], ignore_index=True)
    found["gained"] = found.groupby(["parameter", "raised"], sort=False)["size"].cumsum()
    return found[[*groups, "gained", "patients"]]


@or_withheld
def answer_near_misses(misses: pd.DataFrame, protocol: Protocol, steps: int = STEPS) -> Answer:
    """How many would be eligible with one number moved a little, and which number it is for most of them.

    ``misses`` and ``steps`` as of ``Outcome.near_misses`` under the protocol.
    """
    if misses.empty:
        return Answer(nobody(steps))
    first = next(rows(near_misses_by_parameter(misses)))
    patients = counted(misses["patient_id"].nunique(), "patient")
    most = f"most by {_title(protocol, first.parameter)}: {number(first.patients)}"
    return Answer(f"**{patients}** would become eligible with {_moved(steps)}; {most}.")


def nobody(steps: int) -> str:
    """What is said where there is no near miss."""
    return f"Nobody would become eligible with {_moved(steps)}."


def _moved(steps: int) -> str:
    return f"one number moved by up to {counted(steps, 'step')}"


@or_withheld
def near_misses_table(misses: pd.DataFrame, protocol: Protocol) -> Table:
    """A row a number of the protocol: what it asks for, and how many patients each change of it would gain."""
    lines = list(_lines(near_misses_by_parameter(misses), protocol))
    rest = [f"Not shown: {counted(len(lines) - MOST, 'number')} with fewer patients."] if len(lines) > MOST else []
    return table(
        pd.DataFrame(lines[:MOST], columns=["title", "value", "gained", "patients"]),
        "Near misses",
        {
            "title": "Needed for entry",
            "value": "Protocol",
            "gained": "Change: patients gained",
            "patients": "Gained at most",
        },
        (NOT_ADDED, *rest),
        numbers=("patients",),
        widths={"title": "40%"},
        empty="nobody is near.",
    )


def _lines(found: pd.DataFrame, protocol: Protocol) -> Iterator[tuple[str, str, str, int]]:
    for name, own in found.groupby("parameter", sort=False):
        first = own.iloc[0]
        changes = "; ".join(f"{_amount(row.change, row.unit, '+')}: {number(row.gained)}" for row in rows(own))
        yield _title(protocol, str(name)), _amount(first["value"], first["unit"]), changes, int(first["patients"])


def _title(protocol: Protocol, name: str) -> str:
    """A parameter as readers know it."""
    return protocol.parameters[name].title or label(name)


def _amount(value: float, unit: str, sign: str = "") -> str:
    return f"{value:{sign}g} {UNITS.get(unit, unit)}".strip().replace("-", "\N{MINUS SIGN}")
