"""The page on top of a study: links, figures side by side, amendments; numbers only from the notebooks."""

import nbformat
import pytest
from bs4 import BeautifulSoup

from postgraft.exhibits.answer import MIME
from postgraft.reports.finished_report import FinishedReport
from postgraft.reports.index import write_index
from postgraft.reports.numbers import read_numbers

RECORD = {
    "protocol": "nct05873205",
    "amendments": [{"name": "early", "set": {}, "drop": []}, {"name": "idle", "set": {}, "drop": []}],
    "started": "2026-01-01T01:00:00+00:00",
    "ended": "2026-01-01T01:02:00+00:00",
    "git_revision": None,
    "python": "3.12.1",
    "packages": {"postgraft": "0.1.0", "pandas": "3.0.0"},
    "seed": None,
    "disclosure": {"level": "internal", "threshold": 0, "rounding": 0},
    "identifiable": False,
}
NUMBERS = {
    "transplanted": 1200,
    "eligible": 12,
    "eligible_or_possible": 30,
    **{"eligible.early": 15, "eligible_or_possible.early": 31, "gained.early": 3, "lost.early": 0},
    **{"eligible.idle": 12, "eligible_or_possible.idle": 30, "gained.idle": 0, "lost.idle": 0},
}


@pytest.fixture
def made(tmp_path):
    """Write an executed notebook that carries numbers, and tell of it as a run does."""

    def make(cohort, folder, notebook="04_what", numbers=NUMBERS, pdf=False, level="internal"):
        path = tmp_path / folder / f"{notebook}.ipynb"
        path.parent.mkdir(exist_ok=True)
        v4 = nbformat.v4
        cell = v4.new_code_cell("x", outputs=[v4.new_output("display_data", data={MIME: numbers})])
        nbformat.write(v4.new_notebook(cells=[v4.new_markdown_cell(f"# About {notebook} <&>"), cell]), path)
        disclosure = {"level": level, "threshold": 10, "rounding": 5}
        record = RECORD | {"cohort": {"name": cohort, "fingerprint": f"{folder:0<40}"}, "disclosure": disclosure}
        pages = path.with_suffix(".html"), path.with_suffix(".pdf") if pdf else None
        return FinishedReport(cohort, notebook, path, *pages, record)

    return make


def index(tmp_path, *reports):
    path = write_index(tmp_path, "A study", reports)
    assert path == tmp_path / "index.html"
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def rows(soup, slug):
    """The rows of a table below its head, as lists of text."""
    table = soup.select_one(f"table[aria-labelledby={slug}]")
    return [[cell.get_text() for cell in row.select("th, td")] for row in table.select("tbody tr")]


def test_every_file_is_linked_from_where_the_index_stands(made, tmp_path):
    soup = index(tmp_path, made("Site A", "Site A", pdf=True), made("Site B", "b"))

    links = {link["href"]: link["aria-label"] for link in soup.select("main a")}
    assert list(links) == [
        *(f"Site%20A/04_what.{kind}" for kind in ("html", "pdf", "ipynb")),
        *(f"b/04_what.{kind}" for kind in ("html", "ipynb")),
    ]
    assert links["b/04_what.html"] == "HTML: About 04_what <&>, Site B"


def test_figures_stand_side_by_side_as_the_notebooks_print_them(made, tmp_path):
    hidden = {"transplanted": "1,200", "eligible": "≤ 10", "eligible_or_possible": "30"}
    soup = index(tmp_path, made("Site A", "a"), made("Site B", "b", numbers=hidden))

    assert rows(soup, "key-figures") == [
        ["About 04_what <&>"],
        ["With an allogeneic transplant", "1,200", "1,200"],
        ["Eligible", "12", "≤ 10"],
        ["Eligible or not ruled out", "30", "30"],
    ]


def test_what_two_notebooks_say_alike_is_told_once_and_what_differs_twice(made, tmp_path):
    alike = made("Site A", "a", "02_who", {"transplanted": 1200, "eligible": 13})
    soup = index(tmp_path, alike, made("Site A", "a"))

    heads = [row[0] for row in rows(soup, "key-figures")]
    assert heads.count("With an allogeneic transplant") == 1
    assert heads.count("Eligible") == 2


def test_amendments_that_change_something_have_a_row_in_the_order_given(made, tmp_path):
    other = NUMBERS | {"gained.idle": 0, "eligible.early": 12, "gained.early": 0, "lost.early": 0}
    soup = index(tmp_path, made("Site A", "a"), made("Site B", "b", numbers=other))

    assert rows(soup, "amendments-side-by-side") == [
        ["The protocol as it is", "12", "30", "–", "–", "12", "30", "–", "–"],
        ["early", "15", "31", "3", "0", "12", "31", "0", "0"],
    ]
    assert "No change in any cohort: idle." in soup.get_text()


def test_two_extracts_of_one_name_keep_their_columns(made, tmp_path):
    soup = index(tmp_path, made("Same", "a"), made("Same", "b", numbers=NUMBERS | {"eligible": 13}))

    assert ["Eligible", "12", "13"] in rows(soup, "key-figures")


def test_a_cohort_without_a_notebook_has_a_dash_and_one_without_numbers_no_table(made, tmp_path):
    soup = index(tmp_path, made("A", "a", "01_what", {}), made("B", "b", "02_who", {}))

    assert [row[1:] for row in rows(soup, "reports")] == [["HTML notebook", "–"], ["–", "HTML notebook"]]
    assert soup.select("table[aria-labelledby=key-figures]") == []


def test_the_page_says_where_it_comes_from_and_for_whom(made, tmp_path):
    soup = index(tmp_path, made("Site A", "a", level="release"))
    foot = " ".join(soup.select_one("footer").get_text(" ", strip=True).split())

    assert "For release." in soup.select_one(".banner").get_text()
    assert "Level release" in foot
    assert "Site A, fingerprint a00000000000" in foot
    assert "2026-01-01 01:00 to 2026-01-01 01:02 UTC" in foot
    assert "postgraft 0.1.0" in foot
    assert soup.html["lang"] == "en"
    assert all(head.get("scope") for head in soup.select("th"))
    assert [heading.name for heading in soup.select("h1, h2")] == ["h1", "h2", "h2", "h2", "h2"]
    assert soup.select("script, [src]") == []


def test_numbers_are_read_in_a_steady_order_and_unknown_ones_last(made):
    numbers = {"zeta": 1, "eligible": 2, "transplanted": 3, "gained.x": 4, "new_eligible_per_year_or_possible": 5.5}

    found = read_numbers(made("A", "a", numbers=numbers).executed)

    assert list(found) == ["transplanted", "eligible", "new_eligible_per_year_or_possible", "zeta", "gained.x"]
    assert found == numbers
