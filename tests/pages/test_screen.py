"""Pages in a browser: for whoever cannot see or use a mouse, on any width, without a network."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations", "incomplete"],
}
LEFT_TO_PEOPLE = {
    "color-contrast",  # of text under the edge of what scrolls; the unit test of the style compares all colours
    "th-has-data-cells",  # a header of a group of rows has no data cell in its own row
}
"""Rules of which axe cannot tell for every element."""

DESKTOP, PHONE, REFLOW = 1280, 390, 320
"""Pixels of a window; at 320 WCAG asks for no more than one direction of scrolling."""


ABSENT = defaultdict(set, hostile={"../index.html", "provenance.json"})
"""Links of the page that was not made as part of a report."""


@contextmanager
def opened(browser: Browser, page: Path, width: int) -> Iterator[Page]:
    with browser.new_context(viewport={"width": width, "height": 900}, offline=True) as context:
        shown = context.new_page()
        shown.goto(page.as_uri())
        yield shown


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_axe_finds_nothing(browser: Browser, pages: Mapping[str, Path], name: str, width: int):
    # Colours do not depend on the width, and comparing them takes most of the time.
    colours = {"rules": {"color-contrast": {"enabled": width == DESKTOP}}}
    with opened(browser, pages[name], width) as page:
        found = Axe().run(page, options=RULES | colours)

    assert not found.response["violations"], found.generate_report()
    assert {rule["id"] for rule in found.response["incomplete"]} <= LEFT_TO_PEOPLE


def test_axe_would_find_a_figure_without_words(browser: Browser, pages: Mapping[str, Path], tmp_path: Path):
    silent = tmp_path / "silent.html"
    silent.write_text(pages["hostile"].read_text(encoding="utf-8").replace(" alt=", " data-alt="))

    with opened(browser, silent, DESKTOP) as page:
        found = Axe().run(page, options=RULES)

    assert {rule["id"] for rule in found.response["violations"]} == {"image-alt"}


def test_every_figure_says_what_it_shows(browser: Browser, pages: Mapping[str, Path], name: str):
    with opened(browser, pages[name], DESKTOP) as page:
        words = page.eval_on_selector_all("img", "images => images.map(image => image.alt)")

    assert [alt for alt in words if len(alt.split()) < 4] == []


@pytest.mark.parametrize("width", [DESKTOP, PHONE, REFLOW])
def test_only_tables_and_figures_scroll_sideways(
    browser: Browser, pages: Mapping[str, Path], name: str, width: int
):
    with opened(browser, pages[name], width) as page:
        wide = page.evaluate("document.documentElement.scrollWidth")

    assert wide <= width


def test_nothing_but_the_page_itself_is_asked_for(browser: Browser, pages: Mapping[str, Path], name: str):
    with browser.new_context() as context:
        asked = []
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.goto(pages[name].as_uri(), wait_until="networkidle")

    assert [url for url in asked if not url.startswith("data:")] == [pages[name].as_uri()]


def test_what_the_page_links_to_stands_beside_it(browser: Browser, pages: Mapping[str, Path], name: str):
    with opened(browser, pages[name], DESKTOP) as page:
        links = page.eval_on_selector_all("a", "links => links.map(link => link.getAttribute('href'))")
    beside = {link for link in links if not link.startswith(("#", "https:"))}

    assert {link for link in beside if not (pages[name].parent / unquote(link)).is_file()} <= ABSENT[name]
    assert f"{name}.ipynb" in beside or name == "index"
