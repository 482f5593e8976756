"""Who is new where observation begins late: one rule in the rate, the incidence, the months and the forecast.

patient     observed from  eligible      new
on time     0              day 60 on     day 60
early       30             day 45 on     day 45, before which nobody can be eligible
late        80             day 100 on    not known: may have been eligible before day 80
prevalent   80             day 80 on     no: since when is not known
never       0              -             -
"""

import numpy as np
import pytest
from unit.analysis.toy import PROTOCOL, never, outcome, patient

import postgraft as pg
from postgraft.analysis.entry import earliest_day, observed_late
from postgraft.forecast import inflow as module
from postgraft.forecast.inflow import incoming

pytestmark = pytest.mark.slow


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


def test_who_is_observed_late():
    assert earliest_day(five()) == 45
    assert observed_late(five()).tolist() == [False, False, True, True, False]
    assert observed_late(outcome(patient("45", since=45), patient("46", since=46))).tolist() == [False, True]


def test_of_who_is_observed_late_it_is_not_known_who_is_new():
    found = incoming(five(), transplants_per_year=12)

    assert (found.patients, found.transplants) == (2, 3)
    assert (found.late, found.eligible_late) == (2, 2)
    assert found.share == pytest.approx(2 / 3)
    assert found.per_year().estimate == pytest.approx(8)


def test_the_incidence_the_rate_and_the_months_count_the_same():
    estimates = five("dates").estimate()

    curve = estimates.incidence().at(100)
    eligible = curve[curve["cause"] == "eligible"].iloc[0]
    assert (eligible.events, eligible.estimate) == (2, pytest.approx(2 / 3))
    assert estimates.incidence().left_out["observed from a later day on"] == 2
    assert incoming(five("dates"), transplants_per_year=1).share == pytest.approx(eligible.estimate)
    assert estimates.monthly["eligible"].sum() == 2
    # As eligible, also in the pool of a day, the others count.
    rates = five().estimate().rate.set_index("measure")
    assert rates.loc["per_100_transplants", ["count", "of"]].tolist() == [4, 5]
    assert rates.loc["per_100_transplants_followed", ["count", "of"]].tolist() == [2, 3]
    assert (five().patients["status"] == "eligible").sum() == 4
    assert estimates.pool("2020-03-31")["count"].tolist()[0] == 3  # day 90: on time, early, prevalent


def test_a_cohort_observed_late_has_no_rate():
    all_late = outcome(patient("a", **seen_from(80)), patient("b", **seen_from(90)))
    with pytest.raises(pg.PostgraftError, match="observed from a day after day 45 on, so that it is not known who"):
        incoming(all_late, transplants_per_year=5)
    rates = all_late.estimate().rate
    assert rates["estimate"].isna().all()
    assert "it is not known who is newly eligible" in rates["method"].iloc[0]


def test_where_no_time_since_the_transplant_is_asked_day_0_is_the_earliest():
    found = outcome(
        patient("there", **seen_from(20)),
        patient("from day 0"),
        protocol=PROTOCOL.amend(name="at once", drop=["days_since_transplant"]),
    )
    assert earliest_day(found) == 0
    assert (incoming(found, transplants_per_year=1).patients, found.estimate().incidence().start) == (1, 0)


def centre(patients, thinned, stay, seed):
    """A patient for each transplant; of every second the record begins, if ``thinned``, on a day from 46 to 300."""
    rng = np.random.default_rng(seed)
    onset = 45 + rng.exponential(100, patients).astype(int)
    onset[rng.random(patients) > 0.2] = 2000  # four in five are never eligible
    length = 7 + rng.exponential(stay, patients).astype(int)
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
                hiv_FAIL=[(0, int(onset[i]) - 1), (int(onset[i] + length[i]), 9000)],
                no_relapse_PASS=[(since or 0, 1095)],
            )
        )
    return outcome(*people)


def test_records_that_begin_late_leave_the_rate_as_it_is(monkeypatch):
    """One in five is ever eligible, and mostly still is when a record begins late."""
    full, thinned = (centre(1600, late, stay=400, seed=7) for late in (False, True))
    assert incoming(thinned, transplants_per_year=1).late > 300
    assert 0.92 < ratio(thinned, full) < 1.08
    # Whoever is eligible on the first observed day counted as new on it, the rate would be too high.
    monkeypatch.setattr(module, "observed_late", lambda of: np.zeros(len(of.observations), bool))
    assert ratio(thinned, full) > 1.14


def ratio(thinned, full):
    return incoming(thinned, transplants_per_year=1).share / incoming(full, transplants_per_year=1).share
