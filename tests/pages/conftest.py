"""The pages that are looked at: each is rendered and printed once for all tests."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from architecture.project import ROOT
from browser import ARGUMENTS, browser, chromium
from machine import SERIFS, fontconfig
from made_once import made_once
from pages.hostile import hostile_page
from pages.notebooks import SHOWN
from playwright.sync_api import Browser

from postgraft.reports import build_report
from postgraft.reports.pdf import find_chromium, render_pdf

__all__ = ["browser", "chromium"]

INDEX, HOSTILE = "index", "hostile"
MUCH_TEXT = ("02_eligible_population", HOSTILE)


@pytest.fixture(scope="session")
def pages(chromium: Path) -> Mapping[str, Path]:
    """Name → HTML page of every notebook on the demo cohort, of their index, and of one made to break.

    Beside each page stands its PDF.
    """
    folder = made_once("pages", make)
    return {name: folder / name_of(name) for name in [*SHOWN, INDEX, HOSTILE]}


def make(folder: Path) -> None:
    """Render and print the pages."""
    changes = {"notebooks": SHOWN, "output": str(folder / "demo"), "outputs": ["html", "pdf"], "disclosure": "internal"}
    report = build_report(ROOT / "cohorts" / "demo", changes, jobs=2, progress=False)
    for page in (report.index, hostile_page(folder)):
        render_pdf(page)


def name_of(page: str) -> str:
    """Where a page stands in the folder."""
    return f"{'hostile' if page == HOSTILE else 'demo'}/{page}.html"


@pytest.fixture(scope="session")
def printed(pages: Mapping[str, Path]) -> Mapping[str, Path]:
    """Name → PDF of each page."""
    return {name: page.with_suffix(".pdf") for name, page in pages.items()}


@pytest.fixture(scope="module")
def in_serif(request: pytest.FixtureRequest, browser: Browser, printed: Mapping[str, Path]) -> Mapping[str, Path]:
    """Name → PDF in one of the serifs that the tests know: of each page in the first, of ``MUCH_TEXT`` in the other."""
    if request.param == next(iter(SERIFS)):  # the one that all else is drawn in
        return printed

    def print_all(folder: Path) -> None:
        fonts = str(fontconfig(folder, request.param))
        other = browser.browser_type.launch(
            executable_path=find_chromium(), args=ARGUMENTS, env=os.environ | {"FONTCONFIG_FILE": fonts}
        )
        for name in MUCH_TEXT:
            page = other.new_page()
            page.goto(printed[name].with_suffix(".html").as_uri())
            page.pdf(path=folder / f"{name}.pdf", prefer_css_page_size=True)
        other.close()

    folder = made_once(request.param, print_all)
    return {name: folder / f"{name}.pdf" for name in MUCH_TEXT}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test of a ``name`` is one of each page, one of a serif of each page in it."""
    pages = [*SHOWN, INDEX, HOSTILE]
    if "in_serif" in metafunc.fixturenames:
        first, *others = SERIFS
        pairs = [(first, name) for name in pages] + [(one, name) for one in others for name in MUCH_TEXT]
        metafunc.parametrize(("in_serif", "name"), pairs, indirect=["in_serif"])
    elif "name" in metafunc.fixturenames:
        metafunc.parametrize("name", pages)
