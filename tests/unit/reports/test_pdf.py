"""Where the program that prints comes from, and what is said where there is none or it fails."""

import errno
import os
import threading
import time
from pathlib import Path

import pytest
from processes import ends

from postgraft.reports import ReportError, pdf
from postgraft.reports.kernels import Stop, StoppedError
from postgraft.reports.pdf import NoChromiumError, find_chromium, render_pdf
from postgraft.vocabulary.errors import PostgraftError

PAGE = "<!DOCTYPE html><html lang='en'><title>A page</title><h1>A page</h1></html>"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "02_a page.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH but for the shell's own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("POSTGRAFT_CHROMIUM", raising=False)
    return folder


def program(folder: Path, name: str, script: str = "exit 0") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_the_first_of_the_known_programs_is_taken(programs):
    assert find_chromium() is None
    chrome = program(programs, "google-chrome")
    assert find_chromium() == chrome
    program(programs, "other")
    assert find_chromium() == chrome
    chromium = program(programs, "chromium")
    assert find_chromium() == chromium


def test_the_named_program_is_taken_and_no_other_in_its_place(programs, tmp_path, monkeypatch):
    program(programs, "chromium")
    own = program(tmp_path, "my-chrome")

    monkeypatch.setenv("POSTGRAFT_CHROMIUM", str(own))
    assert find_chromium() == own
    monkeypatch.setenv("POSTGRAFT_CHROMIUM", str(tmp_path / "absent"))
    assert find_chromium() is None


def test_without_chromium_one_line_says_what_was_looked_for_and_what_to_do(programs, page):
    with pytest.raises(NoChromiumError) as raised:
        render_pdf(page)

    assert str(raised.value) == (
        "02_a page.pdf cannot be made without Chromium or Chrome: none of chromium, chromium-browser, "
        "google-chrome, google-chrome-stable, chrome is on the PATH. On Debian: apt-get install chromium; "
        "elsewhere name the program in POSTGRAFT_CHROMIUM. 02_a page.html can be read as it is."
    )
    assert isinstance(raised.value, PostgraftError)
    assert names(page.parent) == [page.name]


def test_a_program_named_wrongly_is_told(programs, page, monkeypatch):
    monkeypatch.setenv("POSTGRAFT_CHROMIUM", "/no/such/program")

    with pytest.raises(NoChromiumError, match="POSTGRAFT_CHROMIUM=/no/such/program is no program"):
        render_pdf(page)


def test_a_program_that_prints_nothing_leaves_the_earlier_pdf(programs, page):
    earlier = page.with_suffix(".pdf")
    earlier.write_bytes(b"earlier")
    program(programs, "chromium", "echo noise >&2; echo 'no space left' >&2; exit 1")

    with pytest.raises(PostgraftError, match=r"02_a page\.html: .*chromium wrote no PDF: no space left$"):
        render_pdf(page)
    assert earlier.read_bytes() == b"earlier"
    assert names(page.parent) == sorted([page.name, earlier.name])


def test_a_full_folder_for_temporary_files_costs_the_pdf_only(programs, page, monkeypatch):
    def full(**_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/full/postgraft-1")

    program(programs, "chromium")
    monkeypatch.setattr(pdf, "TemporaryDirectory", full)
    with pytest.raises(ReportError) as told:
        render_pdf(page)

    assert str(told.value) == (
        "02_a page.pdf: cannot be printed (No space left on device: /full/postgraft-1). The folder for temporary files "
        "is the one TMPDIR names. 02_a page.html can be read as it is."
    )
    assert names(page.parent) == [page.name]


def test_printing_is_stopped_from_another_thread_with_its_children(programs, page, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    told, stop = tmp_path / "child", Stop()
    program(programs, "chromium", f"sleep 60 & echo $! > {told}; wait")

    def later():
        while not (told.exists() and told.read_text()):
            time.sleep(0.02)
        stop()

    thread = threading.Thread(target=later)
    thread.start()
    with pytest.raises(StoppedError):
        render_pdf(page, stop)
    thread.join()
    assert ends(told.read_text().strip())


def test_a_program_that_does_not_end_is_ended_with_its_children(programs, page, monkeypatch, tmp_path):
    monkeypatch.setattr(pdf, "TIMEOUT", 0.5)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    told = tmp_path / "child"
    program(programs, "chromium", f"sleep 60 & echo $! > {told}; wait")

    with pytest.raises(PostgraftError, match=r"did not end within 0\.5 seconds"):
        render_pdf(page)
    assert ends(told.read_text().strip())
