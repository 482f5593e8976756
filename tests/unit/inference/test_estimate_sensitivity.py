"""What lies between the two ends: what is unknown, in whom it is known, and the number under each assumption."""

import numpy as np
import pandas as pd
import pytest
from architecture.project import ROOT
from scipy.stats import beta
from unit.analysis.toy import PROTOCOL, never, outcome, patient
from unit.cohorts import bare, eight
from unit.criteria.marrow import itp_cohort

import postgraft as pg
from postgraft.extract.kmsurv import build_kmsurv
from postgraft.inference.donors import COVARIATES, donors, unit_covariates
from postgraft.inference.unknowns import possible_patients, what_must_be_met
from postgraft.synthetic.cohort import generate
from postgraft.vocabulary.errors import PostgraftError

pytestmark = pytest.mark.slow


def ways_by_name(found):
    names = found.extract.patients["patient_id"].iloc[possible_patients(found)]
    return dict(zip(names, map(set, what_must_be_met(found)), strict=True))


def test_ways_are_what_is_unknown_on_a_stretch_without_a_failed_criterion():
    found = outcome(
        patient("hiv", hiv_UNKNOWN=[(0, 200)]),
        patient("either", hiv_UNKNOWN=[(0, 99)], no_relapse_UNKNOWN=[(100, 200)]),
        patient("both", hiv_UNKNOWN=[(0, 200)], no_relapse_UNKNOWN=[(0, 200)]),
        patient("first less, then more", hiv_UNKNOWN=[(0, 200)], no_relapse_UNKNOWN=[(100, 200)]),
        patient("failed in between", hiv_UNKNOWN=[(0, 99)], hiv_FAIL=[(100, 200)]),
        patient("eligible"),
        patient("ineligible", **never()),
    )
    assert ways_by_name(found) == {
        "hiv": {("hiv",)},
        "either": {("hiv",), ("no_relapse",)},
        "both": {("no_relapse", "hiv")},
        "first less, then more": {("hiv",)},
        "failed in between": {("hiv",)},
    }


def test_a_cytopenia_is_unknown_by_the_part_of_its_work_up_that_is():
    assert ways_by_name(itp_cohort("none")) == {"ITP": {("itp.megakaryocytes",)}}


def test_a_cytopenia_that_no_evidence_left_unknown_stays_whole():
    assert ways_by_name(eight()) == {
        "unclear": {("immune_cytopenia",)},  # adjudicated as unknown; given steroids at full dose without response
        "undocumented": {("hiv",)},
    }


def test_donors_of_a_part_are_those_whose_counts_qualify():
    found = donors(itp_cohort("normal", "absent", "none"), ["itp.megakaryocytes", "itp.counts"])
    assert sorted(found["itp.megakaryocytes"].outcome.tolist()) == [False, True]
    assert found["itp.counts"].outcome.tolist() == [True, True, True]


def test_a_criterion_has_donors_from_the_days_that_matter():
    found = donors(eight(), ["hiv", "incomplete_response"])
    # A cytopenia is never ruled out before the first count: "twice" has none, "early" dies before day 45.
    assert found["hiv"].outcome.all()
    # sure, undocumented, dies: refractory; untreated: known not to be.
    assert sorted(found["incomplete_response"].outcome.tolist()) == [False, True, True, True]


def test_covariates_are_those_that_are_named():
    found = itp_cohort("none")
    assert unit_covariates(found, possible_patients(found)).tolist() == [
        [1, 106, 50, 0]
    ]  # day 106: seven days of steroids
    assert len(COVARIATES) == 4


def forty_and_ten():
    """40 eligible, 10 of whom HIV is unknown, 10 who have it: 50 donors, of whom 40 meet the criterion."""
    many = [patient(f"sure {i}") for i in range(40)]
    open_ = [patient(f"open {i}", hiv_UNKNOWN=[(0, 200)]) for i in range(10)]
    return outcome(*many, *open_, *(patient(f"out {i}", **never()) for i in range(10)))


def test_each_row_multiplies_the_odds_of_the_donors():
    found = forty_and_ten().estimate().sensitivity
    assert (found.not_ruled_out, found.not_imputed, found.why_not, found.warnings) == (10, 0, "", ())
    assert found.criteria.to_dict("records") == [
        {"criterion": "hiv", "patients": 10, "donors": 50, "met": 40, "model": "one chance for all"}
    ]
    posterior = beta(40.5, 10.5)
    for row in found.table.itertuples():
        chance = posterior.expect(lambda p, odds=row.odds: odds * p / (1 - p + odds * p))
        assert row.eligible == pytest.approx(40 + 10 * chance, abs=0.25)
        assert row.share == pytest.approx(row.eligible / 60)
        assert 60 * row.low < row.eligible < 60 * row.high
        assert row.of == 60


def test_the_assumption_stands_in_each_row():
    assert forty_and_ten().estimate(draws=10).sensitivity.table["assumption"].tolist() == [
        "odds of a favourable result among the untested × 1: the untested are like the tested",
        "odds of a favourable result among the untested × 0.5",
        "odds of a favourable result among the untested × 0.25",
        "odds of a favourable result among the untested × 0.1",
        "odds of a favourable result among the untested × 0: no untested patient has a favourable result",
    ]


@pytest.mark.parametrize("made", [forty_and_ten, lambda: itp_cohort("none", "normal", "absent")])
def test_fewer_are_eligible_the_smaller_the_odds_and_at_0_those_who_are(made):
    found = made().estimate()
    rows = found.sensitivity.table
    assert rows["odds"].tolist() == [1, 0.5, 0.25, 0.1, 0]
    for column in ("eligible", "low", "high"):
        assert rows[column].is_monotonic_decreasing
    assert rows["eligible"].iloc[0] > rows["eligible"].iloc[-1]
    end = found.bounds.set_index(["measure", "denominator"]).loc[("eligible", "transplanted")]
    assert tuple(rows[["eligible", "share", "low", "high"]].iloc[-1]) == pytest.approx(
        tuple(end[["count", "share", "low", "high"]])
    )


def test_both_ends_are_told_with_their_intervals():
    assert forty_and_ten().estimate().in_words == (
        "40 of 60 patients eligible on 7 consecutive days (67 %; 95 % CI 54 to 77 %), "
        "50 eligible or not ruled out (83 %; 95 % CI 72 to 91 %)."
    )


def test_few_donors_are_warned_of():
    found = outcome(patient("open", hiv_UNKNOWN=[(0, 200)]), patient("sure")).estimate().sensitivity
    assert found.warnings == ("hiv: 1 donor for 1 patient; the prior has a say.",)
    assert any("independent" in sentence for sentence in found.assumptions)
    assert any("seed" in sentence for sentence in found.assumptions)


def test_whoever_needs_what_has_no_donors_counts_as_not_eligible_and_each_row_says_so():
    found = pg.evaluate(pg.read_extract(ROOT / "cohorts" / "demo"), pg.load_protocol()).estimate(draws=20)
    lacking = found.sensitivity.criteria.set_index("criterion")["donors"].loc[lambda donors: donors == 0]
    assert lacking.index.tolist() == ["aiha.dat_negative_counts", "prca.no_other_cause"]
    assert (found.sensitivity.not_ruled_out, found.sensitivity.not_imputed) == (15, 1)
    assert (
        found.sensitivity.table["assumption"]
        .str.endswith("; 1 patient who cannot be imputed counts as not eligible")
        .all()
    )
    assert "prca.no_other_cause: no donors for 4 patients; it is not imputed." in found.sensitivity.warnings


def test_where_nobody_can_be_imputed_it_is_said_what_is_missing():
    protocol = PROTOCOL.amend(name="open", set={"assume_complete": []})
    people = patient("nothing recorded"), patient("relapsed", no_relapse_FAIL=[(0, 200)])
    found = outcome(*people, protocol=protocol).estimate().sensitivity
    assert (found.not_imputed, len(found.table)) == (1, 0)
    assert found.why_not == (
        "Nothing is estimated between the two: each patient not ruled out needs something that no patient of this "
        "extract shows (no relapse)."
    )
    assert found.warnings == ("no_relapse: no donors for 1 patient; it is not imputed.",)


def test_where_nobody_is_open_nothing_lies_between():
    found = outcome(patient("sure")).estimate()
    assert found.sensitivity.table.empty
    assert found.in_words.endswith(". Nothing lies between the two: no patient is left open.")


def test_without_laboratory_data_nothing_is_estimated_and_it_is_said_what_is_missing(tmp_path):
    found = pg.evaluate(pg.read_extract(build_kmsurv(tmp_path / "kmsurv")), pg.load_protocol()).estimate()
    assert found.sensitivity.table.empty
    assert found.in_words == (
        "0 of 137 patients eligible on 7 consecutive days (0.0 %; 95 % CI 0.0 to 2.7 %), "
        "115 eligible or not ruled out (83.9 %; 95 % CI 76.9 to 89.1 %). "
        "Nothing is estimated between the two: no patient of this extract shows whether there was an immune cytopenia "
        "or whether the response to its treatment was incomplete."
    )


def test_without_any_work_up_nothing_is_estimated():
    assert itp_cohort("none").estimate().sensitivity.why_not == (
        "Nothing is estimated between the two: "
        "no patient of this extract shows what the work-up of an immune cytopenia showed."
    )


def test_same_seed_same_draws():
    one, again, other = (forty_and_ten().estimate(draws=50, seed=seed).sensitivity.table for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, again)
    assert one["eligible"].iloc[0] != other["eligible"].iloc[0]


@pytest.mark.parametrize(("arguments", "words"), [({"draws": 1}, "draws: found 1"), ({"seed": -1}, "seed: found -1")])
def test_impossible_draws_are_refused(arguments, words):
    with pytest.raises(PostgraftError, match=words):
        eight().estimate(**arguments)


@pytest.mark.parametrize("last_day", [0, 200])
def test_of_patients_of_whom_nothing_is_known_there_are_two_ends_all_the_same(last_day):
    found = pg.evaluate(bare(3, last_day), pg.load_protocol()).estimate()
    assert found.sensitivity.table.empty
    assert found.sensitivity.why_not
    assert found.bounds["of"].max() == 3
    assert found.persistence["of"].max() == 0
    assert found.rate["count"].max() <= 3
    found.incidence()
    found.incidence("cytopenia")


def test_odds_of_1_hold_the_number_eligible_where_results_were_deleted_at_random():
    """Marrows and DATs of 4 patients in 10 who have any are deleted, in cohorts without patients who are open."""
    inside, lost = [], 0
    for seed in range(6):
        cohort = generate(150, seed=seed, enrich=12)
        full = pg.evaluate(pg.Extract.from_tables(cohort.manifest, cohort.tables), pg.load_protocol())
        sure = set(full.patients.loc[full.patients["status"] != "possible", "patient_id"])
        tables = {name: rows[rows["patient_id"].isin(sure)] for name, rows in cohort.tables.items()}
        truth = int((full.patients["status"] == "eligible").sum())

        tests = tables["measurements"]["analyte"].isin(["marrow_megakaryocytes", "dat"])
        tested = np.unique(tables["measurements"].loc[tests, "patient_id"].astype(str))
        rng = np.random.default_rng(seed)
        without = set(rng.choice(tested, int(0.4 * tested.size), replace=False))
        gone = tests & tables["measurements"]["patient_id"].isin(without)
        tables["measurements"] = tables["measurements"][~gone]
        found = pg.evaluate(pg.Extract.from_tables(cohort.manifest, tables), pg.load_protocol()).estimate()
        row = found.sensitivity.table.iloc[0]
        lost += truth - found.bounds["count"].iloc[0]
        inside.append(row["low"] * row["of"] <= truth <= row["high"] * row["of"])
    assert sum(inside) >= 5
    assert lost >= 6
