"""One forecast of several cohorts: rates and pools add up, each site with its share of all patients."""

from datetime import date
from functools import cache

import pandas as pd
import pytest
from unit.cohorts import bare, eight
from unit.forecast.forecasts import ONE_SITE, dated, forecast, outcome, protocol

import postgraft as pg
from postgraft.estimation.intervals import poisson_rate
from postgraft.forecast.case import day_number
from postgraft.forecast.inflow import BASES, eligible_on, incoming, together
from postgraft.forecast.pooled import pooled
from postgraft.forecast.sentences import sentences


@cache
def at_sites(sites, died_early=2):
    return pg.evaluate(dated(died_early, sites), protocol())


def of(*outcomes, **change):
    return pooled({"only day 45": list(outcomes)}, pg.load_plan(ONE_SITE | change))


@cache
def other():
    return pg.evaluate(dated(3), protocol())


def test_one_cohort_alone_gives_its_own_forecast():
    made, own = of(outcome()), forecast()
    assert made.cohort == own.cohort == "Dated"
    pd.testing.assert_frame_equal(made.key_figures, own.key_figures)
    pd.testing.assert_frame_equal(made.by_date, own.by_date)


def test_the_rates_of_the_cohorts_add_up():
    made, each = of(outcome(), other()), [incoming(one) for one in (outcome(), other())]
    found = made.case().incoming
    rate = sum(one.per_year().estimate for one in each)
    assert made.cohort == "all cohorts"
    assert [case.basis for case in made.cases] == list(BASES)
    assert found.patients == sum(one.patients for one in each)
    assert found.transplants == 240
    assert found.transplants_per_year == sum(one.transplants_per_year for one in each)
    assert found.per_year().estimate == pytest.approx(rate)
    assert made.case().incoming.pool_years == pytest.approx(
        sum(one.patients * one.pool_years for one in each) / found.patients
    )


def test_twice_the_same_cohort_is_twice_the_rate_known_as_well_as_twice_the_events_tell():
    one, both = incoming(outcome()), of(outcome(), outcome()).case().incoming
    assert both.years == pytest.approx(one.years)
    assert both.per_year().interval == pytest.approx(poisson_rate(2 * one.patients, one.years))


def test_a_cohort_of_few_years_tells_less_than_its_rate():
    """50 in 10 years and 1 in half a year are 7 a year, known as well as 11 in a year and a half."""
    events, years = together([(50, 10), (1, 0.5)])
    assert (events, years) == (pytest.approx(49 / 4.5), pytest.approx(7 / 4.5))
    assert together([(50, 10), (1, 10)]) == (pytest.approx(51), pytest.approx(10))
    assert together([(0, 10), (0, 3)]) == (0, 3)
    # Of the centre of 120 transplants in 6.5 years, and of one as large that was seen for its last half year only.
    patients, day0 = (getattr(dated(), name) for name in ("patients", "transplants"))
    late = patients["patient_id"][day0["day"].to_numpy() >= day0["day"].max() - 200].tolist()
    short = pg.evaluate(dated().select(late), protocol())
    each, both = [incoming(one) for one in (outcome(), short)], of(outcome(), short).case().incoming
    estimate = both.per_year()
    assert estimate.estimate == pytest.approx(sum(one.per_year().estimate for one in each))
    widths = [one.per_year().interval.high - one.per_year().interval.low for one in each]
    assert estimate.interval.high - estimate.interval.low > max(widths)


def test_screening_and_pools_are_of_all_cohorts():
    change = {"screening_days": 30, "prevalent_pool_reached": 1, "start": "2016-01-01", "deadline": "2016-12-31"}
    case = of(outcome(), other(), **change).case()
    first = day_number(date(2016, 1, 1))
    assert case.pools == {first: sum(eligible_on(one, "eligible", first, 30) for one in (outcome(), other()))}
    lasting = [incoming(one, screening_days=30).per_year().estimate for one in (outcome(), other())]
    assert case.lasting.per_year().estimate == pytest.approx(sum(lasting))
    # Where one cohort does not show its pool, that of all is not known.
    assert of(outcome(), eight(), **change).case().pools == {first: None}


def test_transplants_a_year_of_the_plan_are_those_of_all_cohorts():
    found = of(outcome(), other(), transplants_per_year=40).case().incoming
    assert found.transplants_per_year == pytest.approx(40)
    assert found.per_year().estimate == pytest.approx(20 * (incoming(outcome()).share + incoming(other()).share))


def test_each_site_sees_its_share_of_all_patients():
    sites = [{"name": "A", "capture": 1}, {"name": "B", "capture": 0}]
    first, second = at_sites(("A",)), at_sites(("B", "A", "C"), 3)
    placed = of(first, second, captures="cohort", sites=sites).placed
    assert placed.captures == pytest.approx((160 / 240, 40 / 240))
    assert placed.belong_elsewhere == pytest.approx(40 / 240)
    # A cohort that names no site of the plan has patients all the same.
    placed = of(at_sites(("C",)), first, captures="cohort", sites=sites).placed
    assert placed.captures == pytest.approx((0.5, 0))
    assert placed.sources["captures"] == "the cohort"
    # Where none of them does, the captures are the plan's.
    none = of(at_sites(("C",)), at_sites(("D",)), captures="cohort", sites=sites).placed
    assert (none.captures, none.sources["captures"]) == ((1, 0), "the plan")


def test_it_starts_at_the_latest_data_cut():
    plan = {key: value for key, value in ONE_SITE.items() if key != "start"}
    cut = date(1970, 1, 1) + pd.Timedelta(days=dated().extracted_on)
    for outcomes in ([eight(), outcome()], [outcome(), eight()]):
        placed = pooled({"one": outcomes}, pg.load_plan(plan)).placed
        assert (placed.start, placed.opens, placed.cut) == (
            date(2021, 12, 31),
            (date(2021, 12, 31),),
            max(cut, placed.start),
        )
        # With a start of its own a plan is still held against the latest of the cuts.
        told = pooled({"one": outcomes}, pg.load_plan(plan | {"start": "2021-12-01"}))
        assert told.placed.cut == date(2021, 12, 31)
        assert any("before the data cut of the cohort, 2021-12-31" in line for line in sentences(told))


def test_a_cohort_without_a_forecast_leaves_none_for_all():
    made = of(outcome(), pg.evaluate(bare(3, 200), protocol()))
    assert [case.accrual for case in made.cases] == [None, None]
    assert made.case().why_not.startswith("the cohort has neither dates nor transplant_year")


def test_no_outcome_is_told():
    for nothing in ({}, {"one": []}):
        with pytest.raises(pg.PostgraftError, match="pooled takes outcomes, such as evaluate gives; found none"):
            pooled(nothing, pg.load_plan(ONE_SITE))
