"""Links of a page to files beside it.

A page as a tagged PDF, printed by the Chromium or Chrome of this machine.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Container
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

from postgraft.reports.files import write_whole
from postgraft.reports.kernels import Stop
from postgraft.reports.project import ReportError


def without_links(html: str, there: Container[str] = ()) -> str:
    """The page with its links to files beside it taken off, but for those that are ``there``; their words stay.

    Files are named as a link names them, from the page's folder. Links within the page and to the web are kept.
    """
    soup = BeautifulSoup(html, "html.parser")
    for link in soup.select("a[href]"):
        target = urlsplit(str(link["href"]))
        if not target.scheme and target.path and unquote(target.path) not in there:
            del link["href"]
    return str(soup)


def unfolded(html: str) -> str:
    """The page with what is folded as plain parts: so a sheet never ends with the heading of what follows."""
    soup = BeautifulSoup(html, "html.parser")
    for part in soup.select("main :is(details, summary)"):
        part["class"], part.name = part.name, "div"
    return str(soup)


NAMED_BY = "POSTGRAFT_CHROMIUM"
"""The environment variable that names the program, by path or by name."""

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
"""What the program is called, in the order looked for."""

TIMEOUT = 180
"""Seconds after which printing is given up; a page of forty figures takes less than ten."""

ALONE = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-default-browser-check",
    "--no-first-run",
)
"""Load and send nothing: no host is found, and nothing is done beside printing."""

QUIET = ("--disable-gpu", "--disable-dev-shm-usage", "--log-level=3", "--mute-audio")
"""No screen is needed, nor more shared memory than a container has."""


class NoChromiumError(ReportError):
    """A PDF was asked for where no Chromium is."""


def find_chromium() -> Path | None:
    """The program that prints: the one POSTGRAFT_CHROMIUM names, else the first of PROGRAMS on the PATH.

    None where it is not found; nothing else is taken in place of one that is named.
    """
    named = os.environ.get(NAMED_BY)
    for name in [named] if named else PROGRAMS:
        found = shutil.which(name)
        if found:
            return Path(found).absolute()
    return None


def render_pdf(page: Path, stop: Stop | None = None) -> Path:
    """Print an HTML page to ``NAME.pdf`` beside it and return that path.

    Paper, margins, running heads and page numbers are those of the page's own style. The PDF is tagged and
    has the page's title, language and headings as its outline. It appears only when whole; of two prints of
    a page the dates within differ. ``stop`` ends the printing from another thread.

    Raises:
        NoChromiumError: there is no Chromium; the page stays as it is.
        ReportError: Chromium failed or did not end, or the folder for temporary files has no room.
        StoppedError: ``stop`` was called.
    """
    program = find_chromium()
    if program is None:
        raise _no_chromium(page)
    target = page.with_suffix(".pdf")
    try:
        write_whole(target, _printed(page, program, stop or Stop()))
    except OSError as error:
        raise ReportError(
            f"{target.name}: cannot be printed ({error.strerror}: {error.filename or gettempdir()}). The folder for "
            f"temporary files is the one TMPDIR names. {page.name} can be read as it is."
        ) from error
    return target


def _printed(page: Path, program: Path, stop: Stop) -> bytes:
    """The PDF of a page; nothing else is left of the printing."""
    with TemporaryDirectory(prefix="postgraft-", ignore_cleanup_errors=True) as folder:
        printed, copy = Path(folder) / "printed.pdf", Path(folder) / page.name
        # Chromium would print where files beside the page lie on this machine.
        copy.write_text(unfolded(without_links(page.read_text(encoding="utf-8"))), encoding="utf-8")
        said = _run(
            [
                str(program),
                "--headless",
                f"--user-data-dir={folder}/profile",
                *ALONE,
                *QUIET,
                *(["--no-sandbox"] if _is_root() else []),
                "--no-pdf-header-footer",
                "--generate-pdf-document-outline",
                f"--print-to-pdf={printed}",
                copy.as_uri(),
            ],
            page,
            folder,
            stop,
        )
        stop.check()
        if not printed.exists():
            raise ReportError(f"{page.name}: {program} wrote no PDF: {said or 'it gave no reason'}")
        return printed.read_bytes()


def _run(command: list[str], page: Path, folder: str, stop: Stop) -> str:
    """Run to the end and return the last line said; whatever happens no process of it stays behind."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
        env=os.environ | {"TMPDIR": folder},
    ) as process:
        try:
            with stop.ending(partial(_kill, process)):
                _, said = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired as error:
            raise ReportError(f"{page.name}: {command[0]} did not end within {TIMEOUT} seconds") from error
        finally:
            _kill(process)
    return next(reversed(said.strip().splitlines()), "")


def _kill(process: "subprocess.Popen[str]") -> None:
    """End a process and what it has started, at once, if it runs."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def _is_root() -> bool:
    """Chromium's sandbox refuses to work for root, as whom containers run."""
    return os.geteuid() == 0


def _no_chromium(page: Path) -> NoChromiumError:
    named = os.environ.get(NAMED_BY)
    looked = f"{NAMED_BY}={named} is no program" if named else f"none of {', '.join(PROGRAMS)} is on the PATH"
    return NoChromiumError(
        f"{page.with_suffix('.pdf').name} cannot be made without Chromium or Chrome: {looked}. "
        f"On Debian: apt-get install chromium; elsewhere name the program in {NAMED_BY}. "
        f"{page.name} can be read as it is."
    )
