"""The forecast of a cohort: its tables, its amendments, what was enrolled so far, and its words."""

import numpy as np
import pandas as pd
import pytest
from unit.cohorts import eight
from unit.forecast.forecasts import ONE_SITE, dated, figure, forecast, outcome, protocol, said

import postgraft as pg
from postgraft.forecast.case import day_number
from postgraft.forecast.forecast import LEVELS
from postgraft.forecast.inflow import BASES, incoming
from postgraft.forecast.sentences import sentences


def test_possible_patients_make_the_upper_forecast():
    made = forecast(of=eight())
    assert [case.basis for case in made.cases] == list(BASES)
    lower, upper = (figure(made, "enrolled_by_deadline", basis) for basis in BASES)
    assert lower < upper
    assert incoming(eight(), "eligible_or_possible").patients == 4


def test_the_tables_agree_with_each_other():
    made = forecast()
    deadline = made.by_date[made.by_date["date"] == "2024-12-31"]
    of_sites = made.by_site.groupby("basis", sort=False)["expected"].sum()
    assert deadline["expected"].tolist() == pytest.approx(of_sites.tolist())
    assert figure(made, "probability_by_deadline") == deadline["probability"].iloc[0]
    quantiles = made.by_date[[f"q{level:g}" for level in LEVELS]].to_numpy()
    assert (np.diff(quantiles, axis=1) >= 0).all()
    one = made.by_date[made.by_date["basis"] == "eligible"]
    assert one["expected"].is_monotonic_increasing
    assert one["date"].iloc[0] == pd.Timestamp("2022-01-01")
    median = figure(made, "date_of_target")
    before, after = (made.case().accrual.at_least(5, day_number(median) - back) for back in (1, 0))
    assert before < 0.5 <= after


def test_each_amendment_is_forecast():
    later = protocol("later", set={"days_since_transplant_min": 80})
    never = protocol("never", set={"days_since_transplant_min": 100})
    made = pg.forecast(pg.evaluate(dated(), [protocol(), later, never]), pg.load_plan(ONE_SITE))

    assert made.by_date["protocol"].unique().tolist() == ["only day 45", "later", "never"]
    expected = made.key_figures[made.key_figures["measure"] == "enrolled_by_deadline"]
    values = expected[expected["basis"] == "eligible"]["value"].tolist()
    assert values[0] == pytest.approx(values[1], rel=0.01)
    assert values[2] < values[1] / 10
    assert made.case("later").incoming.pool_years < made.case().incoming.pool_years
    with pytest.raises(pg.PostgraftError, match="no forecast for 'other', 'eligible'; protocols: only day 45, "):
        made.case("other")


def test_outcomes_may_be_named():
    assert pg.forecast({"A": outcome()}, pg.load_plan(ONE_SITE)).cases[0].protocol == "A"


@pytest.mark.parametrize("nothing", [[], {}, [3]])
def test_no_outcome_is_told(nothing):
    with pytest.raises(pg.PostgraftError, match="forecast takes an outcome"):
        pg.forecast(nothing)


def test_what_was_enrolled_moves_the_forecast():
    slow = forecast({"observed": [{"date": "2023-01-01", "enrolled": 0}]})
    fast = forecast({"observed": [{"date": "2023-01-01", "enrolled": 4}]})
    planned = figure(forecast(), "enrolled_by_deadline")
    assert figure(slow, "enrolled_by_deadline") < planned
    assert figure(fast, "probability_by_deadline") > figure(slow, "probability_by_deadline")
    assert fast.by_date["date"].iloc[0] == pd.Timestamp("2023-01-01")
    assert fast.by_date["q2.5"].min() == 4


def test_what_was_enrolled_by_site_is_kept_by_site():
    two = {"sites": [{"name": "A", "capture": 0.5}, {"name": "B", "capture": 0.5}]}
    by_site = {"date": "2023-01-01", "enrolled": 3, "by_site": {"A": 3}}
    kept = forecast(two | {"observed": [by_site]}).by_site
    assert kept["so_far"].tolist()[:2] == [3, 0]
    assert kept["expected"][0] == pytest.approx(3 + kept["expected"][1])
    del by_site["by_site"]
    assert forecast(two | {"observed": [by_site]}).by_site["so_far"].isna().all()


def test_the_words_of_an_ordinary_forecast():
    made = forecast({"sites": [{"name": "A", "capture": 0.5}, {"name": "B", "capture": 0.5}]})
    words = sentences(made)
    assert not [
        line for line in words if not line.startswith(("only day 45, eligible: ", "only day 45, all not ruled out: "))
    ]
    assert said(made, "newly eligible") == (
        "only day 45, eligible: 59 patients were newly eligible among 120 observed transplants, "
        "followed for up to 94 days; 18.26 transplants a year, as the cohort has it."
    )
    assert "by 2024-12-31" in said(made, "Probability of 5")
    assert "median 2023-04-" in said(made, "80 % prediction interval")


def test_nobody_eligible():
    never = pg.evaluate(dated(), protocol(set={"days_since_transplant_min": 100}))
    made = forecast(of=never)

    assert figure(made, "new_eligible_per_year") == 0
    assert 0 < figure(made, "enrolled_by_deadline") < 0.1
    assert "no patient of 120 observed transplants was eligible. That is no proof of a rate of 0" in said(
        made, "no proof"
    )
    assert "later than 2047-01-01 or never, with at least 90 % probability" in said(made, "or never")
