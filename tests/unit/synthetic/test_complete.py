"""A cohort is made twice from one seed: as a site records it, and with every test done."""

import pandas as pd
import pytest

import postgraft as pg
from postgraft.synthetic import generate
from postgraft.synthetic.laboratory import ANSWERS
from postgraft.vocabulary.codes import CONDITIONS

pytestmark = pytest.mark.slow

BLANK = {"medications": ["dose", "dose_unit", "purpose"], "conditions": ["detail"], "patients": ["sex", "birth_date"]}
"""Columns in which something is left out of what a site records."""


@pytest.fixture(scope="module")
def twice():
    return [generate(150, seed=2, enrich=6, complete=complete) for complete in (False, True)]


def test_without_asking_the_cohort_is_what_it_was(twice):
    again = generate(150, seed=2, enrich=6)
    for name, rows in twice[0].tables.items():
        pd.testing.assert_frame_equal(rows, again.tables[name])


def test_the_complete_one_keeps_every_row(twice):
    recorded, complete = (made.tables for made in twice)
    results, more = (tables["measurements"].astype(str) for tables in (recorded, complete))
    counted, among = results.value_counts(), more.value_counts()
    assert (among.reindex(counted.index, fill_value=0) == counted).all()
    assert len(more) > 2 * len(results)
    for name in ("transplants", "transfusions"):
        pd.testing.assert_frame_equal(recorded[name], complete[name])
    pd.testing.assert_frame_equal(twice[0].truth, twice[1].truth)
    for name, columns in BLANK.items():
        without, filled = (tables[name][columns].astype(str) for tables in (recorded, complete))
        pd.testing.assert_frame_equal(recorded[name].drop(columns=columns), complete[name].drop(columns=columns))
        assert ((without == filled) | without.isna() | without.isin(["", "NaT", "unknown"])).all(axis=None)


def test_the_complete_one_has_each_test_on_each_visit_that_is_handed_over(twice):
    results = twice[1].tables["measurements"]
    visits = results[results["analyte"] == "neutrophils"][["patient_id", "date"]].drop_duplicates()
    for analyte, words in ANSWERS.items():
        own = results[results["analyte"] == analyte]
        assert len(visits.merge(own.drop_duplicates(["patient_id", "date"]), on=["patient_id", "date"])) == len(visits)
        assert {*own["result"]} <= {*words, "indeterminate"}
    complete = twice[1].manifest["complete"]["conditions"]
    assert {*CONDITIONS} - {*complete} == {"aiha", "itp", "prca", "evans"}
    assert twice[1].manifest["name"].endswith(", every test done")


def test_nearly_everybody_who_is_settled_as_recorded_stays_so(twice):
    """All but those whose recorded diagnosis stood in for a test that would have spoken against it."""
    extracts = [pg.Extract.from_tables(made.manifest, made.tables) for made in twice]
    before, after = (pg.evaluate(one, pg.load_protocol()).patients["status"].astype(str) for one in extracts)
    settled = before != "possible"
    assert (before != after)[settled].sum() <= 2
    assert (after == "possible").sum() < (before == "possible").sum()
    assert ((before == "possible") & (after == "eligible")).any()
    assert ((before == "possible") & (after == "ineligible")).any()
