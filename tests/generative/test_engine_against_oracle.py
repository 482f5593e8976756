"""The engine and the independent oracle give the same verdicts, observed days and statuses.

`run_many.py` does the same with as many patients as one has patience for.
"""

from __future__ import annotations

import pytest
from batches import Batch, draw_batch
from compare import NAMES, Disagreement, Tally, run_batch
from hypothesis import HealthCheck, given, settings
from share import long
from strategies import batches

SEED = 1
SIZE = 40
# A patient takes many draws.
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)


@pytest.fixture(scope="module", params=[3, *long(25)])
def compared(request: pytest.FixtureRequest) -> tuple[list[Disagreement], Tally]:
    """What the patients of so many batches gave."""
    found: list[Disagreement] = []
    total = Tally()
    for number in range(request.param):
        more, tally = run_batch(draw_batch(SEED, number, SIZE))
        found += more
        total.add(tally)
    return found, total


def test_same_verdicts_on_generated_patients(
    compared: tuple[list[Disagreement], Tally], request: pytest.FixtureRequest
) -> None:
    found, total = compared
    assert found == []
    assert total.patients == request.node.callspec.params["compared"] * SIZE


def test_every_component_has_days_of_every_verdict(compared: tuple[list[Disagreement], Tally]) -> None:
    """Agreement on days that all fail would say little."""
    verdicts = compared[1].verdicts
    parts = {name for name, _ in verdicts if name.startswith(("immune_cytopenia", "incomplete_response"))}
    assert len(parts) == 8
    assert {(name, v) for name in parts for v in NAMES if verdicts[name, v] < 100} == set()


@given(batches())
@settings(max_examples=15, derandomize=True, deadline=None, suppress_health_check=SLOW)
def test_same_verdicts_on_patients_that_shrink(batch: Batch) -> None:
    found, _ = run_batch(batch)
    assert found == []
