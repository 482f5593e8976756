"""Who the eligible and possible are, how long they stay so, and what every count rests on."""

import evaluated
import numpy as np
import pandas as pd
import pytest
from unit.cohorts import DAYS, PROTOCOL, bare, eight, eight_extract

import postgraft as pg
from postgraft import api
from postgraft.analysis import breakdowns
from postgraft.analysis import duration as follow_up
from postgraft.analysis import duration as stretches
from postgraft.analysis.breakdowns import verdict_shares
from postgraft.analysis.protocol_in_words import not_answerable, readings_used


def rows(frame):
    return [tuple(None if pd.isna(value) else value for value in row) for row in frame.itertuples(index=False)]


def test_by_site_every_patient_counts_once_and_who_has_none_is_told():
    found = breakdowns.by_site(eight())

    assert list(found) == ["site", "patients", "eligible", "possible_documentation", "possible_diagnosis"]
    assert rows(found) == [("NJ1", 3, 0, 1, 0), ("New York", 2, 1, 0, 1), ("not recorded", 2, 1, 0, 0)]


def test_by_year_of_an_extract_in_days():
    found = breakdowns.by_year(eight())

    assert rows(found) == [
        (2019, 2, 1, 0, 1, None),
        (2020, 1, 0, 0, 0, None),
        (2021, 3, 1, 1, 0, None),
        (None, 1, 0, 0, 0, None),
    ]


def test_by_year_of_an_extract_with_dates():
    """Transplanted in November 2019 and in 2022, eligible from day 45 on: in January 2020 and in 2022."""
    patients = pd.DataFrame(
        {"patient_id": ["a", "b"], "sex": "male", "birth_date": "1970-01-01", "last_contact_date": "2023-01-01"}
    )
    transplants = pd.DataFrame(
        {"patient_id": ["a", "b"], "transplant_date": ["2019-11-20", "2022-02-01"], "type": "allogeneic"}
    )
    extract = pg.Extract.from_tables(
        {"format": 1, "time": "dates", "extracted_on": "2023-06-30"}, {"patients": patients, "transplants": transplants}
    )
    only_days = PROTOCOL.amend(name="d", drop=[n for n in PROTOCOL.criteria if n != "days_since_transplant"])

    assert rows(breakdowns.by_year(pg.evaluate(extract, only_days))) == [
        (2019, 1, 1, 0, 0, 0),
        (2020, 0, 0, 0, 0, 1),
        (2021, 0, 0, 0, 0, 0),
        (2022, 1, 1, 0, 0, 1),
    ]


def test_by_days_since_transplant():
    assert rows(breakdowns.by_days_since_transplant(eight())) == [
        ("45–99", 2, 2),
        ("100–179", 0, 0),
        ("180–364", 0, 0),
        ("365–729", 0, 0),
        ("730–1095", 0, 0),
    ]
    early = PROTOCOL.amend(name="early", set={"horizon_days": 120}, drop=["days_since_transplant"])
    assert list(breakdowns.by_days_since_transplant(eight(early))["days"]) == ["0–99", "100–120"]


def test_by_cytopenia_and_route_certain_for_the_eligible_and_not_ruled_out_for_the_possible():
    assert rows(breakdowns.by_cytopenia_and_route(eight())) == [
        (status, cytopenia, route, 2)
        for status in ("eligible", "possible")
        for cytopenia in ("AIHA", "all")
        for route in ("refractory", "all")
    ]


def test_a_criterion_that_was_dropped_shows_no_route():
    dropped = PROTOCOL.amend(name="dropped", drop=["immune_cytopenia", "incomplete_response"])
    found = breakdowns.by_cytopenia_and_route(eight(dropped))

    assert rows(found) == [
        ("eligible", cytopenia, route, 6) for cytopenia in ("not shown", "all") for route in ("not shown", "all")
    ]


def test_stretches_end_by_a_criterion_or_unseen():
    found = stretches.first_stretches(eight())

    assert rows(found) == [("sure", 14, "failed", "immune_cytopenia"), ("dies", 8, "unseen", "death")]
    assert rows(stretches.stretch_length(eight())) == [(2, 11.0, 9.5, 12.5, 8.0, 14.0, 1)]
    assert rows(stretches.stretch_ends(eight())) == [
        ("unseen", "death", 1, 2, 0.5),
        ("failed", "immune_cytopenia", 1, 2, 0.5),
    ]


def test_a_stretch_may_end_because_something_is_no_longer_known():
    extract = eight_extract(adjudications=[("sure", "hiv", 66, 200, "UNKNOWN")])

    assert rows(stretches.first_stretches(pg.evaluate(extract, PROTOCOL)))[0] == ("sure", 10, "unknown", "hiv")


def test_verdict_shares_name_their_population():
    found = verdict_shares(eight()).set_index(["population", "unit", "criterion", "verdict"]).sort_index()

    assert found.loc[("cytopenia", "patients", "incomplete_response", "PASS"), "count"].item() == 3
    assert set(found.loc[("cytopenia", "patients"), "of"]) == {4}
    assert set(found.loc[("observed", "patients"), "of"]) == {7}
    assert found.loc[("observed", "patients", "immune_cytopenia", "PASS"), "count"].item() == 4
    days = found.loc[("observed", "days", "days_since_transplant")]
    assert days["count"].to_dict() == {"PASS": 321 * 4 + 19 + 291, "UNKNOWN": 0, "FAIL": 45 * 5 + 45 + 30 + 21}
    assert np.allclose(found.groupby(level=[0, 1, 2])["share"].sum(), 1)


def test_readings_put_the_sponsors_answers_side_by_side():
    extract = eight_extract(conditions=[("sure", 40, "chronic_gvhd", "responsive")])
    found = api.evaluate_readings(extract, PROTOCOL)

    counted = api.side_by_side(found.by_agreement)
    counted = counted[(counted["days"] == 7) & (counted["denominator"] == "transplanted")]
    wide = counted.pivot(index="protocol", columns="measure", values="count")
    assert wide["eligible"].to_dict() == {"granted": 2, "withheld": 1, "open": 1}
    assert wide["possible_documentation"].to_dict() == {"granted": 1, "withheld": 1, "open": 2}
    assert found.by_agreement["granted"] is found.base


def test_readings_hold_every_amendment_and_nothing_where_there_is_none():
    amendments = pg.load_amendments([{"name": "later", "set": {"days_since_transplant_min": 60}}])
    found = api.evaluate_readings(eight_extract(), PROTOCOL, amendments)

    assert list(found.by_reading) == ["base", "strict", "lenient"]
    assert (found.by_amendment["later"].patients["status"] == "eligible").sum() == 1
    assert api.side_by_side({}).empty


def test_what_ends_the_observation_of_each_transplant():
    found = follow_up.follow_up(eight().observations).set_index("ended_by")

    assert found["transplants"].to_dict() == {
        "death": 2,
        "next_transplant": 1,
        "extract_end": 0,
        "horizon": 0,
        "last_contact": 5,
        "all": 8,
    }
    assert found.loc["next_transplant", "median"] == 29
    by_day = follow_up.observed_by_day(eight().observations).set_index("day")["transplants"]
    assert by_day[[0, 20, 21, 29, 30, 63, 64, 335, 336, 365]].tolist() == [8, 8, 7, 7, 6, 6, 5, 5, 4, 4]


def test_a_transplant_outside_the_observed_time_is_told():
    patients = pd.DataFrame(
        {"patient_id": ["a"], "sex": "male", "age_at_transplant": 50, "observed_from_day": 400, "last_contact_day": 365}
    )
    transplants = pd.DataFrame({"patient_id": ["a"], "transplant_day": 0, "type": "allogeneic"})
    extract = pg.Extract.from_tables(DAYS, {"patients": patients, "transplants": transplants})
    outcome = pg.evaluate(extract, PROTOCOL)

    assert follow_up.observed_by_day(outcome.observations).empty
    assert outcome.summary().set_index("measure")["count"]["observed"] == 0


@pytest.mark.parametrize("extract", [bare(0), bare(2), bare(2, last_day=100)], ids=["nobody", "one day", "bare"])
def test_a_cohort_without_candidates_gives_empty_breakdowns(extract):
    outcome = pg.evaluate(extract, pg.load_protocol())

    assert len(breakdowns.by_cytopenia_and_route(outcome).query("status == 'eligible'")) == 0
    assert breakdowns.by_days_since_transplant(outcome)["eligible"].sum() == 0
    assert breakdowns.by_site(outcome)["patients"].sum() == len(outcome.patients)
    assert breakdowns.by_year(outcome)["patients"].sum() == len(outcome.patients)
    assert stretches.stretch_length(outcome).loc[0, "patients"] == 0
    assert stretches.stretch_ends(outcome).empty
    assert verdict_shares(outcome)["count"].sum() % 1 == 0


def test_every_breakdown_counts_every_patient_of_a_larger_cohort():
    outcome = evaluated.generated(150, seed=11)
    status = outcome.patients["status"].value_counts()

    for frame in (breakdowns.by_site(outcome), breakdowns.by_year(outcome)):
        assert frame["patients"].sum() == len(outcome.patients)
        assert frame["eligible"].sum() == status["eligible"]
        possible = frame["possible_documentation"] + frame["possible_diagnosis"]
        assert possible.sum() == status["possible"]
    assert breakdowns.by_year(outcome)["became_eligible"].sum() == status["eligible"]
    by_route = breakdowns.by_cytopenia_and_route(outcome)
    total = {"eligible": status["eligible"], "possible": status["possible"]}
    inside = (by_route["cytopenia"] != breakdowns.ALL).astype(int) + (by_route["route"] != breakdowns.ALL)
    for part in range(3):
        assert by_route[inside == part].groupby("status")["patients"].sum().to_dict() == (
            {name: 2 * count for name, count in total.items()} if part == 1 else total
        )
    assert breakdowns.by_days_since_transplant(outcome)["eligible"].sum() == status["eligible"]
    assert stretches.stretch_ends(outcome)["patients"].sum() == status["eligible"]


def test_readings_used_and_what_no_extract_can_answer():
    used = readings_used(PROTOCOL).set_index("parameter")
    assert used.loc["index_transplant", "statements"] == "all"
    assert used.loc["megakaryocytes_required", "reading"] == "yes"
    assert used.loc["sponsor_agreement", "alternatives"] == "withheld, open"

    left = not_answerable(pg.load_protocol()).set_index("criterion")
    assert left.index[left["attested"]].tolist() == [
        "contraception",
        "consent",
        "no_uncontrolled_condition",
        "no_contraindication",
    ]
    assert left.loc["consent", "counted_as"] == "met, unless something recorded says otherwise"
    opened = not_answerable(pg.load_protocol().amend(name="open", set={"attested": "open"}, drop=["consent"]))
    assert opened.set_index("criterion").loc[["consent", "contraception"], "counted_as"].tolist() == [
        "dropped: met by everyone",
        "unknown",
    ]
