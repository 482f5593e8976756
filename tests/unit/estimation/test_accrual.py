"""The Poisson–gamma forecast: library values, special cases that can be done by hand, and its own simulation."""

from math import inf, nan

import numpy as np
import pytest
from scipy import integrate, stats

from postgraft.estimation.accrual import YEAR, Accrual, Sites
from postgraft.estimation.accrual_rate import Points, Rate, Share, enrolled_share
from postgraft.estimation.accrual_simulation import simulate

pytestmark = pytest.mark.slow

SURE = Points(np.ones(1), np.ones(1))
HALF = Points(np.array([0.5]), np.ones(1))


def sites(opens=(0.0,), intensity=(1.0,), pool=None, closes=None, **more):
    count = len(opens)
    return Sites(
        np.array(opens, float),
        np.array(closes or [inf] * count, float),
        np.array(intensity, float),
        np.array(pool or [nan] * count, float),
        **more,
    )


SEVEN = {"opens": (0.0, 0.0, 90.0, 400.0), "intensity": (0.4, 0.3, 0.5, 0.2)}


def test_a_known_share_gives_the_negative_binomial():
    accrual = Accrual.planned(Rate.seen(7, 10), HALF, sites())
    day = 2 * YEAR - 1  # both years whole: the day of the opening counts

    exposure = 0.5 * 2
    expected = stats.nbinom(7.5, 10 / (10 + exposure))
    assert accrual.to_come(day, 20) == pytest.approx(expected.pmf(np.arange(21)), rel=1e-10)
    assert accrual.expected(day) == pytest.approx(expected.mean())
    assert accrual.at_least(3, day) == pytest.approx(expected.sf(2))
    levels = np.array([0.025, 0.1, 0.5, 0.9, 0.975])
    assert accrual.quantiles(day, levels).tolist() == expected.ppf(levels).astype(int).tolist()


def test_a_known_rate_gives_the_poisson():
    accrual = Accrual.planned(Rate(6.0), HALF, sites())
    assert accrual.to_come(YEAR - 1, 12) == pytest.approx(stats.poisson(3).pmf(np.arange(13)), rel=1e-10)


@pytest.mark.parametrize("rate", [0.3, 1.0, 4.0])
def test_a_probability_close_to_0_is_not_0(rate):
    accrual = Accrual.planned(Rate(rate), SURE, sites())
    assert accrual.at_least(25, YEAR - 1) == pytest.approx(stats.poisson(rate * 365 / YEAR).sf(24), rel=0.02)
    assert Accrual.planned(Rate(0.0), SURE, sites()).at_least(25, YEAR - 1) == 0


def test_anisimov_and_fedorov_several_centres_of_one_rate():
    """A sum over centres of Poissons with one gamma rate is negative binomial in the summed exposure."""
    accrual = Accrual.planned(Rate(2.0, 3.0), SURE, sites(**SEVEN))
    day = 500
    years = sum(share * (day - opens + 1) / YEAR for opens, share in zip(*SEVEN.values(), strict=True))

    assert accrual.sites.exposure(day) == pytest.approx(years)
    expected = stats.nbinom(3.0, 3.0 / (3.0 + 2.0 * years))
    assert accrual.to_come(day, 30) == pytest.approx(expected.pmf(np.arange(31)))


def test_uncertain_shares_agree_with_integration():
    """Beta participation and screen failure, integrated by an adaptive rule of scipy."""
    participation, failure = Share(0.6, 5), Share(0.2, 10)
    accrual = Accrual.planned(Rate.seen(4, 8), enrolled_share(participation, failure), sites())
    day, most = 3 * YEAR - 1, 6

    def at_most(failing, taking):
        mean = taking * (1 - failing) * 3
        density = stats.beta.pdf(taking, 3, 2) * stats.beta.pdf(failing, 2, 8)
        return stats.nbinom.cdf(most, 4.5, 8 / (8 + mean)) * density

    expected, _ = integrate.dblquad(at_most, 0, 1, 0, 1)
    assert 1 - accrual.at_least(most + 1, day) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("share", [Share(0.3, 2), Share(0.5, 1), Share(0.9, 12), Share(0.02, 3), Share(0.4, 1e6)])
def test_the_rule_has_the_moments_of_the_beta_distribution(share):
    value, weight = share.points()
    beta = stats.beta(share.mean * share.seen_in, (1 - share.mean) * share.seen_in)

    assert weight.sum() == pytest.approx(1)
    for power in range(1, 6):
        assert weight @ value**power == pytest.approx(beta.moment(power), rel=1e-8)


@pytest.mark.parametrize("share", [Share(0.0, 5), Share(1.0, 5), Share(0.4)])
def test_a_known_share_is_one_point(share):
    assert share.known
    assert share.points().value.tolist() == [share.mean]


def test_jeffreys_interval_of_a_rate():
    """No event in one year: the upper 97.5 % bound of Gamma(1/2, 1) is half a chi-square of one degree."""
    mean, (low, high) = Rate.seen(0, 1).estimate()
    assert mean == 0.5
    assert low == pytest.approx(stats.chi2.ppf(0.025, 1) / 2)
    assert high == pytest.approx(stats.chi2.ppf(0.975, 1) / 2)
    assert Rate(3.0).estimate() == (3.0, (3.0, 3.0))


@pytest.mark.parametrize(("events", "years"), [(-1, 1), (1, 0), (1, nan)])
def test_a_rate_from_nothing_is_refused(events, years):
    with pytest.raises(ValueError, match="a rate needs"):
        Rate.seen(events, years)


def test_a_known_pool_is_binomial_on_the_first_day_and_shared_by_sites_that_open_together():
    two = sites((10.0, 10.0), (0.5, 0.25), pool=(4.0, 4.0), reached=0.8)
    accrual = Accrual.planned(Rate(0.0), HALF, two)

    assert accrual.to_come(9, 2).tolist() == [1, 0, 0]
    expected = stats.binom(4, 0.75 * 0.8 * 0.5)
    assert accrual.to_come(10, 4) == pytest.approx(expected.pmf(np.arange(5)))
    assert accrual.expected(10) == pytest.approx(expected.mean())


def test_a_pool_seen_one_and_a_half_times_is_one_pool_and_a_half():
    accrual = Accrual.planned(Rate(0.0), HALF, sites((0.0,), (1.5,), pool=(2.0,), reached=1.0))
    expected = np.convolve(stats.binom(2, 0.5).pmf(range(3)), stats.binom(2, 0.25).pmf(range(3)))
    assert accrual.to_come(0, 4) == pytest.approx(expected)


def test_an_average_pool_adds_to_the_exposure():
    accrual = Accrual.planned(Rate(2.0, 5.0), SURE, sites(pool_years=0.25, reached=0.5))
    years = 0.25 * 0.5 + 1 / YEAR
    assert accrual.to_come(0, 5) == pytest.approx(stats.nbinom(5, 5 / (5 + 2 * years)).pmf(range(6)))
    assert Accrual.planned(Rate(2.0, 5.0), SURE, sites(pool_years=0.25)).expected(0) == pytest.approx(2 / YEAR)


def test_the_day_of_a_patient_is_that_of_the_gamma_for_one_known_rate():
    """With a known rate the k-th patient of a Poisson process comes after a gamma time."""
    accrual = Accrual.planned(Rate(12.0), SURE, sites())
    for level in (0.025, 0.5, 0.975):
        years = stats.gamma.ppf(level, 5, scale=1 / 12)
        assert accrual.day_of(5, level, 10_000) == np.ceil(years * YEAR) - 1


def test_a_day_that_never_comes_is_inf():
    closed = sites(closes=(30.0,))
    assert Accrual.planned(Rate(1.0), SURE, closed).day_of(5, 0.5, 1e5) == inf
    assert Accrual.planned(Rate(0.0), SURE, sites()).day_of(1, 0.5, 1e5) == inf
    late = Accrual.planned(Rate(1.0), SURE, sites(opens=(2e5,)))
    assert late.day_of(1, 0.5, 1e5) == inf
    assert late.expected(1e5) == 0


def test_what_was_enrolled_updates_the_gamma():
    """Posterior of a gamma after a Poisson count, then its predictive distribution: done by hand."""
    before = Accrual.planned(Rate.seen(3, 4), HALF, sites())
    after = before.updated(2 * YEAR - 1, 6)

    expected = stats.nbinom(3.5 + 6, (4 + 1) / (4 + 1 + 0.5))
    assert after.to_come(3 * YEAR - 1, 15) == pytest.approx(expected.pmf(range(16)))
    assert after.expected(3 * YEAR - 1) == pytest.approx(6 + expected.mean())
    assert after.at_least(6, 3 * YEAR) == 1


@pytest.mark.parametrize(("pool", "enrolled"), [(nan, 4), (3.0, 4), (3.0, 0), (3.0, 1)])
def test_an_update_agrees_with_draws_that_happen_to_give_the_count(pool, enrolled):
    plan = sites((0.0, 0.0, 200.0), (0.4, 0.4, 0.5), pool=(pool, pool, nan), pool_years=0.1, reached=0.9)
    rate, participation, failure = Rate.seen(6, 5), Share(0.6, 6), Share(0.2, 10)
    accrual = Accrual.planned(rate, enrolled_share(participation, failure), plan)

    days = np.array([300.0, 900.0])
    drawn = simulate(rate, participation, failure, plan, days, 400_000, np.random.default_rng(4)).sum(axis=1)
    like = drawn[drawn[:, 0] == enrolled, 1]
    assert len(like) > 2_000

    after = accrual.updated(300, enrolled)
    for count in range(enrolled, enrolled + 6):
        share = (like >= count).mean()
        error = np.sqrt(share * (1 - share) / len(like))
        assert after.at_least(count, 900) == pytest.approx(share, abs=4 * error + 1e-9)


def test_the_order_of_two_updates_of_one_total_does_not_matter():
    accrual = Accrual.planned(Rate.seen(6, 5), enrolled_share(Share(0.6, 6), Share(0.2, 10)), sites())
    once = accrual.updated(600, 5)
    twice = accrual.updated(200, 3).updated(600, 5)
    assert twice.to_come(900, 20) == pytest.approx(once.to_come(900, 20), abs=1e-6)


@pytest.mark.parametrize(("day", "enrolled", "rate"), [(100, 1, Rate(0.0)), (-5, 1, Rate(1.0)), (100, -1, Rate(1.0))])
def test_a_count_that_cannot_be_is_refused(day, enrolled, rate):
    with pytest.raises(ValueError, match=f"{enrolled} by day {day}"):
        Accrual.planned(rate, SURE, sites()).updated(day, enrolled)


def test_draws_agree_with_the_closed_form_by_day_and_site():
    plan = sites(**SEVEN, pool=(5.0, 5.0, nan, nan), pool_years=0.2, reached=0.7)
    rate, participation, failure = Rate.seen(9, 3), Share(0.5, 8), Share(0.2, 10)
    accrual = Accrual.planned(rate, enrolled_share(participation, failure), plan)
    draws, days = 100_000, np.array([0.0, 89, 90, 365, 399, 400, 730])
    drawn = simulate(rate, participation, failure, plan, days, draws, np.random.default_rng(1))

    for at, day in enumerate(days):
        total = drawn[:, :, at].sum(axis=1)
        assert accrual.expected(day) == pytest.approx(total.mean(), abs=4 * total.std() / draws**0.5)
        counted = {None: (accrual, total)} | {one: (accrual.at_site(one, 0), drawn[:, one, at]) for one in range(4)}
        for model, counts in counted.values():
            for count in (1, 2, 4):
                share = model.at_least(count, day)
                error = max(np.sqrt(share * (1 - share) / draws), 1 / draws)
                assert (counts >= count).mean() == pytest.approx(share, abs=4.5 * error)


def test_enrolments_a_year_are_the_gamma_times_the_share():
    mean, (low, high) = Accrual.planned(Rate(4.0, 6.0), HALF, sites(**SEVEN)).per_year()
    assert mean == pytest.approx(4 * 0.5 * 1.4)
    assert [low, high] == pytest.approx(stats.gamma.ppf([0.025, 0.975], 6, scale=mean / 6), rel=1e-6)
    assert Accrual.planned(Rate(4.0, 6.0), Points(np.zeros(1), np.ones(1)), sites()).per_year() == (0, (0, 0))


@pytest.mark.parametrize("seen_in", [0.8, 2, 10, 100])
@pytest.mark.parametrize("a_year", [0, 0.6, 6, 60])
def test_more_points_of_the_rule_change_nothing(seen_in, a_year):
    """Up to 60 new eligible patients a year, before and after an update, the error is below 1e-6."""
    found = []
    for nodes in (32, 160):
        share = enrolled_share(Share(0.5, seen_in), Share(0.2, seen_in), nodes)
        planned = Accrual.planned(Rate.seen(10 * a_year, 10), share, sites())
        updated = planned.updated(YEAR, round(a_year / 5))
        found.append([np.cumsum(one.to_come(3 * YEAR, 200)) for one in (planned, updated)])
    assert np.abs(np.subtract(*found)).max() < 1e-6
