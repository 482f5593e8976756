"""The forecast of a cohort: rate and pool counted by hand, amendments, and every odd case answered in words."""

from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest
from unit.cohorts import bare, eight

import postgraft as pg
from postgraft.eligibility.forecasting.case import day_number
from postgraft.eligibility.forecasting.forecast import LEVELS
from postgraft.eligibility.forecasting.incoming import BASES, eligible_on, incoming
from postgraft.estimation.accrual_sites import YEAR

ONE_SITE = {
    "target": 5,
    "start": "2022-01-01",
    "deadline": "2024-12-31",
    "participation": 0.5,
    "screen_failure": 0.2,
    "sites": [{"name": "A", "capture": 1}],
}
EVERY_DAYS, PATIENTS = 20, 120


def protocol(name="only day 45", **changes):
    """Everybody is eligible from day 45 on: all other criteria are dropped."""
    base = pg.load_protocol()
    others = [one for one in base.criteria if one != "days_since_transplant"]
    return base.amend(name=name, drop=others, **changes)


@cache
def dated(died_early=2):
    """A transplant every 20 days from 2015-01-01 on; every second patient dies on day 30, the others leave on day 94.

    The extract ends 10 days after the last transplant.
    """
    day0 = pd.date_range("2015-01-01", periods=PATIENTS, freq=f"{EVERY_DAYS}D")
    end = day0[-1] + pd.Timedelta(days=10)
    names = [f"P{i:03}" for i in range(PATIENTS)]
    early = np.arange(PATIENTS) % died_early == 1
    last = np.minimum(day0 + pd.to_timedelta(np.where(early, 30, 94), unit="D"), end)
    return pg.Extract.from_tables(
        {"format": 1, "name": "Dated", "time": "dates", "extracted_on": end.date()},
        {
            "patients": pd.DataFrame(
                {
                    "patient_id": names,
                    "sex": "male",
                    "birth_date": "1960-01-01",
                    "death_date": pd.Series(last.date).where(early & (last < end)),
                    "last_contact_date": last.date,
                }
            ),
            "transplants": pd.DataFrame(
                {"patient_id": names, "transplant_date": day0.date, "type": "allogeneic"}
            ),
        },
    )


@cache
def outcome():
    return pg.evaluate(dated(), protocol())


def forecast(change=None, of=None):
    return pg.forecast(of or outcome(), pg.load_plan(ONE_SITE | (change or {})))


def said(made, text):
    found = [line for line in made.words if text in line]
    assert found, "\n".join(made.words)
    return found[0]


def figure(made, measure, basis="eligible"):
    frame = made.key_figures
    [value] = frame.loc[(frame["measure"] == measure) & (frame["basis"] == basis), "value"]
    return value


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
    twice = pg.evaluate(
        pg.Extract.from_tables({"format": 1, "name": "2", "time": "days"}, tables), protocol()
    )
    found = incoming(twice)
    assert (found.patients, found.transplants, found.transplants_per_year) == (2, 3, 1.5)
    assert found.share == pytest.approx(2 / 3)


def test_without_dates_the_years_of_the_transplants_serve():
    found = incoming(eight())
    assert (found.patients, found.transplants, found.transplants_per_year) == (2, 8, 8 / 3)
    made = forecast(of=eight())
    assert "How many patients are eligible on" not in " ".join(made.words)  # no pool is approached
    made = forecast({"prevalent_pool_reached": 0.5}, eight())
    said(made, "How many patients are eligible on 2022-01-01 the cohort cannot tell; its long-run average, ")


def test_the_plan_may_say_how_many_transplants_there_are():
    assert incoming(eight(), transplants_per_year=80).rate.mean == pytest.approx(
        incoming(eight()).rate.mean * 30
    )
    doubled = forecast({"transplants_per_year": 2 * YEAR / EVERY_DAYS})
    assert figure(doubled, "new_eligible_per_year") == pytest.approx(
        2 * figure(forecast(), "new_eligible_per_year")
    )


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
    with pytest.raises(
        pg.PostgraftError, match="no forecast for 'other', 'eligible'; protocols: only day 45, "
    ):
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
    words = made.words
    assert not [line for line in words if not line.startswith("only day 45, certain")]
    assert said(made, "newly eligible") == (
        "only day 45, certain: 59 patients were newly eligible among 120 observed transplants, "
        "followed for up to 94 days; 18.26 transplants a year."
    )
    assert "by 2024-12-31" in said(made, "Probability of 5")
    assert "median 2023-04-" in said(made, "80 % range")


def test_nobody_eligible():
    never = pg.evaluate(dated(), protocol(set={"days_since_transplant_min": 100}))
    made = forecast(of=never)

    assert 0 < figure(made, "new_eligible_per_year") < 0.1
    assert "no patient of 120 observed transplants was eligible. That is no proof of a rate of 0" in said(
        made, "no proof"
    )
    assert "later than 2047-01-01 or never, with at least 90 % probability" in said(made, "or never")


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


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"participation": 0}, "Participation is taken to be 0: nobody would be enrolled."),
        ({"screen_failure": 1}, "Screen failure is taken to be 1: nobody would be enrolled."),
        ({"sites": [{"name": "A", "capture": 0}]}, "No site of the plan sees any patient it can enrol"),
    ],
)
def test_nobody_enrolled(change, words):
    made = forecast(change)
    assert said(made, words)
    assert figure(made, "probability_by_deadline") == 0
    assert figure(made, "date_of_target") is None
    assert figure(made, "sites_needed_80") is None
    assert "or never, with at least 97.5 % probability" in said(made, "Patient 5:")
    assert said(made, "No number of eligible patients would")
    assert said(made, "No number of sites")


def test_one_site():
    made = forecast()
    assert said(made, "The plan has one site, A: by site and in all are the same.")
    deadline = made.by_date[made.by_date["date"] == "2024-12-31"]
    assert (
        made.by_site[["low", "high"]].to_numpy().tolist() == deadline[["q2.5", "q97.5"]].to_numpy().tolist()
    )


def test_a_target_already_met():
    made = forecast({"observed": [{"date": "2023-01-01", "enrolled": 6}]})
    assert said(made, "The target of 5 is met: 6 were enrolled by 2023-01-01.")
    assert said(made, "The target of 5 was met by 2023-01-01, with 6 enrolled.")
    assert figure(made, "probability_by_deadline") == 1
    assert figure(made, "date_of_target") == date(2023, 1, 1)
    assert figure(made, "enrolled_per_month_needed_80") == 0
    assert not [line for line in made.words if "Needed" in line]


@pytest.mark.parametrize(
    ("observed", "probability"),
    [
        ([("2025-06-30", 3)], 0),
        ([("2024-06-30", 5), ("2025-06-30", 6)], 1),
        ([("2024-06-30", 4), ("2025-06-30", 6)], None),
    ],
)
def test_a_deadline_that_has_passed(observed, probability):
    made = forecast({"observed": [{"date": day, "enrolled": count} for day, count in observed]})
    assert said(made, "The deadline, 2024-12-31, has passed: ")
    assert figure(made, "probability_by_deadline") == probability
    assert figure(made, "enrolled_per_month_needed") is None


def test_a_site_that_opens_after_the_deadline_adds_nothing_by_then():
    late = {"name": "B", "capture": 0.5, "opens": "2025-02-01"}
    made = forecast({"sites": [*ONE_SITE["sites"], late]})
    assert said(made, "B opens on 2025-02-01, after the deadline, and adds nothing by then.")
    assert made.by_site.query("site == 'B'")["expected"].tolist() == [0, 0]
    assert figure(made, "enrolled_by_deadline") == figure(forecast(), "enrolled_by_deadline")
    assert said(made, "The sites together see 150% of the cohort's eligible patients")


def test_the_pool_is_found_on_the_opening_day():
    start = {"start": "2016-01-01", "deadline": "2016-12-31"}
    without, everybody = forecast(start), forecast(start | {"prevalent_pool_reached": 1})
    pool = eligible_on(outcome(), "eligible", day_number(date(2016, 1, 1)))
    assert pool > 0
    more = figure(everybody, "enrolled_by_deadline") - figure(without, "enrolled_by_deadline")
    assert more == pytest.approx(pool * 0.5 * 0.8)
    assert said(everybody, f"On 2016-01-01 {pool} patient")


def test_an_unknown_basis_is_told():
    with pytest.raises(
        pg.PostgraftError, match="basis: found 'all'; accepted are eligible, eligible_or_possible"
    ):
        incoming(outcome(), "all")
