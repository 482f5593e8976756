import numpy as np
import pytest
from scipy.stats import betabinom

from postgraft.estimation.review import Stratum, review, sample_sizes


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def test_the_number_is_that_of_a_stratified_sample(rng):
    """Σ size · eligible / reviewed = 60 · 18/20 + 240 · 9/36 + 1700 · 1/94."""
    strata = {"certain": Stratum(60, 20, 18), "possible": Stratum(240, 36, 9), "ineligible": Stratum(1700, 94, 1)}
    found = review(strata, rng)
    whole = 54 + 60 + 1700 / 94
    assert found.number.estimate == pytest.approx(whole)
    assert found.sensitivity["certain"].estimate == pytest.approx(54 / whole)
    assert found.sensitivity["possible"].estimate == pytest.approx(114 / whole)
    assert list(found.sensitivity) == ["certain", "possible"]
    assert found.predictive_value["possible"].estimate == 0.25
    for estimate in (found.number, *found.predictive_value.values(), *found.sensitivity.values()):
        assert estimate.interval.low < estimate.estimate < estimate.interval.high


def test_unreviewed_charts_are_beta_binomial(rng):
    low, high = review({"possible": Stratum(100, 20, 5)}, rng).number.interval
    middle = betabinom.cdf(np.arange(81), 80, 5.5, 15.5) - betabinom.pmf(np.arange(81), 80, 5.5, 15.5) / 2
    inside = 5 + np.flatnonzero((middle >= 0.025) & (middle <= 0.975))
    assert (low, high) == pytest.approx((inside[0], inside[-1]), abs=1)


def test_what_was_reviewed_throughout_is_known(rng):
    strata = {"certain": Stratum(10, 10, 9), "possible": Stratum(40, 40, 10), "ineligible": Stratum(50, 50, 1)}
    found = review(strata, rng)
    assert found.number == (20, (20, 20))
    assert found.sensitivity["certain"] == (0.45, (0.45, 0.45))
    assert found.predictive_value["possible"] == (0.25, (0.25, 0.25))


@pytest.mark.parametrize("eligible", [0, 20])
def test_none_or_all_eligible_in_the_sample_is_no_certainty(rng, eligible):
    found = review({"possible": Stratum(200, 20, eligible)}, rng).number
    assert found.estimate == eligible * 10
    assert found.interval.high - found.interval.low > 10
    assert eligible <= found.interval.low <= found.interval.high <= 180 + eligible


def test_a_stratum_without_patients_has_no_predictive_value(rng):
    found = review({"certain": Stratum(0, 0, 0), "ineligible": Stratum(20, 10, 1)}, rng)
    assert list(found.predictive_value) == ["ineligible"]
    assert found.sensitivity["certain"] == (0, (0, 0))


def test_nobody_eligible_has_no_sensitivity(rng):
    found = review({"certain": Stratum(5, 5, 0), "ineligible": Stratum(20, 20, 0)}, rng)
    assert found.number == (0, (0, 0))
    assert found.sensitivity == {}


@pytest.mark.parametrize(
    ("strata", "words"),
    [
        ({}, "at least one stratum"),
        ({"certain": Stratum(5, 6, 1)}, "stratum certain: need"),
        ({"certain": Stratum(5, 4, 5)}, "stratum certain: need"),
        ({"certain": Stratum(5, 4, -1)}, "stratum certain: need"),
        ({"certain": Stratum(5, 0, 0)}, "of 5 patients none was reviewed"),
    ],
)
def test_impossible_strata_are_refused(rng, strata, words):
    with pytest.raises(ValueError, match=words):
        review(strata, rng)


SIZES = {"certain": 60, "possible": 240, "ineligible": 1700}


def test_sample_sizes_follow_the_square_root():
    found = sample_sizes(SIZES, 150)
    roots = np.sqrt(list(SIZES.values()))
    np.testing.assert_allclose(list(found.values()), 150 * roots / roots.sum(), atol=1)
    assert sum(found.values()) == 150


@pytest.mark.parametrize("total", [30, 31, 200, 1999, 2000, 5000])
def test_sample_sizes_add_up_and_fit(total):
    found = sample_sizes(SIZES, total)
    assert sum(found.values()) == min(total, 2000)
    assert all(10 <= found[name] <= size for name, size in SIZES.items())


def test_small_strata_are_reviewed_throughout():
    assert sample_sizes({"certain": 3, "possible": 0, "ineligible": 500}, 50) == {
        "certain": 3,
        "possible": 0,
        "ineligible": 47,
    }


def test_sample_sizes_that_cannot_be():
    with pytest.raises(ValueError, match="20 charts are too few"):
        sample_sizes(SIZES, 20)
    with pytest.raises(ValueError, match="negative"):
        sample_sizes({"certain": -1}, 20)
