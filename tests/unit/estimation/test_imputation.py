from itertools import pairwise

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit
from scipy.stats import beta, betabinom

from postgraft.estimation.imputation import DONORS_PER_COVARIATE, UNITS_AT_ONCE, Donors, draw_verdicts, eligible, used


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def met(yes: int, no: int, covariates: int = 0) -> Donors:
    """Donors with so many met and unmet verdicts, every covariate rising from 0 to 1."""
    rising = np.linspace(0, 1, yes + no)[:, None]
    return Donors(np.repeat([True, False], [yes, no]), np.repeat(rising, covariates, axis=1))


def test_few_donors_give_the_beta_binomial_of_jeffreys_prior(rng):
    drawn = draw_verdicts({"a": met(6, 2)}, np.empty((5, 0)), 40_000, rng)["a"].sum(axis=1)
    expected = betabinom.pmf(np.arange(6), 5, 6.5, 2.5)
    np.testing.assert_allclose(np.bincount(drawn, minlength=6) / 40_000, expected, atol=4 * 0.5 / 200)


@pytest.mark.parametrize("odds", [0, 0.1, 0.5, 1, 3])
def test_the_odds_of_each_chance_are_multiplied(rng, odds):
    """Of the beta posterior: the mean over it of odds p / (1 - p + odds p)."""
    drawn = draw_verdicts({"a": met(6, 2)}, np.empty((1, 0)), 40_000, rng, odds)["a"].mean()
    expected = beta(6.5, 2.5).expect(lambda p: odds * p / (1 - p + odds * p))
    assert drawn == pytest.approx(expected, abs=4 * 0.5 / 200)


def test_the_odds_are_multiplied_at_each_covariate(rng):
    """With very many donors the chance is that of the logistic model, its intercept moved by the log of the odds."""
    covariate = rng.normal(size=(20_000, 1))
    outcome = rng.random(20_000) < expit(-0.5 + 1.5 * covariate[:, 0])
    at = np.array([[-1.0], [0.0], [1.0]])
    drawn = draw_verdicts({"a": Donors(outcome, covariate)}, at, 10_000, rng, 0.25)["a"]
    np.testing.assert_allclose(drawn.mean(axis=0), expit(np.array([-2, -0.5, 1]) + np.log(0.25)), atol=0.03)


def test_what_is_met_at_some_odds_is_met_at_greater_ones():
    donors = {"a": met(40, 20, 1), "b": met(3, 1, 1)}
    units = np.linspace(0, 1, 50)[:, None]
    drawn = [draw_verdicts(donors, units, 100, np.random.default_rng(5), odds) for odds in (0, 0.1, 0.25, 0.5, 1, 2)]
    for less, more in pairwise(drawn):
        for name in donors:
            assert not (less[name] & ~more[name]).any()
            assert less[name].sum() < more[name].sum()
    assert not any(one.any() for one in drawn[0].values())


def test_many_donors_are_drawn_by_their_covariates(rng):
    covariate = rng.normal(size=(5000, 1))
    outcome = rng.random(5000) < expit(-0.5 + 1.5 * covariate[:, 0])
    drawn = draw_verdicts({"a": Donors(outcome, covariate)}, np.array([[-1.0], [0.0], [1.0]]), 4000, rng)["a"]
    np.testing.assert_allclose(drawn.mean(axis=0), expit([-2, -0.5, 1]), atol=0.04)


def test_parameters_vary_between_draws_as_their_standard_errors_say(rng):
    """With very many units the share met in a draw is its chance, whose spread is that of the logistic model."""
    covariate = np.repeat([-1.0, 1.0], 60)[:, None]
    outcome = np.tile([True, True, False], 40)
    fit = sm.GLM(outcome, sm.add_constant(covariate), family=sm.families.Binomial()).fit()
    spread = fit.get_prediction(np.array([[1.0, 1.0]]), which="linear").se[0]
    drawn = draw_verdicts({"a": Donors(outcome, covariate)}, np.ones((2000, 1)), 1000, rng)["a"].mean(axis=1)
    # The made-up donors weigh 2 of 122, so that the spread is a little less.
    assert np.log(drawn / (1 - drawn)).std() == pytest.approx(spread, rel=0.1)


def test_the_rarer_outcome_decides_whether_covariates_are_used(rng):
    low, high = np.zeros((1, 1)), np.ones((1, 1))
    for rarer, differs in ((DONORS_PER_COVARIATE - 1, False), (DONORS_PER_COVARIATE, True)):
        apart = [draw_verdicts({"a": met(90, rarer, 1)}, at, 4000, rng)["a"].mean() for at in (low, high)]
        assert (apart[0] - apart[1] > 0.2) == differs


def test_donors_that_a_covariate_separates_are_no_trouble(rng):
    drawn = draw_verdicts({"a": met(40, 40, 1)}, np.array([[0.1], [0.9]]), 2000, rng)["a"].mean(axis=0)
    assert drawn[0] > 0.9
    assert drawn[1] < 0.1


def test_covariates_that_say_nothing_are_no_trouble(rng):
    rising = met(60, 60, 1).covariates
    doubled = Donors(met(60, 60).outcome, np.column_stack([rising, rising, np.full(120, 7.0)]))
    drawn = draw_verdicts({"a": doubled}, np.array([[0.1, 0.1, 7.0]]), 2000, rng)["a"]
    assert drawn.mean() > 0.9


def test_nobody_to_draw_for(rng):
    drawn = draw_verdicts({"a": met(60, 60, 1), "b": met(1, 1, 1)}, np.empty((0, 1)), 9, rng)
    assert {name: one.shape for name, one in drawn.items()} == {"a": (9, 0), "b": (9, 0)}


@pytest.mark.parametrize(
    ("donors", "covariates", "draws", "words"),
    [
        (met(2, 2, 1), np.zeros((3, 2)), 5, "donors of a: 4 outcomes need 2 covariates each"),
        (met(2, 2, 1), np.array([[np.nan]]), 5, "finite"),
        (Donors(np.array([True]), np.array([[np.nan]])), np.zeros((3, 1)), 5, "donors of a: .* finite"),
        (met(2, 2, 1), np.zeros((3, 1)), 0, "at least one draw"),
    ],
)
def test_what_cannot_be_drawn_is_refused(rng, donors, covariates, draws, words):
    with pytest.raises(ValueError, match=words):
        draw_verdicts({"a": donors}, covariates, draws, rng)


def test_without_donors_or_with_negative_odds_nothing_is_drawn(rng):
    none = Donors(np.empty(0, bool), np.empty((0, 1)))
    with pytest.raises(ValueError, match="donors of a: there are none, so that nothing can be drawn"):
        draw_verdicts({"a": none}, np.zeros((2, 1)), 5, rng)
    with pytest.raises(ValueError, match=r"odds cannot be negative or missing; got -0\.1"):
        draw_verdicts({"a": met(2, 2)}, np.empty((2, 0)), 5, rng, -0.1)


VERDICTS = {
    "a": np.array([[True, True, False], [False, True, True]]),
    "b": np.array([[True, False, True], [True, True, False]]),
}


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        ([("a",)], [[True, True, False], [False, True, True]]),
        ([("a", "b")], [[True, False, False], [False, True, False]]),
        ([("a",), ("b",)], [[True, True, True], [True, True, True]]),
        ([()], [[True] * 3] * 2),
        ([], [[False] * 3] * 2),
    ],
)
def test_a_unit_is_eligible_if_all_criteria_of_one_way_are_met(ways, expected):
    assert eligible(VERDICTS, [ways] * 3).tolist() == expected


def test_every_unit_has_its_own_ways():
    assert eligible(VERDICTS, [[("a",)], [("b",)], [()]]).tolist() == [[True, False, True], [False, True, True]]


def test_ways_must_fit_the_verdicts():
    with pytest.raises(ValueError, match="as many units"):
        eligible(VERDICTS, [[()]])
    with pytest.raises(ValueError, match="drawn for c, d"):
        eligible(VERDICTS, [[("a", "d")], [("c",)], []])


def test_as_many_of_the_first_covariates_are_used_as_there_are_donors_for():
    rng = np.random.default_rng(3)
    varying = np.column_stack([np.full(60, 7.0), rng.normal(size=(60, 3))])
    for rarer, expected in ((9, []), (10, [1]), (25, [1, 2]), (30, [1, 2, 3])):
        outcome = np.arange(60) >= rarer
        assert used(Donors(outcome, varying)).tolist() == expected


def test_many_units_are_drawn_from_the_same_parameters(rng):
    """Units beyond those that are drawn at once share the unknown chance with the first ones."""
    units = 2 * UNITS_AT_ONCE + 1
    drawn = draw_verdicts({"a": met(1, 1)}, np.empty((units, 0)), 200, rng)["a"]
    first, last = drawn[:, :UNITS_AT_ONCE].mean(axis=1), drawn[:, -UNITS_AT_ONCE:].mean(axis=1)
    np.testing.assert_allclose(first, last, atol=0.07)
    assert np.ptp(first) > 0.5
