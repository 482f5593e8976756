"""Row numbers of messages are those a spreadsheet shows, whatever stands between the rows; columns without a name."""

import gzip

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from postgraft.extract import Extract, read_extract, write_extract
from postgraft.vocabulary.errors import ExtractError

MANIFEST = {"format": 1, "name": "Small", "time": "dates", "extracted_on": "2022-12-31"}
HEADER = "patient_id,date,product,units\n"
GOOD, BAD = "B2,2020-06-10,platelets,1\n", "B2,2020-06-1{},platelets,x\n"


@pytest.fixture
def folder(tables, tmp_path):
    write_extract(tmp_path, MANIFEST, {name: tables[name] for name in ("patients", "transplants")})
    return tmp_path


def findings(folder, text, name="transfusions.csv"):
    """What is said of the table of this text, as (kind, rows)."""
    (folder / name).write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    try:
        found = read_extract(folder).warnings
    except ExtractError as error:
        found = error.findings
    return [(one.kind, one.rows) for one in found]


def bad(*days):
    return "".join(BAD.format(day) for day in days)


TEXTS = [
    (HEADER + bad(1) + GOOD + bad(2), (2, 4)),
    (HEADER + bad(1) + "\n" + bad(2), (2, 4)),
    (HEADER + "\n\n" + bad(1) + "\n" + bad(2), (4, 6)),
    ("\n" + HEADER + bad(1) + bad(2), (3, 4)),
    ("\n\n" + HEADER + bad(1) + "\n" + GOOD + bad(2), (4, 7)),
    (",,,\n" + HEADER + bad(1), (3,)),
    (HEADER + bad(1) + ",,,\n" + bad(2) + ",,,\n,,,\n", (2, 4)),
    (HEADER + ",,,\n\n" + bad(1) + ",,,\n\n" + bad(2), (4, 7)),
    (HEADER.replace("units", '"units"') + bad(1), (2,)),
    (HEADER + bad(1) + "   \n" + bad(2), (2, 4)),
    (HEADER + bad(1) + bad(2).rstrip("\n"), (2, 3)),
]


@pytest.mark.parametrize(("text", "rows"), TEXTS, ids=range(len(TEXTS)))
@pytest.mark.parametrize("form", ["\n", "\r\n", "bom", "gz"])
def test_rows_are_numbered_as_a_spreadsheet_does(folder, text, rows, form):
    name = "transfusions.csv.gz" if form == "gz" else "transfusions.csv"
    text = "\ufeff" + text if form == "bom" else text.replace("\n", "\r\n") if form == "\r\n" else text
    assert findings(folder, text, name) == [("number", rows)]


def test_a_line_break_in_a_cell_is_no_row(folder):
    """Nor one in the header, whose column is not read."""
    noted = "patient_id,date,product,units,note\n" + 'B2,2020-06-10,platelets,1,"a\n\nb"\n'
    assert findings(folder, noted + "B2,2020-06-11,platelets,x,\n") == [("unknown-column", ()), ("number", (3,))]
    noted = noted.replace(",note", ',"my\nnote"')
    assert findings(folder, noted + "\nB2,2020-06-11,platelets,x,\n") == [("unknown-column", ()), ("number", (4,))]


def test_rows_with_too_few_cells_keep_their_number_and_that_of_others(folder):
    text = HEADER + bad(1) + "B2,2020\n" + "\n" + bad(2) + "B2,,,,,\n" + bad(3)
    assert findings(folder, text) == [("ragged", (3,)), ("ragged", (6,)), ("number", (2, 5, 7))]


def test_the_numbers_of_duplicates(folder):
    row = "B2,2020-06-10,platelets,150,10*9/L\n"
    text = f"patient_id,date,analyte,value,unit\n{row}\n{row}"
    assert findings(folder, text, "measurements.csv") == [("duplicate-rows", (4,))]
    (folder / "measurements.csv").unlink()
    assert findings(folder, HEADER + GOOD + "\n" + GOOD) == [("duplicate-rows", (4,))]


def test_the_same_in_parquet_and_in_a_frame(folder, tables):
    """Rows of Parquet count from 1, those of a frame as in the file it would be written to."""
    frame = pd.DataFrame({"patient_id": "B2", "date": "2020-06-10", "product": "platelets", "units": [1, 1, 2]})
    pa.parquet.write_table(pa.Table.from_pandas(frame), folder / "transfusions.parquet")
    (found,) = read_extract(folder).warnings
    assert (found.kind, found.rows) == ("duplicate-rows", (2,))
    (found,) = Extract.from_tables(MANIFEST, {**tables, "transfusions": frame}).warnings
    assert (found.kind, found.rows) == ("duplicate-rows", (3,))


def said(folder, text):
    (folder / "transfusions.csv").write_text(text)
    extract = read_extract(folder)
    return len(extract.transfusions), [(w.column, w.message) for w in extract.warnings]


NAMELESS = [
    ("patient_id,date,product,\nB2,2020-06-10,platelets,\n", []),
    ("patient_id,date,product,,,\nB2,2020-06-10,platelets,,,\n", []),
    ("patient_id,date,product, ,\nB2,2020-06-10,platelets, ,\n", []),
    (",patient_id,,date,product\n,B2,,2020-06-10,platelets\n", []),
    ("patient_id,date,product,Unnamed: 3,Unnamed: 4\nB2,2020-06-10,platelets,,\n", []),
    ("patient_id,date,product,Unnamed: 5_level_1\nB2,2020-06-10,platelets,\n", []),
    ("patient_id,date,product,,\nB2,2020-06-10,platelets,,7\n",
     [("", "column 5 has no name and is not read, but has cells (1 row: 2)")]),
    ("Unnamed: 0,patient_id,date,product\n0,B2,2020-06-10,platelets\n",
     [("", "column 1 has no name and is not read, but has cells (1 row: 2)")]),
    ("patient_id,date,product,,\nB2,2020-06-10,platelets,5,7\n",
     [("", "column 4 has no name and is not read, but has cells (1 row: 2)"),
      ("", "column 5 has no name and is not read, but has cells (1 row: 2)")]),
    ("patient_id,date,product,Unnamed\nB2,2020-06-10,platelets,\n", [("Unnamed", "unknown column, not read")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "warned"), NAMELESS, ids=range(len(NAMELESS)))
def test_columns_without_a_name(folder, text, warned):
    """Those a spreadsheet leaves at its edge are empty, and nothing is said of them; content is never shown."""
    assert said(folder, text) == (1, warned)


def test_measurements_with_columns_without_a_name(folder):
    row = "B2,2020-07-01,weight,70,kg,,"
    text = f"patient_id,date,analyte,value,unit,,\n{row}\n{row}noon\n"
    (folder / "measurements.csv").write_text(text)
    extract = read_extract(folder)
    assert [w.message for w in extract.warnings] == ["column 7 has no name and is not read, but has cells (1 row: 3)"]
    assert extract.series("weight").value.tolist() == [70]
