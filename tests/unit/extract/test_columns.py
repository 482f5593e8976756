"""Columns under another name: the value of each would be lost without a word."""

import pandas as pd
import pytest

from postgraft.extract import Extract
from postgraft.extract.columns import _names
from postgraft.extract.tables import TABLES

NEAR = [
    ("medications", "end_date", "stop_date"),
    ("medications", "end_date", "End Date"),
    ("medications", "end_date", "enddate"),
    ("medications", "end_date", "stop"),
    ("medications", "dose", "dosage"),
    ("medications", "dose", "Dose (mg)"),
    ("measurements", "value", "Result value [10*9/L]"),
    ("medications", "dose_unit", "unit"),
    ("measurements", "value", "numeric_value"),
    ("measurements", "unit", "units"),
    ("measurements", "result", "result_text"),
    ("measurements", "upper_limit", "range_high"),
    ("conditions", "grade", "gvhd_grade"),
    ("conditions", "end_date", "resolved_date"),
    ("conditions", "end_date", "end"),
    *[("medications", "end_date", name) for name in ("Ende", "date_fin", "to", "order_end_date", "until")],
]


@pytest.mark.parametrize(("table", "column", "name"), NEAR)
def test_a_column_under_another_name(tables, errors, table, column, name):
    tables[table] = tables[table].rename(columns={column: name})
    (found,) = errors(tables)
    assert (found.file, found.column, found.message) == (
        table, name,
        f"unknown column (did you mean {column}?); accepted: the column named {column}, or no column of this name",
    )  # fmt: skip


@pytest.mark.parametrize(("table", "column", "name"), NEAR)
def test_beside_the_column_it_is_only_not_read(tables, table, column, name):
    tables[table] = tables[table].assign(**{name: "x"})
    (found,) = _read(tables).warnings
    assert (found.column, found.message) == (name, "unknown column, not read")


@pytest.mark.parametrize("name", ["shoe", "comment", "visit", "physician", "prescription_text"])
def test_a_column_like_none_is_not_read(tables, name):
    tables["medications"] = tables["medications"].drop(columns="end_date").assign(**{name: "x"})
    (found,) = _read(tables).warnings
    assert (found.column, found.message) == (name, "unknown column, not read")


@pytest.mark.parametrize("cells", [["2020-03-10"], [pd.Timestamp("2020-03-10")], ["2020-03-10 08:00"]])
@pytest.mark.parametrize(
    ("table", "absent"), [("medications", "end_date"), ("conditions", "end_date"), ("patients", "death_date")]
)
def test_dates_under_a_name_that_nobody_knows(tables, table, absent, cells):
    """Where the column is absent they may be its own, and every report says so."""
    tables[table] = tables[table].drop(columns=absent, errors="ignore").assign(bis=cells * len(tables[table]))
    (found,) = _read(tables).doubts
    assert (found.file, found.column, found.message) == (
        table, "bis",
        f"unknown column of dates, not read, while there is no {absent}; accepted: {absent}, if the column is that",
    )  # fmt: skip
    tables[table][absent] = None
    assert _read(tables).doubts == ()


def test_several_columns_of_dates_are_told_in_the_order_of_the_file(tables):
    names = ["bis", "von", "a", "letzte", "c"]
    table = tables["medications"].drop(columns="end_date")
    tables["medications"] = table.assign(**dict.fromkeys(names, "2020-03-10"))
    assert [one.column for one in _read(tables).doubts] == names


def test_columns_that_hold_few_dates(tables):
    """Of six cells three."""
    table = tables["medications"].drop(columns="end_date")
    tables["medications"] = pd.concat([table] * 6, ignore_index=True).assign(
        bis=["2020-03-10"] * 3 + ["soon"] * 3, other=None, dose=range(1, 7), number=range(6)
    )
    assert _read(tables).doubts == ()


@pytest.mark.parametrize(("name", "told"), [("last_given_day", True), ("ward", False)])
def test_with_days_the_name_must_tell(tables, name, told):
    frames = {
        table: frame.drop(columns=[one for one in frame if one.endswith("date")]) for table, frame in tables.items()
    }
    frames["patients"] = frames["patients"].assign(birth_year=1960, last_contact_day=300)
    frames["transplants"] = frames["transplants"].assign(transplant_day=0)
    frames["medications"] = frames["medications"].assign(start_day=30, **{name: 40})
    only = {table: frames[table] for table in ("patients", "transplants", "medications")}
    doubts = Extract.from_tables({"format": 1, "name": "Small", "time": "days"}, only).doubts
    assert [one.message for one in doubts] == (
        ["unknown column of days, not read, while there is no end_day; accepted: end_day, if the column is that"]
        if told
        else []
    )


def test_a_required_column_under_another_name(tables, errors):
    tables["transplants"] = tables["transplants"].rename(columns={"transplant_date": "transplantation_date"})
    found = {one.column: one.message for one in errors(tables)}
    assert found["transplant_date"] == (
        "required column is missing (there is transplantation_date); accepted: YYYY-MM-DD"
    )


def test_a_start_under_a_short_name(tables, errors):
    tables["conditions"] = tables["conditions"].rename(columns={"start_date": "start"})
    found = {one.column: one.found for one in errors(tables)}
    assert found["start_date"] == "required column is missing (there is start)"


def test_dates_where_days_are_asked_for(errors):
    tables = {
        "patients": pd.DataFrame({"patient_id": ["a"], "sex": ["male"], "birth_year": ["1970"],
                                  "last_contact_day": ["99"]}),
        "transplants": pd.DataFrame({"patient_id": ["a"], "transplant_day": ["0"], "type": ["allogeneic"]}),
        "conditions": pd.DataFrame({"patient_id": ["a"], "start_day": ["5"], "stop_day": ["9"],
                                    "condition": ["dic"]}),
    }  # fmt: skip
    (found,) = errors(tables, time="days", extracted_on="")
    assert found.found == "unknown column (did you mean end_day?)"


def test_other_names_are_of_columns_that_exist():
    for table, column in _names():
        assert not column or column in {one.name for one in TABLES[table].columns}, (table, column)


def _read(tables):
    return Extract.from_tables({"format": 1, "name": "Small", "time": "dates", "extracted_on": "2022-12-31"}, tables)
