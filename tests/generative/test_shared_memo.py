"""Amendments evaluated together share what none of them changes, and each gets what it gets when evaluated alone.

Every parameter is amended once, to a value drawn beside its present one, and some at random together; the whole lot
is evaluated in one pass with one memo a block, and each amendment once more by itself.
"""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest
from batches import draw_batch
from cohort import engine_tables
from protocols import ONLY_IN_THE_ENGINE, draw_protocol, draw_value
from share import long

import postgraft as pg
from postgraft.analysis.protocol_in_words import READ_BY_OTHERS
from postgraft.criteria import CRITERIA
from postgraft.criteria.memo import Parameters
from postgraft.evaluation.evaluate import SHARED_GRID

SEED, SIZE, MIXED = 5, 20, 8


def amended() -> list[pg.Protocol]:
    """One protocol a parameter, changed in it alone, and some that are changed in many."""
    r = random.Random(SEED)
    base = pg.load_protocol()
    single = [
        base.amend(name=name, set={name: draw_value(r, parameter)})
        for name, parameter in base.parameters.items()
        if name not in ONLY_IN_THE_ENGINE
    ]
    return [base, *single, *(draw_protocol(r, f"mixed {i}")[0] for i in range(MIXED))]


@pytest.fixture(scope="module")
def extract() -> pg.Extract:
    batch = draw_batch(SEED, 0, SIZE)
    return pg.Extract.from_tables(batch.setting.manifest, engine_tables(batch.setting, batch.patients))


@pytest.mark.parametrize("one_in", [4, *long(1)])
def test_together_as_alone(extract: pg.Extract, one_in: int) -> None:
    base, *others = amended()
    protocols = [base, *others[::-one_in]]
    differ = 0
    together = pg.evaluate(extract, protocols)
    for protocol, outcome in zip(protocols, together, strict=True):
        alone = pg.evaluate(extract, protocol)
        pd.testing.assert_frame_equal(outcome.transplants, alone.transplants, obj=protocol.name)
        pd.testing.assert_frame_equal(outcome.funnel(), alone.funnel(), obj=protocol.name)
        differ += not outcome.funnel().equals(together[0].funnel())
    assert differ > len(protocols) // 13  # else nothing was put to the test


def test_a_criterion_is_computed_anew_only_where_a_parameter_it_reads_is_changed(
    extract: pg.Extract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted by the rules that run: a second protocol runs those whose criteria read what it changes."""
    base = pg.load_protocol()
    ran: list[str] = []
    original = type(CRITERIA[0]).answer

    def counted(criterion, block, p):  # type: ignore[no-untyped-def]
        ran.append(criterion.name)
        return original(criterion, block, p)

    monkeypatch.setattr(type(CRITERIA[0]), "answer", counted)
    pg.evaluate(extract, base)
    assert sorted(ran) == sorted(c.name for c in CRITERIA)  # one block
    for name, reread in (
        ("neutrophils_min", {"neutrophil_count"}),
        ("washout_days_min", {"investigational_washout"}),
        ("lines_min", {"incomplete_response"}),
        ("itp_platelets_max", {"immune_cytopenia", "incomplete_response"}),
    ):
        ran.clear()
        changed = base.amend(name=name, set={name: 3})
        pg.evaluate(extract, [base, changed])
        again = [criterion for criterion in ran if ran.count(criterion) == 2]
        assert set(again) == reread


def test_statements_of_a_parameter_tell_which_criteria_read_it(extract: pg.Extract) -> None:
    """What a comparison says to be without effect rests on this: no other criterion reads the parameter."""
    silent = set()
    for protocol in [amended()[0], *amended()[-MIXED:]]:
        outcome = pg.evaluate(extract, protocol)
        block = outcome.observations.block(np.arange(len(outcome.observations)))
        for criterion in CRITERIA:
            p = Parameters(protocol)
            criterion.answer(block, p)
            for name in set(p.read) & set(protocol.parameters):
                statements = set(protocol.parameters[name].statements)
                said = {c.name for c in protocol.criteria.values() if not statements.isdisjoint(c.statements)}
                if not said & {criterion.name, *READ_BY_OTHERS}:
                    silent.add((criterion.name, name))
    assert silent == set()


def test_what_decides_the_days_is_no_criterions(extract: pg.Extract) -> None:
    """Parameters that make a block of their own are read by no criterion, so nothing shared depends on them."""
    outcome = pg.evaluate(extract, pg.load_protocol())
    block = outcome.observations.block(np.arange(len(outcome.observations)))
    p = Parameters(outcome.protocol)
    for criterion in CRITERIA:
        criterion.answer(block, p)
    assert set(p.read).isdisjoint(SHARED_GRID)
