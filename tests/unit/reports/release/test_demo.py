"""The report of the demo cohort at level internal: refused, and for the right reasons."""

import pytest

from postgraft.reports import build_report
from postgraft.reports.release_check import Kind, check_release

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("internal") / "demo"
    changes = {"disclosure": "internal", "notebooks": ("01_extract_quality",), "output": str(folder)}
    report = build_report("cohorts/demo", changes, progress=False)
    return check_release(report.output)


def test_it_is_refused_for_its_level_and_its_counts_alone(checked):
    assert {leak.kind for leak in checked.leaks} == {Kind.level, Kind.count}
    level = [leak for leak in checked.leaks if leak.kind is Kind.level]
    assert {(leak.place, leak.found) for leak in level} >= {("record", "level internal instead of release")}


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (
            "table “Rows by table”, row “patients”, column “Patients with a row”",
            "72 is no multiple of 5 above 10",
        ),
        (
            "table “Results by analyte”, row “Reticulocytes (%)”, column “Share”",
            "52.8 % is a share with decimals",
        ),
        ("<img alt>", "“71 of 77”: 71 is no multiple of 5 above 10"),
    ],
)
def test_counts_are_named_in_page_and_notebook(checked, place, found):
    files = {leak.file for leak in checked.leaks if place in leak.place and leak.found == found}
    assert "01_extract_quality.html" in files
