"""What the explorer answers, one change after another, is what evaluating the amended protocol alone gives."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import evaluated
import pytest
from batches import draw_batch
from compare import engine_extract
from protocols import ONLY_IN_THE_ENGINE, draw_protocol, draw_value
from share import long

import postgraft as pg
from postgraft.analysis import what_if
from postgraft.analysis.what_if import Explored, Explorer
from postgraft.evaluation.evaluate import SHARED_GRID, in_blocks

MOVES = 20

OFTEN = (
    *SHARED_GRID,
    "eligible_days_min",
    "days_since_transplant_min",
    "blood_count_window_days",
    "itp_platelets_max",
    "aiha_hemoglobin_below",
    "incomplete_response_rule",
    "refractory_steroid_dose",
    "neutrophils_min",
    "sponsor_agreement",
    "engraftment_gap_days",
)
"""Parameters that move many patients, of criteria early and late."""


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
        elif move < 0.55:
            name = r.choice(OFTEN)
            values = {**values, name: draw_value(r, protocol.parameters[name])}
        elif move < 0.7 and values:
            gone = r.choice(list(values))
            values = {name: value for name, value in values.items() if name != gone}
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


def shipped(seed: int) -> tuple[pg.Outcome, random.Random]:
    """The synthetic cohort that comes with the project, in which many are eligible or nearly so."""
    return evaluated.demo(), random.Random(seed)


def drawn(seed: int, size: int) -> tuple[pg.Outcome, random.Random]:
    """A generated cohort evaluated, of odd seeds under an amended protocol."""
    batch, r = draw_batch(700, seed, size), random.Random(seed)
    protocol = draw_protocol(r, "first")[0] if seed % 2 else pg.load_protocol()
    return pg.evaluate(engine_extract(batch.setting, batch.patients), protocol), r


@pytest.mark.parametrize("seed", [3, *long(0, 7, 11)])
def test_each_answer_is_that_of_the_amended_protocol(seed: int) -> None:
    base, r = drawn(seed, 120)
    explorer = Explorer(base)
    for state in walk(r, base.protocol, MOVES):
        assert_exact(explorer(*state), base, state)


def test_in_several_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(what_if, "in_blocks", lambda seen: in_blocks(seen, 7))
    base, r = drawn(4, 40)
    explorer = Explorer(base)
    for state in walk(r, base.protocol, 10):
        assert_exact(explorer(*state), base, state)


@pytest.mark.parametrize(
    ("dropped", "different"),
    [
        pytest.param((), 20, id="nothing dropped"),
        pytest.param(
            ("days_since_transplant", "immune_cytopenia", "incomplete_response"),
            8,
            id="three dropped",
            marks=pytest.mark.long,
        ),
    ],
)
def test_a_cohort_in_which_answers_differ(dropped: tuple[str, ...], different: int) -> None:
    base, r = shipped(1)
    explorer, found = Explorer(base), []
    for _ in range(40):
        chosen = r.sample(OFTEN, r.choice((1, 1, 2, 3)))
        state = {name: draw_value(r, base.protocol.parameters[name]) for name in chosen}, dropped
        answer = explorer(*state)
        assert_exact(answer, base, state)
        found.append(answer.counts)
    assert len(set(found)) > different
    assert len({one.certain for one in found if one}) > different / 3
