"""Tables and lists in which rows stand for single patients."""

import json

import nbformat
import pandas as pd
import pytest
from unit.cohorts import eight

from postgraft.extract import read_extract
from postgraft.reports.release_check import Kind

pytestmark = pytest.mark.slow

OUTCOME = eight()
FRAMES = {
    "patients": OUTCOME.patients,
    "patients without their names": OUTCOME.patients.drop(columns="patient_id"),
    "transplants": OUTCOME.transplants,
    "verdicts": OUTCOME.verdicts("sure"),
    "explanation": OUTCOME.explain("sure", day=56).drop(columns="results_used"),
    "a table of the extract": pd.DataFrame({"sex": ["female"], "birth_date": ["1951"], "site": ["S1"]}),
    "numbers beside patients": pd.DataFrame({"Patient ID": ["a", "b"], "x": [0, 0]}),
}


def shown(**data):
    output = nbformat.v4.new_output("display_data", data=data)
    return lambda notebook: notebook.cells[3].outputs.append(output)


def of_rows(found):
    return [leak for leak in found.leaks if leak.kind is Kind.rows]


@pytest.mark.parametrize("name", FRAMES)
def test_frames_of_patients_in_html(checked, name):
    [leak, *_] = of_rows(checked(shown(**{"text/html": FRAMES[name].to_html(), "text/plain": ""})))
    assert leak.place.startswith("cell 4, output 4, text/html, table")


@pytest.mark.parametrize("name", ["patients", "verdicts", "numbers beside patients"])
@pytest.mark.parametrize("write", [repr, pd.DataFrame.to_csv, pd.DataFrame.to_string])
def test_frames_of_patients_in_plain_text(checked, name, write):
    with pd.option_context("display.width", 500, "display.max_columns", 50):
        text = write(FRAMES[name])
    assert of_rows(checked(shown(**{"text/plain": text})))


@pytest.mark.parametrize("orient", ["records", "columns", "split"])
def test_frames_of_patients_in_json(checked, orient):
    data = json.loads(OUTCOME.patients.drop(columns="possible_kind").to_json(orient=orient))
    assert of_rows(checked(shown(**{"application/json": data, "text/plain": ""})))


@pytest.mark.parametrize("column", ["age_at_transplant", "birth"])
def test_the_values_of_a_column_of_the_extract_under_any_name(checked, cohort, column):
    values = (
        read_extract(cohort)
        .patients[{"birth": "birth_day"}.get(column, column)]
        .sample(frac=1, random_state=1)
    )
    frame = pd.DataFrame({"x": values})
    in_html = of_rows(checked(shown(**{"text/html": frame.to_html(), "text/plain": ""})))
    in_json = of_rows(checked(shown(**{"application/json": {"x": values.tolist()}, "text/plain": ""})))
    assert {"patient: " in leak.found for leak in (*in_html, *in_json)} == {True}
    assert in_html
    assert in_json


def test_a_frame_cut_short_tells_of_its_size(checked):
    text = "      a\n0   15\n..  ..\n10  15\n\n[11 rows x 1 columns]"
    assert of_rows(checked(shown(**{"text/plain": text})))


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"Status": ["eligible"], "Patients": [15]}),
        pd.DataFrame({"Criterion": ["Adult"], "Patients: met": [15], "Patients: unknown": [0]}),
        pd.DataFrame({"Criterion": ["Adult", "HIV"], "Verdict": ["PASS", "FAIL"], "Patients": [15, 0]}),
    ],
)
def test_tables_of_counts_are_none(checked, frame):
    assert checked(shown(**{"text/html": frame.to_html(index=False), "text/plain": ""})).passed
