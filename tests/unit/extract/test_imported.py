"""The report of an import beside an extract."""

import shutil
from pathlib import Path

import pandas as pd

from postgraft.extract import read_extract
from postgraft.extract.findings import Notes
from postgraft.extract.imported import read_import
from postgraft.extract.write import write_csv

ROOT = Path(__file__).parents[3]


def write_report(place):
    place.mkdir()
    mapping = {
        "code": ["007", "NA"],
        "rows": [5, 3],
        "patients": [2, None],
        "first": ["2020-01-02", ""],
        "note": ["", "x"],
    }
    write_csv(place / "mapping.csv", pd.DataFrame(mapping).convert_dtypes())
    for name in ("units", "dropped", "changed"):
        write_csv(place / f"{name}.csv", pd.DataFrame({"table": ["=1"], "rows": [1]}))
    (place / "report.md").write_text("# Report", encoding="utf-8")


def test_a_folder_without_one_has_none(tmp_path):
    assert read_import(tmp_path, Notes()) is None


def test_the_frames_are_as_the_files_have_them(tmp_path):
    write_report(tmp_path / "import")
    report = read_import(tmp_path, Notes())
    assert report.text == "# Report"
    assert report.mapping["code"].tolist() == ["007", "NA"]
    assert report.mapping["patients"].isna().tolist() == [False, True]
    assert report.mapping["first"].tolist() == [pd.Timestamp("2020-01-02"), pd.NaT]
    assert report.units["table"].tolist() == ["'=1"]


def test_one_that_cannot_be_read_is_a_warning(tmp_path):
    place = tmp_path / "import"
    place.mkdir()
    (place / "report.md").write_text("# Report", encoding="utf-8")
    (place / "mapping.csv").write_bytes(b"\xff\xfe\x00")
    notes = Notes()
    assert read_import(tmp_path, notes) is None
    assert [one.message for one in notes.findings("warning")] == [
        "the report of the import is not as an import writes it, so it is left aside; accepted: report.md and mapping, "
        "units, dropped, changed as CSV"
    ]


def test_an_extract_brings_the_report_along(tmp_path):
    folder = tmp_path / "demo"
    shutil.copytree(ROOT / "cohorts" / "demo", folder)
    assert read_extract(folder).imported is None
    write_report(folder / "import")
    assert read_extract(folder).imported.text == "# Report"
