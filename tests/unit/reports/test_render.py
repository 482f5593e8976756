"""The page made of an executed notebook: offline, readable without seeing, without code."""

import base64
import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from postgraft.exhibits.tables import table
from postgraft.reports.render import footer, render_html

PIXEL = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
).decode()

TABLE = table(
    pd.DataFrame({"what": ["eligible"], "patients": [12]}),
    "How many",
    {"what": "Answer", "patients": "Patients"},
    numbers=["patients"],
).html

RECORD = {
    "notebook": "02_small.ipynb",
    "cohort": {"name": "Site <A> & B", "fingerprint": "abc123"},
    "protocol": "nct05873205",
    "amendments": [{"name": "ANC 0.5", "set": {}, "drop": []}, {"name": "no remission"}],
    "seed": 7,
    "parameters": {"seed": 7},
    "started": "2025-06-30T10:00:00+00:00",
    "ended": "2025-06-30T10:00:12+00:00",
    "git_revision": "0123456789abcdef+",
    "python": "3.11.2",
    "packages": {"postgraft": "0.1.0", "pandas": "3.0.0"},
    "disclosure": {"level": "internal", "threshold": 10, "rounding": 5},
    "identifiable": False,
}


def executed(folder: Path) -> Path:
    v4 = nbformat.v4
    figure = v4.new_output(
        "display_data",
        data={"image/png": PIXEL, "text/plain": "<Figure>"},
        metadata={"image/png": {"alt": 'Bars: 3 "eligible" of 9'}},
    )
    table = v4.new_output("execute_result", data={"text/html": TABLE})
    widget = v4.new_output(
        "display_data", data={"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "Slider"}
    )
    script = v4.new_output("display_data", data={"application/javascript": "alert(1)", "text/plain": "script"})
    streams = [v4.new_output("stream", name=name, text=f"told on {name}") for name in ("stdout", "stderr")]
    notebook = v4.new_notebook(
        cells=[
            v4.new_markdown_cell("# Who could have joined\n\nSee [the record](https://clinicaltrials.gov/study/X)."),
            v4.new_code_cell("secret_code = 1", outputs=[]),
            v4.new_markdown_cell("## How many?"),
            v4.new_code_cell("more_code()", outputs=[figure, table]),
            v4.new_markdown_cell("## When?"),
            v4.new_code_cell("more_code()", outputs=[widget, script, *streams]),
            v4.new_markdown_cell("## Why not?\n\n### In detail\n\nA formula $x$."),
        ],
        metadata={"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}}},
    )
    path = folder / "02_small.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.fixture
def page(tmp_path: Path) -> BeautifulSoup:
    return BeautifulSoup(render_html(executed(tmp_path), RECORD).read_text(encoding="utf-8"), "html.parser")


def test_the_page_loads_nothing_and_runs_nothing(page):
    assert page.find_all(["script", "link", "iframe", "object", "embed"]) == []
    assert [tag for tag in page.find_all(src=True) if not tag["src"].startswith("data:")] == []
    style = " ".join(tag.get_text() for tag in page.find_all("style"))
    assert re.findall(r"@import|url\(", style) == []
    linked = {tag.name for tag in page.find_all(href=re.compile("^https?:"))}
    assert linked == {"a"}  # a link in prose is followed only on a click


def test_figures_say_what_they_show(page):
    assert [image["alt"] for image in page.find_all("img")] == ['Bars: 3 "eligible" of 9']


def test_code_widgets_scripts_and_warnings_are_left_out_and_results_kept(page):
    text = page.get_text()
    assert "secret_code" not in text
    assert "more_code" not in text
    assert "alert" not in text
    assert "told on stdout" in text
    assert "told on stderr" not in text
    assert page.select_one("div.table td").get_text() == "12"


@pytest.mark.parametrize(("level", "links"), [("internal", ["02_small.ipynb"]), ("release", [])])
def test_a_released_page_names_no_notebook(level, links, tmp_path):
    record = RECORD | {"disclosure": RECORD["disclosure"] | {"level": level}}
    page = BeautifulSoup(render_html(executed(tmp_path), record).read_text(encoding="utf-8"), "html.parser")
    assert [link["href"] for link in page.find_all("a", string="Notebook with the code")] == links


def test_what_can_be_scrolled_can_be_reached_by_keyboard_and_has_a_name(page):
    [region] = page.select("div.table")
    assert (region["role"], region["tabindex"], region["aria-label"]) == ("region", "0", "Table 1: How many")
    [figure] = page.select("div.figure")
    assert (figure["role"], figure["tabindex"], figure["aria-label"]) == ("group", "0", "Figure 1")
    assert figure.img["alt"]


def test_the_code_is_in_the_notebook_beside_the_page(page):
    assert [link["href"] for link in page.select("header a")] == ["02_small.ipynb"]
    assert [link["href"] for link in page.select("footer a")] == ["provenance.json", "02_small.ipynb"]


def test_a_page_of_a_study_links_back_to_the_index(tmp_path):
    page = render_html(executed(tmp_path), RECORD, index="../index.html").read_text(encoding="utf-8")

    assert '<a href="../index.html">Summary</a>' in page


def test_a_figure_within_other_html_is_one_of_the_page(tmp_path):
    path = executed(tmp_path)
    notebook = nbformat.read(path, as_version=4)
    section = f'<h3>One</h3><figure><img src="data:image/png;base64,{PIXEL}" alt="Nothing of 1"></figure>'
    shown = nbformat.v4.new_output("display_data", data={"text/html": section})
    notebook.cells.append(nbformat.v4.new_code_cell("more_code()", outputs=[shown]))
    nbformat.write(notebook, path)

    page = BeautifulSoup(render_html(path, RECORD).read_text(encoding="utf-8"), "html.parser")

    assert page.figure is None
    assert [part["aria-label"] for part in page.select("div.figure:has(> img)")] == ["Figure 1", "Figure 2"]


def test_language_title_headings_and_contents(page):
    assert page.html["lang"] == "en"
    assert page.title.get_text() == "Who could have joined"
    assert [tag.name for tag in page.select("main :is(h1, h2, h3)")] == ["h1", "h2", "h2", "h2", "h3"]
    targets = [link["href"].removeprefix("#") for link in page.select("nav a")]
    assert [page.find(id=target).get_text() for target in targets] == ["How many?", "When?", "Why not?"]


def test_the_first_link_skips_to_the_report(page):
    skip = page.body.find("a")
    assert skip["href"] == "#report"
    assert page.find(id="report").name == "main"


def test_the_foot_of_the_page_tells_the_provenance(page):
    told = {dt.get_text(): dt.find_next_sibling("dd").get_text() for dt in page.select("footer dt")}
    assert told == footer(RECORD)
    assert told["Cohort extract"] == "Site <A> & B, fingerprint abc123"
    assert told["Protocol"] == "nct05873205, amendments: ANC 0.5, no remission"
    assert told["Revision"] == "0123456789ab, files changed since"
    assert told["Computed"] == "2025-06-30 10:00 UTC, in 12 s"


def test_colours_have_the_contrast_wcag_aa_asks_for():
    style = (Path(__file__).parents[3] / "src/postgraft/reports/template/style.css").read_text(encoding="utf-8")
    colour = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", style))
    for text in ("ink", "soft", "link"):
        for ground in ("#ffffff", colour["shade"]):
            assert contrast(colour[text], ground) >= 4.5, (text, ground)
    assert contrast("#ffffff", colour["alarm"]) >= 4.5


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
