"""Who is in: the patients of the sheets with an allogeneic transplant, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from postgraft.sources.tables.columns import Amount, Faults
from postgraft.sources.tables.fill import Filled
from postgraft.vocabulary.errors import Finding

UNKNOWN: Final = "patient is not in patients"
NOT_IN: Final = "patient without an allogeneic transplant"


@dataclass(frozen=True, slots=True)
class People:
    """``rows``: by patient the values of ``patients``, of everybody; ``allogeneic``: who is in.

    ``joined``: the patient of each row that is equal to an earlier one.
    """

    rows: dict[str, dict[str, Any]]
    allogeneic: frozenset[str]
    joined: tuple[str, ...]

    def left_out(self, patient: str) -> str | None:
        """Why rows of a patient are not used, None where they are."""
        if patient in self.allogeneic:
            return None
        return NOT_IN if patient in self.rows else UNKNOWN


def read_people(tables: Sequence[Filled], findings: list[Finding]) -> People:
    """Everybody in ``patients``, and who of them has an allogeneic transplant with a day; faults are noted."""
    rows: dict[str, dict[str, Any]] = {}
    joined: list[str] = []
    for filled in of_table(tables, "patients"):
        differ = np.zeros(len(filled.numbers), dtype=bool)
        for place, patient in enumerate(filled.column("patient_id")):
            row = {name: _plain(values[place]) for name, values in filled.columns.items() if name != "patient_id"}
            if patient in rows:
                differ[place] = rows[patient] != row
                joined.append(patient)
            elif patient is not None:
                rows[patient] = row
        at = Faults(filled.entry, filled.numbers, findings)
        source = filled.entry.columns.get("patient_id", "patient_id")
        at.add(source, "a patient who is there already, with other cells", "one row a patient, or equal ones", differ)
    allogeneic = {
        patient
        for filled in of_table(tables, "transplants")
        for patient, kind, day in zip(*map(filled.column, ("patient_id", "type", "transplant_date")), strict=True)
        if kind == "allogeneic" and day is not None
    }
    people = People(rows, frozenset(allogeneic & rows.keys()), tuple(joined))
    for filled in tables:
        if filled.entry.table != "patients":
            _note_strangers(filled, people, findings)
    return people


def of_table(tables: Sequence[Filled], name: str) -> list[Filled]:
    """Those of the filled tables that give rows of this one."""
    return [filled for filled in tables if filled.entry.table == name]


def _note_strangers(filled: Filled, people: People, findings: list[Finding]) -> None:
    """Notes ids that differ from a patient's only by zeros in front, and a table none of whose rows is anybody's."""
    ids = filled.column("patient_id")
    unknown = np.array([bool(one) and one not in people.rows for one in ids], dtype=bool)
    if not unknown.any() or not people.rows:
        return
    at = Faults(filled.entry, filled.numbers, findings)
    source = filled.entry.columns.get("patient_id", "patient_id")
    bare = {one.lstrip("0") for one in people.rows}
    zeros = np.array([odd and one.lstrip("0") in bare for one, odd in zip(ids, unknown, strict=True)], dtype=bool)
    if zeros.any():
        at.add(
            source, "a patient_id that differs from one in patients by zeros in front", "pad: {patient_id: 3}", zeros
        )
    elif unknown.all():
        at.add(source, "no row is of a patient who is in patients", "the patient_id of patients", unknown)


def _plain(value: object) -> object:
    return value.number if isinstance(value, Amount) else value
