"""What must not matter: the order of rows, repeated rows, blocks, executors, other protocols, and the future."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from batches import Batch, draw_batch
from cohort import DAY_COLUMNS, engine_tables
from compare import engine_extract
from parts.draws import Rows
from share import long

import postgraft as pg
from postgraft.analysis.breakdowns import verdict_shares
from postgraft.evaluation import evaluate as evaluation

SEED, SIZE = 7, 24
Cells = dict[tuple[str, int], pd.DataFrame]


@dataclass(frozen=True)
class Evaluated:
    """A batch, and what the engine makes of it in one block and one pass."""

    batch: Batch
    protocols: list[pg.Protocol]
    tables: dict[str, pd.DataFrame]
    extract: pg.Extract
    outcomes: list[pg.Outcome]


@pytest.fixture(scope="module", params=[0, *long(1, 2, 3)])
def done(request: pytest.FixtureRequest) -> Evaluated:
    batch = draw_batch(SEED, request.param, SIZE)
    protocols = [protocol.engine for protocol in batch.protocols]
    tables = engine_tables(batch.setting, batch.patients)
    extract = pg.Extract.from_tables(batch.setting.manifest, tables)
    return Evaluated(batch, protocols, tables, extract, pg.evaluate(extract, protocols))


def frames(outcome: pg.Outcome) -> list[pd.DataFrame]:
    return [outcome.transplants, outcome.patients, outcome.funnel(), verdict_shares(outcome)]


def verdicts(outcome: pg.Outcome) -> Cells:
    """Verdicts and components of observed transplants by patient and number."""
    seen = outcome.observations
    tables: Cells = {}
    for row in range(len(seen)):
        names, cells = outcome.screened.verdicts(row, True)
        days = range(int(seen.first[row]), int(seen.first[row]) + len(cells))
        key = (outcome.transplants["patient_id"].iloc[row], int(outcome.transplants["transplant"].iloc[row]))
        tables[key] = pd.DataFrame(cells, index=pd.Index(days, dtype="int64"), columns=list(names))
    return tables


def assert_same_verdicts(left: Cells, right: Cells) -> None:
    assert left.keys() == right.keys()
    for key, table in left.items():
        pd.testing.assert_frame_equal(table, right[key], obj=str(key))


def assert_same(left: list[pg.Outcome], right: list[pg.Outcome]) -> None:
    for one, other in zip(left, right, strict=True):
        for a, b in zip(frames(one), frames(other), strict=True):
            pd.testing.assert_frame_equal(a, b)
        assert_same_verdicts(verdicts(one), verdicts(other))


def test_order_of_rows_and_patients(done: Evaluated) -> None:
    tables = {name: frame.sample(frac=1, random_state=1) for name, frame in done.tables.items()}
    shuffled = pg.Extract.from_tables(done.batch.setting.manifest, tables)
    assert shuffled.fingerprint == done.extract.fingerprint
    for one, other in zip(done.outcomes, pg.evaluate(shuffled, done.protocols), strict=True):
        left, right = (o.transplants.sort_values(["patient_id", "transplant"], ignore_index=True) for o in (one, other))
        pd.testing.assert_frame_equal(left, right)
        assert_same_verdicts(verdicts(one), verdicts(other))


def test_repeated_rows(done: Evaluated) -> None:
    tables = {
        name: frame if name == "patients" else pd.concat([frame, frame.sample(frac=0.5, random_state=3)])
        for name, frame in done.tables.items()
    }
    repeated = pg.Extract.from_tables(done.batch.setting.manifest, tables)
    assert repeated.fingerprint == done.extract.fingerprint
    assert_same(done.outcomes, pg.evaluate(repeated, done.protocols))


@pytest.mark.parametrize("rows", [7, *long(1, 1000)])
def test_size_of_blocks(done: Evaluated, rows: int) -> None:
    assert_same(done.outcomes, pg.evaluate(done.extract, done.protocols, block_rows=rows))


def test_who_else_is_in_the_extract(done: Evaluated) -> None:
    """Patients asked of by themselves have the verdicts they have among others."""
    whole = verdicts(done.outcomes[0])
    ids = np.random.default_rng(5).permutation(done.extract.patients["patient_id"].to_numpy())
    for some in np.array_split(ids, 5):
        alone = pg.evaluate(done.extract.select(some.tolist()), done.protocols[0])
        for key, table in verdicts(alone).items():
            pd.testing.assert_frame_equal(table, whole[key], obj=str(key))


def test_verdicts_asked_of_one_patient(done: Evaluated) -> None:
    """The public table of a patient is what is kept of it, in words."""
    names = np.array(["FAIL", "UNKNOWN", "PASS"])
    for (patient_id, number), table in verdicts(done.outcomes[1]).items():
        asked = done.outcomes[1].verdicts(patient_id, number, components=True)
        assert asked.index.tolist() == table.index.tolist()
        assert asked.columns.tolist() == table.columns.tolist()
        assert (asked.to_numpy() == names[table.to_numpy()]).all()


def test_protocols_shared_out(done: Evaluated, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that each take some of the protocols find what one does that takes them all."""
    monkeypatch.setattr(evaluation, "MANY", 2)
    monkeypatch.setattr(evaluation.os, "cpu_count", lambda: 3)
    with ThreadPoolExecutor(2) as pool:
        pooled = pg.evaluate(done.extract, done.protocols, executor=pool)
    assert_same(done.outcomes, pooled)


def test_executor(done: Evaluated) -> None:
    with ThreadPoolExecutor(2) as pool:
        pooled = pg.evaluate(done.extract, done.protocols, executor=pool, block_rows=9)
    assert_same(done.outcomes, pooled)


def test_other_protocols_of_the_same_pass(done: Evaluated) -> None:
    assert_same(done.outcomes, [pg.evaluate(done.extract, protocol) for protocol in done.protocols])


# no look-ahead


def cut(tables: Rows, day: int) -> Rows:
    """What was on file on `day`: no later rows, no later ends, no later death; last contact is that day."""
    known: Rows = {}
    for name, rows in tables.items():
        start = "" if name == "patients" else DAY_COLUMNS[name][0]
        later = [column for column in DAY_COLUMNS[name] if column not in (start, "observed_from_day")]
        known[name] = [
            {k: None if k in later and v is not None and v > day else v for k, v in row.items()}
            for row in rows
            if not start or row[start] <= day
        ]
    (person,) = known["patients"]
    person["last_contact_day"] = day if person["last_contact_day"] is None else person["last_contact_day"]
    return known


def says_twice(tables: Rows) -> int:
    """Rows that repeat another: two courses that differ in their ends alone are one while both go on."""
    rows = [(name, tuple(sorted(row.items(), key=str))) for name in tables for row in tables[name]]
    return len(rows) - len(set(rows))


@pytest.mark.parametrize("attempt", range(2))
def test_the_future(done: Evaluated, attempt: int) -> None:
    """Verdicts up to a day, drawn for each patient, from the whole extract and from what was on file then."""
    r = random.Random(attempt)
    patients = done.batch.patients
    known = {patient_id: cut(tables, r.randrange(160)) for patient_id, tables in patients.items()}
    merged = {name for name in patients if says_twice(known[name]) > says_twice(patients[name])}
    early_outcomes = pg.evaluate(engine_extract(done.batch.setting, known), done.protocols)
    compared = 0
    for early_outcome, outcome in zip(early_outcomes, done.outcomes, strict=True):
        whole = verdicts(outcome)
        for key, early in verdicts(early_outcome).items():
            if key[0] in merged or key not in whole:  # under `last`, a later transplant is observed instead
                continue
            shared = early.index.intersection(whole[key].index)
            if len(shared):
                pd.testing.assert_frame_equal(early.loc[shared], whole[key].loc[shared], obj=str(key))
                compared += len(shared)
    assert compared > 3000
