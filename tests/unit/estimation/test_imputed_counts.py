import math

import numpy as np
import pytest

from postgraft.estimation.intervals import wilson
from postgraft.estimation.pooling import population_share


def drawn(*counts: int, units: int) -> np.ndarray:
    """Draws in which so many of the units are eligible."""
    return np.arange(units) < np.array(counts)[:, None]


def test_published_example_of_the_share():
    """MIWilson, the R package of F Hung to Lott and Reiter's method, README: shares 0.2, 0.23, 0.22 of 200.

    The README calls its interval one of 95 %; its t quantile, by the Wald interval beside it, is that of 90 %.
    """
    found = population_share(30, drawn(10, 16, 14, units=20), of=200, level=0.9)
    assert found.estimate == pytest.approx(0.216666666666667)
    assert found.degrees_of_freedom == pytest.approx(27.7539107780612)
    assert found.interval == pytest.approx((0.1645113, 0.2798191), abs=5e-8)


@pytest.mark.parametrize(("certain", "eligible"), [(0, 0), (10, 20), (4, 7)])
def test_where_draws_agree_the_share_is_that_of_wilson(certain, eligible):
    found = population_share(certain, drawn(eligible, eligible, units=20), of=30)
    assert found.interval == pytest.approx(wilson(certain + eligible, 30))
    assert found.missing_information == 0


def test_what_is_unknown_widens_the_share():
    apart, alike = (population_share(5, drawn(*counts, units=20), 200) for counts in ((4, 16), (10, 10)))
    assert apart.interval.high - apart.interval.low > alike.interval.high - alike.interval.low
    assert apart.missing_information > 0.5


def test_one_patient_of_whom_nothing_is_known_may_stand_for_any_share():
    assert population_share(0, drawn(0, 1, 1, units=1), of=1).interval == (0, 1)


def test_nobody_has_no_share():
    found = population_share(0, np.empty((5, 0), bool), of=0)
    assert math.isnan(found.estimate)
    assert all(map(math.isnan, found.interval))


def test_counts_must_fit():
    with pytest.raises(ValueError, match="more than the 21 in all"):
        population_share(2, drawn(1, 2, units=20), of=21)
    with pytest.raises(ValueError, match="-1 certain"):
        population_share(-1, drawn(1, 2, units=20), of=21)
    with pytest.raises(ValueError, match="at least two estimates"):
        population_share(1, np.empty((0, 20), bool), of=21)
