"""Counts and their denominators."""

import evaluated
import pandas as pd
import pytest
from unit.cohorts import PROTOCOL, bare, eight, eight_extract

import postgraft as pg


def counts(outcome, days=None):
    """Count by measure for one length, and the denominators that a share has."""
    frame = outcome.summary()
    frame = frame[frame["days"].isna() | (frame["days"] == days)] if days else frame[frame["days"].isna()]
    frame = frame[frame["denominator"].notna()]
    return {(row.measure, row.denominator): (row.count, row.of) for row in frame.itertuples(index=False)}


def test_the_denominators_of_eight_patients():
    assert counts(eight(), days=45) == {
        ("left_out", "in_extract"): (1, 8),
        ("transplanted", "in_extract"): (7, 8),
        ("observed", "transplanted"): (7, 7),
        ("observed_on_day_min", "transplanted"): (6, 7),
        ("cytopenia", "transplanted"): (4, 7),
        ("cytopenia_possible", "transplanted"): (2, 7),  # unclear, and twice of whom there is no result
        ("treated", "cytopenia"): (3, 4),
        ("treated_possible", "transplanted"): (1, 7),
    }


@pytest.mark.parametrize(("days", "eligible"), [(1, 2), (7, 2), (14, 1)])
def test_the_eligible_of_eight_patients(days, eligible):
    found = {name: count for name, count in counts(eight(), days).items() if name[0].startswith(("el", "po"))}

    # "dies" is eligible on 8 days; on 14 consecutive ones also not possible, for they were not lived.
    assert found == {
        ("eligible", "transplanted"): (eligible, 7),
        ("eligible", "observed_on_day_min"): (eligible, 6),
        ("eligible", "cytopenia"): (eligible, 4),
        ("eligible", "treated"): (eligible, 3),
        ("possible", "transplanted"): (2, 7),
        ("possible_documentation", "transplanted"): (1, 7),
        ("possible_diagnosis", "transplanted"): (1, 7),
        ("eligible_or_possible", "transplanted"): (eligible + 2, 7),
    }


def test_a_share_is_the_count_within_its_denominator():
    frame = eight().summary()

    shared = frame[frame["denominator"].notna()]
    assert (shared["share"] == shared["count"] / shared["of"]).all()
    assert frame.loc[frame["measure"] == "in_extract", "share"].isna().all()


def test_a_dropped_cytopenia_stays_a_denominator():
    dropped = eight(PROTOCOL.amend(name="dropped", drop=["immune_cytopenia", "incomplete_response"]))

    assert counts(dropped)["cytopenia", "transplanted"] == (4, 7)
    assert counts(dropped)["treated", "cytopenia"] == (3, 4)
    assert counts(dropped, 7)["eligible", "transplanted"] == (6, 7)  # all but early
    assert counts(dropped, 7)["eligible", "cytopenia"] == (4, 4)


def test_an_own_length_of_stretch_is_reported_too():
    frame = eight(PROTOCOL.amend(name="ten", set={"eligible_days_min": 10})).summary()

    assert sorted(frame.loc[frame["measure"] == "possible", "days"]) == [1, 7, 10, 14]


def test_without_complete_medications_nobody_is_known_to_be_untreated():
    assumed = PROTOCOL.amend(name="assumed", set={"assume_complete": ["medications"]})
    outcomes = pg.evaluate(bare(3, last_day=100), [PROTOCOL, assumed])

    assert [counts(one)["treated_possible", "transplanted"] for one in outcomes] == [(3, 3), (0, 3)]


@pytest.mark.parametrize(
    ("row", "treated"),
    [
        # the onset is day 50, 14 days lead to it
        ((10, 35, "prednisone", None, None), False),
        ((10, 36, "prednisone", None, None), True),
        ((69, 69, "prednisone", None, "gvhd"), True),  # steroids count whatever for, as they do for a response
        ((70, 80, "prednisone", None, None), False),  # the episode is over
        ((50, 60, "prednisone", "topical", None), False),
        ((50, 60, "prednisone", None, "premedication"), False),
        ((50, 60, "ivig", None, "infection_prophylaxis"), False),
        ((50, 60, "ivig", None, None), True),
        ((50, 60, "rituximab", None, "other"), True),
        ((50, 60, "danazol", None, None), True),
        ((50, 60, "danazol", None, "gvhd"), False),
        ((50, 60, "filgrastim", None, "immune_cytopenia"), False),
    ],
)
def test_what_counts_as_treatment_and_when(row, treated):
    start, end, drug, route, purpose = row
    rows = [("untreated", start, end, drug, 1, "mg/kg/day", route, purpose)]
    outcome = pg.evaluate(eight_extract(medications=rows), PROTOCOL)

    assert counts(outcome)["treated", "cytopenia"] == (4 if treated else 3, 4)


@pytest.mark.parametrize(("patients", "observed"), [(0, 0), (2, 2)])
def test_a_cohort_of_almost_nothing(patients, observed):
    frame = pg.evaluate(bare(patients), pg.load_protocol()).summary()

    one = frame.set_index("measure")
    assert one.loc["transplanted", "count"] == patients
    assert one.loc["observed", "count"] == observed
    assert (one.loc["eligible", "count"] == 0).all()
    assert frame.loc[frame["of"] == 0, "share"].isna().all()


@pytest.fixture(scope="module")
def generated():
    return evaluated.generated(150, seed=11)


def test_the_counts_are_those_of_the_patients(generated):
    frame, patients = generated.summary(), generated.patients
    length = generated.protocol.eligible_days_min
    found = frame[(frame["days"] == length) & (frame["denominator"] == "transplanted")]
    found = found.set_index("measure")["count"]

    assert found["eligible"] == (patients["status"] == "eligible").sum() > 0
    assert found["possible_documentation"] == (patients["possible_kind"] == "documentation").sum() > 0
    assert found["possible_diagnosis"] == (patients["possible_kind"] == "diagnosis").sum() > 0


def test_the_eligible_lie_within_the_treated_and_longer_stretches_within_shorter(generated):
    frame = generated.summary()
    eligible = frame[frame["measure"] == "eligible"].pivot(index="days", columns="denominator", values="count")

    assert (eligible["treated"] == eligible["transplanted"]).all()
    assert (eligible["cytopenia"] == eligible["transplanted"]).all()
    assert eligible["transplanted"].is_monotonic_decreasing
    bounds = frame[frame["measure"] == "eligible_or_possible"].sort_values("days")["count"]
    assert bounds.is_monotonic_decreasing


def test_a_summary_holds_one_row_a_measure_length_and_denominator(generated):
    frame = generated.summary()

    assert not frame.duplicated(["measure", "days", "denominator"]).any()
    assert isinstance(frame["days"].dtype, pd.Int64Dtype)
