"""The folder that changes all at once: exchange, its fallback, recovery, what is foreign, and the lock."""

import errno
import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest
from studies.conftest import contents, names

from postgraft.reports import ReportError, staging
from postgraft.reports.staging import making_folder, staged, swap


def is_mine(inside: Path) -> bool:
    return inside.name.startswith("mine")


@pytest.fixture
def output(tmp_path):
    """An earlier report with a file of somebody else's, one of them in a folder."""
    output = tmp_path / "report"
    (output / "notes").mkdir(parents=True)
    (output / "page.html").write_text("old")
    (output / "gone.html").write_text("old")
    (output / "mine.txt").write_text("kept")
    (output / "notes" / "mine.txt").write_text("kept too")
    (output / "mine-empty").mkdir()
    return output


@pytest.fixture(params=["exchange", "two renames"])
def way(request, monkeypatch):
    """Both ways of swapping; a file system that cannot exchange is made by refusing to."""
    if request.param == "two renames":
        monkeypatch.setattr(staging, "_exchange", lambda *_: False)
    return request.param


def make(output):
    with staged(output) as new:
        (new / "page.html").write_text("new")
        swap(new, output, is_mine)


def test_what_is_new_takes_the_place_and_what_is_foreign_stays(way, output):
    output.chmod(0o750)

    make(output)

    assert contents(output) == {"page.html": b"new", "mine.txt": b"kept", "notes/mine.txt": b"kept too"}
    assert (output / "mine-empty").is_dir()
    assert output.stat().st_mode & 0o777 == 0o750
    assert names(output.parent) == ["report"]


def test_a_first_output_is_brought_with_its_folders(tmp_path):
    make(tmp_path / "some" / "report")

    assert contents(tmp_path) == {"some/report/page.html": b"new"}
    assert names(tmp_path / "some") == ["report"]


def test_a_link_to_the_output_stays_a_link(output):
    link = output.with_name("link")
    link.symlink_to(output)

    make(link)

    assert link.is_symlink()
    assert (output / "page.html").read_text() == "new"
    assert names(output.parent) == ["link", "report"]


def test_a_failure_leaves_everything_as_it_was(output):
    before = contents(output)

    def fail():
        with staged(output) as new:
            (new / "page.html").write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert contents(output) == before
    assert names(output.parent) == ["report"]


def test_a_foreign_file_written_meanwhile_is_moved_along(way, output, monkeypatch):
    exchange = staging._exchange

    def meanwhile(one, other):
        (other / "notes" / "mine-late.txt").write_text("late")
        return exchange(one, other)

    monkeypatch.setattr(staging, "_exchange", meanwhile)
    make(output)

    assert (output / "notes" / "mine-late.txt").read_text() == "late"
    assert names(output.parent) == ["report"]


def test_a_run_killed_between_the_two_renames_is_mended_by_the_next(output):
    before = contents(output)
    making = making_folder(output)
    making.mkdir()
    output.rename(making / "old")
    (making / "new").mkdir()
    (making / "new" / "page.html").write_text("new")

    with staged(output) as new:
        assert contents(output) == before
        assert list(new.iterdir()) == []

    assert contents(output) == before
    assert names(output.parent) == ["report"]


def test_a_second_rename_that_fails_puts_the_earlier_folder_back(output, monkeypatch):
    before = contents(output)
    rename = Path.rename
    monkeypatch.setattr(staging, "_exchange", lambda *_: False)

    def refused(path, target):
        if path.name == "new":
            raise OSError("no")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(OSError, match="no"):
        make(output)

    assert contents(output) == before
    assert names(output.parent) == ["report"]


def test_where_the_file_system_has_no_hard_links_files_are_copied(output, monkeypatch):
    def refused(*_, **__):
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refused)
    make(output)

    assert (output / "mine.txt").read_text() == "kept"


HOLDS = """
import sys
from pathlib import Path
from postgraft.reports.staging import staged
with staged(Path(sys.argv[1])):
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_two_at_once_are_one_too_many(output):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, output], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        try:
            assert other.stdout.readline() == "ready\n"
            with pytest.raises(ReportError, match=r"another run is making it\. Wait for its end, or name"):
                make(output)
        finally:
            other.kill()  # what holds the lock is gone with it
    make(output)

    assert (output / "page.html").read_text() == "new"
    assert names(output.parent) == ["report"]


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_place_without_locks_is_told(output, monkeypatch, code):
    def refused(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", refused)
    why = f"files cannot be locked there ({os.strerror(code)}), so nothing keeps two runs apart."
    with pytest.raises(ReportError) as told:
        make(output)

    assert str(told.value) == f"{output}: {why} Accepted is an output on another file system."
    assert names(output.parent) == ["report"]


@pytest.mark.parametrize("fault", ["other inode", "not found"])
def test_a_lock_that_is_never_found_again_ends(output, monkeypatch, fault):
    monkeypatch.setattr(staging, "PAUSE", 0)
    if fault == "other inode":
        monkeypatch.setattr(os.path, "samestat", lambda *_: False)
    else:
        monkeypatch.setattr(os, "open", lambda path, *_: (_ for _ in ()).throw(FileNotFoundError(path)))
    with pytest.raises(ReportError, match=r"cannot be locked there \(a file that is locked is not found again\)"):
        make(output)

    assert names(output.parent) == ["report"]


def test_a_folder_of_somebody_else_with_the_name_of_a_runs_is_not_touched(output):
    making = making_folder(output)
    making.mkdir()
    (making / "diary.txt").write_text("mine")

    with pytest.raises(ReportError) as told:
        make(output)

    assert str(told.value) == (
        f"{making}: is no folder of a run (it holds diary.txt), and would be cleared away. Move it, or name another "
        "output."
    )
    assert names(making) == ["diary.txt"]
    (making / "diary.txt").rename(making / ".nfs0001")
    make(output)
    assert (output / "page.html").read_text() == "new"


def test_a_place_that_cannot_be_written_to_is_told(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(ReportError, match=r"cannot be made \(Not a directory"), staged(tmp_path / "file" / "out"):
        pass


def test_the_two_folders_change_places_in_one_step_where_linux_can(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "is").write_text(name)

    if staging._exchange(tmp_path / "a", tmp_path / "b"):
        assert (tmp_path / "a" / "is").read_text() == "b"
        assert (tmp_path / "b" / "is").read_text() == "a"
    with pytest.raises(FileNotFoundError):
        staging._exchange(tmp_path / "a", tmp_path / "absent")
