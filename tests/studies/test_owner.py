"""Whose an output is: reports are made anew by what made them, and never take another cohort's place."""

import json
import shutil

import pytest
import yaml
from studies.conftest import contents

from postgraft.reports import ReportError, build, build_report, checked_study
from studies import pretend


@pytest.fixture
def report(make_notebook, tmp_path, monkeypatch):
    """Make reports/ in the test's folder, or another output, without running anything."""
    monkeypatch.setattr(build, "make_one", pretend.make_one)
    monkeypatch.chdir(tmp_path)
    make_notebook("small")
    by_default = {"notebooks": [tmp_path / "small.ipynb"], "disclosure": "internal", "output": tmp_path / "reports"}

    def make(source, **changes):
        return build_report(source, by_default | changes, progress=False)

    return make


@pytest.fixture
def sites(cohorts, tmp_path):
    """Two cohorts in folders of one name, ``a/site`` and ``b/site``."""
    for letter, cohort in (("a", "north"), ("b", "south")):
        shutil.copytree(cohorts / cohort, tmp_path / letter / "site")
    return tmp_path


def named(folder, name):
    """Give an extract another name."""
    manifest = yaml.safe_load((folder / "extract.yaml").read_text())
    (folder / "extract.yaml").write_text(yaml.safe_dump(manifest | {"name": name}))


def newer(folder):
    """A newer version of an extract, in which a mistake was mended."""
    patients = folder / "patients.csv"
    text = patients.read_text()
    patients.write_text(text.replace(",male,", ",female,", 1))


def refused(report, source, **changes):
    """The message, after nothing was changed."""
    before = contents(changes.get("output") or source.parents[1] / "reports")
    with pytest.raises(ReportError) as error:
        report(source, **changes)
    assert contents(changes.get("output") or source.parents[1] / "reports") == before
    return str(error.value)


def test_two_folders_of_one_name_do_not_share_an_output(report, sites):
    report(sites / "a" / "site")

    one, two = "Synthetic cohort (8 patients, seed 1)", "Synthetic cohort (8 patients, seed 2)"
    assert refused(report, sites / "b" / "site") == (
        f'{sites}/reports: holds the reports of "{one}" ({sites}/a/site); they are not replaced by those of '
        f'"{two}" ({sites}/b/site). Accepted is another output.'
    )
    assert not report(sites / "b" / "site", output=sites / "other").skipped


def test_another_extract_of_the_same_name_elsewhere_is_another_cohort(report, sites):
    for letter in "ab":
        named(sites / letter / "site", "Site")
    report(sites / "a" / "site")

    told = refused(report, sites / "b" / "site")
    assert f'of "Site" ({sites}/a/site); ' in told
    assert f'of "Site" ({sites}/b/site). ' in told
    assert refused(report, sites / "b" / "site", output=sites / "reports").startswith(f"{sites}/reports: holds")


def test_a_newer_version_in_the_same_place_is_reported_anew(report, sites, monkeypatch):
    report(sites / "a" / "site")
    first = json.loads((sites / "reports" / "study.json").read_text())
    newer(sites / "a" / "site")
    (sites / "link").symlink_to("a/site")
    monkeypatch.chdir(sites / "a")

    assert "cohorts" in report("../link").changed
    second = json.loads((sites / "reports" / "study.json").read_text())
    assert first["source"] == second["source"] == str(sites / "a" / "site")
    assert first["matters"]["cohorts"] != second["matters"]["cohorts"]


def test_another_name_in_the_same_place_is_another_cohort(report, sites):
    report(sites / "a" / "site")
    named(sites / "a" / "site", "Another")

    told = refused(report, sites / "a" / "site")
    assert f'they are not replaced by those of "Another" ({sites}/a/site)' in told


def test_the_same_extract_is_the_same_cohort_wherever_it_lies(report, sites):
    report(sites / "a" / "site")
    (sites / "a").rename(sites / "moved")

    assert report(sites / "moved" / "site").changed == ["parameters"]
    newer(sites / "moved" / "site")
    assert "cohorts" in report(sites / "moved" / "site").changed


def test_a_study_file_owns_its_output_whatever_it_names(report, sites, make_study):
    study = make_study(cohorts=[str(sites / "a" / "site")])
    report(study)
    make_study(cohorts=[str(sites / "b" / "site")])
    assert "cohorts" in report(study).changed

    (sites / "b" / "study.yaml").write_text(study.read_text().replace("/b/site", "/a/site"))
    told = refused(report, sites / "b" / "study.yaml", output=sites / "reports")
    assert f"({study}); they are not replaced by those of " in told
    assert told.endswith(f"({sites}/b/study.yaml). Accepted is another output.")


def test_an_output_of_an_earlier_version_belongs_to_its_cohorts(report, sites):
    report(sites / "a" / "site")
    path = sites / "reports" / "study.json"
    manifest = json.loads(path.read_text())
    del manifest["source"]
    path.write_text(json.dumps(manifest))

    assert refused(report, sites / "b" / "site").startswith(
        f'{sites}/reports: holds the reports of "Synthetic cohort (8 patients, seed 1)"; they are not'
    )
    assert not report(sites / "a" / "site").changed


@pytest.mark.parametrize("output", ["a/site/reports", "a/site/measurements", "b/site"])
def test_reports_never_go_into_an_extract(sites, make_study, output):
    study = make_study(cohorts=[str(sites / "a" / "site")], output=output)

    with pytest.raises(ReportError) as error:
        checked_study(study)
    folder = sites.joinpath(*output.split("/")[:2])
    assert str(error.value) == (
        f"{study}: output: {sites / output}: belongs to the extract {folder}, where no results are written; "
        "accepted is a place outside every folder that holds an extract.yaml"
    )


def test_at_another_level_a_cohort_may_be_made_anew_in_the_same_output(report, sites):
    """It is called otherwise then, and its fingerprint is salted."""
    report(sites / "a" / "site")
    assert not report(sites / "a" / "site", disclosure="release").skipped
    assert 'holds the reports of "site"' in refused(report, sites / "b" / "site")
