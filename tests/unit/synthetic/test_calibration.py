"""The tables of rates are whole and used, and a large cohort lies where they say."""

import math
from typing import Any

import numpy as np
import pytest
from estimates import Estimate, estimates

from postgraft.synthetic import generate
from postgraft.synthetic.calibration import Dice, Rates, table
from postgraft.synthetic.histories import draw_chunk

pytestmark = pytest.mark.slow

PATIENTS = 20_000
SAMPLING_ERRORS = 3.5
"""Half the width of the sampling interval, in standard errors: one false alarm in two thousand a quantity."""


@pytest.fixture(scope="module")
def planted() -> dict[str, Estimate]:
    return estimates(draw_chunk(np.random.SeedSequence(20_15), PATIENTS, 1.0))


def test_every_planted_rate_lies_in_its_range(planted: dict[str, Estimate]) -> None:
    rates = Rates()
    outside = []
    for name, (found, count) in planted.items():
        low, high = rates.bounds(name)
        error = math.sqrt(rates[name] * (1 - rates[name]) / count) if rates[name] < 1 else 0.0
        near = abs(found - rates[name]) <= SAMPLING_ERRORS * error
        if not (low <= found <= high or near):
            outside.append(f"{name}: {found:.4f} of {count}, table {rates[name]:g} ({low:g} to {high:g})")
    assert outside == []


def test_every_published_rate_is_planted_or_checked(
    planted: dict[str, Estimate], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: set[str] = set()
    value = Rates.__getitem__

    def recording(self: Rates, name: str) -> float:
        read.add(name)
        return value(self, name)

    monkeypatch.setattr(Rates, "__getitem__", recording)
    generate(2_000, seed=5, enrich=5)
    assert set(table("calibration")["quantity"]) - read - planted.keys() == set()
    assert set(table("assumptions")["quantity"]) - read == set()


def test_only_a_named_quantity_can_be_read() -> None:
    with pytest.raises(KeyError):
        Rates()["relapse_2y"]


@pytest.mark.parametrize("name", ["calibration", "assumptions"])
def test_a_value_lies_within_its_own_range_and_has_a_source(name: str) -> None:
    rows = table(name)
    value = rows["value"].astype(float)
    assert not (value < rows["low"]).any()
    assert not (value > rows["high"]).any()
    assert (rows["source"].str.len() > 0).all()


@pytest.mark.parametrize(("name", "keys"), [("regimens", ["cytopenia", "line"]), ("sites", []), ("visits", [])])
def test_tables_of_choices_are_complete(name: str, keys: list[str]) -> None:
    rows = table(name)
    if name == "visits":
        assert (rows["first_day"].iloc[1:].to_numpy() == rows["last_day"].iloc[:-1].to_numpy() + 1).all()
        return
    totals: Any = rows.groupby(keys)["share"].sum() if keys else [rows["share"].sum()]
    assert all(total == pytest.approx(1) for total in totals)


def test_a_lognormal_keeps_its_median_and_spread() -> None:
    dice = Dice(np.random.default_rng(1))
    quartiles = dice.draw("prca_onset_median", 100_000)
    nine_in_ten = dice.draw("agvhd_onset_median", 100_000)
    # 55 days, quartiles 36 and 116: about the median the logarithms lie ± half their distance.
    assert np.median(quartiles) == pytest.approx(55, rel=0.02)
    for drawn, percentiles, ratio in ((quartiles, [25, 75], 116 / 36), (nine_in_ten, [5, 95], 80 / 14)):
        low, high = np.log(np.percentile(drawn, percentiles))
        assert high - low == pytest.approx(math.log(ratio), rel=0.02)
    assert dice.share_by("prca_onset_median", 55) == pytest.approx(0.5)
