"""Births: what contradicts another column or lies after rows of the patient is told and not used."""

import numpy as np
import pandas as pd
import pytest
from unit.extract.small import ignored, read, said

from postgraft.extract.doubts import WHO_COUNTS

APART = "more than a year from what {} says, both read as unknown (1 row: 2)"


def in_days(**cells):
    """One patient with an allogeneic transplant on day 0."""
    patient = {"patient_id": "a", "sex": "male", "last_contact_day": 50, **cells}
    return {
        "patients": pd.DataFrame([patient]),
        "transplants": pd.DataFrame({"patient_id": ["a"], "transplant_day": 0, "type": "allogeneic"}),
    }


# ---- columns against each other; the first patient is born on 1970-05-01 and transplanted on 2020-01-01


@pytest.mark.parametrize(
    ("cells", "column", "other"),
    [
        ({"birth_year": "1970"}, None, None),
        ({"birth_year": "1969"}, None, None),
        ({"birth_year": "1971"}, None, None),
        ({"birth_year": "1968"}, "birth_year", "birth_date"),
        ({"birth_year": "1972"}, "birth_year", "birth_date"),
        ({"birth_year": "1907"}, "birth_year", None),  # an age over 110 is no contradiction any more
        ({"age_at_transplant": "49"}, None, None),
        ({"age_at_transplant": "49.67"}, None, None),
        ({"age_at_transplant": "50"}, None, None),
        ({"age_at_transplant": "48.6"}, "age_at_transplant", "birth_date"),
        ({"age_at_transplant": "50.7"}, "age_at_transplant", "birth_date"),
        ({"age_at_transplant": "5"}, "age_at_transplant", "birth_date"),
        ({"birth_date": None, "birth_year": "1970", "age_at_transplant": "49"}, None, None),
        ({"birth_date": None, "birth_year": "1970", "age_at_transplant": "51"}, None, None),
        ({"birth_date": None, "birth_year": "1970", "age_at_transplant": "51.1"}, "age_at_transplant", "birth_year"),
        ({"birth_date": None, "birth_year": "1970", "age_at_transplant": "47"}, "age_at_transplant", "birth_year"),
    ],
)  # fmt: skip
def test_columns_of_birth_that_contradict_each_other(spoilt, cells, column, other):
    extract = read(spoilt("patients", 0, **cells))
    first = extract.patients.iloc[0]
    names = {"birth_date": "birth_day"}
    if other is None:
        assert [c for _, c, _ in said(extract)] == [column] * (column is not None)
        kept = [names.get(c, c) for c, cell in cells.items() if cell is not None and c != column]
        assert first[kept].notna().all()
        return
    assert said(extract) == [("patients", column, APART.format(other))]
    assert first[["birth_day", "birth_year", "age_at_transplant"]].isna().all()
    assert extract.patients["birth_day"].notna()[1]


def test_of_three_columns_one_of_which_is_wrong_none_is_used(spoilt):
    extract = read(spoilt("patients", 0, birth_year="1970", age_at_transplant="29"))
    assert said(extract) == [
        ("patients", "age_at_transplant", APART.format("birth_date")),
        ("patients", "age_at_transplant", APART.format("birth_year")),
    ]
    assert extract.patients.iloc[0][["birth_day", "birth_year", "age_at_transplant"]].isna().all()


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"birth_year": 1970, "transplant_year": 2020, "age_at_transplant": 50}, None),
        ({"birth_year": 1970, "transplant_year": 2020, "age_at_transplant": 52}, None),
        ({"birth_year": 1970, "transplant_year": 2020, "age_at_transplant": 52.1}, "age_at_transplant"),
        ({"birth_year": 1970, "transplant_year": 2010, "age_at_transplant": 50}, "age_at_transplant"),
        ({"birth_year": 1970, "age_at_transplant": 5}, None),  # no year of the transplant: nothing says so
        ({"birth_day": -18262, "birth_year": 1970, "transplant_year": 2010}, "birth_year"),
        ({"birth_day": -18262, "age_at_transplant": 5}, "age_at_transplant"),
        ({"birth_day": -18262, "age_at_transplant": 50}, None),
    ],
)
def test_columns_of_birth_in_days(cells, column):
    extract = read(in_days(**cells), time="days", extracted_on=None)
    assert [c for _, c, _ in said(extract)] == [column] * (column is not None)


@pytest.mark.parametrize(("year", "told"), [("2019", True), ("2020", False), ("2021", True), (None, False)])
def test_a_year_of_transplant_without_a_transplant(spoilt, year, told):
    message = "not the year of an allogeneic transplant; the year of its date is used (1 row: 2)"
    extract = read(spoilt("patients", 0, transplant_year=year))
    assert said(extract) == [("patients", "transplant_year", message)] * told


def test_the_year_of_the_second_transplant_is_one(tables):
    second = tables["transplants"].iloc[[0]].assign(transplant_date="2021-03-01")
    tables["transplants"] = pd.concat([tables["transplants"], second])
    tables["patients"]["transplant_year"] = ["2021", None]
    assert said(read(tables)) == []


# ---- rows before birth


POINTS = [("measurements", "date"), ("transfusions", "date"), ("disease_status", "date")]
INTERVALS = [("medications", "start_date"), ("conditions", "start_date"), ("adjudications", "start_date")]
BEFORE = "row before the patient's birth, ignored (1 row: 2)"
BEGINS = "row that begins before the patient's birth, used from the birth on (1 row: 2)"


@pytest.mark.parametrize(("day", "used"), [("1970-05-01", True), ("1970-04-30", False), ("1900-01-01", False)])
@pytest.mark.parametrize(("table", "column"), POINTS)
def test_a_row_before_birth_is_ignored(tables, table, column, day, used):
    row = tables[table].iloc[[0]].assign(patient_id="007", **{column: day})
    extract = read({**tables, table: row})
    assert said(extract) == ([] if used else [(table, "", BEFORE)])
    assert ignored(extract) == ({} if used else {table: 1})


@pytest.mark.parametrize(
    ("end", "message"), [("1970-04-30", BEFORE), ("1970-05-01", BEGINS), ("2020-02-01", BEGINS), (None, BEGINS)]
)
@pytest.mark.parametrize(("table", "column"), INTERVALS)
def test_an_interval_that_begins_before_birth_counts_if_it_reaches_it(tables, table, column, end, message):
    """G6PD deficiency "since 1900-01-01" is there all the same: to drop it would let the patient in."""
    row = tables[table].iloc[[0]].assign(patient_id="007", end_date=end, **{column: "1900-01-01"})
    extract = read({**tables, table: row})
    assert said(extract) == [(table, "", message)]
    assert len(getattr(extract, table)) == (message == BEGINS)
    assert ignored(extract) == ({} if message == BEGINS else {table: 1})


def test_one_administration_before_birth_does_not_go_on(tables):
    row = tables["medications"].assign(start_date="1969-01-01", end_date=None, dose_unit="mg/kg")
    assert said(read({**tables, "medications": row})) == [("medications", "", BEFORE)]


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        ({"birth_date": None, "birth_year": "1970"}, "1970-01-01"),
        ({"birth_date": None, "age_at_transplant": "50"}, "1968-12-31"),  # 50 years, about a year more, before 2020
        ({"birth_year": "1970"}, "1970-01-01"),
    ],
)
def test_what_is_known_of_the_birth_bounds_it(spoilt, cells, first):
    before = str((pd.Timestamp(first) - pd.Timedelta(days=1)).date())
    for day, message in ((first, None), (before, BEFORE)):
        extract = read(spoilt("patients", 0, **cells) | {"transfusions": pd.DataFrame(
            {"patient_id": ["007"], "date": day, "product": "red_cells"})})  # fmt: skip
        assert said(extract) == ([] if message is None else [("transfusions", "", message)])


def test_a_birth_that_is_unknown_comes_before_no_row(spoilt):
    tables = spoilt("patients", 0, birth_date="2020-01-02")
    tables["transfusions"] = tables["transfusions"].assign(patient_id="007", date="1950-01-01")
    assert [column for _, column, _ in said(read(tables))] == ["birth_date"]


def test_rows_before_birth_in_days():
    tables = in_days(birth_day=-18000)
    tables["measurements"] = pd.DataFrame(
        {"patient_id": "a", "day": [-18001, -18000, 5], "analyte": "platelets", "value": [9, 10, 11]}
    ).assign(unit="10*9/L")
    extract = read(tables, time="days", extracted_on=None)
    assert said(extract) == [("measurements", "", BEFORE)]
    assert extract.series("platelets").value.tolist() == [10, 11]


# ---- observed from


@pytest.mark.parametrize(
    ("cells", "never"),
    [
        ({"observed_from_date": "2021-12-31"}, False),
        ({"observed_from_date": "2022-01-01"}, True),
        ({"observed_from_date": "2021-03-02", "death_date": "2021-03-01"}, True),
        ({"observed_from_date": "2021-03-01", "death_date": "2021-03-01"}, False),
        ({"observed_from_date": "2020-03-02", "last_contact_date": None}, True),  # the last row is of the day before
        ({"observed_from_date": "2020-03-01", "last_contact_date": None}, False),
        ({"observed_from_date": "1950-01-01"}, False),
    ],
)
def test_a_patient_who_is_never_observed(spoilt, cells, never):
    extract = read(spoilt("patients", 0, **cells))
    found = [one for one in extract.warnings if one.kind == "never-observed"]
    message = "after death, last contact or the end of the extract: no day of the patient is observed (1 row: 2)"
    assert [(one.column, one.message) for one in found] == [("observed_from_date", message)] * never
    assert "never-observed" in WHO_COUNTS


def test_observed_from_after_the_extract_was_made(spoilt):
    tables = spoilt("patients", 0, observed_from_date="2023-01-01", last_contact_date="2024-01-01")
    assert [one.kind for one in read(tables).warnings if one.column == "observed_from_date"] == ["never-observed"]


def test_the_row_of_who_is_left_out_counts_in_the_numbering(spoilt):
    tables = spoilt("patients", 1, observed_from_date="2022-07-01")
    tables["transplants"].loc[0, "type"] = "autologous"
    (found,) = [one for one in read(tables).warnings if one.kind == "never-observed"]
    assert found.rows == (3,)


# ---- grades


@pytest.mark.parametrize("grade", ["2.5", "0.5", "3.99"])
def test_a_grade_between_two_is_none(spoilt, errors, grade):
    (found,) = errors(spoilt("conditions", 0, grade=grade))
    message = "not a whole number; accepted: a whole number and no unit, or an empty cell (1 row: 2)"
    assert (found.file, found.column, found.message) == ("conditions", "grade", message)


@pytest.mark.parametrize("grade", ["2", "2.0", "4", "0", 3])
def test_a_grade_is_a_whole_number(spoilt, grade):
    assert np.isclose(read(spoilt("conditions", 0, grade=grade)).conditions["grade"][0], float(grade))
