"""Which parts of a page are printed: empty ones are not, and some are read on demand."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag

from postgraft.vocabulary.carried import NOTHING

TAG = "details"
"""A cell of a notebook with this tag is read on demand: a text that begins with a heading with all cells up to the
next heading of its rank or above, another one by itself."""

_HEADINGS = ("h1", "h2", "h3", "h4")
_NUMBERS = "The numbers"


def settle_sections(soup: BeautifulSoup) -> None:
    """Leave out what shows nothing, then fold what is read on demand: closed on the screen, open on paper."""
    marked = soup.select(f"main .jp-Cell:is(.celltag_{TAG}, :has(.jp-MarkdownOutput.celltag_{TAG}))")
    _leave_out_empty(soup)
    for cell in (one for one in marked if not one.decomposed):
        _fold(soup, cell)


def _leave_out_empty(soup: BeautifulSoup) -> None:
    """Take out the cells that have nothing to show, and the headings and texts that then stand alone."""
    for empty in soup.select(f"main .{NOTHING}"):
        cell = empty.find_parent("div", class_="jp-Cell")
        if cell is None or cell.decomposed:
            continue
        headed = next((one for one in cell.find_previous_siblings() if _heading(one)), None)
        cell.decompose()
        heading = _heading(headed) if headed else None
        if headed is None or heading is None or heading.name == "h1":
            continue
        own = _until(headed, heading)
        if not any("jp-CodeCell" in (one.get("class") or []) for one in own):
            for one in (headed, *own):
                one.decompose()


def _fold(soup: BeautifulSoup, cell: Tag) -> None:
    """Put a cell, and what belongs to it, into ``details`` whose summary is the heading or the table's own title."""
    heading = _heading(cell)
    following = _until(cell, heading) if heading else []
    folded, summary = soup.new_tag("details"), soup.new_tag("summary")
    if heading:
        folded["id"] = "-".join(re.findall(r"[a-z0-9]+", heading.get_text().lower()))
    cell.insert_before(folded)
    summary.append(heading.extract() if heading else _title(cell))
    folded.append(summary)
    folded.extend([cell, *following])


def _heading(cell: Tag) -> Tag | None:
    """The heading that a cell begins with."""
    return cell.find(_HEADINGS) if "jp-MarkdownCell" in (cell.get("class") or []) else None


def _until(cell: Tag, heading: Tag) -> list[Tag]:
    """The cells after this one up to the next heading of its rank or above."""
    found: list[Tag] = []
    for one in cell.find_next_siblings():
        own = _heading(one)
        if own is not None and own.name <= heading.name:
            break
        found.append(one)
    return found


def _title(cell: Tag) -> str:
    caption = cell.find("caption")
    return caption.get_text(" ", strip=True) if caption else _NUMBERS
