"""A plan by itself: every mistake in it is found in one pass, with what is accepted."""

import pytest

from postgraft.sources.errors import SourceError
from postgraft.sources.tables.dates import NO_DATE, NO_ISO, TWO_WAYS, day_format, read_day
from postgraft.sources.tables.plan_file import read_plan
from postgraft.sources.tables.source import read_source

GOOD = """\
extracted_on: 2025-06-30
tables:
  patients: {from: p.csv, columns: {patient_id: id, sex: sex, birth_year: born}}
  transplants: {from: p.csv, columns: {patient_id: id, transplant_date: day0, type: =allogeneic}}
"""


@pytest.fixture
def faults(tmp_path):
    """What is wrong with a plan: (place, found) in the order of the plan."""

    def found(text):
        (tmp_path / "plan.yaml").write_text(text)
        _, findings = read_plan(tmp_path / "plan.yaml")
        assert all(one.file == "plan.yaml" for one in findings)
        return [(one.column, one.found) for one in findings]

    return found


def test_a_plan_is_read(tmp_path, faults):
    assert faults(GOOD) == []
    plan, _ = read_plan(tmp_path / "plan.yaml")
    patients, transplants = plan.entries
    assert plan.options == {"extracted_on": "2025-06-30"}
    assert patients.path == tmp_path / "p.csv"
    assert dict(transplants.columns) == {"patient_id": "id", "transplant_date": "day0"}
    assert dict(transplants.constants) == {"type": "allogeneic"}


MISTAKES = {
    "patient: {from: p.csv}": ("tables.patient", "unknown table (did you mean patients?)"),
    "conditions: 3": ("tables.conditions", "found a text of 1 character"),
    "conditions: {from: p.csv, colums: {}, columns: {patient_id: id, start_date: d, condition: =ttp}}": (
        "tables.conditions.colums",
        "unknown key (did you mean columns?)",
    ),
    "conditions: {from: p.csv, columns: {patient_id: id, start_dat: d, start_date: d, condition: =ttp}}": (
        "tables.conditions.columns.start_dat",
        "unknown column (did you mean start_date?)",
    ),
    "conditions: {from: p.csv, columns: {patient_id: id, condition: =ttp}}": (
        "tables.conditions.columns",
        "start_date is missing",
    ),
    "conditions: {from: p.csv, columns: {patient_id: id, start_date: d, condition: =acute_gvdh}}": (
        "tables.conditions.columns.condition",
        'unknown condition "acute_gvdh" (did you mean acute_gvhd?)',
    ),
    "disease_status: {from: p.doc, columns: {patient_id: id, date: d, status: s}}": (
        "tables.disease_status.from",
        "a file of another kind",
    ),
    "disease_status: {from: p.csv, columns: {patient_id: id, date: d, status: s}, values: {status: {CR: remision}}}": (
        "tables.disease_status.values.status",
        'unknown status "remision" (did you mean remission?)',
    ),
    "disease_status: {from: p.csv, columns: {patient_id: id, date: d, status: s}, dates: DD/MM/YY}": (
        "tables.disease_status.dates",
        'unknown format "DD/MM/YY"',
    ),
    "disease_status: {from: p.csv, sheet: A, columns: {patient_id: id, date: d, status: s}}": (
        "tables.disease_status.sheet",
        "is of workbooks only",
    ),
    "disease_status: {from: p.ods, delimiter: ';', columns: {patient_id: id, date: d, status: s}}": (
        "tables.disease_status.delimiter",
        "is of CSV files only",
    ),
    "disease_status: {from: p.csv, encoding: utf9, columns: {patient_id: id, date: d, status: s}}": (
        "tables.disease_status.encoding",
        'unknown encoding "utf9"',
    ),
    "disease_status: {from: p.csv, pad: {patient_id: x}, columns: {patient_id: id, date: d, status: s}}": (
        "tables.disease_status.pad.patient_id",
        "found a text of 1 character",
    ),
    "measurements: {from: p.csv, columns: {patient_id: id, date: d, analyte: a, value: v}}": (
        "tables.measurements.columns",
        "value without unit: a number without its unit is not read",
    ),
    "measurements: {from: p.csv, columns: {patient_id: id, date: d}, melt: {hb: {analyte: hemoglobin}}}": (
        "tables.measurements.melt.hb",
        "value without unit: a number without its unit is not read",
    ),
    "measurements: {from: p.csv, columns: {patient_id: id, date: d}, melt: {p: {analyte: platelets, unit: mg/dL}}}": (
        "tables.measurements.melt.p.unit",
        'unit "mg/dL" does not fit platelets',
    ),
    "medications: {from: p.csv, columns: {patient_id: id, start_date: d, drug: a, dose: b}}": (
        "tables.medications.columns",
        "dose without dose_unit: a number without its unit is not read",
    ),
    "adjudications: {from: p.csv, columns: {}, melt: {a: {verdict: PASS}}}": (
        "tables.adjudications.melt",
        "columns of adjudications are not melted",
    ),
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_told_with_its_place(faults, line):
    assert MISTAKES[line] in faults(f"{GOOD}  {line}\n")


def test_a_plan_without_patients_or_a_birth_says_so(faults):
    text = (
        GOOD.replace(", birth_year: born", "").replace("transplants", "disease_status").replace("type: =allo", "x: =")
    )
    assert ("tables.transplants", "is missing") in faults(text)
    assert ("tables.patients.columns", "the birth is missing") in faults(text)


def test_mistakes_in_the_plan_and_its_options_are_told_together(tmp_path):
    (tmp_path / "plan.yaml").write_text(GOOD.replace("extracted_on: 2025-06-30", "complet: true") + "  redcap: {}\n")

    with pytest.raises(SourceError) as error:
        read_source(tmp_path / "plan.yaml")

    assert [(one.file, one.column, one.found) for one in error.value.findings] == [
        ("plan.yaml", "tables.redcap", "unknown table"),
        ("plan.yaml", "complet", "unknown key (did you mean complete?)"),
        ("plan.yaml", "extracted_on", "is missing"),
    ]


def test_a_file_that_is_no_yaml_is_told_with_the_line(tmp_path):
    (tmp_path / "plan.yaml").write_text("tables:\n  - [a\n")

    with pytest.raises(SourceError, match=r"plan\.yaml\n    line 3: not valid YAML"):
        read_plan(tmp_path / "plan.yaml")


@pytest.mark.parametrize(
    ("text", "format", "day"),
    [
        ("2020-03-04", "", "2020-03-04"),
        ("2020-03-04T23:59:00+01:00", "", "2020-03-04"),
        ("03/04/2020", "DD/MM/YYYY", "2020-04-03"),
        ("03/04/2020", "MM/DD/YYYY", "2020-03-04"),
        ("3.4.2020 12:30", "DD.MM.YYYY", "2020-04-03"),
        ("04-Mar-2020", "DD-MMM-YYYY", "2020-03-04"),
        ("20200304", "YYYYMMDD", "2020-03-04"),
        ("2020-03-04", "DD/MM/YYYY", "2020-03-04"),
        ("03/04/2020", "", TWO_WAYS),
        ("03/04/20", "", TWO_WAYS),
        ("25/04/2020", "", NO_ISO),
        ("03/03/2020", "", NO_ISO),
        ("2020/03/04", "", NO_ISO),
        ("4 March 2020", "", NO_ISO),
        ("25/04/2020", "MM/DD/YYYY", NO_DATE),
        ("2020-02-30", "", NO_DATE),
        ("soon", "", NO_DATE),
    ],
)
def test_days(text, format, day):
    assert str(read_day(text, format)) == day


@pytest.mark.parametrize("format", ["DD/MM/YY", "DD/DD/YYYY", "MM/MMM/YYYY", "day/month/year", "YYYY"])
def test_a_format_that_says_too_little_is_none(format):
    assert day_format(format) is None
