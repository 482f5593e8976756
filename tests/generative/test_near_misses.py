"""Near misses and the frontier against evaluating every value and every combination."""

from __future__ import annotations

from itertools import combinations

import pytest
from batches import draw_batch
from compare import engine_extract

import postgraft as pg

KEPT = ("days_since_transplant", "immune_cytopenia", "incomplete_response", "neutrophil_count", "adult")
PARAMETERS = ("days_since_transplant_min", "neutrophils_min", "lines_min", "itp_platelets_max", "age_min_years")
STEPS = 4


@pytest.fixture(scope="module")
def cohort() -> tuple[pg.Extract, pg.Protocol]:
    batch = draw_batch(700, 3, 150)
    base = pg.load_protocol()
    few = base.amend(name="few", drop=[name for name in base.criteria if name not in KEPT])
    return engine_extract(batch.setting, batch.patients), few


def eligible(outcome: pg.Outcome) -> set[str]:
    return set(outcome.patients.loc[outcome.patients["status"] == "eligible", "patient_id"])


def test_the_nearest_value_that_lets_a_patient_in(cohort: tuple[pg.Extract, pg.Protocol]):
    extract, protocol = cohort
    outcome = pg.evaluate(extract, protocol)
    found = outcome.near_misses(PARAMETERS, steps=STEPS)
    assert len(found) > 0
    inside = eligible(outcome)
    expected = {}
    for name in PARAMETERS:
        parameter = protocol.parameters[name]
        for away in range(STEPS, 0, -1):
            for sign in (1, -1):  # the nearest is written last, the lower of two after the higher
                value = round(parameter.value + sign * away * parameter.step, 9)
                if parameter.allowed.contains(value):
                    amended = pg.evaluate(extract, protocol.amend(name="x", set={name: value}))
                    expected |= {(one, name): (away, value) for one in eligible(amended) - inside}
    told = {(row.patient_id, row.parameter): (row.steps, row.needed) for row in found.itertuples()}
    assert told == expected


def test_the_frontier_is_that_of_all_combinations(cohort: tuple[pg.Extract, pg.Protocol]):
    extract, protocol = cohort
    menu = [
        {"name": "day 30", "set": {"days_since_transplant_min": 30}},
        {"name": "day 20", "set": {"days_since_transplant_min": 20}},
        {"name": "neutrophils", "set": {"neutrophils_min": 0.5}},
        {"name": "one line", "set": {"lines_min": 1}},
        {"name": "no age", "drop": ["adult"]},
    ]
    table = pg.frontier(extract, protocol, menu, most=3)
    allowed = [
        some
        for size in range(4)
        for some in combinations(menu, size)
        if not {"day 30", "day 20"} <= {one["name"] for one in some}
    ]
    assert set(table["amendments"]) == {" + ".join(one["name"] for one in some) for some in allowed}
    counts = {}
    for some in allowed:
        changes = {key: value for one in some for key, value in one.get("set", {}).items()}
        drop = [name for one in some for name in one.get("drop", [])]
        amended = protocol.amend(name="x", set=changes, drop=drop) if some else protocol
        counts[" + ".join(one["name"] for one in some)] = len(eligible(pg.evaluate(extract, amended)))
    assert dict(zip(table["amendments"], table["certain"], strict=True)) == counts
    for row in table.itertuples():
        beaten = (table["changes"] <= row.changes) & (table["certain"] > row.certain)
        beaten |= (table["changes"] < row.changes) & (table["certain"] >= row.certain)
        assert row.best == (not beaten.any())
    assert (table["gained"] == table["certain"] - counts[""]).all()
