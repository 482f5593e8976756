"""What the manifest says beside the tables: marks of missing cells, empty tables, values that were looked at."""

import pandas as pd
import pyarrow as pa
import pytest

from postgraft.extract import Extract, read_extract
from postgraft.extract.files import emptied

MANIFEST = {"format": 1, "name": "Small", "time": "dates", "extracted_on": "2022-12-31"}


def read(tables, **manifest):
    return Extract.from_tables({**MANIFEST, **manifest}, tables)


@pytest.mark.parametrize("mark", ["NA", ".", "-99", "-99.0", " NA "])
def test_marks_of_missing_cells(spoilt, mark):
    """In every table: a number, a word, a date, a limit."""
    marks = ["NA", ".", -99]
    spoilt("measurements", 0, upper_limit=mark)
    spoilt("medications", 0, end_date=mark, purpose=mark.replace(".0", ""))
    extract = read(spoilt("patients", 0, sex="female", last_contact_date="2021-12-31"), missing=marks)
    assert extract.warnings == ()
    assert pd.isna(extract.medications["end"][0])
    assert pd.isna(extract.medications["purpose"][0])
    assert pd.isna(extract.series("platelets").upper[0])


@pytest.mark.parametrize("mark", ["na", "N A", "n/a"])
def test_what_is_no_mark_is_an_error(spoilt, errors, mark):
    (found,) = errors(spoilt("measurements", 0, value=mark), missing=["NA", -99])
    assert (found.file, found.column, found.kind) == ("measurements", "value", "number")


def test_a_number_that_is_no_mark_is_a_number(spoilt):
    (found,) = read(spoilt("measurements", 0, value="-9"), missing=["-99"]).warnings
    assert found.kind == "impossible"


@pytest.mark.parametrize(
    "cells",
    [
        pa.array(["a", "-99", None, "-99.0", "."]),
        pa.array(["a", "-99", None, " -99 ", "."]).dictionary_encode(),
        pa.array([1.5, -99, None, -99.0, -99]),
        pa.array([1, -99, None, -99, -99]),
    ],
)
def test_marks_in_every_kind_of_column(cells):
    found = emptied({"x": cells}, {"-99", "."}, {"x"})["x"]
    assert found.is_valid().to_pylist() == [True, False, False, False, False]
    assert found.type == cells.type


@pytest.mark.parametrize(
    ("mark", "cell"),
    [("99", "099"), ("1", "1.0"), ("-99", "-99.0"), ("10", "1e1"), ("1_0", "10"), ("inf", "infinity"), ("1", "+1")],
)
def test_in_a_column_of_text_a_mark_is_no_number(tables, mark, cell):
    """A site 099 is no 99, and 1.0 another patient than 1."""
    for table in tables.values():
        table["patient_id"] = table["patient_id"].replace("007", cell)
    tables["patients"]["site"] = [cell, mark]
    tables["patients"]["center"] = [cell, mark]
    extract = read(tables, missing=[mark])
    assert list(extract.patients["patient_id"]) == [cell, "B2"]
    assert extract.patients["site"].astype(object).fillna("").tolist() == [cell, ""]


def test_a_typed_number_in_a_column_of_text_is_the_text_that_it_reads_as(tables):
    tables["patients"]["site"] = [99.0, 1.0]
    assert read(tables, missing=["99"]).patients["site"].astype(object).fillna("").tolist() == ["", "1"]


@pytest.mark.parametrize("mark", ["010", "1_0", "1e1", "+10", "10.", "00", "000", "-00", "inf", "nan"])
@pytest.mark.parametrize("cell", ["10", "0"])
def test_only_a_plain_decimal_is_a_number(spoilt, mark, cell):
    """Else ``000`` would empty a dose of 0: what was not given would count as a line of treatment."""
    tables = spoilt("medications", 0, dose=cell)
    assert read(tables, missing=[mark]).fingerprint == read(tables).fingerprint


@pytest.mark.parametrize(("mark", "cell"), [("0", "0"), ("0", "0.0"), ("0.0", "0"), ("000", "000")])
@pytest.mark.parametrize(("table", "column"), [("medications", "dose"), ("transfusions", "units")])
def test_a_mark_of_missing_that_is_an_amount_of_0(spoilt, table, column, mark, cell):
    extract = read(spoilt(table, 0, **{column: cell}), missing=[mark])
    (found,) = extract.doubts
    assert (found.file, found.column, found.message) == (
        table, column,
        f"{column} of 0 is in missing, read as given in an unknown amount; accepted: 0 for what was not given, and"
        " another mark for what is missing (1 row: 2)",
    )  # fmt: skip
    assert len(getattr(extract, table)) == 1


def test_a_required_cell_with_a_mark_is_empty(spoilt, errors):
    (found,) = errors(spoilt("transplants", 0, type="NA"), missing=["NA"])
    assert found.found == "empty cell in a required column"


def test_marks_in_files(tmp_path, tables):
    for name, table in tables.items():
        table.fillna("NA").to_csv(tmp_path / f"{name}.csv", index=False)
    (tmp_path / "extract.yaml").write_text(
        "format: 1\nname: Small\ntime: dates\nextracted_on: 2022-12-31\nmissing: [NA, .]\n"
    )
    assert read_extract(tmp_path).fingerprint == read(tables).fingerprint


BAD = [
    ({"missing": "NA"}, "missing", "not a list; accepted: for example [NA, ., -99]"),
    ({"missing": {"a": "b"}}, "missing", "not a list; accepted: for example [NA, ., -99]"),
    ({"synthetic": "perhaps"}, "synthetic", "neither true nor false; accepted: true, false"),
    ({"synthetic": ["yes"]}, "synthetic", "neither true nor false; accepted: true, false"),
    (
        {"extracted_on": "9999-12-31"},
        "extracted_on",
        "not a day on which anything was observed; accepted: 1900-01-01 to 2100-01-01",
    ),
    (
        {"complete": {"conditions": ["dic", None]}},
        "complete.conditions",
        "neither true nor false; accepted: true, false, or a list of conditions",
    ),
]


@pytest.mark.parametrize(("manifest", "column", "message"), BAD)
def test_errors(tables, errors, manifest, column, message):
    (found,) = errors(tables, **manifest)
    assert (found.file, found.column, found.message) == ("extract.yaml", column, message)


@pytest.mark.parametrize(
    ("names", "complete", "message"),
    [
        (["transfusions"], {"transfusions": True}, "transfusions has rows"),
        (["acute_gvhd"], {"conditions": ["acute_gvhd"]}, "acute_gvhd has rows"),
        (["transfusions"], {}, "transfusions is not declared complete"),
        (["dic"], {"conditions": ["acute_gvhd"]}, "dic is not declared complete"),
    ],
)
def test_complete_though_empty_that_contradicts_the_rest(tables, names, complete, message):
    if "not" in message:
        tables["transfusions"] = tables["transfusions"].iloc[:0]
    (found,) = read(tables, complete=complete, complete_though_empty=names).warnings
    assert (found.file, found.column, found.message) == (
        "extract.yaml",
        "complete_though_empty",
        f"{message}; accepted: tables and conditions that are complete and have no row",
    )


@pytest.mark.parametrize("complete", [{"conditions": True}, {"conditions": ["dic"]}])
def test_complete_though_empty_that_fits(tables, complete):
    assert read(tables, complete=complete, complete_though_empty=["dic"]).warnings == ()


def test_names_that_nobody_knows(tables, errors):
    found = errors(tables, complete_though_empty=["transfusion", "measles"], plausible=["haemoglobin"])
    assert [(one.column, one.found) for one in found] == [
        ("complete_though_empty", 'unknown table or condition "transfusion" (did you mean transfusions?)'),
        ("complete_though_empty", 'unknown table or condition "measles"'),
        ("plausible", 'unknown analyte "haemoglobin" (did you mean hemoglobin?)'),
    ]


@pytest.mark.parametrize(("given", "expected"), [(True, True), ("yes", True), (False, False), (None, False)])
def test_synthetic(tables, given, expected):
    assert read(tables, synthetic=given).synthetic is expected
