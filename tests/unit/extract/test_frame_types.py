"""Columns of frames in every type that pandas has for them: read as what they say, or refused in words."""

from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from postgraft.extract import Extract
from postgraft.vocabulary.errors import ExtractError

MANIFEST = {"format": 1, "name": "Small", "time": "dates", "extracted_on": "2022-12-31"}
DAYS = ["2020-02-01", "2020-02-02"]


def results(**columns):
    cells = {"patient_id": ["007", "007"], "date": DAYS, "analyte": "platelets", "value": [20, 30], "unit": "10*9/L"}
    return pd.DataFrame(cells | columns)


def read(tables, **columns):
    series = Extract.from_tables(MANIFEST, {**tables, "measurements": results(**columns)}).series("platelets")
    return series.day.tolist(), series.value.tolist()


def error(tables, **columns):
    with pytest.raises(ExtractError) as caught:
        read(tables, **columns)
    return [(f.column, f.message) for f in caught.value.findings if f.severity == "error"]


DATES = [
    pd.PeriodIndex(DAYS, freq="D"),
    pd.to_datetime(DAYS),
    pd.to_datetime(DAYS).tz_localize("America/New_York"),
    pd.Categorical(DAYS),
    pd.Categorical(pd.to_datetime(DAYS)),
    pd.array(DAYS, dtype="string"),
    pd.array(DAYS, dtype="str"),
    np.array(DAYS, dtype=object),
    [date(2020, 2, 1), date(2020, 2, 2)],
    [datetime(2020, 2, 1, 8), datetime(2020, 2, 2, 20)],
    [date(2020, 2, 1), "2020-02-02"],
    [pd.Timestamp("2020-02-01"), date(2020, 2, 2)],
    pd.PeriodIndex(["2020-02-01 08:00", "2020-02-02 20:00"], freq="h"),
    pd.Series(pd.Categorical(DAYS, ordered=True)),
]


@pytest.mark.parametrize("cells", DATES, ids=lambda cells: str(getattr(cells, "dtype", type(cells[0]))))
def test_dates(tables, cells):
    assert read(tables, date=cells) == ([18293, 18294], [20, 30])


@pytest.mark.parametrize(
    "cells",
    [
        pd.PeriodIndex(["2020-02", "2020-03"], freq="M"),
        pd.PeriodIndex(["2020", "2021"], freq="Y"),
        pd.PeriodIndex(["2020Q1", "2020Q2"], freq="Q"),
        pd.interval_range(0, 2),
        [2020.0, 2021.0],
    ],
    ids=["month", "year", "quarter", "interval", "number"],
)
def test_what_is_no_day(tables, cells):
    message = "not an ISO calendar date (the manifest says time: dates); accepted: YYYY-MM-DD (2 rows: 2, 3)"
    assert error(tables, date=cells) == [("date", message)]


NUMBERS = [
    np.array([20, 30], dtype=np.int8), np.array([20, 30], dtype=np.uint64), np.array([20, 30], dtype=np.float32),
    pd.array([20, 30], dtype="Int64"), pd.array([20, 30], dtype="Float64"), pd.array(["20", "30"], dtype="string"),
    pd.Categorical([20, 30]), pd.Categorical(["20", "30.0"]), np.array(["20", 30], dtype=object),
    [Decimal(20), Decimal("30.0")], pd.arrays.SparseArray([20, 30]), pd.array([20, 30], dtype="int64[pyarrow]"),
    np.array([20, 30], dtype=np.float16), ["20", 30.0], pd.array([20, 30], dtype="double[pyarrow]"),
]  # fmt: skip


@pytest.mark.parametrize("cells", NUMBERS, ids=lambda cells: str(getattr(cells, "dtype", "list")))
def test_numbers(tables, cells):
    assert read(tables, value=cells)[1] == [20, 30]


@pytest.mark.parametrize("nothing", [None, np.nan, pd.NA, pd.NaT, "", " "], ids=repr)
@pytest.mark.parametrize("first", ["20", 20])
def test_missing_cells(tables, nothing, first):
    assert read(tables, value=pd.Series([first, nothing], dtype=object)) == ([18293], [20])


@pytest.mark.parametrize("kind", ["string", "str", "category", "Float64"])
def test_missing_cells_of_a_type(tables, kind):
    assert read(tables, value=pd.Series([20 if kind == "Float64" else "20", None], dtype=kind)) == ([18293], [20])


NO_NUMBER = "a number with a decimal point, perhaps after <, <=, > or >=, or an empty cell"


@pytest.mark.parametrize("cells", [pd.interval_range(0, 2), [True, False], [1j, 2j], pd.PeriodIndex(DAYS, freq="D")],
                         ids=["interval", "bool", "complex", "period"])  # fmt: skip
def test_what_is_no_number(tables, cells):
    assert error(tables, value=cells) == [("value", f"not a number; accepted: {NO_NUMBER} (2 rows: 2, 3)")]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [([[1], [2]], "list<"), ([{"a": 1}] * 2, "struct<"), ([b"1", b"2"], "binary"),
     (pd.to_timedelta([1, 2], unit="D"), None)],
    ids=["list", "dict", "bytes", "timedelta"],
)  # fmt: skip
def test_what_holds_no_cells_is_refused(tables, cells, kind):
    ((column, message),) = error(tables, value=cells)
    assert column == ""
    assert message.startswith("has columns that are no text, number or date: value (")
    assert kind is None or kind in message


IDS = [
    (np.array([7, 8]), ["7", "8"]), (np.array([7.0, 8.0]), ["7", "8"]), (pd.array([7, 8], dtype="Int64"), ["7", "8"]),
    (pd.Categorical([7.0, 8.0]), ["7", "8"]), (pd.Categorical(["007", "8"]), ["007", "8"]), (["007", 8], ["007", "8"]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "ids"), IDS, ids=str)
def test_ids_are_text(cells, ids):
    patients = pd.DataFrame({"patient_id": cells, "sex": "male", "birth_year": 1970, "last_contact_date": "2022-01-01"})
    transplants = pd.DataFrame({"patient_id": cells, "transplant_date": "2021-01-01", "type": "allogeneic"})
    extract = Extract.from_tables(MANIFEST, {"patients": patients, "transplants": transplants})
    assert extract.patients["patient_id"].tolist() == ids


def test_a_column_that_is_there_twice(tables):
    table = results()
    table.insert(3, "value", [1, 2], allow_duplicates=True)
    with pytest.raises(ExtractError) as caught:
        Extract.from_tables(MANIFEST, {**tables, "measurements": table})
    assert [(f.column, f.found) for f in caught.value.findings] == [("value", "column that is there twice")]


@pytest.mark.parametrize("name", [None, np.nan, "", "Unnamed: 0"])
def test_a_column_without_a_name(tables, name):
    empty = results().assign(other=None).rename(columns={"other": name})
    assert Extract.from_tables(MANIFEST, {**tables, "measurements": empty}).warnings == ()
    filled = results().assign(other=[None, "x"]).rename(columns={"other": name})
    (warning,) = Extract.from_tables(MANIFEST, {**tables, "measurements": filled}).warnings
    assert warning.message == "column 6 has no name and is not read, but has cells (1 row: 3)"


def test_objects_of_several_time_zones_count_by_their_local_date(tables):
    tables["patients"]["last_contact_date"] = [
        pd.Timestamp("2021-12-31", tz="UTC"), pd.Timestamp("2022-06-30", tz="Asia/Tokyo"),
    ]  # fmt: skip
    contact = Extract.from_tables(MANIFEST, tables).patients["last_contact"]
    assert [str(pd.Timestamp(day, unit="D").date()) for day in contact] == ["2021-12-31", "2022-06-30"]


@pytest.mark.parametrize("frame", [None, [{"patient_id": 1}], {"patient_id": [1]}])
def test_what_is_no_frame(tables, frame):
    with pytest.raises(ExtractError) as caught:
        Extract.from_tables(MANIFEST, {**tables, "transfusions": frame})
    (found,) = caught.value.findings
    message = f"is no pandas DataFrame but {type(frame).__name__}; accepted: a pandas DataFrame"
    assert (found.file, found.message) == ("transfusions", message)


def test_a_table_whose_name_is_no_text(tables):
    with pytest.raises(ExtractError) as caught:
        Extract.from_tables(MANIFEST, {**tables, 5: tables["patients"]})
    assert [(found.file, found.found) for found in caught.value.findings] == [("5", "unknown table")]


def test_a_number_that_is_too_large_for_any_type(tables):
    table = results().astype(object)
    table.loc[0, "value"] = 10**30
    with pytest.raises(ExtractError) as caught:
        Extract.from_tables(MANIFEST, {**tables, "measurements": table})
    assert "not a finite number" in [found.found for found in caught.value.findings]


def test_columns_that_hold_no_cells_are_the_only_error(tables):
    tables["patients"]["site"] = [b"a", b"b"]
    with pytest.raises(ExtractError) as caught:
        Extract.from_tables(MANIFEST, tables)
    assert [found.found for found in caught.value.findings if found.severity == "error"] == [
        "has columns that are no text, number or date: site (binary)"
    ]
