"""The pages that are looked at: each is rendered and printed once for all tests."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from architecture.project import ROOT
from browser import browser, chromium
from pages.hostile import hostile_page
from pages.notebooks import SHOWN

from postgraft.reports import build_report
from postgraft.reports.pdf import render_pdf

__all__ = ["browser", "chromium"]

INDEX, HOSTILE = "index", "hostile"


@pytest.fixture(scope="session")
def pages(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Name → HTML page of every notebook on the demo cohort, of their index, and of one made to break.

    Beside each page, but the one made to break and the index, stands its PDF.
    """
    folder = tmp_path_factory.mktemp("pages")
    report = build_report(
        ROOT / "cohorts" / "demo",
        {
            "notebooks": SHOWN,
            "output": str(folder / "demo"),
            "outputs": ["html", "pdf"],
            "disclosure": "internal",
        },
        jobs=2,
        progress=False,
    )
    made = {one.html.stem: one.html for one in report.made if one.html}
    return made | {INDEX: report.index, HOSTILE: hostile_page(folder)}


@pytest.fixture(scope="session")
def printed(pages: Mapping[str, Path]) -> Mapping[str, Path]:
    """Name → PDF of each page."""
    return {
        name: page.with_suffix(".pdf") if name in SHOWN else render_pdf(page) for name, page in pages.items()
    }


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test of a ``name`` is one of each page."""
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", [*SHOWN, INDEX, HOSTILE])
