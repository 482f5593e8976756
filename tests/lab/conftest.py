"""One JupyterLab and one browser for the tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import browser, chromium
from lab.jupyterlab import Lab, running_lab
from lab.pages import Page, opened
from playwright.sync_api import Browser

__all__ = ["browser", "chromium"]


@pytest.fixture(scope="session")
def lab(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture
def open_notebook(lab: Lab, browser: Browser) -> Iterator[type[Page]]:
    """Open a notebook of the copy in JupyterLab; its kernel is shut down and the page closed at the end."""
    with opened(lab, browser) as open_:
        yield open_
