import math

import pytest
from scipy.stats import gamma

from postgraft.estimation.intervals import poisson_rate


def test_bounds_are_half_the_tabled_chi_square_quantiles():
    """With 10 events: 21 degrees of freedom, 10.283 (0.025) and 35.479 (0.975) in any chi-square table."""
    assert poisson_rate(10, 1) == pytest.approx((10.283 / 2, 35.479 / 2), abs=5e-4)
    assert poisson_rate(0, 1).high == pytest.approx(5.024 / 2, abs=5e-4)


@pytest.mark.parametrize("events", [1, 7, 300])
def test_it_is_the_posterior_under_jeffreys_prior(events):
    expected = gamma.ppf([0.05, 0.95], events + 0.5, scale=1 / 12.5)
    assert poisson_rate(events, 12.5, level=0.9) == pytest.approx(expected)


def test_it_is_narrower_than_the_exact_one():
    """F Garwood, Biometrika 1936;28:437: 4.795 to 18.390 for 10 events."""
    low, high = poisson_rate(10, 1)
    assert 4.795 < low < 10 < high < 18.390


def test_without_events_it_starts_at_zero():
    assert poisson_rate(0, 40).low == 0


def test_without_time_there_is_no_rate():
    assert all(map(math.isnan, poisson_rate(0, 0)))


@pytest.mark.parametrize(("events", "exposure"), [(-1, 2), (1, -2), (3, 0), (3, math.nan)])
def test_events_need_time(events, exposure):
    with pytest.raises(ValueError, match=f"got {events} in {exposure}"):
        poisson_rate(events, exposure)
