"""The estimate between bounds: what is unknown, from whom it is imputed, and whether the truth is inside."""

import numpy as np
import pandas as pd
import pytest
from unit.cohorts import bare, eight
from unit.eligibility.marrow import itp_cohort
from unit.eligibility.toy import never, outcome, patient

import postgraft as pg
from postgraft.eligibility.estimates.donors import COVARIATES, donors, unit_covariates
from postgraft.eligibility.estimates.ways import possible_patients, ways
from postgraft.synthetic.cohort import generate
from postgraft.vocabulary.errors import PostgraftError

pytestmark = pytest.mark.slow


def ways_by_name(found):
    names = found.extract.patients["patient_id"].iloc[possible_patients(found)]
    return dict(zip(names, map(set, ways(found)), strict=True))


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
        "unclear": {
            ("immune_cytopenia",)
        },  # adjudicated as unknown; given steroids at full dose without response
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


def test_the_number_lies_between_the_bounds_and_follows_the_donors():
    many = [patient(f"sure {i}") for i in range(40)]
    open_ = [patient(f"open {i}", hiv_UNKNOWN=[(0, 200)]) for i in range(10)]
    kept_out = [patient(f"out {i}", **never()) for i in range(10)]
    found = outcome(*many, *open_, *kept_out).estimate().imputed

    assert (found.certain, found.possible) == (40, 10)
    assert found.criteria.to_dict("records") == [
        {"criterion": "hiv", "patients": 10, "donors": 50, "met": 40, "model": "one chance for all"}
    ]
    assert found.number.estimate == pytest.approx(40 + 10 * 40.5 / 51, abs=0.25)
    assert 40 <= found.number.interval.low < found.number.estimate < found.number.interval.high <= 50
    assert found.warnings == ()
    share = found.shares.set_index("denominator").loc["transplanted"]
    assert share["estimate"] == pytest.approx(found.number.estimate / 60)
    assert 60 * share["low"] < found.number.interval.low  # the cohort is a sample, too


def test_few_donors_are_warned_of():
    found = outcome(patient("open", hiv_UNKNOWN=[(0, 200)]), patient("sure")).estimate().imputed
    assert found.warnings == ("hiv: 1 donor for 1 patient; the prior has a say.",)
    assert any("independent" in sentence for sentence in found.assumptions)
    assert any("seed" in sentence for sentence in found.assumptions)


def test_what_only_completeness_could_show_has_no_donors():
    protocol = pg.load_protocol().amend(
        name="relapse", drop=[name for name in pg.load_protocol().criteria if name != "no_relapse"]
    )
    failed = patient("relapsed", no_relapse_FAIL=[(0, 200)])
    found = outcome(patient("nothing recorded"), failed, protocol=protocol).estimate().imputed
    assert found.warnings == ("no_relapse: no donors for 1 patient; nothing is known of it.",)


def test_same_seed_same_draws():
    one, again, other = (eight().estimate(draws=50, seed=seed).imputed for seed in (1, 1, 2))
    assert one.number == again.number
    assert one.number != other.number


@pytest.mark.parametrize(
    ("arguments", "words"), [({"draws": 1}, "draws: found 1"), ({"seed": -1}, "seed: found -1")]
)
def test_impossible_draws_are_refused(arguments, words):
    with pytest.raises(PostgraftError, match=words):
        eight().estimate(**arguments)


@pytest.mark.parametrize("last_day", [0, 200])
def test_of_patients_of_whom_nothing_is_known_there_are_estimates_all_the_same(last_day):
    found = pg.evaluate(bare(3, last_day), pg.load_protocol()).estimate()
    open_ = found.imputed.possible
    assert found.imputed.number.interval == (0, open_)  # out of ignorance nothing follows
    assert found.imputed.number.estimate == pytest.approx(open_ / 2, abs=0.2)
    assert found.bounds["of"].max() == 3
    assert found.persistence["of"].max() == 0
    assert found.rate["count"].max() <= 3
    found.incidence()
    found.incidence("cytopenia")


def test_the_interval_holds_the_number_that_was_eligible_before_results_were_deleted():
    """Marrows and DATs of 4 patients in 10 who have any are deleted at random, in cohorts without possible patients."""
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
        found = (
            pg.evaluate(pg.Extract.from_tables(cohort.manifest, tables), pg.load_protocol())
            .estimate()
            .imputed
        )
        low, high = found.number.interval
        lost += truth - found.certain
        inside.append(low <= truth <= high)
    assert sum(inside) >= 5
    assert lost >= 6


def test_missing_information_grows_with_what_is_missing():
    shares = []
    for unknown in (2, 20):
        people = [patient(f"sure {i}") for i in range(10)] + [
            patient(f"out {i}", **never()) for i in range(10)
        ]
        people += [patient(f"open {i}", hiv_UNKNOWN=[(0, 200)]) for i in range(unknown)]
        imputed = outcome(*people).estimate().imputed
        shares.append(pd.Series(imputed.shares["missing_information"]).iloc[0])
    assert 0 < shares[0] < shares[1] < 1
