"""The tables of a page: named, read out with their headers, scrolled by keyboard, and fitted to paper."""

import re

from bs4 import BeautifulSoup, Tag

PORTRAIT, LANDSCAPE = 174.0, 261.0
"""Millimetres between the margins of A4."""

FITS = (
    ("", PORTRAIT, 8.0, 3.2),
    ("small", PORTRAIT, 7.0, 1.5),
    ("small across", LANDSCAPE, 7.0, 1.5),
    ("tiny across", LANDSCAPE, 5.0, 1.5),
)
"""Classes of a table, width of its paper, size of its text in points and millimetres between its columns.

The first that fits is taken; what they mean is in the style.
"""

BROKEN = "tiny across broken"
"""Class of a table that fits nowhere: its words are broken rather than clipped."""

DATE = re.compile(r"(\b\d{4}-\d\d-\d\d\b)")

POINT = 0.3528
"""Millimetres of a point."""


def settle_tables(soup: BeautifulSoup) -> None:
    """Put every table of the page's main part into a region that is named and can be scrolled by keyboard.

    A great_tables title becomes the caption, and its styles go: the page has one style for all. Headers get
    their scope, ids become unique on the page. How a table is fitted to paper is its region's class.
    """
    for number, table in enumerate(soup.select("main table"), 1):
        caption = _captioned(soup, table)
        _tell_headers(table)
        _unique_ids(table, f"table-{number}-")
        _keep_dates_whole(soup, table)
        shown = _outermost(table)
        region = soup.new_tag("div", attrs={"class": f"table {_fit(table)}".strip(), "role": "region"})
        region["tabindex"] = "0"
        region["aria-label"] = f"Table {number}" + (f": {caption}" if caption else "")
        shown.replace_with(region)
        region.append(table)


def _outermost(table: Tag) -> Tag:
    """The div that great_tables puts around a table, with its styles; another table stands by itself."""
    parent = table.parent
    return parent if parent and parent.name == "div" and "gt_table" in (table.get("class") or []) else table


def _captioned(soup: BeautifulSoup, table: Tag) -> str | None:
    """Turn the heading rows of great_tables into a caption; its words, where the table has one."""
    rows = table.select("tr.gt_heading")
    if rows:
        caption = soup.new_tag("caption")
        for row in rows:
            part = soup.new_tag("span")
            part.extend(list(row.td.contents) if row.td else [])
            caption.append(part)
            row.decompose()
        table.insert(0, caption)
        for name in ("aria-labelledby", "aria-describedby"):
            del table[name]
    if table.thead and not table.thead.find("tr"):
        table.thead.decompose()
    return table.caption.get_text(" ", strip=True) if table.caption else None


def _tell_headers(table: Tag) -> None:
    """Say of each header cell what it heads; an empty one heads nothing, nor does the one cell of a row."""
    for header in table.find_all("th"):
        of_column = header.find_parent("thead") is not None
        alone = header.find_next_sibling() is None and header.find_previous_sibling() is None
        if not header.get_text(strip=True) or (alone and not of_column and header.get("scope") == "row"):
            header.name = "td"
            del header["scope"]
        elif not header.get("scope"):
            header["scope"] = "col" if of_column else "row"


def _unique_ids(table: Tag, prefix: str) -> None:
    """Number the ids within a table: two tables of one title have the same otherwise."""
    known = {str(tag["id"]): f"{prefix}{number}" for number, tag in enumerate(table.find_all(id=True), 1)}
    for tag in table.find_all(id=True):
        tag["id"] = known[str(tag["id"])]
    for cell in table.find_all(headers=True):
        cell["headers"] = " ".join(known[name] for name in _names(cell["headers"]) if name in known)


def _keep_dates_whole(soup: BeautifulSoup, table: Tag) -> None:
    """A line may end at a hyphen, but not within a date."""
    for text in table.find_all(string=DATE):
        parts = [
            soup.new_tag("span", string=part, attrs={"class": "whole"}) if DATE.fullmatch(part) else part
            for part in DATE.split(text)
        ]
        text.replace_with(*parts)


def _fit(table: Tag) -> str:
    """The classes by which a table can be printed whole: in smaller text, on paper turned, with words broken.

    Widths are estimated, on the wide side; a page has no script that could measure them.
    """
    columns = _widest_words(table)
    for classes, paper, size, between in FITS:
        if sum(width * size * POINT + between for width in columns) <= paper:
            return classes
    return BROKEN


def _widest_words(table: Tag) -> list[float]:
    """For each column the width of what cannot be broken within, in units of the size of the text."""
    widest: dict[int, float] = {}
    for row in table.find_all("tr"):
        column = 0
        for cell in row.find_all(["td", "th"]):
            span = int(str(cell.get("colspan") or 1))
            if span == 1:
                widest[column] = max(widest.get(column, 0.0), _longest(cell))
            column += span
    return list(widest.values())


def _longest(cell: Tag) -> float:
    text = cell.get_text(" ")
    keep = "nowrap" in str(cell.get("style", ""))
    return max(map(_width, [text.strip()] if keep else re.split(r"[ \t\n]+|(?<=-)(?=\D)", text)))


def _width(word: str) -> float:
    return sum(0.8 if letter.isupper() or letter in "mw%—" else 0.6 for letter in word)


def _names(value: str | list[str]) -> list[str]:
    """An attribute that lists ids; html.parser splits it for some elements only."""
    return value.split() if isinstance(value, str) else value
