import math

import pytest

from postgraft.estimation.intervals import paired_difference, wilson


def test_worked_example_of_a_book():
    """MW Fagerland, S Lydersen, P Laake, Statistical Analysis of Contingency Tables, 2017, chapter 8 (n = 21)."""
    assert paired_difference(1, 7, 21) == pytest.approx((-0.517, -0.026), abs=5e-4)


def test_at_no_difference_it_agrees_with_mcnemar():
    """Under no difference Tango's statistic is McNemar's: (b - c) / √(b + c), here (12 - 4) / 4 = 2."""
    assert paired_difference(12, 4, 50, level=0.9545) == pytest.approx((0, 0.32), abs=2e-3)
    assert paired_difference(12, 4, 50, level=0.954).low > 0
    assert paired_difference(12, 4, 50, level=0.955).low < 0


@pytest.mark.parametrize("of", [1, 30, 2000])
def test_without_discordant_patients_it_is_as_wide_as_wilson(of):
    found = paired_difference(0, 0, of)
    assert found.high == pytest.approx(wilson(0, of).high, abs=1e-9)
    assert found.low == pytest.approx(-found.high)


@pytest.mark.parametrize(("gained", "lost"), [(0, 0), (5, 0), (9, 3), (30, 0), (15, 15)])
def test_it_turns_over_with_its_counts(gained, lost):
    low, high = paired_difference(gained, lost, 30)
    assert paired_difference(lost, gained, 30) == pytest.approx((-high, -low), abs=1e-9)
    assert -1 <= low <= (gained - lost) / 30 <= high <= 1
    assert low < high


def test_nobody_has_no_difference():
    assert all(map(math.isnan, paired_difference(0, 0, 0)))


@pytest.mark.parametrize(("gained", "lost"), [(-1, 2), (2, -1), (20, 11)])
def test_counts_are_among_the_patients(gained, lost):
    with pytest.raises(ValueError, match=f"among the 30; got {gained} and {lost}"):
        paired_difference(gained, lost, 30)
