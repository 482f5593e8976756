"""Typed frames: days, categories, doses, order, missing tables."""

import numpy as np
import pandas as pd
import pytest

from postgraft.extract import TABLES, Extract
from postgraft.vocabulary.verdicts import PASS

MANIFEST = {"format": 1, "name": "Small", "time": "dates", "extracted_on": "2022-12-31"}
FRAMES = [name for name in TABLES if name != "measurements"]


def read(tables):
    return Extract.from_tables(MANIFEST, tables)


def day(text):
    return (pd.Timestamp(text) - pd.Timestamp("1970-01-01")).days


def test_patients(tables):
    tables["patients"] = tables["patients"].assign(birth_year=["1970", None], site=["NYC", None])
    patients = read(tables).patients
    assert patients["patient_id"].tolist() == ["007", "B2"]
    assert patients["birth_day"].tolist() == [day("1970-05-01"), day("1962-11-30")]
    assert patients["last_contact"].tolist() == [day("2021-12-31"), day("2022-06-30")]
    assert patients["sex"].cat.categories.tolist() == ["female", "male", "unknown"]
    assert patients["birth_year"].tolist()[0] == 1970
    assert patients[["observed_from", "death", "age_at_transplant", "transplant_year"]].isna().all(axis=None)
    assert patients["site"].tolist()[0] == "NYC"


def test_days_are_taken_as_they_are():
    tables = {
        "patients": pd.DataFrame({"patient_id": ["a"], "sex": ["male"], "birth_day": [-18000],
                                  "last_contact_day": ["400.0"], "observed_from_day": [-3]}),
        "transplants": pd.DataFrame({"patient_id": ["a", "a"], "transplant_day": [0, 210],
                                     "type": ["allogeneic", "allogeneic"],
                                     "neutrophil_engraftment_day": [12, None]}),
    }  # fmt: skip
    extract = Extract.from_tables({"format": 1, "time": "days"}, tables)
    assert extract.patients[["birth_day", "last_contact", "observed_from"]].to_numpy().tolist() == [[-18000, 400, -3]]
    assert extract.transplants["day"].tolist() == [0, 210]
    assert extract.transplants["neutrophil_engraftment"].tolist()[0] == 12


DOSES = [
    # dose, unit, mg, amount unit, per, daily
    ("0.5", "mg/kg/day", 0.5, "mg", "kg", True),
    ("1", "g/kg", 1000, "mg", "kg", False),
    ("375", "mg/m2", 375, "mg", "m2", False),
    ("5", "µg/kg/d", 0.005, "mg", "kg", True),
    ("300", "MCG", 0.3, "mg", "", False),
    ("40000", "IU", np.nan, "U", "", False),
    ("20", "mg / day", 20, "mg", "", True),
]


@pytest.mark.parametrize(("dose", "unit", "mg", "amount", "per", "daily"), DOSES)
def test_doses(spoilt, dose, unit, mg, amount, per, daily):
    row = read(spoilt("medications", 0, dose=dose, dose_unit=unit, end_date=None)).medications.iloc[0]
    assert row["dose"] == float(dose)
    np.testing.assert_equal(row["dose_mg"], mg)
    assert (row["amount_unit"], row["per"], row["daily"]) == (amount, per, daily)
    # What is not given daily is one administration; what is and has no end goes on.
    np.testing.assert_equal(row["end"], np.nan if daily else day("2020-03-01"))


def test_a_course_without_a_unit_covers_its_days(spoilt):
    row = read(spoilt("medications", 0, dose=None, dose_unit=None)).medications.iloc[0]
    assert (row["start"], row["end"], row["daily"]) == (day("2020-03-01"), day("2020-03-10"), True)
    assert np.isnan(row["dose_mg"])
    assert row[["dose_unit", "amount_unit"]].isna().all()


def test_a_dose_without_a_unit_is_no_amount(spoilt):
    row = read(spoilt("medications", 0, dose_unit=None)).medications.iloc[0]
    assert np.isnan(row["dose"])


def test_words_are_read_whatever_their_case(spoilt):
    spoilt("medications", 0, drug=" Prednisone ", purpose="GVHD", route="Oral")
    spoilt("conditions", 0, condition="Acute GVHD", detail="Refractory")
    extract = read(spoilt("adjudications", 0, criterion="Immune_Cytopenia.ITP", verdict="pass"))
    assert extract.warnings == ()
    assert extract.medications[["drug", "purpose", "route"]].iloc[0].tolist() == ["prednisone", "gvhd", "oral"]
    assert extract.conditions[["condition", "detail"]].iloc[0].tolist() == ["acute_gvhd", "refractory"]
    assert extract.adjudications["criterion"].tolist() == ["immune_cytopenia.itp"]
    assert extract.adjudications["verdict"].tolist() == [PASS]


def test_an_unknown_detail_of_gvhd_reads_as_none_but_others_stay(tables):
    tables["conditions"] = pd.concat([tables["conditions"].assign(detail="Steroid-Refractory")] * 2)
    tables["conditions"]["condition"] = ["acute_gvhd", "bleeding"]
    details = read(tables).conditions.set_index("condition")["detail"]
    assert details.isna()["acute_gvhd"]
    assert details["bleeding"] == "Steroid-Refractory"


def test_rows_lie_by_patient_and_day_and_then_by_content(tables):
    tables["transfusions"] = pd.DataFrame({
        "patient_id": ["B2", "007", "B2", "B2"], "date": ["2020-06-10", "2020-03-01", "2020-06-09",
        "2020-06-10"],
        "product": ["red_cells", "platelets", "red_cells", "platelets"],
    })  # fmt: skip
    frame = read(tables).transfusions
    assert frame["patient"].tolist() == [0, 1, 1, 1]
    assert frame["day"].tolist() == [day(d) for d in ("2020-03-01", "2020-06-09", "2020-06-10", "2020-06-10")]
    tables["transfusions"] = tables["transfusions"].iloc[::-1]
    pd.testing.assert_frame_equal(read(tables).transfusions, frame)


def test_offsets_point_to_each_patients_rows(tables):
    extract = read(tables)
    assert extract.offsets("transfusions").tolist() == [0, 0, 1]
    assert extract.offsets("medications").tolist() == [0, 1, 1]


def test_missing_tables_are_empty_frames_of_the_same_types(tables):
    whole, bare = read(tables), read({name: tables[name] for name in ("patients", "transplants")})
    assert bare.captured == {"patients", "transplants"}
    for name in FRAMES:
        full, empty = getattr(whole, name), getattr(bare, name)
        assert list(full.columns) == list(empty.columns)
        for column in full.columns:
            assert type(full[column].dtype) is type(empty[column].dtype)
            assert isinstance(full[column].dtype, pd.CategoricalDtype) or full[column].dtype == empty[column].dtype
    assert bare.offsets("conditions").tolist() == [0, 0, 0]


def test_no_patient_at_all(tables):
    extract = read(tables).select([])
    assert len(extract.patients) == 0
    assert extract.offsets("transplants").tolist() == [0]
    assert extract.series("platelets").offsets.tolist() == [0]
    assert extract.coverage()["rows"].sum() == 0
    assert len(extract.fingerprint) == 64
