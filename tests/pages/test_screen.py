"""Pages in a browser: for whoever cannot see or use a mouse, on any width, without a network."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
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


@pytest.fixture(scope="module")
def open_page(browser: Browser, pages: Mapping[str, Path]) -> Iterator[Callable[[str, int], Page]]:
    """A page by name in a window of a width, opened once for all tests; they must not change it."""
    with ExitStack() as stack:
        yield cache(lambda name, width: stack.enter_context(opened(browser, pages[name], width)))


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_axe_finds_nothing(open_page: Callable[[str, int], Page], name: str, width: int):
    # Colours do not depend on the width, and comparing them takes most of the time.
    colours = {"rules": {"color-contrast": {"enabled": width == DESKTOP}}}
    found = Axe().run(open_page(name, width), options=RULES | colours)

    assert not found.response["violations"], found.generate_report()
    assert {rule["id"] for rule in found.response["incomplete"]} <= LEFT_TO_PEOPLE


def test_axe_would_find_a_figure_without_words(browser: Browser, pages: Mapping[str, Path], tmp_path: Path):
    silent = tmp_path / "silent.html"
    silent.write_text(pages["hostile"].read_text(encoding="utf-8").replace(" alt=", " data-alt="))

    with opened(browser, silent, DESKTOP) as page:
        found = Axe().run(page, options=RULES)

    assert {rule["id"] for rule in found.response["violations"]} == {"image-alt"}


def test_every_figure_says_what_it_shows(open_page: Callable[[str, int], Page], name: str):
    page = open_page(name, DESKTOP)
    words = page.eval_on_selector_all("img", "images => images.map(image => image.alt)")

    assert [alt for alt in words if len(alt.split()) < 4] == []


@pytest.mark.parametrize("width", [DESKTOP, PHONE, REFLOW])
def test_only_tables_and_figures_scroll_sideways(open_page: Callable[[str, int], Page], name: str, width: int):
    wide = open_page(name, width).evaluate("document.documentElement.scrollWidth")

    assert wide <= width


def test_nothing_but_the_page_itself_is_asked_for(browser: Browser, pages: Mapping[str, Path]):
    asked: dict[str, list[str]] = {name: [] for name in pages}
    with browser.new_context() as context:
        for name, path in pages.items():
            page = context.new_page()
            page.on("request", lambda request, name=name: asked[name].append(request.url))
            page.goto(path.as_uri())
        for page in context.pages:  # half a second each, which all of them have had by then but the last
            page.wait_for_load_state("networkidle")

    found = {name: [url for url in urls if not url.startswith("data:")] for name, urls in asked.items()}
    assert found == {name: [path.as_uri()] for name, path in pages.items()}


def test_what_the_page_links_to_stands_beside_it(
    open_page: Callable[[str, int], Page], pages: Mapping[str, Path], name: str
):
    page = open_page(name, DESKTOP)
    links = page.eval_on_selector_all("a", "links => links.map(link => link.getAttribute('href'))")
    beside = {link for link in links if not link.startswith(("#", "https:"))}

    files = {link.partition("#")[0] for link in beside}
    assert {link for link in files if not (pages[name].parent / unquote(link)).is_file()} <= ABSENT[name]
    assert f"{name}.ipynb" in beside or name == "index"
