"""The forecast of a cohort: rate and pool counted by hand, amendments, and every odd case answered in words."""

from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest
from unit.cohorts import bare, eight
from unit.eligibility import toy

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
        "followed for up to 94 days; 18.26 transplants a year, as the cohort has it."
    )
    assert "by 2024-12-31" in said(made, "Probability of 5")
    assert "median 2023-04-" in said(made, "80 % range")


def test_nobody_eligible():
    never = pg.evaluate(dated(), protocol(set={"days_since_transplant_min": 100}))
    made = forecast(of=never)

    assert figure(made, "new_eligible_per_year") == 0
    assert 0 < figure(made, "enrolled_by_deadline") < 0.1
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
    assert figure(made, "centres_needed_80") is None
    assert "or never, with at least 97.5 % probability" in said(made, "Patient 5:")
    assert said(made, "No number of new eligible patients a year is known that would meet the target by ")
    assert said(made, "No number of centres like this one would meet the target by ")


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


BY_DEADLINE = (
    "enrolled_by_deadline",
    "probability_by_deadline",
    "enrolled_per_month_needed",
    "new_eligible_per_year_needed_80",
    "centres_needed_80",
)


@pytest.mark.parametrize(
    ("change", "begin"),
    [
        ({"observed": [{"date": "2025-06-30", "enrolled": 3}]}, "2025-06-30"),
        ({"observed": [{"date": "2024-12-31", "enrolled": 3}]}, "2024-12-31"),
        ({"start": "2025-01-01"}, "2025-01-01"),
    ],
)
def test_of_a_deadline_that_has_passed_nothing_is_said_but_that_and_the_last_patient(change, begin):
    made = forecast(change)
    assert said(made, f"The deadline has passed: 2024-12-31. The forecast is made on {begin}.")
    assert [figure(made, measure) for measure in BY_DEADLINE] == [None] * 5
    assert made.by_site[["expected", "low", "high"]].isna().all(axis=None)
    assert said(made, "80 % range").startswith("only day 45, certain: Patient 5: median ")
    assert not [line for line in made.words if "Probability" in line or "Needed" in line]
    assert made.by_date["date"].min() == pd.Timestamp(begin)


@pytest.mark.parametrize(
    "change", [{"start": "2024-12-31"}, {"observed": [{"date": "2024-12-30", "enrolled": 3}]}]
)
def test_on_its_last_day_a_deadline_has_not_passed(change):
    made = forecast(change)
    assert figure(made, "probability_by_deadline") is not None
    assert not [line for line in made.words if "has passed" in line]


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


def test_without_a_start_the_plan_starts_at_the_data_cut():
    cut = date.fromisoformat("1970-01-01") + pd.Timedelta(days=dated().extracted_on)
    none = {key: value for key, value in ONE_SITE.items() if key != "start"}
    made = pg.forecast(outcome(), pg.load_plan(none))

    assert made.placed.start == made.placed.begin == cut
    assert made.placed.opens == (cut,)
    assert made.by_date["date"].min() == pd.Timestamp(cut)
    assert said(made, f"The plan starts on {cut}, the data cut of the cohort, with nobody enrolled.")
    assert made.placed.sources["start"] == "the data cut of the cohort"
    # Without dates it is the end of the last year of transplants; one who was open before opens then.
    early = {"sites": [{"name": "A", "capture": 1, "opens": "2019-01-01"}]}
    assert pg.forecast(eight(), pg.load_plan(none | early)).placed.opens == (date(2021, 12, 31),)
    # Where there is not even a year, the record's start is left.
    known = pg.load_plan(none | {"transplants_per_year": 9})
    timeless = pg.forecast(pg.evaluate(bare(3, 200), protocol()), known)
    assert timeless.placed.start == date(2023, 7, 21)
    assert said(
        timeless, "The plan starts on 2023-07-21, as the registry record has it, with nobody enrolled."
    )


def test_a_start_before_the_data_cut_is_told():
    assert said(
        forecast({"start": "2020-01-01"}), "The forecast is made as of 2020-01-01, before the data cut "
    )
    assert not [line for line in forecast().words if "data cut" in line]


def test_the_registered_completion_is_named_for_what_it_is():
    made = forecast({"deadline": "2026-06-29"})
    assert said(
        made, "The deadline, 2026-06-29, is the registered completion of the study: enrolment must end a "
    )
    assert made.placed.sources["deadline"] == "the registry record: the registered completion of the study"
    assert forecast().placed.sources["deadline"] == "the plan"
    assert not [line for line in forecast().words if "registered completion" in line]


def test_an_activity_other_than_the_records_is_told():
    sites = [
        {"name": "Commack", "capture": 0.5, "activity": "limited"},
        {"name": "Basking Ridge", "capture": 0.5},
    ]
    made = forecast({"sites": sites, "limited_activity": 0.5})
    said(made, "Commack has limited activity in the plan and full activity in the registry record.")
    assert not [line for line in made.words if line.startswith("Basking Ridge has")]
    assert made.placed.intensities == (0.25, 0.25)


SEVEN = {"captures": "cohort", "limited_activity": 0.5}


def test_where_labels_match_a_site_sees_its_share_of_the_cohort():
    """Of the seven with an allogeneic transplant five have a site: two belong to New York, three to NJ1."""
    sites = [{"name": "new york", "capture": 0.1}, {"name": "Commack", "capture": 0.9}]
    found = forecast(SEVEN | {"sites": sites}, eight()).placed
    assert found.captures == pytest.approx((0.4, 0))
    assert found.belong_elsewhere == pytest.approx(0.6)
    assert found.sources["captures"] == "the cohort"
    # By code as well, and by a part of the name.
    sites = [{"name": "Jersey (NJ1)", "capture": 0.1}, {"name": "New York", "capture": 0.1}]
    found = forecast(SEVEN | {"sites": sites}, eight()).placed
    assert found.captures == pytest.approx((0.6, 0.4))
    assert found.belong_elsewhere == pytest.approx(0)


def test_where_no_label_matches_or_the_plan_says_so_captures_are_the_plans():
    sites = {"sites": [{"name": "Elsewhere", "capture": 0.1}, {"name": "Else", "capture": 0.9}]}
    assert forecast(SEVEN | sites, eight()).placed.captures == (0.1, 0.9)
    sites = {"sites": [{"name": "New York", "capture": 0.1}]}
    found = forecast(sites, eight()).placed
    assert (found.captures, found.sources["captures"]) == ((0.1,), "the plan")


def test_patients_at_other_sites_are_told():
    sites = [{"name": "New York", "capture": 0.1}]
    assert said(
        forecast(SEVEN | {"sites": sites}, eight()), "60% of the cohort's patients belong to sites that "
    )


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
        45 <= first - day0 <= 94 and 45 <= first + 30 - day0 <= 94
        for day0 in outcome().observations.day0[::2].tolist()
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


def test_transplants_observed_late_are_told():
    found = toy.outcome(
        toy.patient("late", since=80, no_relapse_PASS=[(80, 200)]),
        toy.patient("on time", day0=100, hiv_FAIL=[(0, 59)]),
        time="dates",
    )
    assert (
        "1 transplant is observed from so late on that it is not known who was eligible before: with 1 "
        in said(forecast(of=found), "so late")
    )
    assert not [line for line in forecast().words if "so late" in line]


def test_an_unknown_basis_is_told():
    with pytest.raises(
        pg.PostgraftError, match="basis: found 'all'; accepted are eligible, eligible_or_possible"
    ):
        incoming(outcome(), "all")
