"""Pages on paper: tagged, numbered, and nothing of a table or figure cut off or torn apart."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from pages.hostile import COLUMNS, ROWS
from playwright.sync_api import Browser
from pypdf import PageObject, PdfReader

SHEETS = 22
"""At most of the whole report on the demo cohort."""
OTHERS = {"06_patient_review", "hostile"}
A4 = (595, 842)
MILLIMETRE = 96 / 25.4
"""Pixels of a browser."""
ACROSS = "across"
LINE = 60
"""Characters, about as many as a line of a cell has at least."""

CLIPPED = """width => [...document.querySelectorAll('main :is(td, th, caption, p, li, pre, h1, h2, h3, img)')]
    .filter(part => part.getBoundingClientRect().right > width + 1 || part.scrollWidth > part.clientWidth + 1)
    .map(part => [part.closest('.table')?.className ?? 'text', part.outerHTML.slice(0, 200)])"""


@cache
def words(page: Path) -> BeautifulSoup:
    """A page, read once for all tests, which change nothing in it."""
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


def squeezed(text: str) -> str:
    """Text without white space and soft marks: a PDF has its own line ends."""
    return re.sub(r"[\s\u00ad\u200b]", "", text)


def elements(node: Any) -> Iterator[Mapping[str, Any]]:
    """The elements of a structure tree, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        for part in node:
            yield from elements(part)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node["/K"])


def pictures(page: PageObject) -> int:
    drawn = page["/Resources"].get("/XObject", {})
    return sum(one.get_object()["/Subtype"] == "/Image" for one in drawn.values())


def ends_with_picture(page: PageObject) -> bool:
    """Whether nothing is written on a sheet after its last picture; heads and numbers are written first."""
    drawn: list[bytes] = re.findall(rb"\b(Do|TJ|Tj)\b", page.get_contents().get_data())
    return drawn[-1] == b"Do"


Printed = Mapping[str, Path]


@pytest.fixture
def html(pages: Mapping[str, Path], name: str) -> BeautifulSoup:
    return words(pages[name])


@cache
def read(path: Path) -> PdfReader:
    return PdfReader(path)


@pytest.fixture
def pdf(printed: Printed, name: str) -> PdfReader:
    return read(printed[name])


@cache
def texts(path: Path) -> list[str]:
    """The text of each sheet; reading it takes longer than anything else here."""
    return [sheet.extract_text() for sheet in read(path).pages]


@pytest.fixture
def sheets(printed: Printed, name: str) -> list[str]:
    return texts(printed[name])


def test_a_pdf_is_tagged_and_tells_title_language_and_headings(pdf: PdfReader, html: BeautifulSoup):
    root = pdf.trailer["/Root"]
    tags = Counter(element["/S"] for element in elements(root["/StructTreeRoot"]))
    outline = squeezed(str([pdf.outline]))

    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  # pypdf's own boolean
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert pdf.metadata.title == html.title.get_text()
    assert tags["/H1"] == 1
    assert tags["/Table"] == len(html.find_all("table"))
    assert tags["/TH"] >= len(html.select("th"))  # rows of headers are repeated
    for heading in html.select(
        "h1, main h2:not(.summary h2, details h2)" if html.select(".summary") else "h1, main h2"
    ):
        assert squeezed(heading.get_text()) in outline


def test_the_report_is_of_few_sheets_and_the_summary_of_one(printed: Printed):
    """Without the charts of patients, of which a reviewer prints as many as asked for."""
    number = {name: len(read(path).pages) for name, path in printed.items() if name not in OTHERS}

    assert number["index"] == 1
    assert sum(number.values()) <= SHEETS


def test_figures_in_a_pdf_have_their_words(pdf: PdfReader, html: BeautifulSoup):
    figures = [e for e in elements(pdf.trailer["/Root"]["/StructTreeRoot"]) if e["/S"] == "/Figure"]

    assert [figure["/Alt"] for figure in figures] == [image["alt"] for image in html.find_all("img")]


def test_each_sheet_is_a4(pdf: PdfReader):
    sizes = {tuple(sorted(round(float(side)) for side in sheet.mediabox[2:])) for sheet in pdf.pages}

    assert sizes == {A4}


def test_each_sheet_tells_its_number_cohort_and_level(sheets: list[str], html: BeautifulSoup):
    cohort = squeezed(html.header.p.get_text())[:40]
    short = {"internal": "Internal, not for release", "identifiable": "IDENTIFIABLE PATIENTS, never for release"}[
        html.select_one(".banner")["class"][1]
    ]
    for number, text in enumerate(sheets, 1):
        assert f"{number} / {len(sheets)}" in text
        assert short in text
        assert cohort in squeezed(text)


def test_each_cell_and_paragraph_is_in_the_pdf(in_serif: Printed, name: str, html: BeautifulSoup):
    text = squeezed("".join(texts(in_serif[name])))
    # Of the sheet in two columns the lines of both are read in turn.
    parts = html.select("main :is(td, th, caption, h1, h2, h3, p:not(nav p)), dd")
    told = [part.get_text() for part in parts if not html.select(".summary") or not part.find_parent("main")]

    assert [part for part in told if not printed(squeezed(part), text)] == []


def printed(part: str, text: str) -> bool:
    """Whether all of it is there; what is longer than a line may be torn apart once, where a sheet ends."""
    pieces = [part[i : i + LINE] for i in range(0, len(part), LINE)]
    absent = [piece for piece in pieces if piece not in text]
    torn = [(piece[:i], piece[i:]) for piece in absent for i in range(1, len(piece))]
    return not absent or (len(pieces) > 1 == len(absent) and any(a in text and b in text for a, b in torn))


@pytest.mark.parametrize(("paper", "turned"), [(174, False), (261, True)])
def test_nothing_goes_beyond_the_margins(
    browser: Browser, pages: Mapping[str, Path], name: str, paper: int, turned: bool
):
    width = int(paper * MILLIMETRE)
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        page.emulate_media(media="print")
        page.goto(pages[name].as_uri())
        clipped = page.evaluate(CLIPPED, width)

    assert [part for table, part in clipped if (ACROSS in table.split()) == turned] == []


def test_no_figure_is_torn_apart(pdf: PdfReader, html: BeautifulSoup):
    assert sum(map(pictures, pdf.pages)) == len(html.find_all("img"))


def test_no_heading_stands_alone_at_the_foot(pdf: PdfReader, sheets: list[str], html: BeautifulSoup):
    headings = {squeezed(heading.get_text()) for heading in html.select("h1, h2, h3, caption")}
    last = [
        squeezed(text.strip().splitlines()[-1])
        for page, text in zip(pdf.pages, sheets, strict=True)
        if not ends_with_picture(page)
    ]

    # Of a heading of two lines the lower one is seen.
    assert [line for line in last if any(heading.endswith(line) for heading in headings)] == []


def test_rows_are_whole_and_headed_on_every_sheet(printed: Printed):
    sheets = texts(printed["hostile"])

    for row in range(ROWS):
        begins = [number for number, text in enumerate(sheets) if re.search(rf"begin{row}\b", text)]
        ends = [number for number, text in enumerate(sheets) if re.search(rf"end{row}\b", text)]
        assert begins == ends
        assert len(begins) == 2  # the table is there twice
    with_rows = [text for text in sheets if re.search(r"begin\d", text)]
    assert len(with_rows) > 4
    assert [text for text in with_rows if "Headcount" not in text] == []


def test_a_table_of_forty_columns_is_on_paper_turned(printed: Printed):
    pages, sheets = read(printed["hostile"]).pages, texts(printed["hostile"])
    text = squeezed(
        "".join(sheet for page, sheet in zip(pages, sheets, strict=True) if page.mediabox.width > page.mediabox.height)
    )

    assert [n for n in range(COLUMNS) if f"Plateletscolumn_{n}" not in text] == []
    assert "Headcount" not in text
