"""Rows after death, the end of the extract or last contact: ignored, counted once, in the warning and in the counts."""

import pandas as pd
import pytest
from unit.extract.small import ignored, read, said


def test_rows_after_last_contact(spoilt):
    """Rows of 2020-02-01 are on the day of last contact and count; those after it do not."""
    extract = read(spoilt("patients", 0, last_contact_date="2020-02-01"))
    late = "row after last_contact_date, ignored (1 row: {})"
    assert said(extract) == [
        ("measurements", "", late.format(3)),
        ("medications", "", late.format(2)),
        ("conditions", "", late.format(2)),
    ]
    assert ignored(extract) == {"measurements": 1, "medications": 1, "conditions": 1}
    assert len(extract.series("platelets").day) == 1
    assert len(extract.series("hemoglobin").day) == 0
    assert len(extract.disease_status) == 1
    assert len(extract.medications) == 0


@pytest.mark.parametrize(("day", "used"), [("2021-12-31", 2), ("2022-01-01", 1)])
def test_a_row_of_every_table_of_events(tables, day, used):
    """The first patient was last seen on 2021-12-31."""
    for table, column in {
        "medications": "start_date", "transfusions": "date", "disease_status": "date", "conditions": "start_date",
        "adjudications": "start_date", "transplants": "transplant_date",
    }.items():  # fmt: skip
        other = tables[table].iloc[[0]].assign(patient_id="007", **{column: day})
        if "end_date" in other:
            other["end_date"] = None
        extract = read({**tables, table: pd.concat([tables[table], other])})
        rows = len(tables[table]) - 1
        assert len(getattr(extract, table)) == rows + used
        late = [] if used == 2 else [(table, "", f"row after last_contact_date, ignored (1 row: {rows + 3})")]
        assert said(extract) == late
        assert ignored(extract) == ({} if used == 2 else {table: 1})


def test_a_second_transplant_after_last_contact_is_none(tables):
    later = tables["transplants"].iloc[[0]].assign(transplant_date="2022-01-01")
    extract = read({**tables, "transplants": pd.concat([tables["transplants"], later])})
    assert said(extract) == [("transplants", "", "row after last_contact_date, ignored (1 row: 4)")]
    assert ignored(extract) == {"transplants": 1}
    assert len(extract.transplants) == 2


def test_a_patient_last_seen_before_the_only_transplant_is_left_out(spoilt):
    extract = read(spoilt("patients", 1, last_contact_date="2020-05-31"))
    assert said(extract) == [
        ("transplants", "", "row after last_contact_date, ignored (1 row: 3)"),
        ("patients", "", "patient without an allogeneic transplant, left out (1 row: 3)"),
    ]
    assert list(extract.patients["patient_id"]) == ["007"]


def test_a_row_is_noted_once_by_the_first_reason(spoilt):
    """Dead on the day of last contact: after both, said of the death."""
    extract = read(spoilt("patients", 0, death_date="2020-02-01", last_contact_date="2020-02-01"))
    assert {message for _, _, message in said(extract)} == {
        "row after the patient's death, ignored (1 row: 3)",
        "row after the patient's death, ignored (1 row: 2)",
    }
    assert ignored(extract) == {"measurements": 1, "medications": 1, "conditions": 1}


def test_between_last_contact_and_death(spoilt):
    """Nothing is known to be absent after last contact, so that a lone row there is no observation."""
    extract = read(spoilt("patients", 0, death_date="2020-02-15", last_contact_date="2020-02-01"))
    assert said(extract)[0] == ("measurements", "", "row after last_contact_date, ignored (1 row: 3)")
    assert said(extract)[1] == ("medications", "", "row after the patient's death, ignored (1 row: 2)")


def test_after_the_extract_and_after_last_contact(tables):
    """2020-06-10 is after the extract's end, whatever the last contact says."""
    extract = read(tables, extracted_on="2020-06-09")
    assert ("transfusions", "", "row after extracted_on, ignored (1 row: 2)") in said(extract)
    assert ignored(extract) == {"measurements": 1, "transfusions": 1, "adjudications": 1}


def test_without_last_contact_the_last_row_counts(spoilt):
    extract = read(spoilt("patients", 0, last_contact_date=None))
    assert ignored(extract) == {}


def test_in_days_the_column_is_named_as_in_the_file():
    tables = {
        "patients": pd.DataFrame({"patient_id": ["a"], "sex": ["male"], "age_at_transplant": [40],
                                  "last_contact_day": [100]}),
        "transplants": pd.DataFrame({"patient_id": ["a", "a"], "transplant_day": [0, 101], "type": "allogeneic"}),
        "measurements": pd.DataFrame({"patient_id": ["a"] * 3, "day": [99, 100, 101], "analyte": "platelets",
                                      "value": [20, 30, 40], "unit": "10*9/L"}),
    }  # fmt: skip
    extract = read(tables, time="days", extracted_on=None)
    late = "row after last_contact_day, ignored (1 row: {})"
    assert said(extract) == [("transplants", "", late.format(3)), ("measurements", "", late.format(4))]
    assert extract.series("platelets").value.tolist() == [20, 30]


def test_an_interval_that_ends_after_last_contact_is_not_late(spoilt):
    extract = read(spoilt("medications", 0, end_date="2022-12-01"))
    assert said(extract) == []
    assert ignored(extract) == {}


def test_counts_and_warnings_agree(spoilt):
    """Of six rows three are not used: two after last contact, and two of a dose of 0, one of them late."""
    tables = spoilt("patients", 0, last_contact_date="2020-03-05")
    row = tables["medications"]
    late = {"start_date": "2020-03-06"}
    tables["medications"] = pd.concat(
        [row, row.assign(dose="2"), row.assign(dose="0"), row.assign(**late), row.assign(dose="0", **late),
         row.assign(drug="ivig")]
    )  # fmt: skip
    extract = read(tables)
    assert said(extract) == [
        ("medications", "", "row after last_contact_date, ignored (2 rows: 5, 6)"),
        ("medications", "dose", "dose of 0: nothing was given, row left out (2 rows: 4, 6)"),
    ]
    assert ignored(extract) == {"medications": 3}
    assert len(extract.medications) == 3


@pytest.mark.parametrize(
    ("death", "day", "end"),
    [
        (None, "2021-12-31", None),
        (None, "2022-01-01", "last_contact_date"),
        (None, "2023-01-01", "extracted_on"),
        ("2021-12-31", "2022-01-01", "the patient's death"),
    ],
)
@pytest.mark.parametrize("name", ["neutrophil", "platelet"])
def test_engraftment_after_the_last_day(spoilt, name, death, day, end):
    """Told once, on top of every report, and not of a transplant that is itself too late."""
    spoilt("patients", 0, death_date=death)
    extract = read(spoilt("transplants", 0, **{f"{name}_engraftment_date": day}))
    found = [(one.column, one.message) for one in extract.doubts]
    told = f"engraftment after {end}, read as it is (1 row: 2)"
    assert found == ([(f"{name}_engraftment_date", told)] if end else [])
    assert extract.transplants[f"{name}_engraftment"].notna().sum() == 1
    late = read(spoilt("patients", 0, death_date=None, last_contact_date="2019-12-31"))
    assert [one.kind for one in late.doubts].count("late-engraftment") == 0
