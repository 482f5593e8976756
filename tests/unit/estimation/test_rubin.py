import math

import numpy as np
import pytest

from postgraft.estimation.pooling import pool


def test_published_worked_example():
    """SAS/STAT 9.22 User's Guide, MIANALYZE, example 1: mean oxygen uptake of 31 men, five imputations, edf 30.

    Inputs and outputs are as printed there; the inputs are rounded, hence the last digits.
    """
    means = np.array([47.0120, 47.2407, 47.4995, 47.1485, 47.0042])
    errors = np.array([0.95984, 0.93540, 1.00766, 0.95439, 0.96528])
    pooled = pool(means, errors**2, complete_degrees_of_freedom=30)
    assert pooled.estimate == pytest.approx(47.180993, abs=5e-5)
    assert pooled.between == pytest.approx(0.041478, abs=2e-5)
    assert pooled.within == pytest.approx(0.930853, abs=2e-5)
    assert pooled.degrees_of_freedom == pytest.approx(26.298, abs=2e-3)
    assert pooled.interval == pytest.approx((45.1466, 49.2154), abs=1e-4)
    assert pooled.missing_information == pytest.approx(0.051977, abs=2e-5)


def test_large_data_sets_have_the_degrees_of_freedom_of_rubin():
    """SAS/STAT 14.1 User's Guide, MI: (5 - 1) (1 + 1 / 0.1)² = 484 with five imputations that add a tenth."""
    variance_between = 0.1 / 1.2
    spread = np.array([-2, -1, 0, 1, 2]) * math.sqrt(variance_between / 2.5)
    pooled = pool(spread, np.ones(5))
    assert pooled.between == pytest.approx(variance_between)
    assert pooled.degrees_of_freedom == pytest.approx(484)


def test_degrees_of_freedom_never_exceed_those_without_missing_values():
    estimates = np.array([1.0, 1.001, 0.999])
    assert pool(estimates, np.ones(3), 20).degrees_of_freedom < 20
    assert pool(estimates, np.ones(3)).degrees_of_freedom > 1e6


def test_without_missing_values_it_is_the_interval_of_each():
    pooled = pool(np.full(4, 2.0), np.full(4, 0.25))
    assert pooled.interval == pytest.approx((2 - 1.959964 / 2, 2 + 1.959964 / 2), abs=1e-6)
    assert pooled.missing_information == 0
    assert pool(np.full(4, 2.0), np.zeros(4)).interval == (2, 2)


@pytest.mark.parametrize(
    ("estimates", "variances"), [([1.0], [1.0]), ([1.0, 2.0], [1.0]), ([[1.0, 2.0]], [[1.0, 1.0]])]
)
def test_shapes_must_fit(estimates, variances):
    with pytest.raises(ValueError, match="at least two estimates"):
        pool(np.array(estimates), np.array(variances))


@pytest.mark.parametrize("bad", [-1.0, math.nan])
def test_variances_are_known_and_not_negative(bad):
    with pytest.raises(ValueError, match="negative or missing"):
        pool(np.array([1.0, 2.0]), np.array([1.0, bad]))
