"""Extracts as folders: the same content in every form, and what goes wrong with files."""

import gzip

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from postgraft.extract import read_extract, write_extract
from postgraft.vocabulary.errors import ExtractError

MANIFEST = {"format": 1, "name": "Small", "time": "dates", "extracted_on": "2022-12-31"}


@pytest.fixture
def folder(tables, tmp_path):
    write_extract(tmp_path, MANIFEST, tables)
    return tmp_path


def only_error(folder):
    with pytest.raises(ExtractError) as caught:
        read_extract(folder)
    (finding,) = [f for f in caught.value.findings if f.severity == "error"]
    return finding.file, finding.message


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_every_form_reads_the_same(tables, tmp_path, folder, form):
    write_extract(tmp_path / "other", MANIFEST, tables, form)
    assert read_extract(tmp_path / "other").fingerprint == read_extract(folder).fingerprint


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_writing_is_reproducible(tables, tmp_path, form):
    for name in ("one", "two"):
        write_extract(tmp_path / name, MANIFEST, tables, form)
    files = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}


def test_overwriting_replaces_all_tables(tables, folder):
    write_extract(folder, MANIFEST, {name: tables[name] for name in ("patients", "transplants")}, "parquet", True)
    assert {path.name for path in folder.iterdir()} == {"extract.yaml", "patients.parquet", "transplants.parquet"}


def test_typed_parquet_reads_as_text_does(tables, folder):
    reference = read_extract(folder).fingerprint
    typed = tables["measurements"].assign(
        date=pd.to_datetime(tables["measurements"]["date"]), value=pd.to_numeric(tables["measurements"]["value"])
    )
    (folder / "measurements.csv").unlink()
    typed.to_parquet(folder / "measurements.parquet")
    assert read_extract(folder).fingerprint == reference


def test_parts_read_in_order_of_name(tables, folder):
    reference = read_extract(folder).fingerprint
    (folder / "measurements.csv").unlink()
    (folder / "measurements").mkdir()
    for i, part in enumerate((tables["measurements"].iloc[:1], tables["measurements"].iloc[1:])):
        part.to_parquet(folder / "measurements" / f"part-{i}.parquet")
    assert read_extract(folder).fingerprint == reference


def test_parts_that_differ_in_type_meet(tables, folder):
    reference = read_extract(folder).fingerprint
    (folder / "patients.csv").unlink()
    (folder / "patients").mkdir()
    one, two = tables["patients"].iloc[:1], tables["patients"].iloc[1:]
    one.to_parquet(folder / "patients" / "a.parquet")
    two.assign(birth_date=pd.to_datetime(two["birth_date"])).to_parquet(folder / "patients" / "b.parquet")
    assert read_extract(folder).fingerprint == reference


def test_parts_with_other_columns(tables, folder):
    (folder / "patients.csv").unlink()
    (folder / "patients").mkdir()
    tables["patients"].to_parquet(folder / "patients" / "a.parquet")
    tables["patients"].drop(columns="sex").to_parquet(folder / "patients" / "b.parquet")
    assert only_error(folder) == ("patients", "has parts with other columns: b.parquet differs from a.parquet")


def test_integer_ids_of_parquet_are_text(folder):
    ids = pa.array([7, 8])
    table = pa.table({"patient_id": ids, "sex": ["male"] * 2, "birth_year": [1950, 1960],
                      "last_contact_date": ["2021-01-01"] * 2})  # fmt: skip
    for name in ("patients", "transplants", "measurements", "medications", "transfusions", "disease_status",
                 "conditions", "adjudications"):  # fmt: skip
        (folder / f"{name}.csv").unlink()
    pa.parquet.write_table(table, folder / "patients.parquet")
    transplants = pa.table({"patient_id": pa.array([7.0, 8.0]), "transplant_date": ["2020-01-01"] * 2,
                            "type": ["allogeneic"] * 2})  # fmt: skip
    pa.parquet.write_table(transplants, folder / "transplants.parquet")
    assert list(read_extract(folder).patients["patient_id"]) == ["7", "8"]


def test_timestamps_count_by_their_local_date(folder):
    late = pd.Timestamp("2020-02-01 23:30", tz="America/New_York")
    (folder / "measurements.csv").unlink()
    frame = pd.DataFrame({"patient_id": ["007"], "date": [late], "analyte": ["platelets"], "value": [30]})
    frame.to_parquet(folder / "measurements.parquet")
    assert list(read_extract(folder).series("platelets").day) == [18293]


def test_a_true_nan_of_parquet_is_an_error(folder):
    (folder / "measurements.csv").unlink()
    table = pa.table({"patient_id": ["007"], "date": ["2020-02-01"], "analyte": ["platelets"],
                      "value": pa.array([float("nan")])})  # fmt: skip
    pa.parquet.write_table(table, folder / "measurements.parquet")
    file, message = only_error(folder)
    assert (file, message.split(";")[0]) == ("measurements.parquet", "not a finite number")
    assert message.endswith("(1 row: 1)")


def test_nested_columns_are_refused(folder):
    (folder / "measurements.csv").unlink()
    pa.parquet.write_table(pa.table({"patient_id": ["007"], "value": [[1.0]]}), folder / "measurements.parquet")
    assert only_error(folder) == (
        "measurements.parquet", "has columns that are no text, number or date: value (list<element: double>)"
    )  # fmt: skip


def test_spreadsheet_habits(folder):
    """A byte-order mark, CRLF, blanks around cells, quotes, a line break in a cell, blank rows below."""
    text = (
        '\ufeff"patient_id", sex ,birth_date,last_contact_date,site\r\n'
        ' 007 ," Female ",1970-05-01,"2021-12-31","New\r\nYork"\r\n'
        "B2,MALE,1962-11-30 00:00:00,2022-06-30,\r\n,,,,\r\n\r\n"
    )
    (folder / "patients.csv").write_bytes(text.encode())
    patients = read_extract(folder).patients
    assert list(patients["patient_id"]) == ["007", "B2"]
    assert list(patients["sex"]) == ["female", "male"]
    assert patients["site"][0] == "New\r\nYork"
    assert patients["birth_day"][1] == -2589


def test_a_header_alone_is_an_empty_table(tables, folder):
    for end in ("", "\n"):
        (folder / "transfusions.csv").write_text("patient_id,date,product" + end)
        extract = read_extract(folder)
        assert "transfusions" in extract.captured
        assert len(extract.transfusions) == 0


FILES = [
    ("transfusions.csv", b"", "is empty: not even a header"),
    ("transfusions.csv", b"\n\n", "is empty: not even a header"),
    ("transfusions.csv", "patient_id,date,product\nB2,2020-06-10,gr\xfcn\n".encode("latin-1"),
     "is not UTF-8 text: save it as CSV UTF-8"),
    ("transfusions.csv", "patient_id,d\xfc".encode("latin-1"), "is not UTF-8 text: save it as CSV UTF-8"),
    ("transfusions.csv", "patient_id,date,product\n".encode("utf-16"),
     "is not UTF-8 text: save it as CSV UTF-8"),
    ("transfusions.csv", b"patient_id;date;product\nB2;2020-06-10;platelets\n",
     "is not separated by commas: save it as CSV with commas and decimal points"),
    ("transfusions.csv", b"patient_id,date,product\nB2,2020-06-10,platelets\n\nB2,2020-06-11\n",
     "a row of 2 cells; accepted: 3 cells, as in the header (1 row: 4)"),
    ("transfusions.csv", b"patient_id,date,product,date\nB2,2020-06-10,platelets,2020-06-10\n",
     "column that is there twice"),
    ("transfusions.csv.gz", b"not a gzip file", "cannot be read as CSV text"),
    ("transfusions.csv.gz",
     gzip.compress(b"patient_id,date,product\n" + b"B2,2020-06-10,platelets\n" * 9, mtime=0)[:50],
     "cannot be read as CSV text"),
    ("transfusions.parquet", b"not a parquet file", "cannot be read as Parquet: transfusions.parquet"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "message"), FILES)
def test_wrong_file(folder, name, content, message):
    (folder / "transfusions.csv").unlink()
    (folder / name).write_bytes(content)
    assert only_error(folder) == (name, message)


def test_more_than_one_form(folder):
    (folder / "transfusions.parquet").write_bytes(b"")
    assert only_error(folder) == (
        "transfusions",
        "is there more than once: transfusions.csv, transfusions.parquet; accepted: one of them",
    )  # fmt: skip


def test_a_folder_without_parts(folder):
    (folder / "transfusions.csv").unlink()
    (folder / "transfusions").mkdir()
    assert only_error(folder) == ("transfusions", "is a folder without .parquet parts")


def test_missing_manifest(folder):
    (folder / "extract.yaml").unlink()
    assert only_error(folder) == ("extract.yaml", "is missing; accepted: a folder with extract.yaml")


def test_no_folder(tmp_path):
    nowhere = tmp_path / "nowhere"
    assert only_error(nowhere)[1].startswith(f"is missing: {nowhere} is not a folder")


def test_a_path_that_is_too_long(tmp_path):
    message = "cannot be looked for (File name too long); accepted: a folder with extract.yaml"
    assert only_error(tmp_path / ("a" * 300)) == ("extract.yaml", message)


FORMS = "{0}.csv, {0}.csv.gz, {0}.parquet, or a folder {0}/ of .parquet parts"

YAML = [
    ("format: [1", "not valid YAML (did not find expected ',' or ']'), line 2"),
    ("format: 1\nname: a\nname: b\n", "not valid YAML (the key 'name' is written twice), line 3"),
    (
        "- format",
        "not a list of keys and values; accepted: format, name, time, extracted_on, complete, sites, missing,"
        " synthetic, complete_though_empty, plausible",
    ),
]


@pytest.mark.parametrize(("text", "message"), YAML)
def test_manifest_that_is_no_yaml(folder, text, message):
    (folder / "extract.yaml").write_text(text)
    assert only_error(folder) == ("extract.yaml", message)


def test_manifest_keeps_text_as_written(folder):
    (folder / "extract.yaml").write_text(
        "format: 1\nname: 007\ntime: dates\nextracted_on: 2022-12-31\nsites: {NO: Norway, 01: One}\n"
        "complete: {transfusions: yes, conditions: false}\n"
    )
    extract = read_extract(folder)
    assert extract.name == "007"
    assert extract.sites == {"NO": "Norway", "01": "One"}
    assert extract.complete.table("transfusions")
    assert not extract.complete.table("conditions")


def test_files_that_nothing_reads(folder):
    for name in ("notes.txt", "measurements_old.csv", "conditions.xlsx", "conditions.bak", "README.md", ".x"):
        (folder / name).write_text("x")
    (folder / "import").mkdir()
    found = {warning.file: warning.message for warning in read_extract(folder).warnings}
    assert found == {
        "notes.txt": "is not read",
        "conditions.bak": "is not read",
        "measurements_old.csv": f"is not read (did you mean measurements?); accepted: {FORMS.format('measurements')}",
        "conditions.xlsx": f"is a workbook: save each sheet as CSV UTF-8; accepted: {FORMS.format('conditions')}",
    }


@pytest.mark.parametrize("name", ["medication.csv", "meds.csv.gz", "Drugs.tsv", "prescriptions.sav"])
def test_a_table_under_another_name(folder, name):
    """Read without it, the extract would hold no medication at all."""
    (folder / "medications.csv").rename(folder / name)
    message = f"is not read (did you mean medications?); accepted: {FORMS.format('medications')}"
    assert only_error(folder) == (name, message)


@pytest.mark.parametrize("name", ["medications.xlsx", "Drugs.xls", "meds.ods", "medications.XLSM"])
def test_a_workbook_is_no_table(folder, name):
    (folder / "medications.csv").rename(folder / name)
    message = f"is a workbook: save each sheet as CSV UTF-8; accepted: {FORMS.format('medications')}"
    assert only_error(folder) == (name, message)


def test_a_workbook_beside_the_tables(folder):
    (folder / "all.xlsx").write_text("x")
    (found,) = read_extract(folder).warnings
    assert (found.file, found.message) == ("all.xlsx", "is a workbook: save each sheet as CSV UTF-8")


def test_without_a_name_the_folder_gives_it(folder):
    (folder / "extract.yaml").write_text("format: 1\ntime: dates\nextracted_on: 2022-12-31\n")
    assert read_extract(folder).name == folder.name
