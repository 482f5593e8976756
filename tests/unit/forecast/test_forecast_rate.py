"""Where a forecast begins: how many become eligible a year, and how many are eligible on a day, by hand."""

from datetime import date

import pandas as pd
import pytest
from unit.analysis import toy
from unit.cohorts import bare, eight
from unit.forecast.forecasts import EVERY_DAYS, PATIENTS, dated, figure, forecast, outcome, protocol, said

import postgraft as pg
from postgraft.estimation.accrual import YEAR
from postgraft.forecast.case import day_number
from postgraft.forecast.inflow import eligible_on, incoming
from postgraft.forecast.sentences import sentences


def test_new_eligible_patients_a_year_are_transplants_times_the_share_that_becomes_eligible():
    found = incoming(outcome())

    assert found.transplants_per_year == pytest.approx(YEAR / EVERY_DAYS)
    assert found.share == pytest.approx(0.5, abs=0.01)
    seen = outcome().patients
    assert found.patients == (seen["status"] == "eligible").sum() == 59
    assert found.rate.mean == pytest.approx(YEAR / EVERY_DAYS / 2 * (59.5 / 59), rel=0.01)
    assert found.pool_years == pytest.approx(50 / YEAR, rel=0.03)


def test_patients_without_time_left_do_not_lower_the_rate():
    """The same centre, extracted two months after it began: some are cut off before they could be eligible."""
    day0 = dated().transplants["day"].to_numpy()
    patients = dated().patients["patient_id"].to_numpy()
    short = dated().select(patients[day0 >= day0[-1] - 130].tolist())
    found = incoming(pg.evaluate(short, protocol()))
    # Of seven, two became eligible and three died; one was seen for too short a time for either, one nearly so.
    assert (found.patients, found.transplants) == (2, 7)
    assert found.share == pytest.approx(2 / 5)


def test_the_pool_of_a_day_is_counted_from_stretches():
    """Day 45 to 94 after a transplant each 20 days, every second alive: two or three are eligible at once."""
    start = day_number(date(2015, 1, 1))
    for day in (0, 44, 45, 94, 95, 400, 1000):
        by_hand = sum(45 <= day - EVERY_DAYS * i <= 94 for i in range(0, PATIENTS, 2))
        assert eligible_on(outcome(), "eligible", start + day) == by_hand
    assert eligible_on(outcome(), "eligible", start - 1) is None
    assert eligible_on(outcome(), "eligible", start + EVERY_DAYS * (PATIENTS - 1) + 1) is None
    assert eligible_on(eight(), "eligible", 10) is None


def test_a_patient_is_new_once():
    tables = {
        "patients": pd.DataFrame(
            {"patient_id": ["A", "B"], "sex": "male", "age_at_transplant": 50, "last_contact_day": 400}
        ).assign(transplant_year=[2019, 2020]),
        "transplants": pd.DataFrame(
            {"patient_id": ["A", "A", "B"], "transplant_day": [0, 100, 0], "type": "allogeneic"}
        ),
    }
    twice = pg.evaluate(pg.Extract.from_tables({"format": 1, "name": "2", "time": "days"}, tables), protocol())
    found = incoming(twice)
    assert (found.patients, found.transplants, found.transplants_per_year) == (2, 3, 1.5)
    assert found.share == pytest.approx(2 / 3)


def test_without_dates_the_years_of_the_transplants_serve():
    found = incoming(eight())
    assert (found.patients, found.transplants, found.transplants_per_year) == (2, 8, 8 / 3)
    made = forecast(of=eight())
    assert "How many patients are eligible on" not in " ".join(sentences(made))  # no pool is approached
    made = forecast({"prevalent_pool_reached": 0.5}, eight())
    said(made, "How many patients are eligible on 2022-01-01 the cohort does not show; its long-run average, ")


def test_the_plan_may_say_how_many_transplants_there_are():
    assert incoming(eight(), transplants_per_year=80).rate.mean == pytest.approx(incoming(eight()).rate.mean * 30)
    doubled = forecast({"transplants_per_year": 2 * YEAR / EVERY_DAYS})
    assert figure(doubled, "new_eligible_per_year") == pytest.approx(2 * figure(forecast(), "new_eligible_per_year"))


@pytest.mark.parametrize(
    ("extract", "why"),
    [
        (bare(0), "No forecast: no transplant of the cohort was observed on any day"),
        (bare(3, 200), "No forecast: the cohort has neither dates nor transplant_year"),
        (dated().select(["P000"]), "No forecast: all transplants of the cohort are of one day"),
    ],
)
def test_a_cohort_that_tells_no_rate(extract, why):
    made = forecast(of=pg.evaluate(extract, protocol()))
    assert said(made, why)
    assert made.by_date.empty
    assert made.by_site.empty
    assert made.key_figures.empty
    known = forecast({"transplants_per_year": 10}, pg.evaluate(extract, protocol()))
    assert known.by_date.empty == (len(extract.patients) == 0)


def test_the_pool_is_found_on_the_opening_day():
    start = {"start": "2016-01-01", "deadline": "2016-12-31"}
    without, everybody = forecast(start), forecast(start | {"prevalent_pool_reached": 1})
    pool = eligible_on(outcome(), "eligible", day_number(date(2016, 1, 1)))
    assert pool > 0
    more = figure(everybody, "enrolled_by_deadline") - figure(without, "enrolled_by_deadline")
    assert more == pytest.approx(pool * 0.5 * 0.8)
    assert said(everybody, f"On 2016-01-01 {pool} patient")


def test_transplants_observed_late_are_told():
    found = toy.outcome(
        toy.patient("late", since=80, no_relapse_PASS=[(80, 200)]),
        toy.patient("on time", day0=100, hiv_FAIL=[(0, 59)]),
        time="dates",
    )
    assert "1 transplant is observed from so late on that it is not known who was eligible before: with 1 " in said(
        forecast(of=found), "so late"
    )
    assert not [line for line in sentences(forecast()) if "so late" in line]


def test_an_unknown_basis_is_told():
    with pytest.raises(pg.PostgraftError, match="basis: found 'all'; accepted are eligible, eligible_or_possible"):
        incoming(outcome(), "all")
