"""What a plan would need, against plain counting, and the back-test of finished trials."""

from math import inf, nan

import numpy as np
import pytest
from scipy import stats

from postgraft.estimation.accrual import YEAR, Accrual, Sites
from postgraft.estimation.accrual_backtest import backtest
from postgraft.estimation.accrual_needs import centres_needed, eligible_rate_needed, enrolments_needed
from postgraft.estimation.accrual_rate import Points, Rate, Share, enrolled_share

HALF = Points(np.array([0.5]), np.ones(1))
NOBODY = Points(np.zeros(1), np.ones(1))


def accrual(rate, share=HALF, count=1, pool=nan):
    same = np.ones(count)
    return Accrual.planned(rate, share, Sites(0 * same, same * inf, same, pool * same, reached=1.0))


@pytest.mark.parametrize("missing", [1, 7, 25])
def test_that_many_expected_enrolments_reach_the_target_with_the_probability(missing):
    assert stats.poisson(enrolments_needed(missing, 0.8)).sf(missing - 1) == pytest.approx(0.8)
    assert enrolments_needed(missing) == missing


def test_a_target_that_is_met_needs_nothing():
    assert enrolments_needed(0, 0.8) == enrolments_needed(-2) == 0
    assert eligible_rate_needed(accrual(Rate(1.0), pool=40), 10, 100) == 0


def test_the_rate_needed_reaches_the_target():
    day = 2 * YEAR - 1
    assert eligible_rate_needed(accrual(Rate.seen(1, 5)), 25, day) == pytest.approx(25)
    assert eligible_rate_needed(accrual(Rate.seen(1, 5)), 25, day, 0.8) == pytest.approx(
        enrolments_needed(25, 0.8), rel=1e-6
    )
    unsure = accrual(Rate.seen(1, 5), enrolled_share(Share(0.5, 10), Share(0.0)))
    needed = eligible_rate_needed(unsure, 25, day, 0.8)
    assert needed > enrolments_needed(25, 0.8)
    assert accrual(Rate(needed), enrolled_share(Share(0.5, 10), Share(0.0))).at_least(25, day) == pytest.approx(0.8)


def test_the_centres_needed_are_the_fewest_that_reach_the_target_each_with_all_its_sites():
    day, rate = 2 * YEAR - 1, Rate.seen(10, 2)
    number = centres_needed(accrual(rate, count=2), 40, day)

    assert number == int(number) > 1
    assert accrual(rate, count=2 * int(number)).at_least(40, day) >= 0.8
    assert accrual(rate, count=2 * int(number) - 2).at_least(40, day) < 0.8
    assert centres_needed(accrual(Rate(100.0)), 25, day) == 1


def test_no_number_helps_where_nobody_enrols():
    assert centres_needed(accrual(Rate(3.0), NOBODY), 25, 1000) == inf
    assert eligible_rate_needed(accrual(Rate(3.0), NOBODY), 25, 1000) == inf
    assert centres_needed(accrual(Rate(3.0)), 25, -10) == inf


def test_a_backtest_is_the_jeffreys_predictive_of_each_count():
    found = backtest(20, 1000, 250)
    later = stats.nbinom(7.5, 250 / 1000)
    assert found.so_far.tolist() == list(range(21))
    assert (found.low[7], found.median[7], found.high[7]) == tuple(7 + later.ppf([0.025, 0.5, 0.975]))
    assert found.holds[5]
    assert not found.holds[0]
    assert found.weight == pytest.approx(stats.binom(20, 0.25).pmf(range(21)))


@pytest.mark.parametrize("seen", [0, 10, 11])
def test_a_backtest_needs_a_day_within_the_trial(seen):
    with pytest.raises(ValueError, match="seen_days"):
        backtest(5, 10, seen)
