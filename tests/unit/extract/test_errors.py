"""Every kind of error of the extract's contract, with the exact message a person gets."""

import pandas as pd
import pytest

import postgraft as pg
from postgraft.extract import Extract, write_extract
from postgraft.vocabulary import codes
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.errors import ExtractError, PostgraftError
from postgraft.vocabulary.units import DOSE_UNITS

MANIFEST = {"format": 1, "time": "dates", "extracted_on": "2022-12-31"}
ALL_ANALYTES = ", ".join(ANALYTES)
ALL_CRITERIA = ", ".join((*pg.load_protocol().criteria, *codes.ADJUDICABLE_PARTS))
KEYS = "format, name, time, extracted_on, complete, sites, missing, synthetic, complete_though_empty, plausible"
NUMBER = "a number with a decimal point, perhaps after <, <=, > or >=, or an empty cell"
PLAIN_NUMBER = "a number with a decimal point and no unit, or an empty cell"
WHOLE = "a whole number and no unit, or an empty cell"
FINDINGS = "positive, negative, detected, not_detected, indeterminate"


def hidden(characters):
    return f"(not shown: a text of {characters} characters, which may be a patient's own)"


FORMS = "{0}.csv, {0}.csv.gz, {0}.parquet, or a folder {0}/ of .parquet parts"

ONE_CELL = [
    ("patients", {"sex": "mail"}, "sex",
     'unknown sex "mail" (did you mean male?); accepted: female, male, unknown (1 row: 2)'),
    ("patients", {"sex": None}, "sex",
     "empty cell in a required column; accepted: female, male, unknown (1 row: 2)"),
    ("patients", {"birth_date": "01/02/1970"}, "birth_date",
     "not an ISO calendar date (the manifest says time: dates); accepted: YYYY-MM-DD (1 row: 2)"),
    ("patients", {"last_contact_date": "2021-02-29"}, "last_contact_date",
     "not an ISO calendar date (the manifest says time: dates); accepted: YYYY-MM-DD (1 row: 2)"),
    ("patients", {"birth_year": "1970.5"}, "birth_year",
     f"not a whole number; accepted: {WHOLE}"
     " (1 row: 2)"),
    ("transplants", {"type": "allo"}, "type",
     f'unknown type {hidden(4)}; accepted: allogeneic, autologous, boost, donor_lymphocytes (1 row: 2)'),
    ("transplants", {"donor": "sister"}, "donor",
     f'unknown donor {hidden(6)}; accepted: {", ".join(codes.DONORS)} (1 row: 2)'),
    ("measurements", {"analyte": "platelet"}, "analyte",
     f'unknown analyte "platelet" (did you mean platelets?); accepted: {ALL_ANALYTES} (1 row: 2)'),
    ("measurements", {"patient_id": "Z9"}, "patient_id",
     "patient not in patients; accepted: a patient_id of patients (1 row: 2)"),
    ("measurements", {"patient_id": None}, "patient_id",
     "empty cell in a required column; accepted: text (1 row: 2)"),
    ("measurements", {"date": None}, "date",
     "empty cell in a required column; accepted: YYYY-MM-DD (1 row: 2)"),
    ("measurements", {"value": "1,5"}, "value", f"not a number; accepted: {NUMBER} (1 row: 2)"),
    ("measurements", {"value": "1_5"}, "value", f"not a number; accepted: {NUMBER} (1 row: 2)"),
    ("measurements", {"value": "NA"}, "value", f"not a number; accepted: {NUMBER} (1 row: 2)"),
    ("measurements", {"value": "inf"}, "value", f"not a finite number; accepted: {NUMBER} (1 row: 2)"),
    ("measurements", {"value": "NaN"}, "value", f"not a finite number; accepted: {NUMBER} (1 row: 2)"),
    ("measurements", {"value": "1e999"}, "value", f"not a finite number; accepted: {NUMBER} (1 row: 2)"),
    ("measurements", {"upper_limit": "n/a"}, "upper_limit", f"not a number; accepted: {NUMBER} (1 row: 2)"),
    ("measurements", {"unit": "mg/dL"}, "unit",
     '"mg/dL" does not fit platelets; accepted: 10*9/L, /uL, 10*12/L (1 row: 2)'),
    ("measurements", {"analyte": "dat", "result": "maybe"}, "result",
     f'unknown result {hidden(5)}; accepted: {FINDINGS}, absent, decreased, normal, increased (1 row: 2)'),
    ("measurements", {"analyte": "dat", "result": "normal"}, "result",
     f'"normal" does not fit dat; accepted: {FINDINGS} (1 row: 2)'),
    ("measurements", {"analyte": "marrow_megakaryocytes", "result": "pos"}, "result",
     '"pos" does not fit marrow_megakaryocytes; accepted: absent, decreased, normal, increased (1 row: 2)'),
    ("medications", {"dose": "-1"}, "dose",
     "negative dose; accepted: a number from 0, or an empty cell (1 row: 2)"),
    ("transfusions", {"units": "-2"}, "units",
     "negative units; accepted: a number from 0, or an empty cell (1 row: 2)"),
    ("medications", {"end_date": "2020-02-29"}, "end_date",
     "end before start; accepted: an end on or after the start (1 row: 2)"),
    ("measurements", {"operator": "~"}, "operator",
     "unknown operator (not shown: a text of 1 character, which may be a patient's own); accepted: <, <=, =, >=, >"
     " (1 row: 2)"),
    ("measurements", {"value": "<150", "operator": ">"}, "operator",
     "an operator that contradicts the sign in value; accepted: one of the two, or the same (1 row: 2)"),
    ("measurements", {"value": "<150", "operator": "<="}, "operator",
     "an operator that contradicts the sign in value; accepted: one of the two, or the same (1 row: 2)"),
    ("measurements", {"value": "<150", "operator": "="}, "operator",
     "an operator that contradicts the sign in value; accepted: one of the two, or the same (1 row: 2)"),
    ("medications", {"dose_unit": "mg"}, "end_date",
     "end later than start, but a dose_unit without /day is one administration; accepted: an empty end, or"
     " the dose per day (1 row: 2)"),
    ("medications", {"dose_unit": "tablets"}, "dose_unit",
     f'unknown dose_unit "tablets"; accepted: {", ".join(DOSE_UNITS)} (1 row: 2)'),
    ("medications", {"dose": "1 mg"}, "dose", f"not a number; accepted: {PLAIN_NUMBER} (1 row: 2)"),
    ("medications", {"route": "nose"}, "route",
     f'unknown route {hidden(4)}; accepted: oral, intravenous, topical, inhaled, other (1 row: 2)'),
    ("medications", {"purpose": "tumour"}, "purpose",
     f'unknown purpose {hidden(6)}; accepted: {", ".join(codes.PURPOSES)} (1 row: 2)'),
    ("transfusions", {"product": "plasma"}, "product",
     f'unknown product {hidden(6)}; accepted: red_cells, platelets (1 row: 2)'),
    ("disease_status", {"status": "CR"}, "status",
     f'unknown status {hidden(2)}; accepted: remission, relapse, progression, active (1 row: 2)'),
    ("conditions", {"end_date": "2020-02-29"}, "end_date",
     "end before start; accepted: an end on or after the start (1 row: 2)"),
    ("conditions", {"grade": "III"}, "grade", f"not a number; accepted: {WHOLE} (1 row: 2)"),
    ("adjudications", {"criterion": "remision"}, "criterion",
     f'unknown criterion "remision" (did you mean remission?); accepted: {ALL_CRITERIA} (1 row: 2)'),
    ("adjudications", {"verdict": "yes"}, "verdict",
     f'unknown verdict {hidden(3)}; accepted: FAIL, UNKNOWN, PASS (1 row: 2)'),
    ("adjudications", {"end_date": "2020-07-31"}, "end_date",
     "end before start; accepted: an end on or after the start (1 row: 2)"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "cells", "column", "message"), ONE_CELL)
def test_wrong_cell(spoilt, errors, table, cells, column, message):
    found = errors(spoilt(table, 0, **cells))
    assert [(f.file, f.column, f.message) for f in found] == [(table, column, message)]


def test_duplicate_patient(tables, errors):
    tables["patients"].loc[2] = tables["patients"].loc[0]
    (found,) = errors(tables)
    assert found.message == "patient_id that is there before; accepted: one row a patient (1 row: 4)"


@pytest.mark.parametrize("table", ["patients", "transplants"])
def test_missing_required_table(tables, errors, table):
    del tables[table]
    (found,) = errors(tables)
    assert (found.file, found.message) == (table, f"is missing; accepted: {FORMS.format(table)}")


@pytest.mark.parametrize("value", [True, ["ta_tma"]])
def test_table_declared_complete_without_a_file(tables, errors, value):
    del tables["conditions"]
    (found,) = errors(tables, complete={"conditions": value})
    assert (found.file, found.column) == ("extract.yaml", "complete.conditions")
    assert found.message == f"conditions is declared complete but has no file; accepted: {FORMS.format('conditions')}"


def test_missing_column_names_the_near_miss(tables, errors):
    tables["patients"] = tables["patients"].rename(columns={"sex": "Sex"})
    (found,) = errors(tables)
    assert (found.column, found.message) == (
        "sex", "required column is missing (there is Sex); accepted: female, male, unknown"
    )  # fmt: skip


def test_one_of_the_birth_columns_is_required(tables, errors):
    tables["patients"] = tables["patients"].drop(columns="birth_date")
    (found,) = errors(tables)
    assert found.message == (
        "none of the columns of which one is required; accepted: birth_date, birth_year, age_at_transplant"
    )


def test_dates_in_an_extract_of_days(spoilt, errors):
    tables = {name: table.rename(columns=_day_name) for name, table in spoilt("patients", 0).items()}
    found = errors(tables, time="days", extracted_on=None)
    assert {f.message.split(" (")[0] for f in found} == {"not a whole day number"}
    assert found[0].accepted == "whole days since day 0 of the index transplant"


CLOSED = {
    "patients": ("sex",), "transplants": ("type", "graft_source", "donor", "conditioning", "abo_mismatch"),
    "measurements": ("analyte", "operator"), "medications": ("route", "purpose"), "transfusions": ("product",),
    "disease_status": ("status",), "adjudications": ("criterion", "verdict"),
}  # fmt: skip


@pytest.mark.parametrize(("table", "column"), [(table, one) for table, of in CLOSED.items() for one in of])
def test_people_are_not_quoted(spoilt, errors, table, column):
    """What stands in a column of few words may be a name: it is told only where it is near one of them."""
    (found,) = errors(spoilt(table, 0, **{column: "Anna Schmidt"}))
    assert found.found == f"unknown {column} {hidden(12)}"


def test_people_are_not_quoted_as_results(spoilt, errors):
    (found,) = errors(spoilt("measurements", 2, result="Anna Schmidt"))
    assert found.found == f"unknown result {hidden(12)}"
    (found,) = errors(spoilt("measurements", 2, result="positiv"))
    assert found.found == 'unknown result "positiv" (did you mean positive?)'


CLOCKS = ("", "T23:59", " 00:00:00", "T08:00:00.123456", "T08:00:00,5Z", " 08:00:00+02:00", "T08:00-0530", "T08:00Z")
NO_CLOCKS = (
    "T99:99banana", " 25:61:00", "T24:00", "T23:60", "T23:59:60", "T08:00:00.", "T08:00Zx", "T08:00+25:00", "T08", "T",
    " 08:00 noon", "T8:00", "T08:00:00:00",
)  # fmt: skip


@pytest.mark.parametrize("clock", NO_CLOCKS)
def test_what_follows_a_date_is_a_clock_time(spoilt, errors, clock):
    (found,) = errors(spoilt("disease_status", 0, date=f"2020-02-01{clock}"))
    assert (found.column, found.message) == (
        "date", "not an ISO calendar date (the manifest says time: dates); accepted: YYYY-MM-DD (1 row: 2)"
    )  # fmt: skip


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_clock_time_is_not_used(tables, spoilt, clock):
    day = Extract.from_tables(MANIFEST, tables).disease_status["day"][0]
    spoilt("disease_status", 0, date=f"2020-02-01{clock}")
    assert Extract.from_tables(MANIFEST, tables).disease_status["day"][0] == day


def _day_name(column: str) -> str:
    return column.removesuffix("date") + "day" if column.endswith("date") else column


def test_everything_wrong_is_found_in_one_pass(spoilt, errors):
    spoilt("patients", 0, sex="mail", birth_date="1.2.1970")
    spoilt("measurements", 0, unit="mg/dL")
    spoilt("measurements", 1, value="12,5")
    found = errors(spoilt("adjudications", 0, verdict="yes"), time="weeks")
    assert [(f.file, f.column) for f in found] == [
        ("extract.yaml", "time"), ("patients", "sex"), ("patients", "birth_date"), ("measurements", "value"),
        ("measurements", "unit"), ("adjudications", "verdict"),
    ]  # fmt: skip


def test_the_error_reads_as_a_report_by_file_and_column(spoilt):
    spoilt("patients", 0, sex="mail", birth_date="1.2.1970")
    spoilt("patients", 1, sex="mail")
    with pytest.raises(PostgraftError) as caught:
        Extract.from_tables({**MANIFEST, "nam": "x"}, spoilt("conditions", 0, condition="measles"))
    assert isinstance(caught.value, ExtractError)
    assert (
        str(caught.value)
        == f"""\
extract: 3 errors
  extract.yaml
    nam
      unknown key (did you mean name?); accepted: {KEYS}
  patients
    sex
      unknown sex "mail" (did you mean male?); accepted: female, male, unknown (2 rows: 2, 3)
    birth_date
      not an ISO calendar date (the manifest says time: dates); accepted: YYYY-MM-DD (1 row: 2)
extract: 1 warning
  conditions
    condition
      condition outside the known ones, kept as it is: "measles" (1 row: 2)"""
    )


def test_many_rows_are_counted_and_the_first_few_named(tables, errors):
    tables["measurements"] = pd.concat([tables["measurements"].iloc[[0]].assign(unit="g/dL")] * 9)
    (found,) = errors(tables)
    assert found.message.endswith("(9 rows: 2, 3, 4, 5, 6, …)")


def test_many_strange_words_are_gathered(tables, errors):
    names = [f"platelets_{letter}" for letter in "abcdefghijklm"]
    tables["measurements"] = pd.concat([tables["measurements"].iloc[[0]].assign(analyte=n) for n in names])
    found = errors(tables)
    assert len(found) == 11
    assert found[-1].found == "unknown analyte, others"
    assert found[-1].count == 3


@pytest.mark.slow
@pytest.mark.parametrize("secret", ["1961-02-03", "5551234", "3.75", "MRN 889127", "x" * 60])
def test_no_value_of_a_patient_is_shown(tables, secret):
    """A shifted column puts dates and numbers where words belong, and words where dates belong."""
    for name, table in tables.items():
        for column in table.columns:
            bad = {**tables, name: table.assign(**{column: secret})}
            try:
                findings = Extract.from_tables(MANIFEST, bad).warnings
            except ExtractError as error:
                findings = error.findings
            assert not [f.message for f in findings if secret in f.message]


MANIFESTS = [
    ({"format": 2}, "format", "missing or not a format this version reads; accepted: format: 1"),
    ({"time": "weeks"}, "time", "missing or unknown; accepted: dates, days"),
    ({"extracted_on": None}, "extracted_on", "missing; accepted: YYYY-MM-DD"),
    ({"extracted_on": "June"}, "extracted_on", "not an ISO calendar date; accepted: YYYY-MM-DD"),
    ({"extracted_on": ["2020-01-01"]}, "extracted_on", "not an ISO calendar date; accepted: YYYY-MM-DD"),
    ({"complete": ["transfusions"]}, "complete",
     "not a map from table to true or false; accepted: for example transfusions: true"),
    ({"complete": {"transfusion": True}}, "complete.transfusion",
     "unknown table (did you mean transfusions?); accepted: patients, transplants, measurements, medications,"
     " transfusions, disease_status, conditions, adjudications"),
    ({"complete": {"medications": "perhaps"}}, "complete.medications",
     "neither true nor false; accepted: true, false"),
    ({"complete": {"conditions": "some"}}, "complete.conditions",
     "neither true nor false; accepted: true, false, or a list of conditions"),
    ({"sites": ["NYC"]}, "sites", "not a map from site code to label; accepted: for example {NYC: New York}"),
]  # fmt: skip


@pytest.mark.parametrize(("manifest", "column", "message"), MANIFESTS)
def test_wrong_manifest(tables, errors, manifest, column, message):
    found = errors(tables, **manifest)
    assert [(f.file, f.column, f.message) for f in found] == [("extract.yaml", column, message)]


def test_unknown_tables_in_memory_are_told_in_their_order(tables, errors):
    names = ["vitals", "notes", "beds", "wards", "diets"]
    assert [found.file for found in errors(tables | dict.fromkeys(names))] == names


def test_unknown_table_in_memory(tables, errors):
    tables["measurement"] = tables.pop("measurements")
    (found,) = errors(tables)
    assert found.found == "unknown table (did you mean measurements?)"


def test_writing_over_an_extract_is_refused(tables, tmp_path):
    write_extract(tmp_path, {"format": 1}, tables)
    with pytest.raises(ExtractError, match="the folder holds an extract already"):
        write_extract(tmp_path, {"format": 1}, tables)


def test_a_unit_of_another_analyte_is_named(tables):
    tables["measurements"] = pd.DataFrame(
        {"patient_id": [tables["patients"]["patient_id"].iloc[0]], "date": "2020-03-01", "analyte": "neutrophils",
         "value": "1", "unit": "%"}
    )  # fmt: skip
    with pytest.raises(ExtractError) as error:
        Extract.from_tables(MANIFEST, tables)
    assert '"%" does not fit neutrophils' in str(error.value)
