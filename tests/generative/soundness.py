"""Verdicts of a complete extract against those of a less complete one: what is PASS or FAIL there must be so here.

"For every completion that agrees with the readings in force, certain ⊆ eligible ⊆ certain ∪ possible, for patients and
for every criterion and component on every day" (criteria, "Completions").
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from cohort import Setting, engine_tables
from losses import Kind, Less
from losses.treatments import of_its_own_day
from numpy.typing import NDArray
from parts.draws import Rows
from patients import TABLES

import postgraft as pg
from postgraft.evaluation.evaluated import STATUSES
from postgraft.evaluation.screening import TREATED
from postgraft.vocabulary.codes import CONDITIONS
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

NAMES = {FAIL: "FAIL", UNKNOWN: "UNKNOWN", PASS: "PASS"}
DECLARED = ("transfusions", "medications", "disease_status")
WITNESS = "witness"
STATUS = "status"


@dataclass(frozen=True)
class Violation:
    """A verdict of the less complete extract that its completion does not keep; a status has no day.

    ``leak``: it is the one that the contract accepts, see ``leaks``.
    """

    patient_id: str
    kind: str
    name: str
    day: int | None
    less: str
    whole: str
    leak: bool

    def __str__(self) -> str:
        when = "" if self.day is None else f" on day {self.day}"
        return f"{self.patient_id}, {self.kind}: {self.name}{when} is {self.less}, complete {self.whole}"


@dataclass
class Found:
    """What a kind of loss came to, in patients of whom something is lost or less declared.

    ``compared``: PASS and FAIL of the less complete extract, over days and names; ``opened``: verdicts that became
    unknown; ``moved``: patients whose status is another; ``violations``: the first day of each patient and name;
    ``unsettled``: patients whose response is ruled out, though the complete record leaves it open (``_unsettled``).
    """

    patients: int = 0
    compared: int = 0
    opened: int = 0
    moved: int = 0
    unsettled: int = 0
    violations: list[Violation] = field(default_factory=list)

    @property
    def broken(self) -> list[Violation]:
        return [one for one in self.violations if not one.leak]

    @property
    def leaked(self) -> set[str]:
        """Patients with a violation that is the accepted leak."""
        return {one.patient_id for one in self.violations if one.leak}

    def add(self, other: Found) -> None:
        self.patients += other.patients
        self.compared += other.compared
        self.opened += other.opened
        self.moved += other.moved
        self.unsettled += other.unsettled
        self.violations += other.violations


@cache
def protocol(readings: str) -> pg.Protocol:
    """As it ships, `base`, or under one of the shipped sets of readings."""
    base = pg.load_protocol()
    return base if readings == "base" else base.amended(base.reading_sets[readings])


def evaluated(patients: Mapping[str, Rows], undeclared: frozenset[str], p: pg.Protocol) -> pg.Outcome:
    """The patients of a site that declares everything else complete."""
    complete: dict[str, Any] = {name: True for name in DECLARED if name not in undeclared}
    if "conditions" not in undeclared:
        single = undeclared - {*TABLES}
        complete["conditions"] = [name for name in CONDITIONS if name not in single] if single else True
    setting = Setting("days", complete, datetime.date(2020, 7, 1), None, 0, TABLES)
    frames = engine_tables(setting, {**patients, WITNESS: _witness()})
    return pg.evaluate(pg.Extract.from_tables(setting.manifest, frames), p)


def _witness() -> Rows:
    """A patient seen for a day who has a row of everything, so that nothing that is declared complete is empty."""
    drug = {"drug": "paracetamol", "dose": 1.0, "dose_unit": "mg/day", "route": None, "purpose": "other"}
    return {
        "patients": [{"sex": "male", "age_at_transplant": 40.0, "last_contact_day": 0}],
        "transplants": [{"transplant_day": 0, "type": "allogeneic"}],
        "measurements": [{"day": 0, "analyte": "weight", "value": 80.0}],
        "medications": [{"start_day": 0, "end_day": 0, **drug}],
        "transfusions": [{"day": 0, "product": "platelets", "units": 1.0}],
        "disease_status": [{"day": 0, "status": "remission"}],
        "conditions": [{"start_day": 0, "end_day": 0, "condition": name} for name in CONDITIONS],
        "adjudications": [],
    }


@dataclass(frozen=True)
class Days:
    """All observed days of an outcome, one after another: failed and unknown are sets of names as bits."""

    names: tuple[str, ...]
    row: NDArray[np.int64]
    day: NDArray[np.int64]
    failed: NDArray[np.uint64]
    unknown: NDArray[np.uint64]

    @classmethod
    def of(cls, outcome: pg.Outcome) -> Days:
        spells = outcome.spells
        days = spells.end.astype(np.int64) - spells.start + 1
        began = np.repeat(np.cumsum(days) - days, days)
        day = np.arange(days.sum()) - began + np.repeat(spells.start, days)
        sets = (np.repeat(one.astype(np.uint64), days) for one in (spells.failed, spells.unknown))
        return cls(spells.names, np.repeat(spells.row, days), day, *sets)

    def verdict(self, at: int, name: str) -> str:
        bit = np.uint64(1 << self.names.index(name))
        return NAMES[FAIL if self.failed[at] & bit else UNKNOWN if self.unknown[at] & bit else PASS]


def losses_of(whole: Mapping[str, Rows], kind: Kind, p: pg.Protocol, seed: int) -> dict[str, Less]:
    """Each patient after the loss; what is lost depends on the seed, the kind and the patient alone."""
    return {
        patient_id: kind.of(tables, p, random.Random(f"{seed}/{kind.name}/{patient_id}"))
        for patient_id, tables in whole.items()
    }


def compared(complete: pg.Outcome, kind: Kind, less: Mapping[str, Less], p: pg.Protocol) -> Found:
    """``complete``: the outcome of the complete extract; ``less``: its patients after the loss."""
    outcome = evaluated({patient_id: one.tables for patient_id, one in less.items()}, kind.undeclared, p)
    known = _touched(complete, less, kind)
    whole, left = Days.of(complete), Days.of(outcome)
    assert whole.names == left.names
    assert np.array_equal(whole.row, left.row)
    assert np.array_equal(whole.day, left.day)
    asked = np.uint64(sum(1 << i for i, name in enumerate(left.names) if name != TREATED))
    patient = complete.observations.patient[left.row]
    answered = np.where(known[patient], ~left.unknown & asked, np.uint64(0))
    wrong = answered & ((left.failed ^ whole.failed) | whole.unknown)
    unsettled = wrong & _unsettled(left, whole)
    wrong &= ~unsettled
    opened = np.where(known[patient], left.unknown & ~whole.unknown & asked, np.uint64(0))
    one, other = _statuses(complete), _statuses(outcome)
    found = Found(
        int(known.sum()),
        int(np.bitwise_count(answered).sum()),
        int(np.bitwise_count(opened).sum()),
        int((one != other)[known].sum()),
        np.unique(patient[unsettled != 0]).size,
    )
    ids = complete.extract.patients["patient_id"].tolist()
    for at, name in _firsts(wrong, patient, left.names):
        patient_id = ids[patient[at]]
        found.violations.append(
            Violation(
                patient_id,
                kind.name,
                name,
                int(left.day[at]),
                left.verdict(at, name),
                whole.verdict(at, name),
                leaks(less[patient_id], name),
            )
        )
    # Certain ones stay certain, and nobody who is neither certain nor possible may become so.
    for i in np.flatnonzero((other == 2) & (one != 2) | (other == 0) & (one != 0)).tolist():
        named = [STATUSES[code] for code in (other[i], one[i])]
        found.violations.append(Violation(ids[i], kind.name, STATUS, None, *named, leaks(less[ids[i]], STATUS)))
    return found


def _unsettled(left: Days, whole: Days) -> NDArray[np.uint64]:
    """Names by day of a response that is ruled out, while the complete record itself leaves it unknown.

    What both ends of a range of onset days agree on is taken to hold for the days between; an onset in between, long
    after the last count, has no nadir, so that nothing can be told of it. Nobody can be eligible by that.
    """
    response = sum(1 << i for i, name in enumerate(left.names) if name.startswith("incomplete_response"))
    return left.failed & whole.unknown & np.uint64(response)


def leaks(less: Less, name: str) -> bool:
    """Whether a violation of this name can be the accepted leak.

    A transfusion that nobody recorded, on a day without a count of its lineage, could make a count day of its own or
    carry a spell. So one of platelets excuses ITP, one of red cells PRCA, either what rests on both.
    """
    products = {"immune_cytopenia.itp": ("platelets",), "immune_cytopenia.prca": ("red_cells",)}.get(name)
    if products is None:
        both = name.partition(".")[0] in ("immune_cytopenia", "incomplete_response", STATUS)
        products = ("platelets", "red_cells") if both and name != "immune_cytopenia.aiha" else ()
    rows = zip(less.whole["transfusions"], less.rows["transfusions"], strict=True)
    return any(left is None and row["product"] in products and of_its_own_day(less, row) for row, left in rows)


def _touched(complete: pg.Outcome, less: Mapping[str, Less], kind: Kind) -> NDArray[np.bool_]:
    """Which patients of the extract lost something; all, where less is declared."""
    touched = {
        patient_id
        for patient_id, one in less.items()
        if kind.undeclared or any(one.rows[name] != one.whole[name] for name in one.rows)
    }
    return complete.extract.patients["patient_id"].isin(touched).to_numpy()


def _statuses(outcome: pg.Outcome) -> NDArray[np.int64]:
    """Position in ``STATUSES`` of each patient of the extract: the best of its transplants, 0 without one."""
    found = np.zeros(len(outcome.extract.patients), np.int64)
    np.maximum.at(found, outcome.observations.patient, outcome.status)
    return found


def _firsts(wrong: NDArray[np.uint64], patient: NDArray[np.int64], names: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """The first wrong day of each patient and name."""
    for i, name in enumerate(names):
        at = np.flatnonzero(wrong & np.uint64(1 << i))
        _, first = np.unique(patient[at], return_index=True)
        for one in at[first].tolist():
            yield one, name
