"""Rows that may be right and are told all the same: drugs by another name, steroids without "/kg", near transplants."""

import pandas as pd
import pytest

from postgraft.extract import Extract

MANIFEST = {"format": 1, "name": "Small", "time": "dates", "extracted_on": "2022-12-31"}


def read(tables, **manifest):
    return Extract.from_tables({**MANIFEST, **manifest}, tables)


def said(extract):
    return [(w.file, w.column, w.message) for w in extract.warnings]


DRUGS = [
    ("Rituximab-ABBS", "rituximab", '"Rituximab-ABBS" is read as rituximab (1 row: 2)'),
    ("mycophenolate mofetil", "mycophenolate", '"mycophenolate mofetil" is read as mycophenolate (1 row: 2)'),
    ("methylprednisolone sodium succinate (Solu-Medrol)", "methylprednisolone",
     '"methylprednisolone sodium succinate" (what stands in brackets left out) is read as methylprednisolone'
     " (1 row: 2)"),
    ("PREDNISONE", "prednisone", None),
    ("rituximab_(MRN 1234567)", "rituximab",
     '"rituximab_" (what stands in brackets left out) is read as rituximab (1 row: 2)'),
    ("zzzz", "zzzz",
     'drug outside the known ones, kept as it is: "zzzz" (1 row: 2)'),
    ("prednisone-held", "prednisone_held",
     'drug outside the known ones, kept as it is: "prednisone_held" (did you mean prednisone?) (1 row: 2)'),
]  # fmt: skip


@pytest.mark.parametrize(("written", "drug", "message"), DRUGS)
def test_a_drug_is_read_by_its_ingredient(spoilt, written, drug, message):
    extract = read(spoilt("medications", 0, drug=written))
    assert extract.medications["drug"].tolist() == [drug]
    assert said(extract) == ([] if message is None else [("medications", "drug", message)])


def test_each_reading_is_told_once_with_its_rows(tables):
    row = tables["medications"]
    names = ["rituximab-abbs", "rituximab", "rituximab-abbs", "rituximab-pvvr", "rituximab-abbs"]
    tables["medications"] = pd.concat([row.assign(drug=name) for name in names])
    extract = read(tables)
    assert said(extract) == [
        ("medications", "drug", '"rituximab-abbs" is read as rituximab (3 rows: 2, 4, 6)'),
        ("medications", "drug", '"rituximab-pvvr" is read as rituximab (1 row: 5)'),
        ("medications", "", "the same row again, one is kept (2 rows: 4, 6)"),
    ]
    assert extract.medications["drug"].tolist() == ["rituximab"] * 3


def steroids(tables, *rows, sites=None):
    """The extract where medications are these: drug, dose, dose_unit, route, patient."""
    if sites:
        tables["patients"] = tables["patients"].assign(site=sites)
    columns = ["drug", "dose", "dose_unit", "route", "patient_id"]
    filled = [(*row, *(None, "007")[len(row) - 3 :]) for row in rows]
    table = pd.DataFrame(filled, columns=columns, dtype=object).assign(start_date="2020-07-01")
    return said(read({**tables, "medications": table}))


UNDER = "corticosteroids are all under 5 mg and none per kg: probably mg/kg ({})"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("prednisone", "1", "mg/day")], "1 row: 2"),
        ([("prednisone", "4.99", "mg/day"), ("methylprednisolone", "2", "mg")], "2 rows: 2, 3"),
        ([("prednisone", "4999", "mcg/day")], "1 row: 2"),
        ([("prednisone", "5", "mg/day")], None),
        ([("prednisone", "1", "mg/day"), ("prednisone", "60", "mg/day")], None),
        ([("prednisone", "1", "mg/day"), ("prednisone", "1", "mg/kg/day")], None),
        ([("prednisone", "1", "mg/kg/day")], None),
        ([("prednisone", "1", "g/day")], None),
        ([("ivig", "1", "g")], None),
        ([("budesonide", "0.4", "mg/day", "inhaled")], None),
        ([("triamcinolone", "1", "mg/day", "topical")], None),
        ([("prednisone", None, "mg/day")], None),
        ([("prednisone", "1", "mg/day"), ("budesonide", "9", "mg/day", "topical")], "1 row: 2"),
    ],
)
def test_corticosteroids_that_look_as_if_per_kg(tables, rows, message):
    expected = [] if message is None else [("medications", "dose_unit", UNDER.format(message))]
    assert steroids(tables, *rows) == expected


def test_corticosteroids_by_site(tables):
    rows = [("prednisone", "1", "mg/day", None, "007"), ("prednisone", "60", "mg/day", None, "B2")]
    assert steroids(tables, *rows, sites=["NYC", "NJ1"]) == [(
        "medications", "dose_unit",
        "corticosteroids at site NYC are all under 5 mg and none per kg: probably mg/kg (1 row: 2)",
    )]  # fmt: skip
    assert steroids(tables, *rows, sites=["NYC", "NYC"]) == []


@pytest.mark.parametrize(
    ("days", "type", "rows"),
    [
        (["2020-01-08"], "allogeneic", "1 row: 4"),
        (["2020-01-02"], "allogeneic", "1 row: 4"),
        (["2020-01-09"], "allogeneic", None),
        (["2020-01-05", "2020-01-10"], "allogeneic", "2 rows: 4, 5"),
        (["2019-12-28"], "allogeneic", "1 row: 2"),
        (["2020-01-08"], "boost", None),
        (["2020-01-08"], "autologous", None),
    ],
)
def test_two_allogeneic_transplants_within_7_days(tables, days, type, rows):
    """The first patient's is of 2020-01-01; of two the later one is named."""
    others = pd.DataFrame({"patient_id": "007", "transplant_date": days, "type": type})
    extract = read({**tables, "transplants": pd.concat([tables["transplants"], others])})
    found = f"allogeneic transplant within 7 days after another, taken as one of its own ({rows})"
    assert said(extract) == ([] if rows is None else [("transplants", "transplant_date", found)])
    assert len(extract.transplants) == 2 + len(days)


def test_near_transplants_of_two_patients(tables):
    tables["transplants"]["transplant_date"] = ["2020-06-01", "2020-06-03"]
    assert said(read(tables)) == []


def with_clock(tables, table, times, **cells):
    column = {"transplants": "transplant_date", "measurements": "date", "transfusions": "date",
              "disease_status": "date"}.get(table, "start_date")  # fmt: skip
    row = tables[table].iloc[[0]]
    day = row[column].iloc[0]
    return pd.concat([row.assign(**{column: f"{day} {time}" if time else day}, **cells) for time in times])


@pytest.mark.parametrize("table", ["medications", "transfusions", "conditions", "disease_status", "adjudications"])
def test_clock_times_make_rows_of_their_own(tables, table):
    extract = read({**tables, table: with_clock(tables, table, ["08:00", "20:00", "20:00"])})
    assert len(getattr(extract, table)) == 2
    assert said(extract) == [(table, "", "the same row again, one is kept (1 row: 4)")]


@pytest.mark.parametrize(
    ("values", "times", "mean", "repeated"),
    [
        (["70", "70", "80"], ["08:00", "20:00", "12:00"], 73.3333333333333, None),
        (["70", "70", "80"], ["08:00", "08:00", "12:00"], 75, "1 row: 3"),
        (["70", "70.0", "80"], ["08:00", "08:00", "08:00"], 73.3333333333333, None),
        (["70", " 70 ", "80"], ["08:00", "08:00", "08:00"], 75, "1 row: 3"),
    ],
)
def test_results_of_one_day_that_differ_as_written_all_count(tables, values, times, mean, repeated):
    rows = with_clock(tables, "measurements", times).assign(analyte="weight", value=values, unit="kg", lower_limit=None,
                                                           upper_limit=None)  # fmt: skip
    extract = read({**tables, "measurements": rows})
    assert extract.series("weight").value.tolist() == [mean]
    found = f"weight: the same row again, one is kept ({repeated})"
    assert said(extract) == ([] if repeated is None else [("measurements", "", found)])


@pytest.mark.parametrize("cells", [["a", "b"], ["a", None], ["None", None]])
def test_a_column_that_is_not_read_tells_results_apart(tables, cells):
    row = tables["measurements"].iloc[[0]].assign(analyte="weight", value="70", unit="kg", lower_limit=None,
                                                  upper_limit=None)  # fmt: skip
    rows = pd.concat([row.assign(scale=cell) for cell in cells] + [row.assign(value="80", scale="c")])
    extract = read({**tables, "measurements": rows})
    assert extract.series("weight").value.tolist() == [73.3333333333333]
    assert said(extract) == [("measurements", "scale", "unknown column, not read")]


def test_the_same_cells_in_other_columns_are_another_row(tables):
    row = tables["medications"].assign(a=None, b=None)
    tables["medications"] = pd.concat([row.assign(a="x"), row.assign(b="x")])
    assert len(read(tables).medications) == 2


@pytest.mark.parametrize("written", ["prednisone (held)", "Prednisone [not given]"])
def test_a_drug_whose_brackets_say_that_it_was_not_given(spoilt, written):
    extract = read(spoilt("medications", 0, drug=written))
    (warning,) = extract.warnings
    assert warning.kind == "unknown-drug"
    assert "prednisone" not in extract.medications["drug"].tolist()


@pytest.mark.parametrize(
    ("drug", "purpose", "told"),
    [
        ("Rituxan", "immune_cytopenia", True),
        ("rituximab 700 mg", "immune_cytopenia", True),
        ("rituximab-abbs", "immune_cytopenia", False),
        ("Rituxan", "gvhd", False),
        ("Rituxan", None, False),
    ],
)
def test_a_drug_by_a_name_that_nobody_knows_is_a_line_of_its_own(tables, drug, purpose, told):
    """Beside the prednisone one dose of rituximab is no line; by its brand it would be one, and let the patient in."""
    row = tables["medications"].assign(drug=drug, purpose=purpose, start_date="2020-07-01", end_date=None)
    late = row.assign(start_date="2022-01-01")  # after last contact: neither used nor told
    extract = read({**tables, "medications": pd.concat([tables["medications"], row, late])})
    found = [one for one in extract.warnings if one.kind == "unknown-line"]
    message = (
        "drug outside the known ones given for the cytopenia, counts as a line of its own;"
        " accepted: the generic name of the ingredient (1 row: 3)"
    )
    assert [(one.file, one.column, one.message) for one in found] == [("medications", "drug", message)] * told
    assert [one for one in extract.doubts if one.kind != "after-contact"] == found
