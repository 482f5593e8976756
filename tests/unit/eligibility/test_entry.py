"""Who is new where observation begins late: one rule in the rate, the incidence, the months and the forecast.

    patient     observed from  eligible      new
    on time     0              day 60 on     day 60
    early       30             day 45 on     day 45, before which nobody can be eligible
    late        80             day 100 on    day 100, at risk from day 81 on
    prevalent   80             day 80 on     no: since when is not known
    never       0              -             -
"""

import numpy as np
import pytest
from unit.eligibility.toy import never, outcome, patient

import postgraft as pg
from postgraft.eligibility.entry import at_risk_after, earliest_day
from postgraft.eligibility.forecasting import incoming as module
from postgraft.eligibility.forecasting.incoming import incoming


def seen_from(day, last=200):
    """What is recorded of who is observed from a day on, for no table is complete before."""
    return {"since": day, "last": last, "no_relapse_PASS": [(day, last)]}


def five(time="days"):
    return outcome(
        patient("on time", hiv_FAIL=[(0, 59)]),
        patient("early", **seen_from(30), hiv_FAIL=[(0, 44)]),
        patient("late", **seen_from(80), hiv_FAIL=[(0, 99)]),
        patient("prevalent", **seen_from(80)),
        patient("never", **never()),
        time=time,
    )


def test_the_day_after_which_each_is_at_risk():
    assert earliest_day(five()) == 45
    assert at_risk_after(five()).tolist() == [-1, 29, 80, 80, -1]


def test_who_was_eligible_already_is_prevalent_and_not_new():
    found = incoming(five(), transplants_per_year=12)

    assert (found.patients, found.prevalent, found.late, found.transplants) == (3, 1, 2, 5)
    # Day 45: one of early, on time, never. Day 60: one of on time, never. Day 100: one of late, never.
    assert found.share == pytest.approx(1 - 2 / 3 * 1 / 2 * 1 / 2)
    assert found.per_year().estimate == pytest.approx(12 * 5 / 6)


def test_the_incidence_the_rate_and_the_months_count_the_same():
    estimates = five("dates").estimate()

    curve = estimates.incidence().at(100)
    eligible = curve[curve["cause"] == "eligible"].iloc[0]
    assert (eligible.events, eligible.estimate) == (3, pytest.approx(5 / 6))
    assert estimates.incidence().left_out["eligible before"] == 1
    rate = incoming(five("dates"), transplants_per_year=1)
    assert rate.share == pytest.approx(eligible.estimate)
    assert estimates.monthly["eligible"].sum() == 3
    # As eligible, also in the pool of a day, the prevalent one counts.
    rates = five().estimate().rate.set_index("measure")
    assert rates.loc["per_100_transplants", ["count", "of"]].tolist() == [4, 5]
    assert rates.loc["per_100_transplants_followed", ["count", "of"]].tolist() == [3, 5]
    assert estimates.pool("2020-03-31")["count"].tolist()[0] == 3  # day 90: on time, early, prevalent


def test_a_cohort_of_prevalent_patients_has_no_rate():
    all_there = outcome(patient("a", **seen_from(80)), patient("b", **seen_from(90)))
    with pytest.raises(pg.PostgraftError, match="was observed before the patient was eligible: there is no rate"):
        incoming(all_there, transplants_per_year=5)
    rates = all_there.estimate().rate
    assert rates["estimate"].isna().all()
    assert "no transplant of the cohort was observed before" in rates["method"].iloc[0]


def test_where_no_time_since_the_transplant_is_asked_day_0_is_the_earliest():
    from unit.eligibility.toy import PROTOCOL

    found = outcome(
        patient("there", **seen_from(20)),
        patient("from day 0"),
        protocol=PROTOCOL.amend(name="at once", drop=["days_since_transplant"]),
    )
    assert earliest_day(found) == 0
    assert (incoming(found, transplants_per_year=1).patients, found.estimate().incidence().start) == (1, 0)


def centre(patients, thinned, rng):
    """A patient for each transplant; of every second the record begins, if ``thinned``, on a day from 46 to 300."""
    onset = 45 + rng.exponential(150, patients).astype(int)
    length = 7 + rng.exponential(90, patients).astype(int)
    death = 30 + rng.exponential(500, patients).astype(int)
    begins = rng.integers(46, 300, patients)
    people = []
    for i in range(patients):
        last = min(int(death[i]), 730)
        since = int(begins[i]) if thinned and i % 2 else None
        if since and since > last:
            continue  # died before the record begins, so that no record holds them
        people.append(
            patient(
                f"P{i:04}",
                last=last,
                death=last if last < 730 else None,
                since=since,
                hiv_FAIL=[(0, int(onset[i]) - 1), (int(onset[i] + length[i]), 5000)],
                no_relapse_PASS=[(since or 0, 1095)],
            )
        )
    return outcome(*people)


@pytest.fixture(scope="module")
def full_and_thinned():
    return [centre(1200, thinned, np.random.default_rng(7)) for thinned in (False, True)]


def test_records_that_begin_late_leave_the_rate_as_it_is(full_and_thinned, monkeypatch):
    full, thinned = full_and_thinned
    assert 0.94 < ratio(thinned, full) < 1.06
    # Had those been counted as new who were eligible already, the rate would be too high.
    monkeypatch.setattr(module, "at_risk_after", lambda outcome: outcome.observations.first.astype(int) - 1)
    assert ratio(thinned, full) > 1.12


def ratio(thinned, full):
    return incoming(thinned, transplants_per_year=1).share / incoming(full, transplants_per_year=1).share
