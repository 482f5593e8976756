"""The engine and the oracle on the same patients; every disagreement, with the first day on which they differ."""

from __future__ import annotations

import random
import warnings
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import oracle
import pandas as pd
from cohort import Setting, draw_patients, draw_setting, engine_tables, oracle_extract
from parts.draws import Rows
from protocols import draw_protocol

import postgraft as pg
from postgraft.eligibility.screening import verdict_table

NAMES = ("FAIL", "UNKNOWN", "PASS")
FOLDED = (
    "status",
    "possible_kind",
    "first_eligible_day",
    "eligible_days",
    "first_possible_day",
    "possible_days",
)


@dataclass(frozen=True)
class Amended:
    """One protocol in both forms."""

    engine: pg.Protocol
    parameters: dict[str, Any]
    drop: tuple[str, ...]


@dataclass(frozen=True)
class Disagreement:
    """`what` is a criterion, component or column; `day` the first that differs (None: not by day)."""

    patient_id: str
    transplant: int
    what: str
    day: int | None
    engine: Any
    oracle: Any


@dataclass
class Tally:
    """What was compared: patients, transplants, days, and verdicts by name."""

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


def compare(
    extract: pg.Extract,
    setting: Setting,
    patients: dict[str, Rows],
    protocols: list[Amended],
    assigned: dict[str, int],
) -> tuple[list[Disagreement], Tally]:
    """All patients under all protocols by the engine in one pass, each patient under its own by the oracle."""
    outcomes = pg.evaluate(extract, [p.engine for p in protocols])
    blocks: dict[int, Any] = {}
    found: list[Disagreement] = []
    tally = Tally()
    for number, (protocol, outcome) in enumerate(zip(protocols, outcomes, strict=True)):
        own = [patient_id for patient_id in patients if assigned[patient_id] == number]
        seen = outcome.observations
        if id(seen) not in blocks:
            blocks[id(seen)] = seen.block(np.arange(len(seen)))
        ids = outcome.transplants["patient_id"].tolist()
        rows_of: dict[str, list[int]] = {}
        for row, patient_id in enumerate(ids):
            rows_of.setdefault(patient_id, []).append(row)
        status_of = dict(
            zip(
                outcome.patients["patient_id"],
                zip(outcome.patients["status"], outcome.patients["possible_kind"]),
            )
        )
        for patient_id in own:
            expected = oracle.evaluate(
                oracle_extract(setting, patient_id, patients[patient_id]), protocol.parameters, protocol.drop
            ).get(patient_id)
            rows = rows_of.get(patient_id, [])
            tally.patients += 1
            if expected is None or len(rows) != len(expected.transplants):
                there = 0 if expected is None else len(expected.transplants)
                if len(rows) != there:
                    found.append(Disagreement(patient_id, 0, "transplants", None, len(rows), there))
                continue
            status = (expected.status, expected.possible_kind)
            got = tuple(None if pd.isna(v) else v for v in status_of[patient_id])
            if got != status:
                found.append(Disagreement(patient_id, 0, "patient status", None, got, status))
            tally.statuses[f"{expected.status} {expected.possible_kind or ''}".strip()] += 1
            for row, one in zip(rows, expected.transplants, strict=True):
                number_ = int(outcome.transplants["transplant"].iloc[row])
                found += _folded(patient_id, number_, outcome.transplants.iloc[row], one)
                names, cells = verdict_table(blocks[id(seen)], protocol.engine, row, True)
                found += _by_day(patient_id, number_, int(seen.first[row]), names, cells, one, tally)
    return found, tally


def _folded(patient_id: str, number: int, row: Any, expected: oracle.TransplantResult) -> list[Disagreement]:
    found = []
    for column in FOLDED:
        value, wanted = row[column], getattr(expected, column)
        got = None if pd.isna(value) else value
        if got != wanted:
            found.append(Disagreement(patient_id, number, column, None, got, wanted))
    return found


def _by_day(
    patient_id: str,
    number: int,
    first: int,
    names: Any,
    cells: Any,
    expected: oracle.TransplantResult,
    tally: Tally,
) -> list[Disagreement]:
    days = max(expected.last_day - expected.first_day + 1, 0)
    if len(cells) != days or (days and first != expected.first_day):
        got = (first, first + len(cells) - 1)
        wanted = (expected.first_day, expected.last_day)
        return [Disagreement(patient_id, number, "observed days", None, got, wanted)]
    tally.transplants += 1
    tally.days += days
    if set(names) != set(expected.verdicts):
        return [Disagreement(patient_id, number, "names", None, sorted(names), sorted(expected.verdicts))]
    found = []
    for column, name in enumerate(names):
        got_days = cells[:, column]
        wanted_days = np.array([NAMES.index(v) for v in expected.verdicts[name]], np.int8)
        for verdict, count in enumerate(np.bincount(wanted_days, minlength=3)):
            tally.verdicts[name, NAMES[verdict]] += int(count)
        differ = np.flatnonzero(got_days != wanted_days)
        if differ.size:
            day = int(differ[0])
            found.append(
                Disagreement(
                    patient_id, number, name, first + day, NAMES[got_days[day]], NAMES[wanted_days[day]]
                )
            )
    return found


@dataclass(frozen=True)
class Batch:
    """One extract of generated patients and the protocols under which it is evaluated."""

    setting: Setting
    patients: dict[str, Rows]
    protocols: list[Amended]
    assigned: dict[str, int]
    seed: int


def draw_batch(seed: int, number: int, patients: int, protocols: int = 6) -> Batch:
    r = random.Random(f"{seed}/batch/{number}")
    setting = draw_setting(r)
    drawn = draw_patients(seed, number * patients, patients)
    amended = [Amended(*draw_protocol(r, f"amended {i}")) for i in range(protocols)]
    assigned = {patient_id: i % protocols for i, patient_id in enumerate(drawn)}
    return Batch(setting, drawn, amended, assigned, seed)


def run_batch(batch: Batch) -> tuple[list[Disagreement], Tally]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        extract = engine_extract(batch.setting, batch.patients, random.Random(batch.seed))
        return compare(extract, batch.setting, batch.patients, batch.protocols, batch.assigned)
