"""A plan placed on the calendar: start and deadline, sites and what they see; every odd case answered in words."""

from datetime import date

import pandas as pd
import pytest
from unit.cohorts import bare, eight
from unit.forecast.forecasts import ONE_SITE, dated, figure, forecast, outcome, protocol, said

import postgraft as pg
from postgraft.forecast.sentences import sentences


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
    assert made.by_site[["low", "high"]].to_numpy().tolist() == deadline[["q2.5", "q97.5"]].to_numpy().tolist()


def test_a_target_already_met():
    made = forecast({"observed": [{"date": "2023-01-01", "enrolled": 6}]})
    assert said(made, "The target of 5 is met: 6 were enrolled by 2023-01-01.")
    assert said(made, "The target of 5 was met by 2023-01-01, with 6 enrolled.")
    assert figure(made, "probability_by_deadline") == 1
    assert figure(made, "date_of_target") == date(2023, 1, 1)
    assert figure(made, "enrolled_per_month_needed_80") == 0
    assert not [line for line in sentences(made) if "Needed" in line]


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
    assert said(made, "80 % prediction interval").startswith("only day 45, eligible: Patient 5: median ")
    assert not [line for line in sentences(made) if "Probability" in line or "Needed" in line]
    assert made.by_date["date"].min() == pd.Timestamp(begin)


@pytest.mark.parametrize("change", [{"start": "2024-12-31"}, {"observed": [{"date": "2024-12-30", "enrolled": 3}]}])
def test_on_its_last_day_a_deadline_has_not_passed(change):
    made = forecast(change)
    assert figure(made, "probability_by_deadline") is not None
    assert not [line for line in sentences(made) if "has passed" in line]


def test_a_site_that_opens_after_the_deadline_adds_nothing_by_then():
    late = {"name": "B", "capture": 0.5, "opens": "2025-02-01"}
    made = forecast({"sites": [*ONE_SITE["sites"], late]})
    assert said(made, "B opens on 2025-02-01, after the deadline, and adds nothing by then.")
    assert made.by_site.query("site == 'B'")["expected"].tolist() == [0, 0]
    assert figure(made, "enrolled_by_deadline") == figure(forecast(), "enrolled_by_deadline")
    assert said(made, "The sites together see 150% of the cohort's eligible patients")


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
    assert said(timeless, "The plan starts on 2023-07-21, as the registry record has it, with nobody enrolled.")


def test_a_start_before_the_data_cut_is_told():
    assert said(forecast({"start": "2020-01-01"}), "The forecast is made as of 2020-01-01, before the data cut ")
    assert not [line for line in sentences(forecast()) if "data cut" in line]


def test_the_registered_completion_is_named_for_what_it_is():
    made = forecast({"deadline": "2026-06-29"})
    assert said(made, "The deadline, 2026-06-29, is the registered completion of the study: enrolment must end a ")
    assert made.placed.sources["deadline"] == "the registry record: the registered completion of the study"
    assert forecast().placed.sources["deadline"] == "the plan"
    assert not [line for line in sentences(forecast()) if "registered completion" in line]


def test_an_activity_other_than_the_records_is_told():
    sites = [{"name": "Commack", "capture": 0.5, "activity": "limited"}, {"name": "Basking Ridge", "capture": 0.5}]
    made = forecast({"sites": sites, "limited_activity": 0.5})
    said(made, "Commack has limited activity in the plan and full activity in the registry record.")
    assert not [line for line in sentences(made) if line.startswith("Basking Ridge has")]
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
    assert said(forecast(SEVEN | {"sites": sites}, eight()), "60% of the cohort's patients belong to sites that ")
