"""Computability of the criteria: states, denominators, what is not declared."""

from __future__ import annotations

import pandas as pd
import pytest
from architecture.project import ROOT

import postgraft as pg
from postgraft.analysis.computability import needs
from postgraft.criteria import CRITERIA

BASE = pg.load_protocol("nct05873205")


def extract(complete=None, **tables):
    """Two transplanted patients with the tables given."""
    people = pd.DataFrame(
        {
            "patient_id": ["a", "b"],
            "sex": ["female", "unknown"],
            "birth_year": [1970, None],
            "last_contact_day": [100, 100],
        }
    )
    transplants = pd.DataFrame({"patient_id": ["a", "b"], "transplant_day": 0, "type": "allogeneic"})
    manifest = {"format": 1, "name": "two", "time": "days", "complete": complete or {}}
    given = {name: pd.DataFrame(rows) for name, rows in tables.items()}
    return pg.Extract.from_tables(manifest, {"patients": people, "transplants": transplants, **given})


def states(extract, protocol=BASE):
    return pg.computability(extract, protocol).set_index("criterion")["state"]


def rows(analyte, patients, **cells):
    return [{"patient_id": name, "day": 5, "analyte": analyte, **cells} for name in patients]


def test_every_criterion_has_a_row_in_protocol_order_and_components_follow_theirs():
    found = pg.computability(extract(), BASE)["criterion"].tolist()

    assert [name for name in found if "." not in name] == list(BASE.criteria)
    assert found[found.index("immune_cytopenia") + 1 :][:3] == [
        "immune_cytopenia.aiha",
        "immune_cytopenia.itp",
        "immune_cytopenia.prca",
    ]


def test_an_extract_of_patients_and_transplants_alone():
    found = states(extract())

    assert found[found == "attested"].index.tolist() == [c.name for c in CRITERIA if c.attested]
    assert found["adult"] == "computed"
    assert found["days_since_transplant"] == "computed"
    assert found["organ_function"] == "not specified"
    for name in ("remission", "neutrophil_count", "stable_growth_factor", "no_ta_tma", "immune_cytopenia.itp"):
        assert found[name] == "not captured"


@pytest.mark.parametrize(("complete", "state"), [({}, "partly unknown"), ({"disease_status": True}, "computed")])
def test_rows_without_declared_completeness_leave_absence_open(complete, state):
    with_rows = extract(complete, disease_status=[{"patient_id": "a", "day": 9, "status": "remission"}])

    assert states(with_rows)["no_relapse"] == state
    assert states(with_rows)["remission"] == state  # a relapse after the remission may not be on file


def test_assumed_completeness_counts_as_declared():
    empty = extract(disease_status={"patient_id": ["a"], "day": [9], "status": ["remission"]})

    assumed = BASE.amend(name="assumed", set={"assume_complete": ["disease_status"]})

    assert states(empty, assumed)["no_relapse"] == "computed"


def test_numbers_are_patients_with_a_row_of_all_patients():
    twice = extract(measurements=rows("hemoglobin", "aab", value=11) + rows("dat", "b", result="negative"))

    found = needs(twice, BASE).set_index(["criterion", "need"])

    aiha = found.loc["immune_cytopenia.aiha"]
    assert aiha.loc["hemoglobin", ["patients_with", "patients", "share"]].tolist() == [2, 2, 1.0]
    assert aiha.loc["dat", ["patients_with", "patients", "share"]].tolist() == [1, 2, 0.5]
    assert found.loc[("not_pregnant", "sex"), "patients_with"] == 1  # unknown is no value
    assert found.loc[("adult", "birth_year"), "patients_with"] == 1


def test_one_reticulocyte_measure_stands_in_for_the_other():
    captured = {"medications", "transfusions", "conditions"}
    analytes = ("hemoglobin", "neutrophils", "platelets", "weight", "reticulocytes_percent")
    measurements = [row for analyte in analytes for row in rows(analyte, "ab", value=20)]
    measurements += rows("parvovirus_b19", "a", result="not_detected")
    tables = {
        "medications": {"patient_id": ["a"], "start_day": [1], "drug": ["prednisone"]},
        "transfusions": {"patient_id": ["a"], "day": [1], "product": ["platelets"]},
        "conditions": {"patient_id": ["a"], "start_day": [1], "condition": ["bleeding"]},
    }

    declared = extract(dict.fromkeys(captured, True), measurements=measurements, **tables)
    without = extract(dict.fromkeys(captured, True), measurements=measurements[:-3], **tables)

    assert states(declared)["immune_cytopenia.prca"] == "computed"
    assert states(without)["immune_cytopenia.prca"] == "partly unknown"


def test_conditions_that_are_not_declared_are_named():
    declared = extract(
        {"conditions": ["acute_gvhd"]},
        conditions={"patient_id": ["a"], "start_day": [1], "condition": ["acute_gvhd"], "grade": [2]},
    )

    row = pg.computability(declared, BASE).set_index("criterion").loc["gvhd_controlled"]

    assert row["not_declared"] == "medications, chronic_gvhd"
    assert row["patients_with"] == "medications 0, conditions 1 (of 2 patients)"
    assert row["state"] == "partly unknown"


def test_facts_are_called_as_their_columns_are_in_a_file():
    of_days = pg.computability(extract(), BASE).set_index("criterion")["patients_with"]
    assert of_days["adult"].startswith("birth_day 0, birth_year 1, age_at_transplant")
    assert of_days["neutrophil_engraftment"].startswith("neutrophil_engraftment_day 0, neutrophils")
    of_dates = pg.computability(pg.read_extract(ROOT / "cohorts" / "demo"), BASE).set_index("criterion")
    assert of_dates.loc["adult", "patients_with"] == (
        "birth_date 72, birth_year 0, age_at_transplant 0 (of 72 patients)"
    )
    assert "neutrophil_engraftment_date 63" in of_dates.loc["immune_cytopenia", "patients_with"]


def test_organ_limits_make_their_analytes_a_need():
    limited = BASE.amend(name="limits", set={"creatinine_max_uln": 2})

    found = needs(extract(), limited)

    assert found.loc[found["criterion"] == "organ_function", "need"].tolist() == ["creatinine"]
    assert states(extract(), limited)["organ_function"] == "not captured"


def test_a_cytopenia_without_any_count_is_not_captured_whatever_else_is():
    """Engraftment dates alone say nothing of a cytopenia; transfusions stand in for the counts of PRCA alone."""
    patients = pd.DataFrame({"patient_id": ["A"], "sex": "male", "age_at_transplant": 40, "last_contact_day": 100})
    transplants = pd.DataFrame(
        {
            "patient_id": ["A"],
            "transplant_day": 0,
            "type": "allogeneic",
            "neutrophil_engraftment_day": 15,
            "platelet_engraftment_day": 20,
        }
    )
    transfused = pd.DataFrame({"patient_id": ["A"], "day": 60, "product": "red_cells"})
    manifest = {"format": 1, "name": "No counts", "time": "days", "complete": {}}

    def states(**tables):
        tables = {"patients": patients, "transplants": transplants, **tables}
        found = pg.computability(pg.Extract.from_tables(manifest, tables), pg.load_protocol())
        cytopenia = found[found["criterion"].str.startswith("immune_cytopenia")]
        return cytopenia.set_index("criterion")["state"].to_dict()

    assert set(states().values()) == {"not captured"}
    assert states(transfusions=transfused) == {
        "immune_cytopenia": "partly unknown",
        "immune_cytopenia.aiha": "not captured",
        "immune_cytopenia.itp": "not captured",
        "immune_cytopenia.prca": "partly unknown",
    }
