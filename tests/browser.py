"""Fixtures of tests that need Chromium; a conftest.py takes them by ``from browser import ...``.

Where there is none these tests skip, unless POSTGRAFT_NEEDS_CHROMIUM=1 says that there must be one.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from postgraft.reports.pdf import ALONE, NAMED_BY, PROGRAMS, QUIET, find_chromium

NEEDED = "POSTGRAFT_NEEDS_CHROMIUM"
HERE = [one for one in ALONE if "host-resolver" not in one]  # JupyterLab is looked at over the network
ARGUMENTS = [*HERE, *QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
STARTED_WITHIN = 120  # seconds; a busy machine takes long


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The system's Chromium; no browser is ever downloaded."""
    found = find_chromium()
    if found:
        return found
    why = f"no Chromium: set {NAMED_BY} or install one of {', '.join(PROGRAMS)}"
    if os.environ.get(NEEDED) == "1":
        pytest.fail(f"{NEEDED}=1, but {why}")
    pytest.skip(why)


@pytest.fixture(scope="session")
def running(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address at which a headless Chromium listens, one for all tests of a worker."""
    profile = tmp_path_factory.mktemp("chromium")
    port = profile / "DevToolsActivePort"
    command = [chromium, "--headless", "--remote-debugging-port=0", f"--user-data-dir={profile}", *ARGUMENTS]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            until = time.monotonic() + STARTED_WITHIN
            while not (port.exists() and port.read_text()) and time.monotonic() < until:
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port.read_text().split()[0]}"
        finally:
            os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def browser(running: str) -> Iterator[Browser]:
    """That Chromium under playwright.

    Of a module, not of the session: while playwright is open its event loop counts as running, and what
    runs notebooks in the tests of other modules must find none.
    """
    with sync_playwright() as playwright:
        yield playwright.chromium.connect_over_cdp(running, timeout=1000 * STARTED_WITHIN)
