"""What a reader sees before anything is scrolled: the answer, and on a telephone the first numbers of a table."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pages.notebooks import SHOWN
from playwright.sync_api import Browser, Page

SCREENS = {1100: 900, 390: 844}
"""Pixels: width of a window, and the height within which the answer has to end."""
PHONE = 390

WITHOUT_ANSWER = {"06_patient_review"}
"""Shows patients, and answers no question about a cohort."""

OUT_OF_SIGHT = """() => [...document.querySelectorAll('main .table')].filter(region => {
    const cell = region.querySelector('tbody td.gt_right');
    return cell && cell.getBoundingClientRect().right - region.getBoundingClientRect().left > region.clientWidth + 1;
  }).map(region => region.getAttribute('aria-label'))"""

SCROLLED = """() => [...document.querySelectorAll('main .table')]
  .filter(region => region.scrollWidth > region.clientWidth + 1)
  .filter(region => Math.max(...[...region.querySelectorAll('tbody tr')].map(row => row.children.length)) <= 2)
  .map(region => region.getAttribute('aria-label'))"""

Shown = Callable[[str, int, int], Page]


@pytest.fixture(scope="module")
def shown(browser: Browser, pages: Mapping[str, Path]) -> Shown:
    """A page by name in a window, with all that is folded open."""

    def open_page(name: str, width: int, height: int) -> Page:
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(pages[name].as_uri())
        return page

    return open_page


@pytest.mark.parametrize("notebook", [one for one in [*SHOWN, "index"] if one not in WITHOUT_ANSWER])
@pytest.mark.parametrize("width", SCREENS)
def test_the_answer_stands_on_the_first_screen(shown: Shown, notebook: str, width: int):
    page = shown(notebook, width, SCREENS[width])
    answer = page.locator(".answer").first
    box, said = answer.bounding_box(), answer.inner_text()

    assert box["y"] + box["height"] <= SCREENS[width]
    assert any(letter.isdigit() for letter in said)
    page.close()


@pytest.mark.parametrize("notebook", [one for one in SHOWN if one not in WITHOUT_ANSWER])
def test_a_telephone_shows_the_first_numbers_of_a_table(shown: Shown, notebook: str):
    page = shown(notebook, PHONE, SCREENS[PHONE])
    page.eval_on_selector_all("details", "parts => parts.forEach(part => part.open = true)")

    assert page.evaluate(OUT_OF_SIGHT) == []
    assert page.evaluate(SCROLLED) == []
    page.close()
