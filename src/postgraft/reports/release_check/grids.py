"""Tables as grids of cells: of HTML with all its spans, and of plain text as pandas, Markdown and CSV write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from bs4 import Tag

from postgraft.reports.release_check.material import Grid

_NUMBER: Final = re.compile(r"[+-]?[\d.,]+")
_RULE: Final = re.compile(r"[\s|:=+-]*")


def html_grid(table: Tag, file: str, place: str) -> Grid:
    """A table of HTML; rows that are one cell wide are left to the prose, headers above one another are joined.

    The table's title goes into the place.
    """
    title = table.select_one("caption, .gt_title")
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    spread = _spread([row.find_all(["td", "th"], recursive=False) for row in rows])
    width = max((len(cells) for cells in spread), default=0)
    heads: list[list[str]] = []
    body: list[tuple[str, ...]] = []
    for row, cells in zip(rows, spread, strict=True):
        if len({id(cell) for cell in cells}) < min(2, width):
            continue
        texts = [*(_text(cell) for cell in cells), *[""] * (width - len(cells))]
        is_head = row.find_parent("thead") is not None or (
            not body and all(cell.name == "th" for cell in cells)
        )
        if is_head:
            heads.append(texts)
        else:
            body.append(tuple(texts))
    headers = tuple(": ".join(dict.fromkeys(filter(None, above))) for above in zip(*heads, strict=True))
    named = f"table “{_text(title)}”" if title else "table"
    return Grid(file, f"{place}, {named}" if place else named, headers or ("",) * width, tuple(body))


def text_grids(text: str, file: str, place: str) -> Iterator[Grid]:
    """Tables in plain text: neighbouring lines of as many cells, the first of them the header."""
    for blank, lines in groupby(text.splitlines(), key=lambda line: not line.strip()):
        block = [line for line in lines if not _RULE.fullmatch(line)]
        if blank or len(block) < 2:
            continue
        if len(block) > 2 and len(block[1].split()) == 1 < len(block[2].split()):
            block[:2] = [
                f"{block[1].strip()}  {block[0].strip()}"
            ]  # pandas names the index on a line of its own
        for rows in _as_cells(block):
            headless = any(_NUMBER.fullmatch(cell) for cell in rows[0])
            headers = ("",) * len(rows[0]) if headless else rows[0]
            yield Grid(file, f"{place}, table in plain text", headers, tuple(rows if headless else rows[1:]))
            break


def _as_cells(block: list[str]) -> Iterator[list[tuple[str, ...]]]:
    """The block as rows of cells, in each way of writing tables that gives every row as many."""
    for separator in (r"\s*\|\s*", r"\t", r"\s*[,;]\s*(?!\d{3}\b)", r"\s{2,}", r"\s+"):
        rows = [re.split(separator, line.strip().strip("|").strip()) for line in block]
        width = len(rows[-1])
        if width > 1 and len(rows[0]) == width - 1:  # pandas names no index
            rows[0].insert(0, "")
        if width > 1 and all(len(row) == width for row in rows):
            yield [tuple(row) for row in rows]


def _spread(rows: list[list[Tag]]) -> list[list[Tag]]:
    """The cells by position, each as often as it spans columns and rows."""
    spread: list[list[Tag]] = []
    below: dict[int, tuple[Tag, int]] = {}
    for cells in rows:
        line: list[Tag] = []
        waiting = list(cells)
        while waiting or len(line) in below:
            if len(line) in below:
                cell, left = below.pop(len(line))
                if left > 1:
                    below[len(line)] = (cell, left - 1)
                line.append(cell)
                continue
            cell = waiting.pop(0)
            for _ in range(_span(cell, "colspan")):
                if _span(cell, "rowspan") > 1:
                    below[len(line)] = (cell, _span(cell, "rowspan") - 1)
                line.append(cell)
        spread.append(line)
    return spread


def _span(cell: Tag, name: str) -> int:
    text = str(cell.get(name, "1"))
    return max(1, min(int(text), 1000)) if text.isdecimal() else 1


def _text(cell: Tag) -> str:
    return " ".join(cell.get_text("").split())
