"""A study whose reports stand as they would be made is skipped; whatever differs has it made again."""

import json

import pytest
from studies.conftest import contents, names

from postgraft.reports import ReportError, build, build_report, staging
from postgraft.reports import provenance as what_matters
from studies import pretend


@pytest.fixture
def study(make_notebook, make_study, tmp_path, monkeypatch):
    """A study that was made once, without running anything."""
    monkeypatch.setattr(build, "make_one", pretend.make_one)
    (tmp_path / "later.yaml").write_text("- {name: later, set: {days_since_transplant_min: 100}}\n")
    made = make_study(notebooks=[make_notebook("small").name], amendments="later.yaml")
    assert not again(made).skipped
    return made


def again(study, **changes):
    return build_report(study, changes, if_changed=True, progress=False)


def test_what_is_unchanged_is_skipped_and_told_as_it_was(study, tmp_path):
    before = contents(tmp_path / "out")

    report = again(study)

    assert report.skipped
    assert list(report.changed) == []
    assert contents(tmp_path / "out") == before
    made, _ = report.made
    assert (made.notebook, made.html) == ("small", tmp_path / "out" / "small.html")
    assert made.record == json.loads(before["provenance.json"])["small"]
    assert names(tmp_path) == ["later.yaml", "out", "small.ipynb", "study.yaml"]


def test_amendments_in_the_study_itself_are_the_same_the_second_time(study):
    in_line = {"amendments": [{"name": "later", "set": {"days_since_transplant_min": 100}}]}

    assert again(study, **in_line).changed == ["parameters", "files", "beside"]
    assert again(study, **in_line).skipped


def test_without_asking_it_is_made_again(study):
    report = build_report(study, progress=False)

    assert not report.skipped
    assert list(report.changed) == []


def amend(study, folder):
    (folder / "later.yaml").write_text("- {name: later, set: {days_since_transplant_min: 101}}\n")


def rewrite_notebook(study, folder):
    path = folder / "small.ipynb"
    path.write_text(path.read_text().replace("of every random draw", "of the draws"))


CHANGES = {
    "an amendment": (amend, ["files"]),
    "a notebook": (rewrite_notebook, ["notebooks"]),
    "a page that is gone": (lambda study, folder: (folder / "out" / "small.html").unlink(), ["small.html is gone"]),
    "a page that was edited": (
        lambda study, folder: (folder / "out" / "small.html").write_text("mine"),
        ["small.html is not as it was written"],
    ),
    "a manifest that cannot be read": (lambda study, folder: (folder / "out" / "study.json").write_text("{"), None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_by_hand_is_made_again(change, study, tmp_path):
    do, expected = CHANGES[change]
    do(study, tmp_path)

    if expected is None:
        with pytest.raises(ReportError, match="was not written by a study"):
            again(study)
        return
    assert again(study).changed == expected
    assert again(study).skipped


@pytest.mark.parametrize(
    ("key", "value", "changed"),
    [
        ("parameters", {"all": {"seed": 9}}, ["parameters"]),
        ("title", "Another", ["title"]),
        ("disclosure", "release", ["cohorts", "disclosure", "parameters"]),
        ("outputs", ["html", "pdf"], ["outputs"]),
    ],
)
def test_another_setting_is_made_again(study, key, value, changed):
    assert sorted(again(study, **{key: value}).changed) == changed


def test_another_extract_other_code_or_packages_are_made_again(study, cohorts, monkeypatch):
    assert set(again(study, cohorts=[str(cohorts / "south")]).changed) == {"cohorts", "parameters"}
    again(study)
    monkeypatch.setattr(what_matters, "package_versions", lambda: {"pandas": "0"})
    assert again(study).changed == ["packages"]
    monkeypatch.setattr(what_matters, "PACKAGE", cohorts)
    assert again(study).changed == ["postgraft"]


def test_the_code_that_counts_is_the_whole_package_but_for_what_python_caches(tmp_path):
    assert what_matters.content_hash(tmp_path) == what_matters.content_hash(tmp_path)
    seen = set()
    for name, text in (("a.py", "1"), ("a.py", "2"), ("data/b.yaml", "2"), ("__pycache__/a.pyc", "3")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
        seen.add(what_matters.content_hash(tmp_path))
    assert len(seen) == 3


def test_what_could_not_be_made_is_tried_again(study, monkeypatch):
    def without_pdf(workshop, run, *rest):
        if run.notebook.name == "small":
            workshop.missing.append("small.pdf cannot be made without Chromium")
        return pretend.make_one(workshop, run, *rest)

    monkeypatch.setattr(build, "make_one", without_pdf)
    asked = {"outputs": ["html", "pdf"]}
    assert again(study, **asked).missing == ["small.pdf cannot be made without Chromium"]
    second = again(study, **asked)
    assert (second.skipped, second.changed) == (False, ["small.pdf cannot be made without Chromium"])


def test_files_of_others_stay_and_those_of_notebooks_no_longer_wanted_go(study, make_notebook, tmp_path):
    out = tmp_path / "out"
    (out / "notes.txt").write_text("mine")
    (out / "small.failed.ipynb").write_text("{}")
    make_notebook("other")

    again(study, notebooks=["other.ipynb"])

    assert names(out) == [
        "00_summary.ipynb",
        "index.html",
        "notes.txt",
        "other.html",
        "other.ipynb",
        "provenance.json",
        "study.json",
    ]
    assert (out / "notes.txt").read_text() == "mine"


def test_a_file_of_somebody_elses_is_never_replaced(study, make_notebook, tmp_path):
    make_notebook("other")
    (tmp_path / "out" / "other.html").write_text("mine")
    before = contents(tmp_path / "out")

    with pytest.raises(ReportError, match=r"out/other\.html: would be replaced, but was not written by a study"):
        again(study, notebooks=["other.ipynb"])

    assert contents(tmp_path / "out") == before


def test_two_runs_at_once_are_told(study, tmp_path):
    with staging.staged(tmp_path / "out"), pytest.raises(ReportError, match="another run is making it"):
        again(study)
