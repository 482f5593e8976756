"""The engine and the independent oracle give the same verdicts, observed days and statuses."""

from __future__ import annotations

import pytest
from batches import Batch, draw_batch
from compare import NAMES, Tally, run_batch
from hypothesis import HealthCheck, given, settings
from strategies import batches

SEED = 20240501
BATCHES, SIZE = 5, 40


@pytest.fixture(scope="module")
def tally() -> Tally:
    return Tally()


@pytest.mark.parametrize("number", range(BATCHES))
def test_same_verdicts_on_generated_patients(number: int, tally: Tally) -> None:
    found, compared = run_batch(draw_batch(SEED, number, SIZE))
    tally.add(compared)
    assert found == []
    assert compared.patients == SIZE


def test_every_component_was_seen_with_every_verdict(tally: Tally) -> None:
    """Agreement on days that are all FAIL would say little."""
    parts = {
        name for name, _ in tally.verdicts if name.startswith(("immune_cytopenia", "incomplete_response"))
    }
    assert len(parts) == 8
    rare = {(name, verdict) for name in parts for verdict in NAMES if tally.verdicts[name, verdict] < 200}
    assert rare == set()


@given(batches())
@settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_same_verdicts_on_patients_that_shrink(batch: Batch) -> None:
    found, _ = run_batch(batch)
    assert found == []
