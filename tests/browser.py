"""Fixtures of tests that need Chromium; a conftest.py takes them by ``from browser import ...``.

Where there is none these tests skip, unless POSTGRAFT_NEEDS_CHROMIUM=1 says that there must be one.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from postgraft.reports.pdf import ALONE, NAMED_BY, PROGRAMS, QUIET, find_chromium

NEEDED = "POSTGRAFT_NEEDS_CHROMIUM"
HERE = [one for one in ALONE if "host-resolver" not in one]  # JupyterLab is looked at over the network
ARGUMENTS = [*HERE, *QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
STARTED_WITHIN = 120_000
"""Milliseconds; a busy machine takes long."""


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


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """That Chromium under playwright, headless.

    Of a module, not of the session: while playwright is open its event loop counts as running, and what
    runs notebooks in the tests of other modules must find none. Each module starts one of its own: a second connection
    to one that runs sometimes waits for ever.
    """
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS, timeout=STARTED_WITHIN)
        yield started
        started.close()
