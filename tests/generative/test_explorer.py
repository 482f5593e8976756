"""What the explorer answers, one change after another, is what evaluating the amended protocol alone gives."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest
from batches import draw_batch
from compare import engine_extract
from protocols import ONLY_IN_THE_ENGINE, draw_protocol, draw_value

import postgraft as pg
from postgraft.eligibility.evaluation import SHARED_GRID
from postgraft.eligibility.whatif import explore_prepared
from postgraft.eligibility.whatif.explore import Explored, Explorer

MOVES = 20


def walk(r: random.Random, protocol: pg.Protocol, moves: int) -> list[tuple[dict[str, Any], set[str]]]:
    """States as somebody reaches them who changes one thing after another, and goes back now and then."""
    names = [name for name in protocol.parameters if name not in ONLY_IN_THE_ENGINE]
    undropped = [name for name in protocol.criteria if name not in protocol.dropped]
    values: dict[str, Any] = {}
    dropped: set[str] = set()
    states = []
    for _ in range(moves):
        move = r.random()
        if move < 0.2:
            dropped = dropped ^ {r.choice(undropped[:6] if r.random() < 0.5 else undropped)}
        elif move < 0.35:
            name = r.choice((*SHARED_GRID, "eligible_days_min", "days_since_transplant_min"))
            values = {**values, name: draw_value(r, protocol.parameters[name])}
        elif move < 0.5 and values:
            values = {name: value for name, value in values.items() if name != r.choice(list(values))}
        else:
            name = r.choice(names)
            values = {**values, name: draw_value(r, protocol.parameters[name])}
        states.append((values, dropped))
    return states


def expected(base: pg.Outcome, amended: pg.Protocol) -> Mapping[str, object]:
    """Counts of patients as the amended protocol evaluated alone has them, beside those of the base."""
    alone = pg.evaluate(base.extract, amended)
    certain, upper = ([members(one, kinds) for one in (base, alone)] for kinds in (("eligible",), BOTH))
    found: dict[str, object] = {
        "of": len(base.extract.patients),
        "certain": len(certain[1]),
        "possible": len(upper[1] - certain[1]),
        "certain_or_possible": len(upper[1]),
    }
    for suffix, (before, after) in (("", certain), ("_or_possible", upper)):
        found |= {
            f"gained{suffix}": len(after - before),
            f"lost{suffix}": len(before - after),
            f"net{suffix}": len(after) - len(before),
        }
    return found | {"funnel": tuple(alone.funnel().itertuples(index=False, name=None))}


BOTH = ("eligible", "possible")


def members(outcome: pg.Outcome, kinds: tuple[str, ...]) -> set[str]:
    patients = outcome.patients
    return set(patients["patient_id"][patients["status"].isin(kinds)])


def assert_exact(answer: Explored, base: pg.Outcome, state: Any) -> None:
    (values, dropped), protocol = state, base.protocol
    amended = protocol.amend(name="x", set=values, drop=sorted(dropped)) if values or dropped else protocol
    assert answer.counts is not None, (answer.problem, state)
    assert vars(answer.counts) == expected(base, amended), state


def drawn(seed: int, size: int) -> tuple[pg.Outcome, random.Random]:
    """A generated cohort evaluated, of odd seeds under an amended protocol."""
    batch, r = draw_batch(700, seed, size), random.Random(seed)
    protocol = draw_protocol(r, "first")[0] if seed % 2 else pg.load_protocol()
    return pg.evaluate(engine_extract(batch.setting, batch.patients), protocol), r


@pytest.mark.parametrize("least", [1, explore_prepared.LEAST_ROWS], ids=["kept", "computed each time"])
@pytest.mark.parametrize("seed", range(3))
def test_each_answer_is_that_of_the_amended_protocol(
    seed: int, least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explore_prepared, "LEAST_ROWS", least)
    base, r = drawn(seed, 120)
    explorer = Explorer(base)
    for state in walk(r, base.protocol, MOVES):
        assert_exact(explorer(*state), base, state)


def test_in_several_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explore_prepared, "BLOCK_ROWS", 7)
    base, r = drawn(4, 40)
    explorer = Explorer(base)
    for state in walk(r, base.protocol, 10):
        assert_exact(explorer(*state), base, state)


def test_answers_differ() -> None:
    """Else the tests above would prove nothing."""
    base, r = drawn(0, 120)
    explorer = Explorer(base)
    answers = {explorer(*state).counts for state in walk(r, base.protocol, MOVES)}
    assert len(answers) > MOVES / 3
    assert len({one.certain for one in answers if one}) > 3
