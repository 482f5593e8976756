"""Whether a page is what its executed notebook renders to."""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final

from bs4 import BeautifulSoup, Tag

from postgraft.reports.release_check.leaks import Kind, Leak
from postgraft.reports.release_check.material import Piece
from postgraft.reports.release_check.pages import reading_text
from postgraft.reports.render import render_html

_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")
_PAGE_NUMBER: Final = re.compile(r"^\d+ / \d+$", re.MULTILINE)


def changed(page: bytes, file: str, notebook: bytes, record: Mapping[str, Any]) -> Leak | None:
    """The first difference between a page and a new rendering: its text, pictures and their alternative texts.

    What stands around the report (style, links to its neighbours) may differ.
    """
    with tempfile.TemporaryDirectory(prefix="postgraft-") as folder:
        executed = Path(folder) / PurePosixPath(file).with_suffix(".ipynb").name
        executed.write_bytes(notebook)
        try:
            anew = render_html(executed, record).read_text(encoding="utf-8")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return Leak(file, "page", Kind.origin, f"it cannot be rendered from its record ({error!r})")
    given, made = (_told(html) for html in (page.decode("utf-8", "replace"), anew))
    for number, (here, there) in enumerate(zip(given, made, strict=False)):
        if here != there:
            return Leak(
                file,
                f"line {number + 1} of the text",
                Kind.changed,
                f"“{here[:60]}” instead of “{there[:60]}”",
            )
    if len(given) != len(made):
        return Leak(file, "the end of the text", Kind.changed, f"{len(given)} lines instead of {len(made)}")
    return None


def otherwise_printed(printed: Sequence[Piece], file: str, page: bytes | None) -> Iterator[Leak]:
    """Numbers of a PDF that its page does not have: in a PDF nobody can tell the columns of a table."""
    if page is None:
        yield Leak(file, "PDF", Kind.origin, "the page it was printed from is not beside it")
        return
    soup = BeautifulSoup(page, "html.parser", from_encoding="utf-8")
    of_page = {
        *_NUMBER.findall(reading_text(soup)),
        *_NUMBER.findall(" ".join(map(_described, _shown(soup)))),
    }
    for piece in printed:
        own = _PAGE_NUMBER.sub("", piece.text)
        for number in dict.fromkeys(_NUMBER.findall(own)):
            if number not in of_page:
                yield Leak(file, piece.place, Kind.changed, f"the number {number} is nowhere on its page")


def _shown(part: Tag) -> list[Tag]:
    return list(part.find_all(["img", "svg", "a", "script", "iframe", "object"]))


def _told(html: str) -> list[str]:
    soup = BeautifulSoup(html, "html.parser")
    lines: list[str] = []
    for part in soup.select("title, main, footer"):
        lines += reading_text(part).splitlines()
        lines += [_described(tag) for tag in _shown(part)]
    return lines


def _described(tag: Tag) -> str:
    told = (f"{name}={tag[name]}" for name in ("alt", "href", "src") if tag.get(name))
    drawn = re.sub(r"\s+", " ", str(tag)) if tag.name == "svg" else ""
    return " ".join((tag.name, *told, drawn)).strip()
