"""What is reported while the run goes on, and what becomes of the rows."""

import pandas as pd
import pytest

from postgraft.extract import TABLES, Extract

MANIFEST = {"format": 1, "name": "Small", "time": "dates", "extracted_on": "2022-12-31"}


def read(tables, **manifest):
    return Extract.from_tables({**MANIFEST, **manifest}, tables)


def said(extract):
    return [(w.file, w.column, w.message) for w in extract.warnings]


def test_the_small_cohort_is_clean(tables):
    assert read(tables).warnings == ()


ONE_CELL = [
    ("patients", {"birth_date": "1850-01-01"}, "birth_date",
     "outside the plausible range 1900-01-01 to 2100-01-01, read as unknown (1 row: 2)"),
    ("patients", {"age_at_transplant": "130"}, "age_at_transplant",
     "outside the plausible range 0 to 110, read as unknown (1 row: 2)"),
    ("patients", {"last_contact_date": "2023-01-01"}, "last_contact_date",
     "after extracted_on, observed to extracted_on (1 row: 2)"),
    ("patients", {"shoe": "42"}, "shoe", "unknown column, not read"),
    ("transplants", {"indication": "aplastic anaemia"}, "indication",
     'indication outside the known ones, kept as it is: "aplastic_anaemia" (did you mean aplastic_anemia?)'
     " (1 row: 2)"),
    ("transplants", {"platelet_engraftment_date": "2019-12-31"}, "platelet_engraftment_date",
     "engraftment before its transplant, read as empty (1 row: 2)"),
    ("transplants", {"neutrophil_engraftment_date": "2022-01-20"}, "neutrophil_engraftment_date",
     "engraftment after last_contact_date, read as it is (1 row: 2)"),
    ("transplants", {"platelet_engraftment_date": "2023-01-20"}, "platelet_engraftment_date",
     "engraftment after extracted_on, read as it is (1 row: 2)"),
    ("measurements", {"value": "9000"}, "value",
     "platelets outside the plausible range 0 to 3000 10*9/L (1 row: 2)"),
    ("measurements", {"value": None}, "value", "numeric analyte without a value, row kept out (1 row: 2)"),
    ("measurements", {"analyte": "dat"}, "result",
     "qualitative analyte without a result, row kept out (1 row: 2)"),
    ("measurements", {"date": "2023-01-01"}, "", "row after extracted_on, ignored (1 row: 2)"),
    ("measurements", {"unit": None}, "unit", "platelets without a unit, read as 10*9/L (1 row)"),
    ("medications", {"drug": "prednison"}, "drug",
     'drug outside the known ones, kept as it is: "prednison" (did you mean prednisone?) (1 row: 2)'),
    ("medications", {"dose_unit": None}, "dose",
     "dose without a dose_unit, its amount is unknown (1 row: 2)"),
    ("medications", {"dose": "0"}, "dose", "dose of 0: nothing was given, row left out (1 row: 2)"),
    ("medications", {"dose": "0", "dose_unit": None}, "dose",
     "dose of 0: nothing was given, row left out (1 row: 2)"),
    ("transfusions", {"units": "0"}, "units", "units of 0: nothing was given, row left out (1 row: 2)"),
    ("conditions", {"condition": "measles"}, "condition",
     'condition outside the known ones, kept as it is: "measles" (1 row: 2)'),
    ("conditions", {"detail": "steroid-refractory"}, "detail",
     "detail of GVHD that is not known, read as empty; accepted: responsive, refractory, untreated"
     " (1 row: 2)"),
    ("conditions", {"grade": "5"}, "grade", "outside the plausible range 0 to 4, read as unknown (1 row: 2)"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "cells", "column", "message"), ONE_CELL)
def test_odd_cell(spoilt, table, cells, column, message):
    # One result alone says little of its unit, which is not what is asked here.
    extract = read(spoilt(table, 0, **cells), plausible=["platelets"])
    assert said(extract) == [(table, column, message)]


def test_an_indication_of_any_other_name_is_no_finding(spoilt):
    assert read(spoilt("transplants", 0, indication="AML")).warnings == ()


def test_rows_after_death_are_ignored(spoilt):
    extract = read(spoilt("patients", 0, death_date="2020-02-01", last_contact_date="2020-02-01"))
    assert said(extract) == [
        ("measurements", "", "row after the patient's death, ignored (1 row: 3)"),
        ("medications", "", "row after the patient's death, ignored (1 row: 2)"),
        ("conditions", "", "row after the patient's death, ignored (1 row: 2)"),
    ]
    assert len(extract.series("platelets").day) == 1  # on the day of death
    assert len(extract.series("hemoglobin").day) == 0
    assert extract.counts.ignored["measurements"] == 1
    assert extract.counts.rows["measurements"] == 3


def test_a_transplant_after_death_leaves_the_patient_out(spoilt):
    extract = read(spoilt("patients", 1, death_date="2020-05-31", last_contact_date="2020-05-31"))
    assert ("patients", "", "patient without an allogeneic transplant, left out (1 row: 3)") in said(extract)
    assert list(extract.patients["patient_id"]) == ["007"]


def test_last_contact_after_death(spoilt):
    extract = read(spoilt("patients", 0, death_date="2021-06-01"))
    assert said(extract) == [
        ("patients", "last_contact_date", "last contact after death, observed to the death (1 row: 2)")
    ]


def test_patients_without_an_allogeneic_transplant_are_left_out(spoilt):
    extract = read(spoilt("transplants", 0, type="autologous"))
    assert said(extract) == [
        ("patients", "", "patient without an allogeneic transplant, left out (1 row: 2)")
    ]  # fmt: skip
    assert (extract.counts.patients_in_file, extract.counts.patients_left_out) == (2, 1)
    assert list(extract.patients["patient_id"]) == ["B2"]
    assert extract.transplants["patient"].tolist() == [0]
    assert extract.series("platelets").offsets.tolist() == [0, 0]
    assert len(extract.medications) == 0
    assert extract.series("dat").value.tolist() == [2]


LEFT = "accepted: at least one patient with an allogeneic transplant"


def test_nobody_is_left(tables, errors):
    tables["transplants"]["type"] = "autologous"
    (found,) = errors(tables)
    message = f"no patient has an allogeneic transplant, so that nobody is left; {LEFT}"
    assert (found.file, found.column, found.message) == ("patients", "", message)


@pytest.mark.parametrize("emptied", [["patients"], ["patients", "transplants"], list(TABLES)])
def test_nobody_is_there(tables, errors, emptied):
    """Of the rows of others nothing is said: that their patients are missing is one fault, of ``patients``."""
    (found,) = errors({**tables, **{name: tables[name].iloc[:0] for name in emptied}})
    message = f"the table has no row, so that nobody is left; {LEFT}"
    assert (found.file, found.column, found.message) == ("patients", "", message)


def test_nobody_is_there_and_something_else_is_wrong(tables, errors):
    del tables["transplants"]
    tables["patients"] = tables["patients"].iloc[:0]
    assert [(one.file, one.kind) for one in errors(tables, extracted_on="2022-02-30")] == [
        ("extract.yaml", "manifest"),
        ("transplants", "missing-table"),
        ("patients", "nobody-left"),
    ]


def test_patients_that_cannot_be_read_are_not_nobody(tables, errors):
    for wrong in (tables["patients"].iloc[:0].drop(columns="sex"), tables["patients"].iloc[:0][["sex"]]):
        assert {one.kind for one in errors({**tables, "patients": wrong})} == {"missing-column"}


def test_the_same_row_again_counts_once(tables):
    tables["measurements"] = pd.concat([tables["measurements"], tables["measurements"].iloc[[0]]])
    tables["medications"] = pd.concat([tables["medications"]] * 3)
    extract = read(tables)
    assert said(extract) == [
        ("measurements", "", "platelets: the same row again, one is kept (1 row: 5)"),
        ("medications", "", "the same row again, one is kept (2 rows: 3, 4)"),
    ]
    assert len(extract.medications) == 1


def test_what_was_not_given_is_left_out_and_counted(spoilt):
    extract = read(spoilt("medications", 0, dose="0.0"))
    assert len(extract.medications) == 0
    assert extract.counts.ignored["medications"] == 1
    assert len(read(spoilt("transfusions", 0, units="0")).transfusions) == 0
    assert len(read(spoilt("medications", 0, dose=None)).medications) == 1


@pytest.mark.parametrize(
    ("table", "column", "cells"),
    [
        ("medications", "dose", ["1", "1.0"]),
        ("medications", "drug", ["prednisone", "Prednisone"]),
        ("medications", "start_date", ["2020-03-01 08:00", "2020-03-01 20:00"]),
        ("medications", "order", ["A1", "A2"]),  # a column that is not read
        ("transfusions", "bag", ["1", "2"]),
        ("conditions", "condition", ["acute_gvhd", "Acute GVHD"]),
    ],
)
def test_rows_that_differ_in_a_cell_as_written_are_rows_of_their_own(tables, table, column, cells):
    """They read the same, and are two administrations; three rows of which two are the same are two."""
    one = tables[table].iloc[[0]]
    first, second = (one.assign(**{column: cell}) for cell in cells)
    tables[table] = pd.concat([first, second])
    assert len(getattr(read(tables), table)) == 2
    tables[table] = pd.concat([first, second, first])
    extract = read(tables)
    assert len(getattr(extract, table)) == 2
    assert (table, "", "the same row again, one is kept (1 row: 4)") in said(extract)


def test_allogeneic_rows_of_one_day_are_one_transplant(tables):
    twin = tables["transplants"].iloc[[0]]
    tables["transplants"] = pd.concat(
        [tables["transplants"].assign(donor=[None, None]), twin.assign(donor="haploidentical")]
    )
    extract = read(tables)
    assert said(extract) == [
        ("transplants", "", "allogeneic transplants of one patient on one day, taken as one (1 row)")
    ]
    assert extract.transplants["patient"].tolist() == [0, 1]
    assert extract.transplants["donor"].tolist()[0] == "haploidentical"
    assert extract.transplants["day"].dtype == "int32"


@pytest.mark.parametrize(("death", "expected"), [("2020-04-01", "2020-04-01"), (None, "2020-03-01")])
def test_missing_last_contact(spoilt, death, expected):
    """Without death the last row of the patient counts: a course of prednisone begun on 2020-03-01."""
    extract = read(spoilt("patients", 0, last_contact_date=None, death_date=death))
    assert said(extract) == [(
        "patients", "last_contact_date",
        "no last contact; the day of death, or else of the patient's last row, is taken (1 row: 2)",
    )]  # fmt: skip
    assert extract.patients["last_contact"][0] == pd.Timestamp(expected).timestamp() / 86400


def test_days_know_no_end_of_the_extract():
    tables = {
        "patients": pd.DataFrame({"patient_id": ["a"], "sex": ["male"], "age_at_transplant": [40.5],
                                  "last_contact_day": [400]}),
        "transplants": pd.DataFrame({"patient_id": ["a"], "transplant_day": [0], "type": ["allogeneic"]}),
    }  # fmt: skip
    extract = read(tables, time="days")
    assert said(extract) == [
        ("extract.yaml", "extracted_on", "not used: with time: days no calendar day is known")
    ]  # fmt: skip
    assert extract.extracted_on is None


def test_a_condition_declared_complete_that_is_not_known(tables):
    extract = read(tables, complete={"conditions": ["ta_tma", "tatma"]})
    assert said(extract) == [(
        "extract.yaml", "complete.conditions",
        'condition outside the known ones, kept as it is: "tatma" (did you mean ta_tma?)',
    )]  # fmt: skip
