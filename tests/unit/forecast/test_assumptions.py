"""Which assumption of a plan the chance of the target hangs on: both ends of each, by hand."""

import pytest
from scipy.stats import beta, gamma, nbinom, poisson
from unit.cohorts import bare
from unit.forecast.forecasts import figure, forecast, protocol

import postgraft as pg
from postgraft.estimation.accrual import YEAR
from postgraft.forecast.assumptions import COLUMNS, chances

YEARS = 1096 / YEAR
"""Of the plan: 2022 to 2024, both ends included."""
UNSURE = {"mean": 0.5, "as_if_seen_in": 10}
LIMITED = {
    "sites": [{"name": "A", "capture": 0.6}, {"name": "B", "capture": 0.3, "activity": "limited"}],
    "limited_activity": 0.5,
}


def row(made, assumption):
    [found] = [one for one in chances(made).itertuples() if one.assumption == assumption]
    return found


def at_least(made, enrolled_a_year_of_one, target=5):
    """P(target or more) where the cohort's rate is gamma and the part of it that enrols is known."""
    rate = made.case().lasting.rate
    mean = rate.mean * enrolled_a_year_of_one * YEARS
    return nbinom.sf(target - 1, rate.shape, rate.shape / (rate.shape + mean))


def test_the_rate_is_known_at_its_ends():
    """All else is known: the number enrolled is then Poisson."""
    made = forecast()
    found = chances(made)
    assert tuple(found.columns) == COLUMNS
    assert found["assumption"].tolist() == ["rate"]
    seen = made.case().incoming
    low, high = gamma.ppf((0.1, 0.9), seen.patients + 0.5, scale=1 / seen.years)
    [one] = found.itertuples()
    assert (one.low, one.high) == (f"{low:.2g}", f"{high:.2g}") == ("7.7", "11")
    assert one.chance_low == pytest.approx(poisson.sf(4, low * 0.5 * 0.8 * YEARS))
    assert one.chance_high == pytest.approx(poisson.sf(4, high * 0.5 * 0.8 * YEARS))


def test_a_proportion_is_known_at_its_ends():
    takes_part = forecast({"participation": UNSURE})
    low, high = beta.ppf((0.1, 0.9), 5, 5)
    one = row(takes_part, "participation")
    assert (one.low, one.high) == ("30 %", "70 %")
    assert (one.chance_low, one.chance_high) == (
        pytest.approx(at_least(takes_part, low * 0.8)),
        pytest.approx(at_least(takes_part, high * 0.8)),
    )
    # Of screen failure the high end is the bad one.
    fails = forecast({"screen_failure": {"mean": 0.2, "as_if_seen_in": 10}})
    low, high = beta.ppf((0.1, 0.9), 2, 8)
    one = row(fails, "screen_failure")
    assert (one.low, one.high) == (f"{100 * low:.0f} %", f"{100 * high:.0f} %")
    assert one.chance_low == pytest.approx(at_least(fails, 0.5 * (1 - low)))
    assert one.chance_high == pytest.approx(at_least(fails, 0.5 * (1 - high)))
    assert one.chance_high < one.chance_low


def test_limited_sites_enrol_nobody_or_as_full_ones():
    made = forecast(LIMITED)
    one = row(made, "sites")
    assert (one.low, one.high) == ("limited sites enrol nobody", "they enrol as full ones")
    assert one.chance_low == pytest.approx(at_least(made, 0.6 * 0.4))
    assert one.chance_high == pytest.approx(at_least(made, 0.9 * 0.4))
    assert one.chance_low < figure(made, "probability_by_deadline") < one.chance_high


def test_the_widest_comes_first():
    made = forecast(LIMITED | {"participation": UNSURE, "screen_failure": {"mean": 0.2, "as_if_seen_in": 10}})
    found = chances(made)
    wide = (found["chance_high"] - found["chance_low"]).abs()
    assert sorted(found["assumption"]) == ["participation", "rate", "screen_failure", "sites"]
    assert wide.is_monotonic_decreasing
    assert found["assumption"][0] == "participation"


@pytest.mark.parametrize(
    "change",
    [
        {"participation": 0.5},
        {"participation": {"mean": 0, "as_if_seen_in": 10}, "screen_failure": {"mean": 1, "as_if_seen_in": 10}},
        # A limited site that sees nobody changes nothing.
        LIMITED | {"sites": [{"name": "A", "capture": 0.6}, {"name": "B", "capture": 0, "activity": "limited"}]},
    ],
)
def test_what_is_known_for_sure_has_no_row(change):
    assert chances(forecast(change))["assumption"].tolist() == ["rate"]


def test_an_end_at_which_nobody_could_have_been_enrolled_has_no_row():
    """Somebody was enrolled, and the only site is limited: that it enrols nobody cannot be."""
    sites = {"sites": [{"name": "B", "capture": 1, "activity": "limited"}], "limited_activity": 0.5}
    made = forecast(sites | {"observed": [{"date": "2023-01-01", "enrolled": 2}]})
    assert chances(made)["assumption"].tolist() == ["rate"]


def test_of_a_deadline_that_has_passed_and_of_no_forecast_there_is_none():
    passed = forecast({"start": "2025-01-01"})
    none = forecast(of=pg.evaluate(bare(3, 200), protocol()))
    for made in (passed, none):
        found = chances(made)
        assert found.empty
        assert tuple(found.columns) == COLUMNS
