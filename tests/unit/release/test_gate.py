"""From a report to the copy of what leaves: nothing without a signature, all of it noted."""

import datetime as dt
import hashlib
import importlib.metadata
import json
import shutil

import pytest
from architecture.project import ROOT
from studies.conftest import contents
from unit.release import made

from postgraft.disclosure.house import house
from postgraft.extract import read_extract
from postgraft.release import RELEASED, register, release
from postgraft.release.gate import CHECKLIST, UNSIGNED
from postgraft.reports.notebooks import RELEASED_NOTEBOOKS
from postgraft.reports.project import ReportError

pytestmark = pytest.mark.slow

PAGE = f"{made.STEM}.html"
FIRST = (
    "cohort: no patient is in the register. If a version of it was released before, its identifiers were made anew "
    "since, and nothing keeps the two versions apart."
)


def test_the_page_about_it_has_the_same_checklist_and_notebooks():
    page = " ".join((ROOT / "docs" / "release.md").read_text(encoding="utf-8").split())
    listed = " ".join(f"{number}. {point}" for number, point in enumerate(CHECKLIST, 1))
    assert f" {listed} ## " in page
    *names, last = (f"`{name}`" for name in RELEASED_NOTEBOOKS)
    assert f"Only {', '.join(names)} and {last}, " in page


def versions():
    with register.held(house()) as kept:
        return kept.versions


@pytest.fixture
def newer(tmp_path):
    """A report of the cohort without so many of its patients, and the folder of that extract."""

    def make(gone):
        cohort = made.write_cohort(tmp_path / f"without-{gone}", (*made.IDS[:1], *made.IDS[1 + gone :]))
        return made.write_report(tmp_path / f"report-without-{gone}", made.record(cohort)), [cohort]

    return make


def test_without_a_signature_the_checklist_is_shown_and_nothing_copied(tmp_path, report, cohort):
    decision = release(report, [cohort], tmp_path / "out")
    points = "\n".join(f"  [ ] {point}" for point in CHECKLIST)
    assert decision.refused == UNSIGNED
    assert decision.said == (
        f"{FIRST}\n\nWould leave:\n  {PAGE}\n  index.html\n  provenance.json\n\nTo be looked at by a person:\n{points}"
    )
    assert (decision.files, (tmp_path / "out").exists(), versions()) == ((), False, ())


def test_what_is_signed_is_copied_with_a_record_of_it(tmp_path, report, cohort):
    out = tmp_path / "deep" / "out"
    decision = release(report, [cohort], out, "A. Reader")

    assert (decision.refused, decision.said) == ("", FIRST)
    assert [path.relative_to(out).as_posix() for path in decision.files] == [
        PAGE, "index.html", "provenance.json", RELEASED,
    ]  # fmt: skip
    files = contents(out)
    told = json.loads(files.pop(RELEASED))
    assert told.pop("sha256") == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    released = told.pop("released")
    assert dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(released) < dt.timedelta(minutes=5)
    assert told == {
        "postgraft": importlib.metadata.version("postgraft"),
        "level": "release",
        "threshold": 10,
        "rounding": 5,
        "signed_by": "A. Reader",
        "override": None,
    }
    assert b"parameters" not in files["provenance.json"]
    [kept] = versions()
    assert (kept.cohort, kept.signed_by, kept.released) == ("cohort", "A. Reader", released)
    assert len(kept.patients) == len(read_extract(cohort).patients)
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_the_same_report_again_is_released(tmp_path, report, cohort):
    release(report, [cohort], tmp_path / "out", "A. Reader")
    decision = release(report, [cohort], tmp_path / "again", "B. Reader")
    assert decision.said == (
        "cohort: every patient is in the same sets as in an earlier version, so every count prints the same."
    )
    assert contents(tmp_path / "out").keys() == contents(tmp_path / "again").keys()


def test_a_version_one_patient_apart_is_refused_unless_somebody_answers_for_it(tmp_path, report, cohort, newer):
    release(report, [cohort], tmp_path / "out", "A. Reader")
    [first] = versions()
    other, cohorts = newer(1)

    decision = release(other, cohorts, tmp_path / "next", "A. Reader")
    assert decision.refused == (
        f"cohort: tables differ by 1 patient from the version released on {first.released}; accepted is by none, or by "
        "11 or more, as what differs reveals these patients. 10 more must change; or somebody answers for it with "
        "--override REASON."
    )
    assert not (tmp_path / "next").exists()

    decision = release(other, cohorts, tmp_path / "next", "A. Reader", "The patient withdrew consent")
    assert decision.refused == ""
    told = json.loads((tmp_path / "next" / RELEASED).read_text())
    assert told["override"] == versions()[-1].override == "The patient withdrew consent"


def test_the_rule_of_a_stricter_study_asks_for_more_patients(tmp_path, report, cohort, newer):
    release(report, [cohort], tmp_path / "out", "A. Reader")
    other, [fewer] = newer(11)
    strict = made.write_report(tmp_path / "strict", made.record(fewer, disclosure=made.RULE | {"threshold": 20}))
    assert "10 more must change" in release(strict, [fewer], tmp_path / "next", "A. Reader").refused
    assert release(other, [fewer], tmp_path / "next", "A. Reader").refused == ""


def test_findings_and_the_rule_of_versions_are_told_together(tmp_path, report, cohort, newer):
    release(report, [cohort], tmp_path / "out", "A. Reader")
    other, cohorts = newer(2)
    (other / "notes.txt").write_text("mine")
    refused = release(other, cohorts, tmp_path / "next", "A. Reader").refused
    assert refused.startswith(f"{other}: not released: 1 error\n  notes.txt\n    was not written by the run")
    assert "\ncohort: tables differ by 2 patients from" in refused


def test_an_override_overrides_the_rule_of_versions_alone(tmp_path, report, cohort):
    (report / "notes.txt").write_text("mine")
    decision = release(report, [cohort], tmp_path / "out", "A. Reader", "It is urgent")
    assert "notes.txt" in decision.refused
    (report / "notes.txt").unlink()
    release(report, [cohort], tmp_path / "out", "A. Reader", "It is urgent")
    assert json.loads((tmp_path / "out" / RELEASED).read_text())["override"] is None


@pytest.mark.parametrize(
    ("signed_by", "override", "message"),
    [
        (None, "why", "--override: nobody signs; accepted is a reason together with --signed-by NAME"),
        (" ", None, "--signed-by: is empty; accepted is a text that somebody answers for"),
        ("A", "", "--override: is empty; accepted is a text that somebody answers for"),
        (
            "A",
            f"{made.IDS[2]} was wrong",
            "--override: holds the identifier of a patient; accepted is a text without, as it leaves too",
        ),
        (
            made.TRANSPLANT,
            None,
            "--signed-by: holds the day of a patient's transplant; accepted is a text without, as it leaves too",
        ),
    ],
)
def test_what_nobody_can_sign(tmp_path, report, cohort, signed_by, override, message):
    with pytest.raises(ReportError) as refused:
        release(report, [cohort], tmp_path / "out", signed_by, override)
    assert str(refused.value) == message
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_empty(tmp_path, report, cohort):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(ReportError) as refused:
        release(report, [cohort], tmp_path / "out", "A. Reader")
    assert str(refused.value) == f"{tmp_path / 'out'}: accepted is a new or empty folder"
    assert (contents(tmp_path / "out"), versions()) == ({"mine.txt": b"mine"}, ())


def test_a_copy_that_is_broken_off_leaves_neither_folder_nor_note(tmp_path, report, cohort, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(register.Register, "add", full)
        with pytest.raises(OSError, match="No space left"):
            release(report, [cohort], tmp_path / "out", "A. Reader")
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".out*"))
    assert versions() == ()


def test_a_copy_that_was_killed_is_cleared_away_by_the_next_one(tmp_path, report, cohort):
    shutil.copytree(report, tmp_path / ".out.making")
    release(report, [cohort], tmp_path / "out", "A. Reader")
    assert not list(tmp_path.glob(".out*"))
    assert f"{made.STEM}.ipynb" not in contents(tmp_path / "out")
