"""A forecast from printed counts: another count behind the same print changes nothing, and a hidden one is told."""

from functools import partial

import pytest
from unit.forecast.forecasts import ONE_SITE, figure, outcome
from unit.forecast.test_pooled import at_sites

import postgraft as pg
from postgraft.analysis.released import ReleasedOutcome
from postgraft.disclosure.released_count import ReleasedCount
from postgraft.disclosure.rule import Rule
from postgraft.estimation.intervals import poisson_rate
from postgraft.exhibits import answer_forecast
from postgraft.forecast.printed import printed
from postgraft.forecast.sentences import sentences

SAID = {"transplants_per_year": 20}


def rounded(sets, more_than=10):
    """Counts to the next multiple of 10; up to ``more_than`` hidden."""
    counts = sets.sum(axis=1).tolist()
    return [ReleasedCount.of(round(one, -1) if one > more_than else None, Rule()) for one in counts]


def release(of=None, count=rounded):
    return ReleasedOutcome(of or outcome(), count)


def forecast(*outcomes, **change):
    return printed(outcomes, pg.load_plan(ONE_SITE | SAID | change))


def test_the_rate_is_that_of_the_printed_counts():
    """59 of 120 are eligible; 60 are printed: half of 20 transplants a year."""
    made = forecast(release())
    found = made.case().incoming
    assert (found.patients, found.share, found.per_year().estimate) == (60, 0.5, 10)
    assert found.per_year().interval == poisson_rate(60, 6)
    assert figure(made, "new_eligible_per_year") == 10
    assert made.case().lasting is found
    assert answer_forecast(made).numbers["new_eligible_per_year"] == 10


def test_screening_and_pools_are_left_out():
    plain, asked = forecast(release()), forecast(release(), screening_days=50, prevalent_pool_reached=1)
    assert set(asked.case().accrual.sites.opens) == {plain.case().accrual.sites.opens[0] + 50}
    assert asked.case().incoming == plain.case().incoming
    assert asked.case().accrual.sites.pools(float("-inf"), float("inf")) == []


def test_cohorts_are_weighed_by_their_printed_patients():
    """60 of 120 and 80 of 120 are printed."""
    found = forecast(release(), release(at_sites(("A",), 3))).case().incoming
    assert (found.patients, found.transplants_per_year) == (140, 20)
    assert found.per_year().estimate == pytest.approx(10 * 0.5 + 10 * 80 / 120)


def test_a_hidden_count_leaves_no_forecast_and_says_why():
    made = forecast(release(count=partial(rounded, more_than=100)))
    assert [case.accrual for case in made.cases] == [None, None]
    assert str(answer_forecast(made)) == "There is no forecast: a count that the forecast needs is hidden."
    assert "only day 45, eligible: No forecast: a count that the forecast needs is hidden." in sentences(made)


def test_without_all_years_there_is_no_forecast_unless_the_plan_says_how_many_transplants_there_are():
    """The last year has too few transplants to be printed alone, so where it ends is not known."""
    made = printed([release()], pg.load_plan(ONE_SITE))
    assert str(answer_forecast(made)) == "There is no forecast: not all years of the transplants are printed."


def test_a_site_sees_its_share_of_all_printed_patients():
    """Of 120 patients 60 are at A and 40 at B; at C and D are 10 each, which are printed together: 20."""
    outcomes = release(at_sites(("A", "A", "A", "A", "A", "A", "B", "B", "B", "B", "C", "D")))
    sites = [{"name": "A", "capture": 0.1}, {"name": "C", "capture": 0.9}]
    assert forecast(outcomes, captures="cohort", sites=sites).placed.captures == (0.5, 0)
    assert forecast(outcomes, sites=sites).placed.captures == (0.1, 0.9)
    elsewhere = [{"name": "E", "capture": 0.3}]
    assert forecast(outcomes, captures="cohort", sites=elsewhere).placed.captures == (0.3,)
