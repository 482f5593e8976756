"""What of a page is read on demand: closed on the screen, open on paper."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag

TAG = "details"
"""A cell of a notebook with this tag is read on demand: a text that begins with a heading with all cells up to the
next heading of its rank or above, another one by itself."""

_HEADINGS = ("h1", "h2", "h3", "h4")
_NUMBERS = "The numbers"


def fold_details(soup: BeautifulSoup) -> None:
    """Put the marked cells of a page into ``details``, whose summary is the heading or the table's own title."""
    for cell in soup.select(f"main .jp-Cell:is(.celltag_{TAG}, :has(.jp-MarkdownOutput.celltag_{TAG}))"):
        heading = _heading(cell)
        following = _until(cell, heading) if heading else []
        folded, summary = soup.new_tag("details"), soup.new_tag("summary")
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
