import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from postgraft.estimation.incidence import cumulative_incidence, still
from postgraft.estimation.intervals import wilson


@pytest.fixture(scope="module")
def cohort():
    """Entry, exit and cause (0, 1, 2) of 150 subjects in whole days, with ties; nobody leaves before entry."""
    rng = np.random.default_rng(7)
    event, end = np.ceil(rng.exponential(50, 150)), np.ceil(rng.uniform(5, 120, 150))
    entry = np.where(rng.random(150) < 0.4, 0, np.floor(rng.uniform(0, 30, 150)))
    leaving = np.minimum(event, end)
    cause = np.where(event <= end, rng.integers(1, 3, 150), 0)
    seen = entry < leaving
    return entry[seen], leaving[seen], cause[seen]


def test_without_late_entry_it_is_that_of_statsmodels(cohort):
    _, leaving, cause = cohort
    theirs = CumIncidenceRight(leaving, cause)
    for of_interest in (1, 2):
        ours = cumulative_incidence(np.zeros(leaving.size), leaving, cause, of_interest, at=theirs.times)
        np.testing.assert_allclose(ours.estimate, theirs.cinc[of_interest - 1], atol=1e-12)
        np.testing.assert_allclose(ours.standard_error, theirs.cinc_se[of_interest - 1], atol=1e-12)


def test_with_one_cause_and_late_entry_it_is_the_product_limit_of_statsmodels(cohort):
    entry, leaving, cause = cohort
    theirs = SurvfuncRight(leaving, (cause > 0).astype(int), entry=entry)
    ours = cumulative_incidence(entry, leaving, cause > 0, 1)
    np.testing.assert_array_equal(ours.day, theirs.surv_times)
    np.testing.assert_array_equal(ours.at_risk, theirs.n_risk)
    np.testing.assert_allclose(1 - ours.estimate, theirs.surv_prob, atol=1e-12)
    np.testing.assert_allclose(ours.standard_error, theirs.surv_prob_se, atol=1e-12)


def test_causes_and_survival_add_up_to_one_with_late_entry(cohort):
    entry, leaving, cause = cohort
    days = np.arange(1, 100)
    parts = [cumulative_incidence(entry, leaving, cause, k, at=days).estimate for k in (1, 2)]
    either = cumulative_incidence(entry, leaving, cause > 0, 1, at=days).estimate
    np.testing.assert_allclose(sum(parts), either, atol=1e-12)


def test_by_hand_with_late_entry_and_ties():
    # Day 4: A, B, C at risk (D enters on day 4: not yet); day 6: B, D; day 9: D.
    entry, leaving, cause = [0, 0, 0, 4], [4, 6, 4, 9], [1, 2, 0, 1]
    curve = cumulative_incidence(entry, leaving, cause, of_interest=1, at=[3, 4, 6, 8, 9])
    assert curve.at_risk.tolist() == [3, 3, 2, 1, 1]
    assert curve.events.tolist() == [0, 1, 1, 1, 2]
    np.testing.assert_allclose(curve.estimate, [0, 1 / 3, 1 / 3, 1 / 3, 1 / 3 + 2 / 3 * 1 / 2])


def test_the_published_leukemia_example():
    """6-MP arm of EJ Freireich et al., Blood 1963;21:699; S and Greenwood's error as in DR Cox, D Oakes, 1984."""
    weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    relapsed = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    curve = cumulative_incidence(np.zeros(21), weeks, relapsed, of_interest=1)
    np.testing.assert_allclose(1 - curve.estimate, [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], atol=5e-4)
    np.testing.assert_allclose(curve.standard_error[[0, -1]], [0.0764, 0.1346], atol=5e-5)


def test_without_censoring_the_interval_is_that_of_wilson():
    leaving = np.arange(1, 31)
    curve = cumulative_incidence(np.zeros(30), leaving, np.ones(30), 1, at=[1, 12, 29])
    for i, count in enumerate((1, 12, 29)):
        assert (curve.low[i], curve.high[i]) == pytest.approx(wilson(count, 30))


def test_before_the_first_event_the_interval_is_that_of_those_at_risk():
    curve = cumulative_incidence([0] * 20, [5] * 12 + [9] * 8, [0] * 12 + [1] * 8, 1, at=[4, 6])
    assert curve.estimate.tolist() == [0, 0]
    assert curve.high.tolist() == pytest.approx([wilson(0, 20).high, wilson(0, 8).high])
    assert curve.low.tolist() == [0, 0]


def test_when_all_have_had_the_event_the_interval_keeps_its_width():
    curve = cumulative_incidence([0] * 4, [1, 2, 3, 4], [1] * 4, 1, at=[3, 4, 50])
    assert curve.estimate.tolist() == [0.75, 1, 1]
    assert curve.low[1:] == pytest.approx([wilson(4, 4).low] * 2)


def test_after_the_last_exit_nothing_is_known():
    curve = cumulative_incidence([0, 0], [3, 8], [1, 0], 1, at=[8, 9])
    assert np.isnan(curve.estimate).tolist() == [False, True]
    assert np.isnan([curve.low[1], curve.high[1], curve.standard_error[1]]).all()


def test_a_first_event_that_meets_one_subject_takes_the_curve_to_one():
    curve = cumulative_incidence([0, 5, 5, 5], [2, 30, 30, 30], [1, 0, 0, 0], 1, at=[2, 20])
    assert curve.estimate.tolist() == [1, 1]
    assert curve.at_risk.tolist() == [1, 3]
    assert curve.low[0] == pytest.approx(wilson(1, 1).low)


def test_without_any_event_of_interest():
    curve = cumulative_incidence([0, 0], [3, 8], [2, 0], 1)
    assert curve.day.size == 0
    assert cumulative_incidence([0, 0], [3, 8], [0, 0], 1, at=[5]).estimate.tolist() == [0]


@pytest.mark.parametrize(
    ("entry", "leaving", "cause", "words"),
    [
        ([0, 5], [3, 5], [1, 0], "enter before it leaves"),
        ([0, np.nan], [3, 5], [1, 0], "enter before it leaves"),
        ([0, 0], [3, 5], [1, -1], "whole numbers"),
        ([0, 0], [3, 5], [1], "one value a subject"),
        ([], [], [], "one value a subject"),
    ],
)
def test_impossible_subjects_are_refused(entry, leaving, cause, words):
    with pytest.raises(ValueError, match=words):
        cumulative_incidence(entry, leaving, cause, 1)


def test_censored_is_no_cause_of_interest():
    with pytest.raises(ValueError, match="0 is censored"):
        cumulative_incidence([0], [3], [0], of_interest=0)


def test_a_spell_counts_on_the_days_it_was_seen_to_last():
    # Three spells of 3 days, one cut off by the end of observation: nothing is known of its day 3.
    curve = still([3, 3, 3], [True, True, False], at=[0, 2, 3])
    assert curve.at_risk.tolist() == [3, 3, 2]
    assert curve.events.tolist() == [0, 0, 2]
    assert curve.estimate.tolist() == [1, 1, 0]


def test_spells_that_all_ended_are_a_share():
    curve = still([1, 2, 5, 9, 20], [True] * 5, at=[0, 5])
    assert curve.estimate.tolist() == pytest.approx([1, 0.4])
    assert (curve.low[1], curve.high[1]) == pytest.approx(wilson(2, 5))
    assert (curve.low[0], curve.high[0]) == pytest.approx(wilson(5, 5))


def test_the_level_sets_the_width():
    wide, narrow = (still([1, 2, 5, 9, 20], [True] * 5, at=[5], level=level) for level in (0.95, 0.5))
    assert wide.low[0] < narrow.low[0] < narrow.high[0] < wide.high[0]
    # Wilson's bound is where the observed share lies that many of the bound's own standard errors away.
    error = np.sqrt(narrow.low[0] * (1 - narrow.low[0]) / 5)
    assert (0.4 - narrow.low[0]) / error == pytest.approx(norm.ppf(0.75))


@pytest.mark.parametrize("duration", [[0, 3], [np.nan, 3], [3]])
def test_a_spell_lasts_a_day_at_least(duration):
    with pytest.raises(ValueError, match="at least 1 day"):
        still(duration, [True, True], at=[1])
