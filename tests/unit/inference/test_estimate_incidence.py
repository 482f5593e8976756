"""When eligibility comes first, for how long it stays, how often it comes: against counts by hand."""

import pandas as pd
import pytest
from unit.analysis.toy import DAY0, never, outcome, patient
from unit.cohorts import eight

from postgraft.vocabulary.errors import PostgraftError


def row(incidence, cause, day):
    found = incidence.at(day)
    return found[found["cause"] == cause].iloc[0]


def test_incidence_from_the_earliest_day_by_hand():
    found = eight().estimate().incidence()

    # Day 45: sure, unclear, undocumented, the second transplant of "twice", untreated, dies. Two become eligible.
    assert found.transplants == 6
    assert found.left_out["not observed on that day or later"] == 2
    assert row(found, "eligible", 55).estimate == 0
    assert row(found, "eligible", 56).at_risk == 6
    assert row(found, "eligible", 56).estimate == pytest.approx(2 / 6)
    assert row(found, "eligible", 57).at_risk == 4


def test_incidence_from_onset_by_hand():
    found = eight().estimate().incidence("cytopenia")
    assert found.transplants == 4
    assert row(found, "eligible", 5).estimate == 0
    assert row(found, "eligible", 6).estimate == pytest.approx(2 / 4)


def test_death_and_relapse_compete_and_the_end_of_observation_censors():
    found = (
        outcome(
            patient("relapses", no_relapse_FAIL=[(60, 80)], hiv_FAIL=[(0, 99)]),  # eligible later on
            patient("dies", last=70, death=70, **never()),
            patient("lost", last=79, **never()),  # a stretch of 7 days could be seen to begin up to day 73
            patient("first", hiv_FAIL=[(0, 89)]),
            patient("second", hiv_FAIL=[(0, 99)]),
            patient("never", **never()),
        )
        .estimate()
        .incidence()
    )
    assert found.transplants == 6
    assert row(found, "relapse", 60).estimate == pytest.approx(1 / 6)
    assert row(found, "death", 70).estimate == pytest.approx(5 / 6 * 1 / 5)
    assert row(found, "eligible", 73).at_risk == 4
    assert row(found, "eligible", 74).at_risk == 3
    assert row(found, "eligible", 90).estimate == pytest.approx(4 / 6 * 1 / 3)
    assert row(found, "eligible", 100).estimate == pytest.approx(4 / 6 * (1 / 3 + 2 / 3 * 1 / 2))
    assert found.eligible_after_relapse == 1


def test_the_last_days_do_not_belong_to_those_with_an_event_alone():
    """After the last day on which a whole stretch could begin nobody is at risk: neither who relapses nor who dies."""
    found = (
        outcome(
            patient("relapses at the end", last=1095, no_relapse_FAIL=[(1093, 1095)], hiv_FAIL=[(0, 1095)]),
            patient("dies at the end", last=1092, death=1092, **never()),
            patient("relapses before", last=1095, no_relapse_FAIL=[(500, 1095)], hiv_FAIL=[(0, 1095)]),
            patient("relapses when lost", last=79, no_relapse_FAIL=[(75, 79)], hiv_FAIL=[(0, 79)]),
            patient("never", last=1095, **never()),
        )
        .estimate()
        .incidence()
    )
    assert found.curve["day"].max() == 1095 - 6
    assert row(found, "relapse", 75).at_risk == 4
    assert row(found, "relapse", 1089).estimate == pytest.approx(1 / 4)
    assert row(found, "death", 1089).estimate == 0


def test_who_comes_under_observation_late_does_not_count():
    found = (
        outcome(
            patient("late", since=80, **never()),
            # Eligible on the first day seen: since when is not known.
            patient("there already", since=80, stable_growth_factor_PASS=[(80, 1095)], no_relapse_PASS=[(80, 1095)]),
            patient("first", hiv_FAIL=[(0, 59)]),
            patient("second", hiv_FAIL=[(0, 99)]),
        )
        .estimate()
        .incidence()
    )
    assert found.left_out["observed from a later day on"] == 2
    assert row(found, "eligible", 60).at_risk == 2
    assert row(found, "eligible", 60).estimate == pytest.approx(1 / 2)
    assert row(found, "eligible", 100).at_risk == 1
    assert row(found, "eligible", 100).estimate == 1


def test_another_origin_or_basis_is_refused():
    estimates = outcome(patient("one")).estimate()
    with pytest.raises(PostgraftError, match="accepted are day, cytopenia"):
        estimates.incidence("onset")
    with pytest.raises(PostgraftError, match="accepted are eligible, eligible_or_possible"):
        estimates.incidence("day", "possible")


def test_new_patients_a_month_and_the_pool_of_a_day():
    found = outcome(
        patient("a", hiv_FAIL=[(0, 59), (70, 199)], last=199),  # eligible 1 to 10 March 2020
        patient("b", day0=31, hiv_FAIL=[(0, 49)], hiv_UNKNOWN=[(50, 200)]),  # possible from 22 March
        patient("c", hiv_FAIL=[(0, 65)], last=90),  # eligible from 7 March
        time="dates",
    ).estimate()
    months = found.monthly.set_index("month")

    assert months.loc[pd.Timestamp("2020-03-01")].to_dict() == {
        "eligible": 2,
        "eligible_or_possible": 3,
        "transplants": 0,
        "observed": 3,
    }
    assert months.loc[pd.Timestamp("2020-02-01"), ["transplants", "observed"]].tolist() == [1, 3]
    assert months["eligible"].sum() == 2
    for day, eligible, either, of in (
        ("2020-02-29", 0, 0, 3),
        ("2020-03-01", 1, 1, 3),
        ("2020-03-10", 2, 2, 3),
        ("2020-03-11", 1, 1, 3),
        ("2020-03-22", 1, 2, 3),
        ("2020-04-15", 0, 1, 2),
    ):
        pool = found.pool(day)
        assert (pool["count"].tolist(), pool["of"].tolist()) == ([eligible, either], [of, of]), day
    assert found.pool(DAY0)["count"].tolist() == [0, 0]


def test_without_calendar_dates_there_are_no_months():
    estimates = outcome(patient("one")).estimate()
    for ask in (lambda: estimates.monthly, lambda: estimates.pool("2020-01-01")):
        with pytest.raises(PostgraftError, match="its manifest says time: days"):
            ask()
    with pytest.raises(PostgraftError, match="accepted is a date such as"):
        outcome(patient("one"), time="dates").estimate().pool("soon")


def test_chance_of_still_being_eligible_by_hand():
    found = outcome(
        patient("ten", hiv_FAIL=[(0, 59), (70, 200)]),
        patient("twenty", hiv_FAIL=[(0, 59), (80, 200)]),
        patient("seen for eight", hiv_FAIL=[(0, 59)], last=67),
        patient("dies", hiv_FAIL=[(0, 59)], last=69, death=69),
    ).estimate()
    first = found.persistence.query("view == 'first'").set_index("days")

    assert first.loc[7, "estimate"] == 1  # that long it lasts by definition
    # On day 14 after it "ten" and "dies" have ended, "seen for eight" had left before: 1 of 3.
    assert first.loc[14, "estimate"] == pytest.approx(1 / 3)
    assert first.loc[28, "estimate"] == 0
    assert set(first["of"]) == {4}
    later = found.persistence.query("view == 'any'").set_index("days")
    # 3 of 10, 13 of 20, 1 of 1 known, 3 of 10 eligible days are so still 7 days on.
    assert later.loc[7, ["count", "of"]].tolist() == [3 + 13 + 1 + 3, 10 + 20 + 1 + 10]


def test_rates_by_hand():
    found = outcome(
        patient("a", hiv_FAIL=[(0, 59)]),
        patient("b", day0=365, **never()),
        patient("c", day0=730, **never()),  # 31 December 2021, the end of the extract
        time="dates",
    ).estimate()
    rate = found.rate.set_index("measure")

    assert rate.loc["per_100_transplants", ["count", "of"]].tolist() == [1, 3]
    assert rate.loc["per_100_transplants", "estimate"] == pytest.approx(100 / 3)
    assert rate.loc["transplants_per_year", "estimate"] == pytest.approx(2 / (730 / 365.25), rel=0.01)
    product = rate.loc["per_100_transplants_followed", "estimate"] / 100 * rate.loc["transplants_per_year", "estimate"]
    assert rate.loc["per_year", "estimate"] == pytest.approx(product)
    assert ((rate["low"] < rate["estimate"]) & (rate["estimate"] < rate["high"])).all()


def test_without_a_number_of_transplants_a_year_the_share_is_still_told():
    rate = outcome(patient("a"), patient("b", **never())).estimate().rate.set_index("measure")
    assert rate.loc["per_100_transplants", "estimate"] == 50
    assert rate.loc[["transplants_per_year", "per_year"], "estimate"].isna().all()
    assert "neither dates nor transplant_year" in rate.loc["per_year", "method"]


def test_bounds_name_their_denominators():
    found = eight().estimate().bounds.set_index(["measure", "denominator"])
    for (measure, denominator), expected in {
        ("eligible", "transplanted"): (2, 7),
        ("eligible", "cytopenia"): (2, 4),
        ("eligible_or_possible", "transplanted"): (4, 7),
        ("eligible_or_possible", "observed_on_day_min"): (4, 6),
    }.items():
        assert tuple(found.loc[(measure, denominator), ["count", "of"]]) == expected
