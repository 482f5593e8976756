"""The pages that are looked at: each is rendered and printed once for all tests."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from architecture.project import ROOT
from browser import browser, chromium
from made_once import made_once
from pages.hostile import hostile_page
from pages.notebooks import SHOWN

from postgraft.reports import build_report
from postgraft.reports.pdf import render_pdf

__all__ = ["browser", "chromium"]

INDEX, HOSTILE = "index", "hostile"


@pytest.fixture(scope="session")
def pages(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Name → HTML page of every notebook on the demo cohort, of their index, and of one made to break.

    Beside each page stands its PDF.
    """
    folder = made_once(tmp_path_factory, "pages", make)
    return {name: folder / name_of(name) for name in [*SHOWN, INDEX, HOSTILE]}


def make(folder: Path) -> None:
    """Render and print the pages."""
    changes = {
        "notebooks": SHOWN,
        "output": str(folder / "demo"),
        "outputs": ["html", "pdf"],
        "disclosure": "internal",
    }
    report = build_report(ROOT / "cohorts" / "demo", changes, jobs=2, progress=False)
    for page in (report.index, hostile_page(folder)):
        render_pdf(page)


def name_of(page: str) -> str:
    """Where a page stands in the folder."""
    return f"{page}.html" if page == HOSTILE else f"demo/{page}.html"


@pytest.fixture(scope="session")
def printed(pages: Mapping[str, Path]) -> Mapping[str, Path]:
    """Name → PDF of each page."""
    return {name: page.with_suffix(".pdf") for name, page in pages.items()}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test of a ``name`` is one of each page."""
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", [*SHOWN, INDEX, HOSTILE])
