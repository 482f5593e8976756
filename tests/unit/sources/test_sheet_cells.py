"""Cells of sheets in the extract's words: what is read, what is refused, and what of it a message shows."""

import pytest
from unit.sources.bench import Bench, remarks

from postgraft.sources.census import settle
from postgraft.sources.conditions import conditions
from postgraft.sources.errors import SourceError
from postgraft.sources.staging import staging
from postgraft.sources.tables.source import read_source

PLAN = """\
extracted_on: 2025-06-30
tables:
  patients: {from: p.csv, columns: {patient_id: id, sex: sex, birth_year: born}, values: {sex: {F: female, M: male}}}
  transplants: {from: p.csv, columns: {patient_id: id, transplant_date: day0, type: =allogeneic}}
"""
PEOPLE = "id,sex,born,day0\n001,F,1970,2020-03-04\n002,M,1980,2021-03-04\n"


@pytest.fixture
def site(tmp_path):
    """Files of a site; ``site(plan, name=text)`` reads the plan with them."""

    def read(plan=PLAN, p=PEOPLE, **files):
        for name, text in {"p": p, **files}.items():
            data = text if isinstance(text, bytes) else text.encode()
            (tmp_path / f"{name}.csv").write_bytes(data)
        (tmp_path / "plan.yaml").write_text(plan)
        return read_source(tmp_path / "plan.yaml")

    return read


@pytest.fixture
def refused(site):
    """The findings as (file, column, message)."""

    def findings(plan=PLAN, p=PEOPLE, **files):
        with pytest.raises(SourceError) as error:
            site(plan, p, **files)
        return [(one.file, one.column, one.message) for one in error.value.findings]

    return findings


def cells(source, table, *columns):
    """Rows of a filled table as tuples."""
    [filled] = [one for one in source.tables if one.entry.table == table]
    return list(zip(*map(filled.column, columns), strict=True))


def with_labs(entry):
    return f"{PLAN}  measurements: {{from: l.csv, {entry}}}\n"


MELTED = "columns: {patient_id: id, date: day}, melt: {hb: {analyte: hemoglobin, unit: g/dL}, dat: {analyte: dat}}"


def test_a_cell_that_is_not_in_values_is_listed(refused):
    assert refused(p=PEOPLE.replace(",M,", ",W,")) == [
        ("p.csv", "sex", 'a cell that is not in values: "W"; accepted: F, M (1 row: 3)')
    ]


def test_a_cell_is_not_listed_where_nothing_of_the_column_is_mapped(refused):
    swapped = "id,name,sex,born,day0\n001,F,Smith,1970,2020-03-04\n002,M,Jones,1980,2021-03-04\n"
    [(_, column, message)] = refused(p=swapped)
    assert column == "sex"
    assert message == (
        "a cell that is not in values (not shown: a text of 5 characters, which may be a patient's own); "
        "accepted: F, M (2 rows: 2, 3)"
    )


def test_beside_codes_only_codes_are_listed(refused):
    plan = PLAN.replace("{F: female, M: male}", '{"1": female, "2": male}')
    people = "id,sex,born,day0\n001,1,1970,2020-03-04\n002,3,1980,2021-03-04\n003,Jones,1980,2021-03-04\n"
    assert [message for _, _, message in refused(plan, people)] == [
        'a cell that is not in values: "3"; accepted: 1, 2 (1 row: 3)',
        "a cell that is not in values (not shown: a text of 5 characters, which may be a patient's own); "
        "accepted: 1, 2 (1 row: 4)",
    ]


@pytest.mark.parametrize(
    ("day", "message"),
    [
        (
            "03/04/2020",
            "a date that reads two ways, without dates: in the plan; accepted: YYYY-MM-DD, or dates: DD/MM/",
        ),
        (
            "25/04/2020",
            "a date that is not ISO, without dates: in the plan; accepted: YYYY-MM-DD, or dates: DD/MM/YYYY",
        ),
        ("2020-02-30", "not a date; accepted: YYYY-MM-DD (1 row: 2)"),
    ],
)
def test_a_day_that_cannot_be_told_is_refused_and_not_shown(refused, day, message):
    [(file, column, told)] = refused(p=PEOPLE.replace("2020-03-04", day))
    assert (file, column) == ("p.csv", "day0")
    assert told.startswith(message)
    assert day not in told


def test_a_column_that_is_not_there(refused):
    plan = PLAN.replace("transplant_date: day0", "transplant_date: day_0")
    assert refused(plan) == [
        (
            "p.csv",
            "tables.transplants.columns.transplant_date",
            'no column "day_0" (did you mean day0?); accepted: id, sex, born, day0',
        )
    ]


def test_empty_cells_are_empty_in_every_spelling(site):
    plan = PLAN.replace("born}", "born, death_date: died}").replace(
        "from: p.csv, col", "from: p.csv, missing: [-99], col", 1
    )
    rows = [f"{i:03},F,-99,2020-03-04,{died}" for i, died in enumerate(["", "NA", ".", "unknown", "-99"])]
    read = site(plan, "\n".join(["id,sex,born,day0,died", *rows]))
    assert cells(read, "patients", "birth_year", "death_date") == [(None, None)] * 5


def test_unknown_stays_where_it_is_a_word_of_the_column(site):
    read = site(
        PLAN.replace(", values: {sex: {F: female, M: male}}", ""),
        PEOPLE.replace(",F,", ",Unknown,").replace(",M,", ",MALE,"),
    )
    assert cells(read, "patients", "sex") == [("unknown",), ("male",)]


def test_a_number_keeps_its_sign_and_its_decimal_comma(site):
    plan = with_labs(f"delimiter: ';', decimal: ',', {MELTED}")
    read = site(plan, l="id;day;hb;dat\n001;2020-04-05;<9,5;pos\n002;2020-04-05;10;\n")
    values = [(value.operator, value.number, value.text) for (value,) in cells(read, "measurements", "value")]
    assert values == [("<", 9.5, ""), ("", None, "pos"), ("", 10.0, "")]


@pytest.mark.parametrize("value", ["1.234,5", "9.5.1", "1 000", "12,5"])
def test_what_is_no_number_is_refused_and_not_shown(refused, value):
    plan = with_labs(MELTED)
    assert refused(plan, l=f'id,day,hb,dat\n001,2020-04-05,"{value}",\n') == [
        ("l.csv", "hb", "not a number; accepted: a number with a decimal point (1 row: 2)")
    ]


def test_a_word_in_place_of_a_number_goes_to_the_rules(site):
    read = site(with_labs(MELTED), l="id,day,hb,dat\n001,2020-04-05,hemolyzed,2+\n")
    values = [(value.number, value.text) for (value,) in cells(read, "measurements", "value")]
    assert values == [(None, "hemolyzed"), (None, "2+")]


def test_ids_that_differ_by_zeros_are_told(refused, site):
    labs = "id,day,hb,dat\n1,2020-04-05,9,\n"
    assert refused(with_labs(MELTED), l=labs) == [
        (
            "l.csv",
            "id",
            "a patient_id that differs from one in patients by zeros in front; "
            "accepted: pad: {patient_id: 3} (1 row: 2)",
        )
    ]
    read = site(with_labs(f"pad: {{patient_id: 3}}, {MELTED}"), l=labs)
    assert cells(read, "measurements", "patient_id") == [("001",)]


def test_a_table_of_other_patients_is_told(refused):
    assert refused(with_labs(MELTED), l="id,day,hb,dat\nx,2020-04-05,9,\n") == [
        ("l.csv", "id", "no row is of a patient who is in patients; accepted: the patient_id of patients (1 row: 2)")
    ]


def test_nobody_with_an_allogeneic_transplant(refused):
    assert refused(PLAN.replace("=allogeneic", "=autologous")) == [
        (
            "plan.yaml",
            "tables.transplants",
            "no allogeneic transplant of a patient who is in patients (types found: autologous); "
            "accepted: a row of type allogeneic with a day",
        )
    ]


def test_rows_of_a_patient_that_differ_are_told(refused):
    assert refused(p=f"{PEOPLE}002,F,1980,2022-01-01\n") == [
        (
            "p.csv",
            "id",
            "a patient who is there already, with other cells; accepted: one row a patient, or equal ones (1 row: 4)",
        )
    ]


@pytest.mark.parametrize("born", ["1980.5", "1,980"])
def test_a_year_is_a_whole_number(refused, born):
    [(_, column, message)] = refused(p=PEOPLE.replace("1980", f'"{born}"'))
    assert (column, message) in [
        ("born", "not a whole number; accepted: a whole number (1 row: 3)"),
        ("born", "not a number; accepted: a number with a decimal point (1 row: 3)"),
    ]


def test_an_empty_cell_in_what_a_row_is_about_is_told(refused, site):
    entry = "{from: d.csv, columns: {patient_id: id, date: day, status: s}, values: {status: {CR: remission}}}"
    plan, rows = f"{PLAN}  disease_status: {entry}\n", "id,day,s\n001,2020-04-05,CR\n001,2020-05-05,\n"
    assert refused(plan, d=rows) == [
        (
            "d.csv",
            "s",
            "empty cell, and a row needs its status; accepted: where: the rows that are of this table (1 row: 3)",
        )
    ]
    read = site(plan.replace("{CR: remission}", '{CR: remission, "": ignore}'), d=rows)
    assert cells(read, "disease_status", "status") == [("remission",), ("ignore",)]


FILES = {
    b"": "is empty: not even a header",
    b"id;sex\n1;F\n": "has one column only with delimiter ','; accepted: delimiter: what parts its cells",
    "id,sex,born,day0\n1,é,1970,2020-03-04\n".encode(
        "cp1252"
    ): "is no text in utf-8; accepted: the file's encoding, such as encoding: cp1252",
    b'id,sex,born,day0\n1,"F,1970,2020-03-04\n': 'cannot be read as CSV after row 1; accepted: cells in pairs of "',
    b"id,sex,born,day0\n1,F,1970\n2,F,1970,2020-03-04,x\n": (
        "has 2 rows of another number of cells than the header (2, 3); accepted: 4 cells in each row"
    ),
    b"id,sex,sex,born,day0\n1,F,F,1970,2020-03-04\n": (
        "has columns of one name: sex; accepted: a name of its own for each column that is read"
    ),
}


@pytest.mark.parametrize("content", FILES)
def test_a_file_that_is_no_such_table(refused, content):
    assert refused(p=content) == [("p.csv", "", FILES[content])]


def test_a_file_that_is_not_there(refused):
    plan = with_labs(MELTED).replace("l.csv", "pp.csv")
    assert refused(plan) == [("pp.csv", "", "no such file (did you mean p.csv?); accepted: p.csv")]


def test_a_file_in_another_encoding_is_read_with_it(site):
    plan = PLAN.replace("from: p.csv", "from: p.csv, encoding: cp1252").replace("F: female", "é: female")
    read = site(plan, PEOPLE.replace(",F,", ",é,").encode("cp1252"))
    assert cells(read, "patients", "sex") == [("female",), ("male",)]


GVHD = "{from: g.csv, columns: {patient_id: id, start_date: day, grade: grade, condition: =acute_gvhd}}"


def test_a_grade_that_comes_back_is_a_spell_of_its_own(site):
    rows = "id,day,grade\n001,2020-04-01,2\n001,2020-05-01,0\n001,2020-05-20,2\n002,2021-04-01,3\n"
    source = site(f"{PLAN}  conditions: {GVHD}\n", g=rows)

    with staging() as database:
        source.find(database, source.mapping, source.options)
        settle(database, source.mapping, source.official)
        source.fetch(database, source.options)
        done = conditions(database, source.options)
        written = Bench(database).written(done)

    assert [(one, start, end, grade) for one, start, end, _, grade, _ in written] == [
        ("001", "2020-04-01", "2020-04-30", 2),
        ("001", "2020-05-01", "2020-05-19", 0),
        ("001", "2020-05-20", None, 2),
        ("002", "2021-04-01", None, 3),
    ]
    assert remarks(done) == {"without an end: ends the day before the next row": 2}
