"""Every notebook runs whole in a real JupyterLab, and the explorer answers to the keyboard."""

import re

import evaluated
import pytest
from architecture.project import ROOT
from playwright.sync_api import expect

import postgraft as pg
from postgraft.analysis.what_if import Explorer

EXPLORER = "07_whatif_explorer.ipynb"
NOTEBOOKS = sorted({path.name for path in (ROOT / "notebooks").glob("*.ipynb")} - {EXPLORER})
PARAMETER, SLIDER = "days_since_transplant_min", "Days since transplant min"
STEPS = 30


def outputs(cells):
    return [output for cell in cells if cell["cell_type"] == "code" for output in cell["outputs"]]


@pytest.mark.long
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_whole(name, open_notebook):
    page = open_notebook(name)
    cells = page.run()

    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [one for one in outputs(cells) if one["output_type"] in ("error", "stream")] == []
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    shown = [one for one in outputs(cells) if one["output_type"] in ("display_data", "execute_result")]
    assert shown != []
    assert page.errors == []


def in_words(counts):
    return f"{counts.certain} eligible and {counts.possible} not ruled out, of {counts.of} patients"


def test_the_explorer_answers_to_the_keyboard(open_notebook):
    protocol = pg.load_protocol()
    expected = Explorer(evaluated.demo())
    days = protocol.days_since_transplant_min + STEPS
    moved = expected({PARAMETER: days}).counts
    assert in_words(moved) != in_words(expected.base.counts)

    page = open_notebook(EXPLORER)
    cells = page.run()
    assert [one["output_type"] for one in outputs(cells)] == ["execute_result"]
    browser = page.browser
    said, amendment = browser.locator(".postgraft-said"), browser.locator(".postgraft-answers pre")
    expect(said).to_contain_text(in_words(expected.base.counts))

    head = browser.get_by_role("button", name=re.compile("Days since transplant"))
    head.focus()
    browser.keyboard.press("Enter")
    slider = browser.get_by_role("slider", name=SLIDER)
    slider.focus()
    for _ in range(STEPS):
        browser.keyboard.press("ArrowRight")
    expect(amendment).to_contain_text(f"{PARAMETER}: {days}")
    expect(said).to_contain_text(in_words(moved))
    expect(slider).to_be_focused()
    expect(browser.get_by_role("spinbutton", name=SLIDER)).to_have_value(str(days))
    expect(head).to_contain_text("1 changed")

    browser.get_by_role("checkbox", name=re.compile("Drop the criterion")).check()
    without = expected({PARAMETER: days}, ["days_since_transplant"]).counts
    expect(said).to_contain_text(in_words(without))
    expect(amendment).to_contain_text("- days_since_transplant")

    number = browser.get_by_role("spinbutton", name=SLIDER)
    number.fill("5000")
    number.press("Enter")
    expect(said).to_contain_text("found 5000 (out of range)")
    expect(amendment).to_have_count(0)

    browser.get_by_role("button", name="Reset all").click()
    expect(said).to_contain_text(in_words(expected.base.counts))
    expect(number).to_have_value(str(protocol.days_since_transplant_min))
    expect(amendment).to_have_count(0)
    assert page.errors == []


def test_every_control_has_a_name_and_nothing_scrolls_sideways(open_notebook):
    page = open_notebook(EXPLORER)
    page.run()
    browser = page.browser
    groups = browser.locator("button.postgraft-group")
    expect(groups).to_have_count(len(pg.load_protocol().criteria) + 1)  # and what several read
    for head in groups.all():
        head.click()
    last = browser.get_by_role("checkbox", name="Drop the criterion No contraindication")
    expect(last).to_be_visible()
    nameless = """() => [...document.querySelectorAll('.postgraft-slider .noUi-handle')]
        .filter((handle) => !handle.getAttribute('aria-label')).length"""
    browser.wait_for_function(f"() => ({nameless})() === 0")
    assert browser.locator(".postgraft-slider .noUi-handle").count() > 60
    wide = """() => [...document.querySelectorAll('.postgraft-explorer, .postgraft-explorer .widget-vbox')]
        .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.className)"""
    assert browser.evaluate(wide) == []
    assert page.errors == []


THEMES = ("JupyterLab Light", "JupyterLab Dark")
READABLE = 4.5
"""Contrast of text that WCAG asks for."""
CONTRASTS = """() => {
  const colour = text => text.match(/[\\d.]+/g).map(Number);
  const linear = v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => [r, g, b].map(v => linear(v / 255))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = part => {
    for (; part; part = part.parentElement) {
      const found = colour(getComputedStyle(part).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const cells = [...document.querySelectorAll('.jp-OutputArea table :is(td, th)')];
  return cells.filter(cell => cell.innerText.trim()).map(cell => {
    const [a, b] = [colour(getComputedStyle(cell).color), behind(cell)].map(light).sort((x, y) => y - x);
    return [(a + 0.05) / (b + 0.05), cell.scrollWidth - cell.clientWidth, cell.innerText];
  });
}"""


def test_tables_can_be_read_in_each_theme(open_notebook):
    page = open_notebook("01_extract_quality.ipynb")
    page.run()
    for theme in THEMES:
        page.browser.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
        page.browser.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=theme)
        cells = page.browser.evaluate(CONTRASTS)

        assert len(cells) > 50
        assert [(theme, text) for contrast, _, text in cells if contrast < READABLE] == []
        assert [(theme, text) for _, beyond, text in cells if beyond > 1] == []
