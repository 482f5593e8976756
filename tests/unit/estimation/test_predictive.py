import numpy as np
import pytest

from postgraft.estimation.intervals import mid_interval


def test_of_many_values_it_is_the_quantiles():
    draws = np.random.default_rng(1).normal(size=100_000)
    assert mid_interval(draws) == pytest.approx(np.quantile(draws, [0.025, 0.975]), abs=1e-3)


def test_half_of_the_value_at_the_bound_counts():
    # Half of 3 % is less than the tail of 2.5 %, half of 6 % is more.
    assert mid_interval(np.repeat([3, 4], [30, 970])) == (4, 4)
    assert mid_interval(np.repeat([3, 4], [60, 940])) == (3, 4)


def test_of_one_value_it_is_that_value():
    assert mid_interval(np.full(7, 12)) == (12, 12)


def test_it_needs_a_draw():
    with pytest.raises(ValueError, match="at least one draw"):
        mid_interval(np.empty(0))
