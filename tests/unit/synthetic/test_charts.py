"""What real charts are like, each in some of the patients: late entries, open rows, intervals, rows of grade 0."""

import numpy as np
import pandas as pd
import pytest

from postgraft.protocol import load_protocol
from postgraft.synthetic import Cohort, generate
from postgraft.synthetic.calibration import table

pytestmark = pytest.mark.slow

GVHD = ("acute_gvhd", "chronic_gvhd")


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return generate(3000, seed=12, enrich=3)


@pytest.fixture(scope="module")
def day0(cohort: Cohort) -> pd.Series:
    return transplants(cohort).groupby("patient_id")["transplant_date"].min()


def transplants(cohort: Cohort) -> pd.DataFrame:
    rows = cohort.tables["transplants"]
    return rows[rows["type"] == "allogeneic"].sort_values(["patient_id", "transplant_date"])


def conditions(cohort: Cohort, *names: str) -> pd.DataFrame:
    rows = cohort.tables["conditions"]
    return rows[rows["condition"].isin(names)]


def test_no_number_lies_below_the_reporting_limit_of_its_site(cohort: Cohort) -> None:
    rows = cohort.tables["measurements"].merge(cohort.tables["patients"][["patient_id", "site"]])
    rows = rows.merge(table("reporting_limits").drop(columns="unit"), on=["site", "analyte"])
    factors = table("analytes").set_index(["analyte", "unit"])["factor"]
    keys = pd.MultiIndex.from_arrays([rows["analyte"], rows["unit"]])
    limit = rows["reported_from"] * factors.reindex(keys).to_numpy()
    signed = rows["operator"] == "<"
    np.testing.assert_allclose(rows.loc[signed, "value"], limit[signed])
    assert (rows.loc[~signed, "value"] >= limit[~signed] - 1e-9).all()
    assert set(rows.loc[signed, "analyte"]) == set(table("reporting_limits")["analyte"])


def test_nothing_else_has_a_sign(cohort: Cohort) -> None:
    rows = cohort.tables["measurements"]
    with_limits = set(table("reporting_limits")["analyte"])
    assert set(rows.loc[rows["operator"] != "", "analyte"]) <= with_limits
    assert set(rows["operator"]) == {"", "<"}


def test_before_a_late_entry_there_are_no_results_but_those_of_the_work_up(cohort: Cohort, day0: pd.Series) -> None:
    people = cohort.tables["patients"].set_index("patient_id")
    entry = people["observed_from_date"].dropna()
    assert 0.005 < len(entry) / len(people) < 0.04
    assert (entry < people.loc[entry.index, "last_contact_date"]).all()
    for name in ("measurements", "transfusions", "disease_status"):
        rows = cohort.tables[name]
        rows = rows[rows["patient_id"].isin(entry.index)]
        before = rows["date"] < entry[rows["patient_id"]].to_numpy()
        assert (rows.loc[before, "date"] < day0[rows.loc[before, "patient_id"]].to_numpy()).all(), name


def test_some_acute_conditions_end_after_they_count_as_open(cohort: Cohort) -> None:
    protocol = load_protocol()
    rows = conditions(cohort, *protocol.acute_conditions)
    late = (rows["end_date"] - rows["start_date"]).dt.days >= protocol.open_condition_days
    assert 0.02 < late.mean() < 0.15


def test_some_conditions_of_the_first_graft_are_open_at_the_second(cohort: Cohort) -> None:
    rows = transplants(cohort)
    second = rows[rows["patient_id"].duplicated()].set_index("patient_id")["transplant_date"]
    bound = conditions(cohort, *GVHD, "graft_failure", "relapse_marrow", "poor_graft_function")
    bound = bound[bound["patient_id"].isin(second.index)]
    again = second[bound["patient_id"]].to_numpy()
    ran = (bound["start_date"] < again) & ~(bound["end_date"] < again)
    assert ran.sum() > 40
    assert 0.3 < bound.loc[ran, "end_date"].isna().mean() < 0.9


@pytest.mark.parametrize("kind", GVHD)
def test_gvhd_changes_by_new_rows(cohort: Cohort, kind: str) -> None:
    """No two rows run at once but where the earlier has no end, and a row of grade 0 is the last."""
    rows = conditions(cohort, kind).sort_values(["patient_id", "start_date"])
    following = rows.groupby("patient_id")["start_date"].shift(-1)
    changed = following.notna()
    assert (rows.loc[changed, "start_date"] < following[changed]).all()
    closed = changed & rows["end_date"].notna()
    assert (rows.loc[closed, "end_date"] + pd.Timedelta(days=1) == following[closed]).all()
    assert 0.1 < rows.loc[changed, "end_date"].isna().mean() < 0.4
    over = rows["grade"] == 0
    assert over.sum() > 50
    assert not (over & changed).any()
    assert rows.groupby("patient_id")["grade"].nunique().gt(2).any()


def test_some_anemias_of_another_cause_run_into_hemolysis(cohort: Cohort, day0: pd.Series) -> None:
    planted = cohort.truth[cohort.truth["cytopenia"].isin(["aiha", "evans"])]
    rows = conditions(cohort, "renal_anemia").merge(planted, on="patient_id")
    start = (rows["start_date"] - day0[rows["patient_id"]].to_numpy()).dt.days
    end = (rows["end_date"] - day0[rows["patient_id"]].to_numpy()).dt.days
    bridge = (start < 80) & (rows["onset_day"] - start >= 40) & ~(end < rows["onset_day"])
    assert 0.02 < bridge.sum() / len(planted) < 0.15


def test_steroids_for_gvhd_reach_some_onsets(cohort: Cohort, day0: pd.Series) -> None:
    planted = cohort.truth.dropna(subset="cytopenia")
    rows = cohort.tables["medications"]
    rows = rows[rows["purpose"].eq("gvhd") & rows["drug"].isin(["prednisone", "methylprednisolone"])]
    rows = rows.merge(planted, on="patient_id")
    start = (rows["start_date"] - day0[rows["patient_id"]].to_numpy()).dt.days
    end = (rows["end_date"] - day0[rows["patient_id"]].to_numpy()).dt.days
    over = (start < rows["onset_day"]) & ~(end < rows["onset_day"])
    assert 0.05 < rows.loc[over, "patient_id"].nunique() / len(planted) < 0.3
