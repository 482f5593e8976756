"""A report in which nothing is wrong passes, and leaves whole or not at all."""

import hashlib
import json
from pathlib import Path

import pytest
from unit.reports.release import clean

from postgraft.reports import ReportError
from postgraft.reports.links import without_links
from postgraft.reports.release_check import RELEASED, check_release, hand_over

pytestmark = pytest.mark.slow

PAGE, NOTEBOOK = f"{clean.STEM}.html", f"{clean.STEM}.ipynb"


def handed(page: bytes) -> bytes:
    """A page as it leaves without its notebook."""
    assert b'href="' + clean.STEM.encode() + b'.ipynb"' in page
    left = without_links(page.decode(), {PAGE, "provenance.json", "index.html"}).encode()
    assert b'.ipynb"' not in left
    return left


def test_a_clean_report_passes(report, cohort):
    checked = check_release(report, [cohort], notebooks=True)
    assert str(checked) == (
        f"{report}: 3 files read, nothing found that may not leave: counts from 1 to 10 are hidden, "
        "other counts are rounded to multiples of 5."
    )
    assert checked.passed


def test_what_leaves(report, cohort, tmp_path):
    (report / "index.html").write_text("<html><body><p>Of 40 patients.</p></body></html>")
    (report / "study.json").write_text("{}")
    (report / "notes.txt").write_text("for us")
    hand_over(check_release(report, [cohort]), tmp_path / "out")

    out = {path.name for path in (tmp_path / "out").iterdir()}
    assert out == {PAGE, "index.html", "provenance.json", RELEASED}
    assert (tmp_path / "out" / PAGE).read_bytes() == handed((report / PAGE).read_bytes())
    told = json.loads((tmp_path / "out" / "provenance.json").read_text())[clean.STEM]
    assert "parameters" not in told
    assert told["disclosure"] == clean.RULE
    released = json.loads((tmp_path / "out" / RELEASED).read_text())
    assert {released[name] for name in ("level", "threshold", "rounding", "check_version")} == {
        "release",
        10,
        5,
        1,
    }
    assert released["released"].endswith("+00:00")
    assert released["sha256"] == {
        name: hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() for name in out - {RELEASED}
    }


def test_executed_notebooks_leave_only_where_asked_for(report, cohort, tmp_path):
    paths = hand_over(check_release(report, [cohort], notebooks=True), tmp_path / "out", notebooks=True)
    assert {path.name for path in paths} == {PAGE, NOTEBOOK, "provenance.json", RELEASED}


def test_what_leaves_is_what_was_checked(report, cohort, tmp_path):
    before = (report / PAGE).read_bytes()
    checked = check_release(report, [cohort])
    (report / PAGE).write_text(clean.IDS[0])
    hand_over(checked, tmp_path / "out")
    assert (tmp_path / "out" / PAGE).read_bytes() == handed(before)


def test_a_folder_that_holds_something_is_left_alone(report, cohort, tmp_path):
    checked = check_release(report, [cohort])
    (tmp_path / "out").mkdir()
    hand_over(checked, tmp_path / "out")
    with pytest.raises(ReportError, match="new or empty folder"):
        hand_over(checked, tmp_path / "out")


def test_an_interruption_leaves_nothing(report, cohort, tmp_path, monkeypatch):
    checked = check_release(report, [cohort])
    write = Path.write_bytes

    def stopped(path, data):
        if path.name == RELEASED:
            raise KeyboardInterrupt
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", stopped)
    with pytest.raises(KeyboardInterrupt):
        hand_over(checked, tmp_path / "out")
    assert {path.name for path in tmp_path.iterdir()} == {"report"}


def test_what_did_not_pass_is_not_handed_over(report, cohort, tmp_path):
    (report / f"{clean.IDS[0]}.txt").write_text("")
    with pytest.raises(ReportError, match="did not pass"):
        hand_over(check_release(report, [cohort]), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_command_passes_and_copies(run, report, cohort, tmp_path):
    status, out, err = run("release", report, "--cohort", cohort, "--to", tmp_path / "out")
    assert (status, err) == (0, "")
    assert f"Wrote {tmp_path / 'out' / PAGE}\n" in out


def test_the_command_refuses_with_every_finding_and_copies_nothing(run, report, cohort, tmp_path):
    (report / f"{clean.IDS[0]}.txt").write_text("")
    (report / "index.html").write_text("<html><body><p>3 patients</p></body></html>")
    status, out, err = run("release", report, "--cohort", cohort, "--to", tmp_path / "out")
    assert (status, out) == (1, "")
    assert err.startswith(f"{report}: may not leave the house, 2 findings in 2 files\n")
    assert f"  {clean.IDS[0]}.txt\n    patient identifiers (1): " in err
    assert "  index.html\n    counts that are not printed as at level release (1): " in err
    assert "      text: “3 patients”: 3 is a count from 1 to 10" in err
    assert not (tmp_path / "out").exists()


def test_the_command_calls_what_it_cannot_read_bad_input(run, report, tmp_path):
    status, out, err = run("release", tmp_path / "nothing")
    assert (status, out) == (2, "")
    assert "accepted is the folder of a report" in err
    assert run("release", report)[0] == 1  # the folder its record names is there, but is another cohort
