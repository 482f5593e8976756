"""What screening costs a forecast: who is no longer eligible when it is done does not enrol."""

from datetime import date

import pytest
from unit.analysis import toy
from unit.forecast.forecasts import figure, forecast, outcome, said

from postgraft.estimation.accrual import YEAR
from postgraft.forecast.case import day_number
from postgraft.forecast.inflow import eligible_on, incoming


def test_who_is_no_longer_eligible_when_screening_is_done_does_not_enrol():
    """A stretch lasts from day 45 to day 94, 50 days: the last on which screening may end is 49 days later."""
    all_new = incoming(outcome())
    for days, share in ((0, 1), (49, 1), (50, 0)):
        lasting = incoming(outcome(), screening_days=days)
        assert lasting.per_year().estimate == pytest.approx(share * all_new.per_year().estimate, rel=0.02)
    made = forecast({"screening_days": 49})
    assert figure(made, "new_eligible_per_year") == all_new.per_year().estimate
    assert said(made, "a year are still eligible 49 days later, when screening is done")
    none = forecast({"screening_days": 50})
    assert figure(none, "lasting_per_year") == 0
    assert figure(none, "enrolled_by_deadline") < figure(made, "enrolled_by_deadline") / 10
    assert figure(none, "new_eligible_per_year_needed_80") is None


def test_the_share_that_lasts_is_the_one_of_the_curve_of_persistence():
    """Half of the stretches are of 10 days, half of 30; none is cut off."""
    found = toy.outcome(
        *(
            toy.patient(f"{i}", hiv_FAIL=[(0, 59), (60 + (10, 30)[i % 2], 400)], last=400, day0=30 * i)
            for i in range(10)
        ),
        time="dates",
    )
    persistence = found.estimate().persistence.query("view == 'first'").set_index("days")["estimate"]
    for days in (7, 14, 28):
        ratio = incoming(found, screening_days=days).share / incoming(found).share
        assert ratio == pytest.approx(persistence[days])
    case = forecast({"screening_days": 14}, found).case()
    assert case.lasting_share == pytest.approx(0.5)
    # Twice as many new eligible patients are needed as stay.
    needed = figure(forecast({"screening_days": 14}, found), "new_eligible_per_year_needed_80")
    late = {"start": "2022-01-15", "observed": []}
    assert needed == pytest.approx(2 * figure(forecast(late, found), "new_eligible_per_year_needed_80"))


def test_screening_begins_when_a_site_opens():
    """Nobody is enrolled in the first 30 days; who is found on the first is enrolled on the day after."""
    made = forecast({"screening_days": 30, "prevalent_pool_reached": 1, "start": "2016-01-01"})
    accrual = made.case().accrual
    first = day_number(date(2016, 1, 1))
    assert accrual.at_least(1, first + 29) == 0
    pool = eligible_on(outcome(), "eligible", first, 30)
    both = sum(
        45 <= first - day0 <= 94 and 45 <= first + 30 - day0 <= 94 for day0 in outcome().observations.day0[::2].tolist()
    )
    assert pool == both < eligible_on(outcome(), "eligible", first)
    assert accrual.expected(first + 30) - accrual.expected(first + 29) == pytest.approx(
        pool * 0.4 + made.case().lasting.rate.mean * 0.4 / YEAR
    )
    # A site that closes before screening is done enrols nobody.
    closes = {"sites": [{"name": "A", "capture": 1, "closes": "2022-01-30"}], "screening_days": 30}
    assert figure(forecast(closes), "enrolled_by_deadline") == 0
    closes["sites"][0]["closes"] = "2022-01-31"
    assert figure(forecast(closes), "enrolled_by_deadline") > 0
