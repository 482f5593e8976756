"""The words a reader sees: one name a thing, none that has another name by now, no name of the code."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pages.conftest import HOSTILE

BANNED = (
    "eligible for certain",
    "certainly eligible",
    "all certain",
    "upper bound",
    "if all unknown were met",
    "none failed",
    "documentation missing",
    "diagnosis open",
    "95 % interval",
    "95 % range",
    "lines min",
    "attested = open",
    "stands in the way",
)
LABELS = ("certain", "possible")
"""Legal words of a sentence; never all that a cell, a heading or the text of a label says."""
SNAKE = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")
UNREAD = "script, style, template, title"
APPENDIX = "details"
FOOT = "footer"
"""Where the inputs of a run are named as in their files."""


def visible(page: Path, without: str = "") -> BeautifulSoup:
    """A page without what no reader sees, and without some more of it."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    for part in soup.select(f"{UNREAD}, {without}" if without else UNREAD):
        part.decompose()
    for broken in soup.select("wbr"):
        broken.decompose()
    return soup


@cache
def said(page: Path, without: str = "") -> str:
    """What a page says, read once for all that is looked for."""
    return words(visible(page, without))


def words(soup: BeautifulSoup) -> str:
    """The text and the words that stand for the figures, in one line."""
    parts = [soup.get_text(" "), *(image.get("alt", "") for image in soup.select("img"))]
    return " ".join(" ".join(parts).split()).casefold()


def labels(soup: BeautifulSoup) -> Iterator[str]:
    """What cells, headings and emphasised words say, each by itself."""
    for part in soup.select("th, td, h1, h2, h3, h4, summary, dt, strong, b, em"):
        yield " ".join(part.get_text(" ").split()).casefold()


@pytest.mark.parametrize("banned", BANNED)
def test_no_label_that_has_another_name(pages: Mapping[str, Path], banned: str):
    found = {name for name, page in pages.items() if name != HOSTILE and banned in said(page)}

    assert found == set()


def test_certain_and_possible_are_no_labels(pages: Mapping[str, Path]):
    found = {(name, one) for name, page in pages.items() for one in labels(visible(page)) if one in LABELS}

    assert found == set()


def test_names_of_the_code_stand_in_the_appendix_alone(pages: Mapping[str, Path]):
    found = {
        (name, one)
        for name, page in pages.items()
        if name != HOSTILE
        for one in SNAKE.findall(said(page, f"{APPENDIX}, {FOOT}"))
    }

    assert found == set()


def test_what_is_looked_for_would_be_found():
    """A page of the words that are not to be said; a name in the appendix or in a script is none."""
    page = "<main><th>Possible</th><p>None\N{NO-BREAK SPACE}failed</p><p>lines_min</p><details>a_b</details></main>"
    soup = BeautifulSoup(page, "html.parser")

    assert "none failed" in words(soup)
    assert "possible" in set(labels(soup))
    assert SNAKE.findall(words(soup)) == ["lines_min", "a_b"]
