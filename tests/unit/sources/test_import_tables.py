"""From a plan to an extract: every row is written or accounted for."""

from datetime import date

import pandas as pd
import pytest
from unit.sources.test_workbooks import DICTIONARY

import postgraft as pg

pytestmark = pytest.mark.slow

REDCAP = """\
name: Site A
extracted_on: 2025-06-30
complete: {conditions: [ttp]}
redcap: {dictionary: dict.csv}
tables:
  patients:
    from: export.csv
    where: {redcap_repeat_instrument: ""}
    columns: {patient_id: record_id, sex: sex, birth_year: born, last_contact_date: seen}
    values: {sex: {Female: female, Male: male}}
  transplants:
    from: export.csv
    where: {redcap_repeat_instrument: ""}
    columns: {patient_id: record_id, transplant_date: day0, type: =allogeneic, donor: donor, abo_mismatch: abo}
    values: {donor: {Sibling: matched_sibling, "Unrelated, matched": matched_unrelated}}
  conditions:
    - from: export.csv
      where: {redcap_repeat_instrument: ""}
      columns: {patient_id: record_id, start_date: seen}
      melt: {illness___1: {condition: ttp}}
    - from: export.csv
      where: {redcap_repeat_instrument: "", relapsed: "Yes"}
      columns: {patient_id: record_id, start_date: seen, condition: =relapse_marrow}
  measurements:
    from: export.csv
    where: {redcap_repeat_instrument: labs}
    columns: {patient_id: record_id, date: lab_date}
    melt: {hb: {analyte: hemoglobin, unit: g/dL}, plt: {analyte: platelets, unit: 10*9/L}}
  medications:
    from: export.csv
    where: {redcap_repeat_instrument: drugs}
    columns: {patient_id: record_id, start_date: lab_date, drug: drug, dose: dose, dose_unit: =mg, purpose: =gvhd}
  adjudications:
    from: reviews.csv
    columns: {patient_id: id, criterion: criterion, start_date: from, end_date: to, verdict: verdict, source: by}
"""
EXPORT = """\
record_id,redcap_repeat_instrument,redcap_repeat_instance,sex,born,day0,donor,abo,illness___1,illness____1,relapsed,seen,lab_date,hb,plt,drug,dose
1,,,1,1970,2020-03-04,1,none,1,0,0,2021-01-31,,,,,
1,labs,1,,,,,,,,,,2020-04-05,9.5,<20,,
1,labs,2,,,,,,,,,,2020-04-05,9.5,150,,
1,labs,3,,,,,,,,,,,9.5,,,
1,drugs,1,,,,,,,,,,2020-04-06,,,Prednisone,40
1,drugs,2,,,,,,,,,,2020-04-06,,,Prednisone,20
1,drugs,2,,,,,,,,,,2020-04-06,,,Prednisone,20
2,,,2,1980,2021-03-04,2,,0,1,1,2022-01-31,,,,,
3,,,2,1980,,,,0,0,0,,,,,,
3,labs,1,,,,,,,,,,2020-04-05,9.5,30,,
9,labs,1,,,,,,,,,,2020-04-05,9.5,,,
"""
REVIEWS = "id,criterion,from,to,verdict,by\n1,immune_cytopenia.aiha,2020-04-05,2020-05-05,Unknown,chart\n"


def write_site(folder):
    for name, text in (("export", EXPORT), ("dict", DICTIONARY), ("reviews", REVIEWS)):
        (folder / f"{name}.csv").write_text(text)
    (folder / "plan.yaml").write_text(REDCAP)
    return folder


@pytest.fixture
def site(tmp_path):
    """The files of a site with a REDCap project."""
    return write_site(tmp_path)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """What an import of them makes."""
    folder = write_site(tmp_path_factory.mktemp("site"))
    return pg.import_tables(folder / "plan.yaml", folder / "cohort")


def rows_of(frame):
    return sorted(tuple(None if pd.isna(cell) else cell for cell in row) for row in frame.itertuples(index=False))


def table(cohort, name):
    return rows_of(pd.read_parquet(cohort / name))


def test_an_export_of_redcap_becomes_an_extract(done):
    assert done.extract().name == "Site A"
    assert table(done.folder, "transplants") == [
        ("1", date(2020, 3, 4), "allogeneic", None, None, "matched_sibling", None, "none", None, None),
        ("2", date(2021, 3, 4), "allogeneic", None, None, "matched_unrelated", None, None, None, None),
    ]
    assert [row[:5] for row in table(done.folder, "measurements")] == [
        ("1", date(2020, 4, 5), "hemoglobin", 9.5, None),
        ("1", date(2020, 4, 5), "hemoglobin", 9.5, None),
        ("1", date(2020, 4, 5), "platelets", 20.0, "<"),
        ("1", date(2020, 4, 5), "platelets", 150.0, None),
    ]
    # Two administrations of one day are one amount; a row that is there twice counts once.
    assert table(done.folder, "medications") == [
        ("1", date(2020, 4, 6), date(2020, 4, 6), "prednisone", 60.0, "mg", None, "gvhd")
    ]
    assert [row[:4] for row in table(done.folder, "conditions")] == [
        ("1", date(2021, 1, 31), None, "ttp"),
        ("2", date(2022, 1, 31), None, "relapse_marrow"),
    ]
    assert table(done.folder, "adjudications") == [
        ("1", date(2020, 4, 5), date(2020, 5, 5), "immune_cytopenia.aiha", "UNKNOWN", "chart")
    ]
    assert not (done.folder / "transfusions").exists()


def test_every_row_is_accounted_for(done):
    assert rows_of(done.dropped) == [
        ("measurements", "hemoglobin", "no day", 1, 1),
        ("measurements", "hemoglobin", "patient is not in patients", 1, 1),
        ("measurements", "hemoglobin", "patient without an allogeneic transplant", 1, 1),
        ("measurements", "platelets", "patient without an allogeneic transplant", 1, 1),
        ("medications", "prednisone", "equal to an earlier row in every cell", 1, 1),
        ("patients", "patient", "patient without an allogeneic transplant", 1, 1),
        ("transplants", "allogeneic", "patient without an allogeneic transplant", 1, 1),
    ]
    assert rows_of(done.changed) == [
        ("medications", "prednisone", "added up: administrations of one day", 1, 1),
        ("medications", "prednisone", "unknown end", 2, 1),
    ]
    used = done.mapping.set_index("code")[["name in the source", "rows", "used as"]]
    assert tuple(used.loc["measurements: hemoglobin"]) == ("hb", 5, "hemoglobin")
    assert tuple(used.loc["transplants: allogeneic (donor=matched_sibling)"]) == ("export", 1, "allogeneic")
    found = used["rows"].sum() + 3 + 1  # patients and reviews have no code
    written = sum(len(pd.read_parquet(done.folder / name)) for name in (
        "patients", "transplants", "measurements", "medications", "conditions", "adjudications"))  # fmt: skip
    added_up = 1
    assert found == written + done.dropped["rows"].sum() + added_up


def test_equal_files_give_equal_bytes(done, site):
    again = pg.import_tables(site / "plan.yaml", site / "again")

    first, second = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (done.folder, again.folder)
    )
    assert first == second


def test_a_look_writes_the_report_only_and_is_replaced_by_an_import(site, run):
    status, out, err = run("import", "table", site / "plan.yaml", "--out", site / "cohort", "--look")

    assert (status, err) == (0, "")
    assert out.startswith(f"Wrote {site / 'cohort'} (only import/: nothing is imported by a look)\n")
    assert sorted(path.name for path in (site / "cohort").iterdir()) == ["import"]

    status, out, _ = run("import", "table", site / "plan.yaml", "--out", site / "cohort")
    assert status == 0
    report = site / "cohort" / "import" / "report.md"
    opening = report.read_text().split("## ")[1].removeprefix("What would mislead most").strip()
    assert "- No death is recorded of 2 patients.\n- No transfusion is recorded." in opening
    assert out == (f"Wrote {site / 'cohort'}\n\nWhat would mislead most:\n\n{opening}\n\nThe rest: {report}\n")

    status, _, err = run("import", "table", site / "plan.yaml", "--out", site / "cohort")
    assert status == 2
    assert "belongs to the extract" in err


def test_completeness_that_cannot_be_borne_out_is_refused_and_nothing_is_written(site, run):
    (site / "plan.yaml").write_text(REDCAP.replace("[ttp]}", "[ttp], transfusions: true, medications: true}"))

    status, out, err = run("import", "table", site / "plan.yaml", "--out", site / "cohort")

    assert (status, out) == (2, "")
    assert "the source has no transfusions; accepted: false" in err
    assert "rows have neither an end nor a supply; accepted: unknown_end: start, or open (2 rows)" in err
    assert not (site / "cohort").exists()


def test_a_checkbox_is_told_by_its_columns(site):
    (site / "plan.yaml").write_text(REDCAP.replace("illness___1:", "illness:"))

    with pytest.raises(pg.SourceError) as error:
        pg.import_tables(site / "plan.yaml", site / "cohort")

    assert [one.found for one in error.value.findings] == [
        'no column "illness" (its checkboxes are illness___1, illness____1)'
    ]


def test_a_code_that_the_dictionary_does_not_have_is_told(site):
    (site / "export.csv").write_text(EXPORT.replace(",2020-03-04,1,", ",2020-03-04,7,"))

    with pytest.raises(pg.SourceError) as error:
        pg.import_tables(site / "plan.yaml", site / "cohort")

    assert [one.message for one in error.value.findings] == [
        'a code that the dictionary does not have: "7"; accepted: 1, 2 (1 row: 2)'
    ]


def test_a_plan_that_cannot_be_used_ends_with_2(run, tmp_path):
    status, out, err = run("import", "table", tmp_path / "absent.yaml", "--out", tmp_path / "cohort")

    assert (status, out) == (2, "")
    assert "cannot be read (No such file or directory)" in err
    assert not (tmp_path / "cohort").exists()
