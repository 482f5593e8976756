"""An amendment evaluated beside the protocol, where only what it touches is computed, is as if evaluated alone."""

from __future__ import annotations

import random

import numpy as np
import pytest
from batches import draw_batch
from compare import engine_extract
from protocols import ONLY_IN_THE_ENGINE, draw_protocol, draw_value
from share import long

import postgraft as pg
from postgraft.evaluation import screening
from postgraft.evaluation.evaluate import SHARED_GRID
from postgraft.timeline.spells import Spells


def assert_same(left: Spells, right: Spells, what: str) -> None:
    assert left.names == right.names, what
    for name in ("offsets", "start", "last", "failed", "unknown"):
        np.testing.assert_array_equal(getattr(left, name), getattr(right, name), err_msg=f"{what}: {name}")


def draw(seed: int) -> tuple[pg.Extract, list[pg.Protocol]]:
    """A generated cohort, a protocol, and others that differ from it in one or a few parameters."""
    batch, r = draw_batch(400, seed, 12), random.Random(seed)
    first, _, _ = draw_protocol(r, "first")
    left_out = (*SHARED_GRID, *ONLY_IN_THE_ENGINE)
    names = [name for name in first.parameters if name not in left_out]
    others = []
    for i in range(12):
        changed = r.sample(names, r.choice((1, 1, 2, 4)))
        values = {name: draw_value(r, first.parameters[name]) for name in changed}
        others.append(first.amend(name=str(i), set=values))
    return engine_extract(batch.setting, batch.patients), [first, *others]


@pytest.mark.parametrize("few", [0.0, 1.0, screening.FEW], ids=["whole block", "rows touched", "either"])
@pytest.mark.parametrize("seed", [0, *long(1, 2)])
def test_beside_another_as_alone(seed: int, few: float, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(screening, "FEW", few)
    extract, protocols = draw(seed)
    together = pg.evaluate(extract, protocols)
    for protocol, outcome in zip(protocols, together, strict=True):
        alone = pg.evaluate(extract, protocol)
        assert_same(outcome.spells, alone.spells, f"{dict(protocol.changes)}")


def test_some_amendments_touch_only_some_patients():
    """Else the test above would prove nothing about the rows that are left as they were."""
    extract, protocols = draw(0)
    first, *others = pg.evaluate(extract, protocols)
    shares = []
    for other in others:
        rows = [
            not np.array_equal(first.spells.take(np.array([i])).failed, other.spells.take(np.array([i])).failed)
            for i in range(len(first.observations))
        ]
        shares.append(np.mean(rows))
    assert any(0 < share < 1 for share in shares)
