"""What the truth file says was planted can be seen in the tables, and in them only."""

import numpy as np
import pandas as pd
import pytest

from postgraft.synthetic import Cohort, generate
from postgraft.synthetic.calibration import table

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return generate(3000, seed=11, enrich=3)


@pytest.fixture(scope="module")
def day0(cohort: Cohort) -> pd.Series:
    rows = cohort.tables["transplants"]
    return rows[rows["type"] == "allogeneic"].groupby("patient_id")["transplant_date"].min()


@pytest.fixture(scope="module")
def planted(cohort: Cohort) -> pd.DataFrame:
    return cohort.truth.dropna(subset="cytopenia")


def test_everybody_is_in_the_truth(cohort: Cohort) -> None:
    assert set(cohort.truth["patient_id"]) == set(cohort.tables["patients"]["patient_id"])


@pytest.mark.parametrize(
    ("kind", "analyte", "lower"),
    [
        ("aiha", "hemoglobin", True),
        ("itp", "platelets", True),
        ("prca", "hemoglobin", True),
        ("itp", "hemoglobin", False),
    ],
)
def test_counts_fall_in_the_lineage_of_the_cytopenia(
    cohort: Cohort, day0: pd.Series, planted: pd.DataFrame, kind: str, analyte: str, lower: bool
) -> None:
    after, before = lineage(cohort, day0, planted[planted["cytopenia"] == kind], analyte)
    fallen = (after < 0.8 * before).mean()
    assert fallen > 0.8 if lower else fallen < 0.15


def lineage(cohort: Cohort, day0: pd.Series, episodes: pd.DataFrame, analyte: str) -> tuple[pd.Series, pd.Series]:
    """Lowest result in days 5 to 25 of the episode and the median of the 40 days before, canonical units."""
    rows = cohort.tables["measurements"]
    rows = rows[rows["analyte"] == analyte].merge(episodes[["patient_id", "onset_day"]], on="patient_id")
    factors = table("analytes").set_index(["analyte", "unit"])["factor"]
    value = rows["value"] / np.array([factors[analyte, unit] for unit in rows["unit"].fillna("")])
    since = (rows["date"] - day0[rows["patient_id"]].to_numpy()).dt.days - rows["onset_day"].astype(float)
    after = value[since.between(5, 25)].groupby(rows["patient_id"]).min()
    before = value[since.between(-40, -1)].groupby(rows["patient_id"]).median()
    both = after.index.intersection(before.index)
    assert len(both) > 30
    return after[both], before[both]


def test_reticulocytes_rise_in_hemolysis_and_vanish_in_red_cell_aplasia(
    cohort: Cohort, day0: pd.Series, planted: pd.DataFrame
) -> None:
    def median(kind: str) -> float:
        return float(
            lineage_values(cohort, day0, planted[planted["cytopenia"] == kind], "reticulocytes_percent").median()
        )

    assert median("prca") < 1 < 2.5 < median("aiha")


def lineage_values(cohort: Cohort, day0: pd.Series, episodes: pd.DataFrame, analyte: str) -> pd.Series:
    rows = cohort.tables["measurements"]
    rows = rows[rows["analyte"] == analyte].merge(episodes[["patient_id", "onset_day"]], on="patient_id")
    since = (rows["date"] - day0[rows["patient_id"]].to_numpy()).dt.days - rows["onset_day"].astype(float)
    return rows.loc[since.between(14, 24), "value"]


def test_every_planted_line_is_in_the_medications(cohort: Cohort, day0: pd.Series, planted: pd.DataFrame) -> None:
    rows = cohort.tables["medications"]
    start = (rows["start_date"] - day0[rows["patient_id"]].to_numpy()).dt.days
    drug = rows["drug"].replace("methylprednisolone", "prednisone")
    given = set(zip(rows["patient_id"], drug, start, strict=True))
    asked = [
        (row.patient_id, line.split("@")[0], int(line.split("@")[1]))
        for row in planted.itertuples()
        for line in str(row.lines).split(";")
        if line
    ]
    assert len(asked) > 300
    assert set(asked) - given == set()


def test_every_planted_confounder_is_in_the_tables(cohort: Cohort, day0: pd.Series) -> None:
    """Second transplants among the infusions, everything else with a day among the conditions."""
    rows = cohort.tables["conditions"]
    start = (rows["start_date"] - day0[rows["patient_id"]].to_numpy()).dt.days
    written = set(zip(rows["patient_id"], rows["condition"], start, strict=True))
    infusions = cohort.tables["transplants"]
    later = infusions[(infusions["type"] == "allogeneic") & infusions["patient_id"].duplicated()]
    day = (later["transplant_date"] - day0[later["patient_id"]].to_numpy()).dt.days
    written |= {(patient, "second_transplant", d) for patient, d in zip(later["patient_id"], day, strict=True)}
    truth = cohort.truth.drop_duplicates("patient_id")
    asked = {
        (row.patient_id, name.split("@")[0], int(name.split("@")[1]))
        for row in truth.itertuples()
        for name in str(row.confounders).split(";")
        if "@" in name
    }
    assert asked - written == set()
    extra = {name for _, name, _ in written - asked}
    # Cytopenias have rows of their own in the truth; graft-versus-host disease goes on in a second row.
    assert extra <= {
        "aiha",
        "itp",
        "prca",
        "evans",
        "acute_gvhd",
        "chronic_gvhd",
        "not_childbearing",
        "g6pd_deficiency",
    }


def test_what_the_manifest_calls_complete_is_written_whenever_it_was_planted(cohort: Cohort) -> None:
    declared = set(cohort.manifest["complete"]["conditions"])
    confounders = cohort.truth["confounders"].str.split(";").explode().str.split("@").str[0]
    assert {"ta_tma", "graft_failure", "poor_graft_function"} <= declared & set(confounders)


def test_nothing_is_observed_outside_of_follow_up(cohort: Cohort) -> None:
    people = cohort.tables["patients"].set_index("patient_id")
    last = people["last_contact_date"]
    for name, column in (
        ("measurements", "date"),
        ("transfusions", "date"),
        ("disease_status", "date"),
        ("medications", "start_date"),
        ("medications", "end_date"),
        ("conditions", "start_date"),
        ("conditions", "end_date"),
        ("transplants", "transplant_date"),
    ):
        rows = cohort.tables[name]
        assert not (rows[column] > last[rows["patient_id"]].to_numpy()).any(), (name, column)
    assert (last <= pd.Timestamp(cohort.manifest["extracted_on"])).all()
    assert (people["death_date"].dropna() == last[people["death_date"].notna()]).all()


def test_intervals_do_not_end_before_they_start(cohort: Cohort) -> None:
    for name in ("medications", "conditions"):
        rows = cohort.tables[name]
        assert not (rows["end_date"] < rows["start_date"]).any(), name


def test_single_administrations_last_a_day(cohort: Cohort) -> None:
    rows = cohort.tables["medications"]
    single = rows["dose_unit"].ne("") & ~rows["dose_unit"].str.endswith("/day")
    assert (rows.loc[single, "end_date"] == rows.loc[single, "start_date"]).all()
    assert single.sum() > 1000


def test_visits_grow_rarer(cohort: Cohort, day0: pd.Series) -> None:
    rows = cohort.tables["measurements"]
    rows = rows[rows["analyte"] == "hemoglobin"]
    day = (rows["date"] - day0[rows["patient_id"]].to_numpy()).dt.days
    per_day = [
        day.between(low, high).sum() / (high - low + 1) for low, high in ((0, 27), (28, 99), (100, 179), (180, 364))
    ]
    assert per_day == sorted(per_day, reverse=True)
    assert 70 < len(cohort.tables["measurements"]) / 3000 < 180


def test_sites_hand_over_different_units(cohort: Cohort) -> None:
    rows = cohort.tables["measurements"].merge(cohort.tables["patients"][["patient_id", "site"]], on="patient_id")
    units = rows[rows["analyte"].isin(["hemoglobin", "platelets"])].groupby(["analyte", "site"])["unit"].unique()
    assert all(len(found) == 1 for found in units)
    assert {found[0] for found in units["hemoglobin"]} == {"g/dL", "g/L"}
    assert {"K/uL", "/uL", "10*9/L"} <= {found[0] for found in units["platelets"]}
