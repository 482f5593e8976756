"""The example studies run whole, and their README documents every key there is."""

import hashlib
import json
import re
from urllib.parse import unquote

import pytest
from architecture.project import ROOT
from bs4 import BeautifulSoup

import postgraft as pg
from postgraft.disclosure.rule import ROUNDING, THRESHOLD
from postgraft.exhibits.labels import label
from postgraft.exhibits.tables import WORDS
from postgraft.extract import read_extract
from postgraft.reports import build_report, study_check
from postgraft.reports.numbers import read_numbers
from postgraft.reports.study_file import Disclosure, StudyFile
from postgraft.synthetic import write_cohort

STUDIES = ROOT / "studies"
SUMMARY = study_check.SUMMARY_NOTEBOOK
"""Before it is made short."""
SITES = {"a": 11, "b": 12, "c": 13}


def made(name, tmp_path):
    """The report of an example, whole, in a folder of the test."""
    return build_report(STUDIES / f"{name}.yaml", {"output": tmp_path / name}, jobs=2, progress=False)


def page(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def check_links(index):
    """Every link of an index leads to a file that is there; returns what they lead to."""
    links = [unquote(link["href"]) for link in page(index).select("main a[href]")]
    assert [link for link in links if not (index.parent / link).is_file()] == []
    return sorted(links)


def test_every_example_is_tested_and_in_the_readme():
    readme = (STUDIES / "README.md").read_text(encoding="utf-8")
    tested = {"single_centre.yaml", "three_sites.yaml", "amendments.yaml", "release.yaml", "sister_trial.yaml"}

    assert {path.name for path in STUDIES.glob("*.yaml")} == tested
    assert all(f"({name})" in readme for name in tested)


def test_single_centre(tmp_path):
    report = made("single_centre", tmp_path)

    notebooks = ["01_extract_quality", "02_eligible_population", "05_accrual_forecast"]
    assert [one.notebook for one in report.made] == [*notebooks, "00_summary"]
    assert check_links(report.index) == sorted(f"{name}.html" for name in notebooks)
    assert report.missing == []


def test_sister_trial(tmp_path):
    """The pages are of the protocol file: its criteria in its order, and none of the shipped trial."""
    report = made("sister_trial", tmp_path)

    assert [one.notebook for one in report.made] == [
        "02_eligible_population",
        "03_criterion_barriers",
        "04_amendment_whatif",
        "00_summary",
    ]
    protocol = pg.load_protocol(STUDIES / "protocols" / "invented_vaccine.yaml")
    outcome = pg.evaluate(pg.read_extract(ROOT / "cohorts" / "demo"), protocol)
    numbers = read_numbers(report.made[0].executed)
    assert numbers["eligible"] == (outcome.patients["status"] == "eligible").sum() > 0
    assert "cytopenia" not in numbers
    barriers = page(tmp_path / "sister_trial" / "03_criterion_barriers.html")
    heads = [head.get_text() for head in barriers.select("table")[0].select("tbody th")]
    assert sorted(heads) == sorted(["All together", *(label(name) for name in protocol.criteria)])


def test_three_sites(tmp_path):
    report = made("three_sites", tmp_path)

    names = ["Site A", "Site B", "Site C"]
    assert check_links(report.index) == sorted(f"{name}/02_eligible_population.html" for name in names)
    assert [one.notebook for one in report.made] == [*["02_eligible_population"] * 3, "00_summary"]


def test_amendments(tmp_path, monkeypatch):
    monkeypatch.setattr(study_check, "SUMMARY_NOTEBOOK", SUMMARY)
    report = made("amendments", tmp_path)

    accepted = json.loads((ROOT / "studies" / "amendments.expected.json").read_text(encoding="utf-8"))
    again = "if this is meant: python examples/nightly.py studies/amendments.yaml --accept"
    assert accepted["numbers"] == {
        f"{one.cohort} / {one.notebook} / {name}": value
        for one in report.made
        for name, value in read_numbers(one.executed).items()
    }, again
    compared = read_numbers(report.made[0].executed)
    assert compared["gained.one line enough"] > 0


ONE = ["03_criterion_barriers"]


@pytest.mark.parametrize(
    ("source", "chosen"),
    [
        pytest.param(ROOT / "cohorts" / "demo", {"notebooks": ONE}, id="one notebook"),
        pytest.param(STUDIES / "release.yaml", {}, id="the study", marks=pytest.mark.long),
    ],
)
def test_release(source, chosen, tmp_path):
    changes = {"output": tmp_path / "release", "disclosure": "release"} | chosen
    report = build_report(source, changes, progress=False)

    pages = {one.notebook: page(one.html).select_one("main").get_text() for one in report.made}
    assert WORDS not in pages["03_criterion_barriers"]  # what is no part of a release is left out
    assert "Which single criterion keeps them out?" not in pages["03_criterion_barriers"]
    for one in report.made:
        files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (one.executed, one.html)}
        assert one.record["files"] == files
    if chosen:
        return

    # Noise depends on the secret, which the tests have made anew.
    numbers = [read_numbers(one.executed) for one in report.made]
    assert numbers[0]["transplanted"] in ("70", "75")
    assert numbers[0]["possible_documentation"] == "≤ 10"
    again = build_report(source, {**changes, "output": tmp_path / "again"}, progress=False)
    assert [read_numbers(one.executed) for one in again.made] == numbers
    for one in again.made:
        assert page(one.html).select_one("main").get_text() == pages[one.notebook]


def test_the_readme_documents_every_key_and_no_other():
    readme = (STUDIES / "README.md").read_text(encoding="utf-8")
    study, disclosure = readme.split("Keys of `disclosure`")

    assert re.findall(r"(?m)^\| `(\w+)` \|", study) == list(StudyFile.model_fields)
    assert re.findall(r"(?m)^\| `(\w+)` \|", disclosure) == list(Disclosure.model_fields)
    assert f"the house's, {THRESHOLD} unless it says otherwise |" in disclosure
    assert f"the house's, {ROUNDING} unless it says otherwise |" in disclosure


@pytest.mark.parametrize(("site", "seed"), SITES.items())
def test_the_committed_sites_equal_a_fresh_run(site, seed, tmp_path):
    committed = ROOT / f"cohorts/site_{site}"
    fresh = write_cohort(tmp_path / committed.name, 60, seed=seed, enrich=8, format="parquet")
    command = f"postgraft synth cohorts/site_{site} --patients 60 --seed {seed} --enrich 8 --format parquet"

    # The bytes of a Parquet file differ with the version of its writer; the fingerprint is of the values.
    assert read_extract(committed).fingerprint == read_extract(fresh).fingerprint, f"run: {command}"
    assert command in (committed / "README.md").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in committed.rglob("*")) < 250_000
