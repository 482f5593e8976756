"""Barriers against brute force: every subset of some criteria dropped, each evaluated."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import combinations
from math import factorial

import pytest
from batches import draw_batch
from compare import engine_extract
from protocols import draw_protocol

import postgraft as pg
from postgraft.analysis.barriers import Counting

KEPT = 6
ALWAYS = ("days_since_transplant", "immune_cytopenia")
Worth = Mapping[frozenset[str], int]
Case = tuple[pg.Outcome, list[str], dict[Counting, Worth]]


def count(outcome: pg.Outcome, counting: Counting) -> int:
    status = outcome.patients["status"]
    wanted = ["eligible"] if counting == "eligible" else ["eligible", "possible"]
    return int(status.isin(wanted).sum())


@pytest.fixture(scope="module", params=range(4))
def case(request: pytest.FixtureRequest) -> Case:
    """A generated cohort under six criteria, and how many are in under every subset of them dropped."""
    r = random.Random(request.param)
    batch = draw_batch(500, request.param, 40)
    protocol, _, _ = draw_protocol(r, "drawn")
    others = [name for name in protocol.criteria if name not in ALWAYS]
    kept = [*ALWAYS, *r.sample(others, KEPT - len(ALWAYS))]
    few = protocol.amend(name="few", drop=[name for name in protocol.criteria if name not in kept])
    subsets = [frozenset(some) for size in range(KEPT + 1) for some in combinations(kept, size)]
    protocols = [few.amend(name="subset", drop=sorted(some)) if some else few for some in subsets]
    outcomes = pg.evaluate(engine_extract(batch.setting, batch.patients), protocols)
    worth = {
        counting: {some: count(one, counting) for some, one in zip(subsets, outcomes, strict=True)}
        for counting in ("eligible", "eligible_or_possible")
    }
    return outcomes[0], kept, worth


def suffix(counting: Counting) -> str:
    return "" if counting == "eligible" else "_or_possible"


@pytest.mark.parametrize("counting", ["eligible", "eligible_or_possible"])
def test_each_column_is_what_it_says(case: Case, counting: Counting):
    outcome, kept, worths = case
    worth, table = worths[counting], outcome.barriers().set_index("criterion")
    nothing, everything = worth[frozenset()], worth[frozenset(kept)]
    for name in kept:
        gain = worth[frozenset([name])] - nothing
        assert table.at[name, f"gain_if_dropped{suffix(counting)}"] == gain
        assert table.at[name, f"fails_alone{suffix(counting)}"] == gain
        only = everything - worth[frozenset(kept) - {name}]
        assert table.at[name, f"keeps_out{suffix(counting)}"] == only
    assert not table.drop(kept).to_numpy().any()


@pytest.mark.parametrize("counting", ["eligible", "eligible_or_possible"])
def test_shapley_values_are_exact(case: Case, counting: Counting):
    outcome, kept, worths = case
    worth, n = worths[counting], len(kept)
    value = outcome.barriers().set_index("criterion")[f"shapley{suffix(counting)}"]
    for name in kept:
        others = [one for one in kept if one != name]
        exact = sum(
            factorial(size) * factorial(n - size - 1) * (worth[frozenset([*some, name])] - worth[frozenset(some)])
            for size in range(n)
            for some in combinations(others, size)
        ) / factorial(n)
        assert value[name] == pytest.approx(exact, abs=1e-9)
    assert value.sum() == pytest.approx(worth[frozenset(kept)] - worth[frozenset()], abs=1e-9)


@pytest.mark.parametrize("counting", ["eligible", "eligible_or_possible"])
def test_combinations_are_those_without_which_it_is_not(case: Case, counting: Counting):
    outcome, kept, worths = case
    worth = worths[counting]
    table = outcome.combinations(counting)
    named = {frozenset(row.criteria.split(" + ")): row for row in table.itertuples()}
    for some in worth:
        gain = worth[some] - worth[frozenset()]
        if some in named:
            assert named[some].gain_if_dropped == gain
            assert 1 <= named[some].patients <= gain
            assert named[some].size == len(some)
    assert table["patients"].is_monotonic_decreasing
    assert table["only_way"].sum() <= worth[frozenset(kept)] - worth[frozenset()] <= table["patients"].sum()


@pytest.mark.parametrize("counting", ["eligible", "eligible_or_possible"])
def test_everybody_is_counted_once(case: Case, counting: Counting):
    outcome, kept, worths = case
    row = outcome.kept_out().set_index("counting").loc[counting]
    assert row["in"] == worths[counting][frozenset()]
    assert row["in"] + row["kept_out"] == worths[counting][frozenset(kept)]
    assert row["in"] + row["kept_out"] + row["unobserved"] == row["of"] == len(outcome.extract.patients)


def test_the_cases_have_something_to_show(case: Case):
    outcome, kept, worths = case
    assert worths["eligible_or_possible"][frozenset(kept)] > worths["eligible_or_possible"][frozenset()]
    assert (outcome.combinations("eligible_or_possible")["size"] > 1).any()
