"""Counts by cell keys: what decides them, and what does not."""

from pathlib import Path

import numpy as np
import pytest

from postgraft.disclosure.cell_keys import CellKeys, noise_probabilities
from postgraft.disclosure.house import House
from postgraft.disclosure.rule import Rule

HOUSE = House(Rule(), bytes(range(32)), Path())
EXACT = House(Rule(10, 1), bytes(range(32)), Path())
IDS = [f"P{k}" for k in range(200)]


def texts(keys, sets):
    return [one.text for one in keys.counting(np.asarray(sets))]


def by_lot(sets, patients=200, seed=0):
    lot = np.random.default_rng(seed)
    return lot.random((sets, patients)) < lot.random((sets, 1))


def test_noise_has_mean_0_and_variance_2_and_the_largest_entropy():
    chance = noise_probabilities()
    assert list(chance) == [-3, -2, -1, 0, 1, 2, 3]
    assert sum(chance.values()) == pytest.approx(1)
    assert sum(k * p for k, p in chance.items()) == pytest.approx(0)
    assert sum(k * k * p for k, p in chance.items()) == pytest.approx(2)
    # p(k) = p(0) exp(−λ k²): the logarithms fall by 1, 4, 9 times the same
    falls = [np.log(chance[0] / chance[k]) / k**2 for k in (1, 2, 3)]
    assert falls == pytest.approx([falls[0]] * 3)


def test_counts_have_this_noise():
    sets = by_lot(20_000, 40)
    sets = np.concatenate((sets, np.ones((len(sets), 20), bool)), axis=1)  # none is hidden
    shown = CellKeys([str(k) for k in range(60)], EXACT).counting(np.unique(sets, axis=0))
    noise = np.array([float(one) for one in shown]) - np.unique(sets, axis=0).sum(axis=1)
    assert (noise.min(), noise.max()) == (-3, 3)
    assert noise.mean() == pytest.approx(0, abs=0.05)  # 5 standard errors
    assert noise.var() == pytest.approx(2, abs=0.1)


def test_the_noise_of_two_sets_tells_nothing_of_that_of_both_together():
    size = 15
    parts = np.array([np.arange(3000) // size == k for k in range(200)])
    noise = [
        np.array([float(one) for one in CellKeys(map(str, range(3000)), EXACT).counting(sets)]) - sets.sum(axis=1)
        for sets in (parts[::2], parts[1::2], parts[::2] | parts[1::2])
    ]
    assert abs(np.corrcoef(noise[0] + noise[1], noise[2])[0, 1]) < 0.3


def test_order_of_patients_and_of_sets_decides_nothing():
    sets, lot = by_lot(50), np.random.default_rng(1)
    order, rows = lot.permutation(len(IDS)), lot.permutation(50)
    again = texts(CellKeys([IDS[k] for k in order], HOUSE), sets[rows][:, order])
    assert again == [texts(CellKeys(IDS, HOUSE), sets)[k] for k in rows]


def test_other_patients_of_the_extract_decide_nothing():
    sets = by_lot(50)
    wider = np.concatenate((np.zeros((50, 3), bool), sets), axis=1)
    assert texts(CellKeys(["a", "b", "c", *IDS], HOUSE), wider) == texts(CellKeys(IDS, HOUSE), sets)


def test_another_secret_is_other_noise():
    sets = by_lot(50)
    other = House(Rule(10, 1), bytes(32), Path())
    assert texts(CellKeys(IDS, EXACT), sets) != texts(CellKeys(IDS, other), sets)


def test_nobody_prints_as_few():
    for house in (HOUSE, EXACT, House(Rule(3, 1), bytes(range(32)), Path())):
        assert texts(CellKeys(IDS, house), np.zeros((1, 200), bool)) == [house.rule.hidden]


def test_patients_left_out_of_the_extract_count_as_well():
    wide = np.concatenate((np.ones((1, 200), bool), np.ones((1, 40), bool)), axis=1)
    [shown] = CellKeys(IDS, EXACT).counting(wide)
    assert abs(float(shown) - 240) <= 3


def test_a_stricter_rule_is_applied_to_what_the_house_prints():
    sets = by_lot(300)
    usual, stricter = (texts(CellKeys(IDS, HOUSE, rule), sets) for rule in (None, Rule(20, 15)))
    pairs = set(zip(usual, stricter, strict=True))
    assert len(pairs) == len(set(usual))
    assert ("≤ 10", "≤ 20") in pairs
    assert ("20", "≤ 20") in pairs
    assert ("25", "30") in pairs
