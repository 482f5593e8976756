import math

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from postgraft.estimation.intervals import clopper_pearson, score_bounds, two_sided, wilson

# RG Newcombe, Stat Med 1998;17:857, table I: methods 3 (score) and 5 (exact) for four counts.
NEWCOMBE = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0.0000, 0.1611), (0.0000, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
]


@pytest.mark.parametrize(("count", "of", "score", "exact"), NEWCOMBE)
def test_published_examples(count, of, score, exact):
    assert wilson(count, of) == pytest.approx(score, abs=5e-5)
    assert clopper_pearson(count, of) == pytest.approx(exact, abs=5e-5)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_wilson_is_that_of_statsmodels(level):
    for count in range(31):
        theirs = proportion_confint(count, 30, 1 - level, method="wilson")
        assert wilson(count, 30, level) == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("method", [wilson, clopper_pearson])
def test_all_and_none_end_at_one_and_zero(method):
    assert method(0, 30).low == 0
    assert method(30, 30).high == 1
    assert method(30, 30).low == pytest.approx(1 - method(0, 30).high)


@pytest.mark.parametrize("method", [wilson, clopper_pearson])
def test_nobody_has_no_share(method):
    assert all(map(math.isnan, method(0, 0)))


@pytest.mark.parametrize("method", [wilson, clopper_pearson])
@pytest.mark.parametrize(("count", "of"), [(31, 30), (-1, 30), (1, 0)])
def test_a_count_is_among_its_denominator(method, count, of):
    with pytest.raises(ValueError, match=f"got {count} of {of}"):
        method(count, of)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_lies_between_zero_and_one(level):
    with pytest.raises(ValueError, match="level"):
        two_sided(level)


def test_without_patients_the_share_may_be_anything():
    low, high = score_bounds(np.array([0.0, 0.4]), np.array([0.0, 0.0]), 1.96)
    assert low.tolist() == [0, 0]
    assert high.tolist() == [1, 1]
