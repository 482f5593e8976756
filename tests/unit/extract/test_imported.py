"""The report of an import beside an extract."""

import pandas as pd

from postgraft.extract.imported import read_import
from postgraft.extract.write import write_csv


def test_a_folder_without_one_has_none(tmp_path):
    assert read_import(tmp_path) is None


def test_the_frames_are_as_the_files_have_them(tmp_path):
    place = tmp_path / "import"
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
    report = read_import(tmp_path)
    assert report.text == "# Report"
    assert report.mapping["code"].tolist() == ["007", "NA"]
    assert report.mapping["patients"].isna().tolist() == [False, True]
    assert report.mapping["first"].tolist() == [pd.Timestamp("2020-01-02"), pd.NaT]
    assert report.units["table"].tolist() == ["'=1"]
