"""The engine and the oracle on the same patients; every disagreement, with the first day on which they differ."""

from __future__ import annotations

import random
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import oracle
import pandas as pd
from batches import Batch
from cohort import Setting, engine_tables, oracle_extract
from parts.draws import Rows

import postgraft as pg

NAMES = ("FAIL", "UNKNOWN", "PASS")
FOLDED = ("status", "possible_kind", "first_eligible_day", "eligible_days", "first_possible_day", "possible_days")


@dataclass(frozen=True)
class Disagreement:
    """`what` is a criterion, component or column; `day` the first that differs (None: not by day)."""

    patient_id: str
    transplant: int
    what: str
    day: int | None
    engine: Any
    oracle: Any

    @property
    def kind(self) -> tuple[str, Any, Any]:
        return self.what, self.engine, self.oracle


@dataclass
class Tally:
    """What was compared: patients, transplants, days, verdicts by (name, verdict), patients by status."""

    patients: int = 0
    transplants: int = 0
    days: int = 0
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        self.patients += other.patients
        self.transplants += other.transplants
        self.days += other.days
        self.verdicts += other.verdicts
        self.statuses += other.statuses


def engine_extract(setting: Setting, patients: dict[str, Rows], r: random.Random | None = None) -> pg.Extract:
    return pg.Extract.from_tables(setting.manifest, engine_tables(setting, patients, r))


def run_batch(batch: Batch) -> tuple[list[Disagreement], Tally]:
    """All patients of a batch in one extract, written down as a site might; warnings are errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        written = engine_extract(batch.setting, batch.patients, random.Random(batch.seed))
        return compare(written, batch)


def compare(extract: pg.Extract, batch: Batch) -> tuple[list[Disagreement], Tally]:
    """The engine answers for all patients under all protocols in one pass, the oracle for each under its own."""
    outcomes = pg.evaluate(extract, [protocol.engine for protocol in batch.protocols])
    found: list[Disagreement] = []
    tally = Tally()
    for number, (protocol, outcome) in enumerate(zip(batch.protocols, outcomes, strict=True)):
        engine = _Engine(outcome)
        for patient_id in batch.assigned_to(number):
            rows = oracle_extract(batch.setting, patient_id, batch.patients[patient_id])
            expected = oracle.evaluate(rows, protocol.parameters, protocol.drop).get(patient_id)
            found += engine.against(patient_id, expected, tally)
    return found, tally


class _Engine:
    """What the engine found under one protocol, by patient."""

    def __init__(self, outcome: pg.Outcome) -> None:
        self.outcome = outcome
        transplants, patients = outcome.transplants, outcome.patients
        self.rows: dict[str, list[int]] = {}
        for row, patient_id in enumerate(transplants["patient_id"]):
            self.rows.setdefault(patient_id, []).append(row)
        self.numbers = transplants["transplant"].tolist()
        self.folded = [_plain(transplants[column].tolist()) for column in FOLDED]
        status, kind = (_plain(patients[column].tolist()) for column in ("status", "possible_kind"))
        self.status = dict(zip(patients["patient_id"], zip(status, kind, strict=True), strict=True))

    def against(self, patient_id: str, expected: oracle.PatientResult | None, tally: Tally) -> Iterator[Disagreement]:
        tally.patients += 1
        rows = self.rows.get(patient_id, [])
        transplants = [] if expected is None else expected.transplants
        if len(rows) != len(transplants):
            yield Disagreement(patient_id, 0, "transplants", None, len(rows), len(transplants))
            return
        if expected is None:
            tally.statuses["without a transplant"] += 1
            return
        tally.statuses[" ".join(filter(None, (expected.status, expected.possible_kind)))] += 1
        status = (expected.status, expected.possible_kind)
        if self.status[patient_id] != status:
            yield Disagreement(patient_id, 0, "patient status", None, self.status[patient_id], status)
        for row, one in zip(rows, transplants, strict=True):
            for what, day, got, wanted in self._differences(row, one, tally):
                yield Disagreement(patient_id, self.numbers[row], what, day, got, wanted)

    def _differences(
        self, row: int, expected: oracle.TransplantResult, tally: Tally
    ) -> Iterator[tuple[str, int | None, Any, Any]]:
        for column, values in zip(FOLDED, self.folded, strict=True):
            if values[row] != getattr(expected, column):
                yield column, None, values[row], getattr(expected, column)
        names, cells = self.outcome.screened.verdicts(row, True)
        first = int(self.outcome.observations.first[row])
        observed = range(first, first + len(cells))
        wanted = range(expected.first_day, expected.last_day + 1)
        if observed != wanted:  # ranges without a day are equal
            yield "observed days", None, observed, wanted
            return
        if missing := set(expected.verdicts) - set(names):
            yield "names", None, None, sorted(missing)
            return
        tally.transplants += 1
        tally.days += len(observed)
        for name, right_names in expected.verdicts.items():
            column = cells[:, names.index(name)]
            right = np.array([NAMES.index(v) for v in right_names], np.int8)
            for verdict, count in zip(NAMES, np.bincount(right, minlength=3).tolist(), strict=True):
                tally.verdicts[name, verdict] += count
            for at in np.flatnonzero(column != right)[:1].tolist():
                yield name, first + at, NAMES[column[at]], NAMES[right[at]]


def _plain(values: Sequence[Any]) -> list[Any]:
    return [None if pd.isna(value) else value for value in values]
