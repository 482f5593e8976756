"""Files as they come when nobody looks: broken off, half quoted, in other encodings, under other names."""

import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from postgraft.extract import read_extract, write_extract
from postgraft.extract.quotes import Quotes
from postgraft.vocabulary.errors import ExtractError

MANIFEST = {"format": 1, "name": "Small", "time": "dates", "extracted_on": "2022-12-31"}
HEADER = "patient_id,date,product\n"
ROW = "B2,2020-06-10,red_cells\n"


@pytest.fixture
def folder(tables, tmp_path):
    """The small cohort, whose transfusions are still to be written."""
    write_extract(tmp_path, MANIFEST, {name: table for name, table in tables.items() if name != "transfusions"})
    return tmp_path


def errors(folder: Path) -> list[str]:
    with pytest.raises(ExtractError) as caught:
        read_extract(folder)
    return [f"{f.file} {f.column}: {f.found}" for f in caught.value.findings if f.severity == "error"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            HEADER + 'B2,2020-06-10,"red_cells\n' + ROW,
            'has a double quote without its other one: put cells in pairs of "',
        ),
        (HEADER + "B2\0,2020-06-10,red_cells\n", "has NUL bytes, which no text has: save it as CSV UTF-8"),
        (HEADER.replace("id", "id\0") + ROW, "has NUL bytes, which no text has: save it as CSV UTF-8"),
    ],
)  # fmt: skip
def test_text_that_would_be_read_wrong(folder, text, message):
    (folder / "transfusions.csv").write_text(text)
    assert errors(folder) == [f"transfusions.csv : {message}"]


def test_utf_16_without_a_mark(folder):
    (folder / "transfusions.csv").write_bytes((HEADER + ROW).encode("utf-16-le"))
    assert errors(folder) == ["transfusions.csv : has NUL bytes, which no text has: save it as CSV UTF-8"]


NOTED = "patient_id,date,note,product\n"
BROKEN = (
    "has text after the quote that closes a cell, in row {}, so that rows may lie in the cell: put cells in pairs of"
    ' ", and write one within a cell as ""'
)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("lines", "row"),
    [
        (["B2,2020-06-10,warm,red_cells", 'B2,2020-06-11,"x,red_cells', 'B2,2020-06-12,"x,platelets'], 3),
        (['B2,2020-06-10,"x,red_cells', "B2,2020-06-11,,red_cells", 'B2,2020-06-12,"x,platelets'], 2),
        (['B2,"2020-06-10,,red_cells', 'B2,"2020-06-11,,red_cells'], 2),
        (['B2,2020-06-10,"a\n\nb",red_cells', "", 'B2,2020-06-11,,"red_cells', 'B2,2020-06-12,,"red_cells'], 4),
        (['B2,2020-06-10,"5"" tube" ,red_cells'], 2),
    ],
)
def test_a_cell_that_goes_on_after_its_closing_quote(folder, lines, row, end, packed):
    """Two stray quotes in one column would make one row of two: a relapse would be gone without a word."""
    text = end.join([NOTED.strip(), *lines, ""]).encode()
    name = "transfusions.csv.gz" if packed else "transfusions.csv"
    (folder / name).write_bytes(gzip.compress(text) if packed else text)
    assert errors(folder) == [f"{name} : {BROKEN.format(row)}"]


def test_two_transplants_are_not_read_as_one(folder):
    (folder / "transplants.csv").write_text(
        'patient_id,transplant_date,indication,type\n007,2020-01-01,"aml,allogeneic\nB2,2020-06-01,"aml,allogeneic\n'
    )
    assert errors(folder) == [f"transplants.csv : {BROKEN.format(2)}"]


def test_rows_between_two_quotes_at_the_ends_of_cells(folder):
    """The quotes are a pair, but what lies between them looks like rows."""
    lines = [NOTED.strip(), 'B2,2020-06-10,"x,red_cells', "B2,2020-06-11,,red_cells", 'B2,2020-06-12,x",platelets']
    (folder / "transfusions.csv").write_text("\n".join([*lines, ""]))
    with pytest.raises(ExtractError) as caught:
        read_extract(folder)
    (error,) = [f for f in caught.value.findings if f.severity == "error"]
    assert (error.column, error.found, error.rows) == ("note", "a cell that holds rows of the table", (2,))


@pytest.mark.parametrize(
    "note", ['""', '"a, b,\r\nc"', '"he said ""no"""', '"""so"" he said"', '5" of tube', 'a "warm" one', '""""']
)
def test_quotes_that_are_right(folder, note):
    """Pairs around a cell, two in a row within them, and marks within a cell that no quote opens."""
    text = f"\ufeff{NOTED}B2,2020-06-10,{note},red_cells\nB2,2020-06-11,,platelets\n"
    (folder / "transfusions.csv").write_bytes(text.encode())
    assert list(read_extract(folder).transfusions["product"]) == ["red_cells", "platelets"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_quotes_are_told_wherever_a_file_is_cut(size):
    def well(text: str) -> tuple[bool, bool]:
        quotes, data = Quotes(), text.encode()
        pieces = [data[i : i + size] for i in range(0, len(data), size)]
        return all(quotes.closes_well(piece) for piece in [*pieces, b""]), quotes.inside

    assert well('\ufeff"a","b ""c"" d",""\r\n"","""",x"y\n,5" z') == (True, False)
    assert well('a,"b"\n"c,d\n') == (True, True)
    assert well('a,"b" ,c\n')[0] is well('a 5",z "b",c\n"d"e\n')[0] is well('a,"b\nc,"d"\n')[0] is False


def test_a_note_of_several_lines_is_no_row(folder):
    (folder / "transfusions.csv").write_text(
        'patient_id,date,product,note\nB2,2020-06-10,red_cells,"warm,\nslow, with 5"" of tube"\n'
    )
    assert len(read_extract(folder).transfusions) == 1


def test_gzip_with_bytes_that_are_none(folder):
    packed = gzip.compress((HEADER + ROW * 2000).encode())
    (folder / "transfusions.csv.gz").write_bytes(packed[:20] + b"\xff\xff\xff" + packed[23:])
    assert errors(folder) == ["transfusions.csv.gz : cannot be read as CSV text"]


@pytest.mark.parametrize("suffix", ["csv.zip", "csv.bz2", "json", "feather", "sas7bdat", "duckdb"])
def test_a_table_in_a_form_that_is_not_read(folder, suffix):
    (folder / f"transfusions.{suffix}").write_text("")
    assert errors(folder) == [f"transfusions.{suffix} : is not read (did you mean transfusions?)"]


def test_what_has_the_name_of_a_table_but_is_no_file(folder):
    (folder / "transfusions.csv").symlink_to(folder / "nowhere")
    assert errors(folder) == ["transfusions.csv : is no file: a folder, a pipe or a link to nothing"]


def test_a_manifest_nested_without_end(folder):
    (folder / "extract.yaml").write_text("[" * 3000)
    assert errors(folder) == ["extract.yaml : found more than 20 lists and mappings within each other, line 1"]


def parquet(folder: Path, **columns: pa.Array) -> None:
    plain = {"patient_id": ["B2"], "date": ["2020-06-10"], "product": ["red_cells"]}
    pa.parquet.write_table(pa.table({**plain, **columns}), folder / "transfusions.parquet")


@pytest.mark.parametrize("column", ["product", "note"])
def test_parquet_text_that_is_not_utf_8(folder, column):
    parquet(folder, **{column: pa.array([b"\xff\xfe"]).view(pa.string())})
    assert errors(folder) == ["transfusions.parquet : cannot be read as Parquet: transfusions.parquet"]


def test_parquet_in_a_time_zone_that_nobody_knows(folder):
    parquet(folder, date=pa.array([1_591_747_200_000_000], pa.timestamp("us", "Mars/X")))
    assert errors(folder) == [
        "transfusions.parquet : has columns that are no text, number or date: date (timestamp[us, tz=Mars/X])"
    ]


def test_half_precision_reads_as_any_number(folder):
    parquet(folder, units=pa.array(np.array([1.5], np.float16)), note=pa.array(np.array([2], np.float16)))
    assert read_extract(folder).transfusions["units"].tolist() == [1.5]


def test_patients_that_cannot_be_read_are_the_only_error(folder):
    (folder / "patients.csv").write_bytes((folder / "patients.csv").read_bytes() + b"\xff")
    (folder / "transfusions.csv").write_text(HEADER + ROW)
    assert errors(folder) == ["patients.csv : is not UTF-8 text: save it as CSV UTF-8"]
