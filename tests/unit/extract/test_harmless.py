"""Files that would harm: what is no extract prints nothing of itself, and nothing small grows without bound."""

import gzip

import pyarrow as pa
import pyarrow.parquet
import pytest

from postgraft.extract import csv_files as csv_source
from postgraft.extract import csv_files as text_stream
from postgraft.extract import read_extract, table_files, write_extract
from postgraft.vocabulary.errors import ExtractError

pytestmark = pytest.mark.slow

MANIFEST = {"format": 1, "name": "Small", "time": "dates", "extracted_on": "2022-12-31"}
HEADER = "patient_id,date,product\n"
ROW = "B2,2020-06-10,red_cells\n"


@pytest.fixture
def folder(tables, tmp_path):
    """The small cohort, whose transfusions are still to be written."""
    del tables["transfusions"]
    write_extract(tmp_path / "cohort", MANIFEST, tables)
    return tmp_path / "cohort"


def report(folder):
    with pytest.raises(ExtractError) as caught:
        read_extract(folder)
    return str(caught.value)


def errors(folder):
    with pytest.raises(ExtractError) as caught:
        read_extract(folder)
    return [(f.file, f.column, f.message) for f in caught.value.findings if f.severity == "error"]


PASSWORDS = "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
LETTER = "Dear Anna Novak,\nborn 1961-02-03, your hemoglobin was 7.2\n\nyours, Dr. Weiss\n"
OTHER_TABLE = "name,sex,date,product\nAnna Novak,secret,1961-02-03,hidden\n"


@pytest.mark.parametrize("content", [PASSWORDS, LETTER, OTHER_TABLE], ids=["passwords", "letter", "table"])
@pytest.mark.parametrize("name", ["patients.csv", "transfusions.csv", "extract.yaml"])
def test_a_link_to_another_file_prints_nothing_of_it(folder, tmp_path, name, content):
    (tmp_path / "other").write_text(content)
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(tmp_path / "other")
    said = report(folder)
    for word in ("root", "daemon", "Anna", "Novak", "1961", "Weiss", "secret", "hidden", "name\n"):
        assert word not in said.replace(str(folder), "")


def test_a_sound_table_may_be_a_link_but_its_words_are_not_shown(folder, tmp_path):
    (tmp_path / "raw.csv").write_text(HEADER.replace("\n", ",note\n") + ROW.replace("\n", ",warm\n"))
    (folder / "transfusions.csv").symlink_to(tmp_path / "raw.csv")
    extract = read_extract(folder)
    assert len(extract.transfusions) == 1
    assert [(w.column, w.message) for w in extract.warnings] == [("column 4", "unknown column, not read")]
    (tmp_path / "raw.csv").write_text(HEADER + ROW.replace("red_cells", "plasma"))
    assert errors(folder) == [
        ("transfusions.csv", "product",
         "unknown product (not shown: a text of 6 characters, which may be a patient's own); accepted: red_cells, "
         "platelets (1 row: 2)")
    ]  # fmt: skip


def test_a_link_within_the_folder_is_a_file_like_any_other(folder):
    (folder / "kept.txt").write_text(HEADER + ROW.replace("red_cells", "plasma"))
    (folder / "transfusions.csv").symlink_to("kept.txt")
    assert errors(folder)[0][2].startswith("unknown product (not shown: a text of 6 char")


def test_a_csv_without_a_header_names_columns_only_where_they_look_like_words(folder):
    rows = (folder / "patients.csv").read_text().split("\n", 1)[1]
    (folder / "patients.csv").write_text(rows)
    with pytest.raises(ExtractError) as caught:
        read_extract(folder)
    found = [(f.severity, f.column, f.found) for f in caught.value.findings if f.file == "patients.csv"]
    assert found == [
        ("error", "patient_id", "required column is missing"),
        ("error", "sex", "required column is missing"),
        ("error", "last_contact_date", "required column is missing"),
        ("error", "", "none of the columns of which one is required"),
        ("warning", "column 1", "unknown column, not read"),
        ("warning", "female", "unknown column, not read"),
        ("warning", "column 3", "unknown column, not read"),
        ("warning", "column 4", "unknown column, not read"),
    ]


def test_words_of_a_file_without_its_columns_are_not_shown(folder):
    (folder / "transfusions.csv").write_text("name,date,product\nNovak,2020-06-10,Anna\n")
    found = [message for file, column, message in errors(folder) if column == "product"]
    assert found == [
        "unknown product (not shown: a text of 4 characters, which may be a patient's own); accepted: red_cells, "
        "platelets (1 row: 2)"
    ]


def test_names_with_control_characters_are_told_without_them(folder):
    (folder / "transfusions.csv").write_text(HEADER.replace("\n", ",no\x1bte\n") + ROW.replace("\n", ",x\n"))
    (folder / "x\x1b[31m\u202e.csv").write_text("")
    (folder / "extract.yaml").write_text(
        (folder / "extract.yaml").read_text().replace("Small", '"Sm\\ell\\nbig\\x1b[31m\\u202e"')
    )
    extract = read_extract(folder)
    assert extract.name == "Smll big[31m"
    assert [(w.file, w.column) for w in extract.warnings] == [
        ("x[31m.csv", ""), ("transfusions.csv", "column 4"),
    ]  # fmt: skip


def packed(folder, content):
    (folder / "transfusions.csv.gz").write_bytes(gzip.compress(content, mtime=0))


def test_an_archive_that_unpacks_to_far_more_than_a_table(folder, monkeypatch):
    monkeypatch.setattr(text_stream, "_FREE", 1 << 12)
    message = "unpacks to more than 200 times its size, which no table does: save it as CSV without gzip"
    packed(folder, HEADER.encode() + ROW.encode() * 100_000)
    assert errors(folder) == [("transfusions.csv.gz", "", message)]
    packed(folder, b"x" * 1_000_000)
    assert errors(folder) == [("transfusions.csv.gz", "", message)]


def test_a_small_archive_may_unpack_to_much(folder):
    packed(folder, HEADER.encode() + ROW.encode() * 100_000)
    assert len(read_extract(folder).transfusions) == 1


@pytest.mark.parametrize("start", ["x" * 2_000_000, ",x" * 600_000, '"' + "x\n" * 600_000])
def test_a_header_without_end(folder, start):
    (folder / "transfusions.csv").write_text(start)
    assert errors(folder) == [("transfusions.csv", "", "begins with a header of more than 1,048,576 bytes")]


@pytest.mark.parametrize("start", ["\n" * 3_000_000, ",,\r\n" * 300_000, " \n" * 600_000 + HEADER])
def test_blank_lines_without_end(folder, start):
    (folder / "transfusions.csv").write_text(start)
    assert errors(folder) == [("transfusions.csv", "", "begins with blank lines of more than 1,048,576 bytes")]


def test_a_header_of_too_many_columns(folder):
    (folder / "transfusions.csv").write_text(",".join(f"a{i}" for i in range(10_001)))
    assert errors(folder) == [("transfusions.csv", "", "has more than 10,000 columns")]


def test_a_row_without_end(folder, monkeypatch):
    monkeypatch.setattr(csv_source, "_CSV_BLOCK", 1 << 12)
    (folder / "transfusions.csv").write_text(HEADER + ROW + "x" * 10_000)
    assert errors(folder) == [("transfusions.csv", "", "has a row of more than 4,096 bytes")]


@pytest.mark.parametrize("row", ["\n", ",,\n", "a,b\n"])
def test_more_blank_or_broken_rows_than_a_spreadsheet_has(folder, monkeypatch, row):
    monkeypatch.setattr(csv_source, "_MOST_SKIPPED", 100)
    (folder / "transfusions.csv").write_text(HEADER + row * 101)
    assert ("transfusions.csv", "", "has more than 100 rows that are blank or broken") in errors(folder)
    (folder / "transfusions.csv").write_text(HEADER + ROW + row * 100)
    if row != "a,b\n":
        assert len(read_extract(folder).transfusions) == 1


def test_rows_of_many_widths_are_gathered(folder):
    (folder / "transfusions.csv").write_text(HEADER + "".join("a," * n + "\n" for n in range(5, 20)))
    found = errors(folder)
    assert len(found) == 11
    assert found[-1][2] == (
        "a row of another number of cells; accepted: 3 cells, as in the header (5 rows: 12, 13, 14, 15, 16)"
    )


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("cell", ["x" * 1001, "(" * 100_000, "{" * 100_000, "10^" + "9" * 5000])
@pytest.mark.parametrize(
    ("table", "column"),
    [("measurements", "unit"), ("measurements", "value"), ("medications", "drug"), ("patients", "patient_id")],
)
def test_a_cell_without_end(folder, tables, table, column, cell, form):
    """Where each would make a pattern or a number of Python go on for ever, or raise."""
    tables[table].loc[0, column] = cell
    write_extract(folder, MANIFEST, tables, form, overwrite=True)
    found = [(column, message) for file, column, message in errors(folder) if file == f"{table}.{form}"]
    assert found == [
        (column, f"a text of more than 1,000 characters; accepted: a shorter one (1 row: {1 + (form == 'csv')})")
    ]


def test_a_long_cell_of_a_column_that_is_not_read_is_nothing(folder):
    (folder / "transfusions.csv").write_text(HEADER.replace("\n", ",note\n") + ROW.replace("\n", f",{'x' * 5000}\n"))
    assert len(read_extract(folder).transfusions) == 1


def test_parquet_of_more_rows_or_bytes_than_its_size_can_hold(folder, monkeypatch):
    """Run lengths hold a million equal rows in a few bytes."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 300_000, pa.int8()), ["B2"])
    table = pa.table({"patient_id": text, "date": text, "product": text})
    pa.parquet.write_table(table, folder / "transfusions.parquet")
    monkeypatch.setattr(table_files, "_FREE_ROWS", 1000)
    assert errors(folder) == [
        ("transfusions.parquet", "",
         "unpacks to far more than a table of its size would: transfusions.parquet")
    ]  # fmt: skip


def test_parquet_with_a_column_twice(folder):
    columns = [pa.array([cell]) for cell in ("B2", "2020-06-10", "red_cells", "platelets")]
    table = pa.Table.from_arrays(columns, names=["patient_id", "date", "product", "product"])
    pa.parquet.write_table(table, folder / "transfusions.parquet")
    assert errors(folder) == [("transfusions.parquet", "product", "column that is there twice")]


def test_a_type_with_a_text_of_its_own_is_not_shown(folder):
    kind = pa.struct([("Anna Novak born 1961-02-03 in a long place", pa.int8())])
    table = pa.table({"patient_id": ["B2"], "1961-02-03": pa.array([None], kind)})
    pa.parquet.write_table(table, folder / "transfusions.parquet")
    assert errors(folder) == [
        ("transfusions.parquet", "", "has columns that are no text, number or date: column 2 (a type of its own)")
    ]


def test_manifest_complete_without_patients(folder):
    """Declared complete and empty, and no patients beside it."""
    (folder / "patients.csv").unlink()
    (folder / "transfusions.csv").write_text(HEADER)
    text = (folder / "extract.yaml").read_text()
    (folder / "extract.yaml").write_text(text + "complete: {transfusions: true}\n")
    assert [(file, column) for file, column, _ in errors(folder)] == [("patients", "")]


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("1961-02-03: x", "key 5", "unknown key; accepted: "),
        ("Anna: x", "Anna", "unknown key; accepted: "),
        ("complete: {1961-02-03 Novak: true}", "complete.key 1", "unknown table; accepted: "),
        ("plausible: [1961-02-03]", "plausible",
         "unknown analyte (not shown: a text of 10 characters, which may be a patient's own); accepted: "),
        ("extracted_on: 2026-02-30", "extracted_on", "not an ISO calendar date; accepted: YYYY-MM-DD"),
        ("extracted_on: 060", "extracted_on", "not an ISO calendar date; accepted: YYYY-MM-DD"),
        ("format: 01", "format", "missing or not a format this version reads; accepted: format: 1"),
        ("name: [a]", "name", "not a text; accepted: a name in words"),
    ],
)  # fmt: skip
def test_keys_and_values_of_a_manifest(folder, line, column, message):
    lines = (folder / "extract.yaml").read_text().splitlines()
    key = line.split(":")[0]
    kept = [one for one in lines if not one.startswith(f"{key}:")]
    (folder / "extract.yaml").write_text("\n".join([*kept, line]))
    (found,) = errors(folder)
    assert found[:2] == ("extract.yaml", column)
    assert found[2].startswith(message)


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_formulas_in_an_extract_are_escaped_and_read_back(folder, tables, form):
    for name in tables:
        tables[name] = tables[name].replace({"007": "=1+1", "B2": "'@x"})
    tables["measurements"].loc[0, "value"] = "-150"
    write_extract(folder, MANIFEST, tables, form, overwrite=True)
    extract = read_extract(folder)
    assert list(extract.patients["patient_id"]) == ["=1+1", "'@x"]
    assert extract.counts.rows["measurements"] == 3
    if form == "csv":
        assert (folder / "patients.csv").read_text().splitlines()[1].startswith("'=1+1,female")
        assert "-150" in (folder / "measurements.csv").read_text().splitlines()[1].split(",")
