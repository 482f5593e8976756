"""Tables of any origin on a page: named, told by their headers, fitted to paper."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from postgraft.exhibits.tables import table
from postgraft.reports.page_tables import settle_tables


def settled(*tables: str) -> BeautifulSoup:
    soup = BeautifulSoup(f"<main>{''.join(tables)}</main>", "html.parser")
    settle_tables(soup)
    return soup


def made(columns: int, word: str = "12", title: str = "How many") -> str:
    names = [f"n{number}" for number in range(columns)]
    frame = pd.DataFrame([[word] * columns], columns=names)
    return table(frame, title, {name: name for name in names}).html


def test_a_title_becomes_the_caption_and_the_name_of_the_region():
    soup = settled(made(3))

    assert soup.caption.get_text() == "How many"
    assert soup.select("thead .gt_title") == []
    assert soup.select_one("div.table")["aria-label"] == "Table 1: How many"
    assert soup.style is None  # the page has one style for all tables


def test_each_cell_refers_to_headers_that_are_there_once():
    soup = settled(made(3), made(3))

    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)) == 8
    for cell in soup.select("[headers]"):
        names = cell["headers"] if isinstance(cell["headers"], list) else cell["headers"].split()
        assert len(names) == 2
        assert set(names) <= set(ids)


def test_a_date_stays_on_one_line_and_the_text_as_it_is():
    soup = settled(made(1, "2026-06-14 (2024-12-03 to 2031-07-17), 12026-06-14", title="By 2026-01-02"))

    assert [span.get_text() for span in soup.select("td .whole")] == ["2026-06-14", "2024-12-03", "2031-07-17"]
    assert soup.tbody.get_text().strip() == "2026-06-14 (2024-12-03 to 2031-07-17), 12026-06-14"
    assert soup.caption.get_text() == "By 2026-01-02"


def test_headers_of_a_plain_data_frame_say_what_they_head():
    soup = settled(pd.DataFrame({"share": [0.5]}, index=["a"]).to_html())

    assert [(th.get_text(), th["scope"]) for th in soup.find_all("th")] == [("share", "col"), ("a", "row")]
    assert soup.select_one("div.table")["aria-label"] == "Table 1"


def test_the_one_cell_of_a_row_heads_nothing():
    soup = settled(made(1))

    assert [(cell.name, cell.get_text()) for cell in soup.select("tbody > tr > *")] == [("td", "12")]
    assert soup.th["scope"] == "col"


@pytest.mark.parametrize(
    ("columns", "word", "classes"),
    [
        (6, "12", ["table"]),
        (6, "x" * 16, ["table", "small"]),
        (9, "x" * 16, ["table", "small", "across"]),
        (40, "1234", ["table", "tiny", "across"]),
        (40, "12345678", ["table", "tiny", "across", "broken"]),
        (2, "x" * 300, ["table", "tiny", "across", "broken"]),
        (2, "word " * 300, ["table"]),
        (2, "long_" * 60, ["table"]),  # names may be broken after an underscore
    ],
)
def test_a_table_takes_the_paper_it_needs(columns, word, classes):
    assert settled(made(columns, word)).select_one("div.table")["class"] == classes
