"""An HTML page, or a part of one: everything in it, seen or not, and what is read as sentences and tables."""

import base64
import binascii
import re
import urllib.parse
from typing import Final

from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import NavigableString, PreformattedString

from postgraft.reports.release_check.grids import html_grid
from postgraft.reports.release_check.images import image_material
from postgraft.reports.release_check.leaks import Kind
from postgraft.reports.release_check.material import Material, Piece

ALTERNATIVES: Final = ("alt", "title", "aria-label", "aria-description", "desc")
"""Attributes, and elements of SVG, whose texts stand for what is shown."""
UNREAD: Final = ("script", "style", "template", "noscript")
"""Elements whose text is not part of the page's sentences."""
INLINE: Final = {
    *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "dfn", "em", "i", "kbd", "mark", "q", "s"),
    *("samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr", "tspan"),
}
_DATA: Final = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[\w=.-]+)*),([^\"'()\s]*)", re.IGNORECASE)
_CHARSET: Final = re.compile(r"<meta[^>]*charset=[\"']?([\w-]+)", re.IGNORECASE)
_SPACES: Final = re.compile(r"[ \t\r\f\v\xa0]+")


def page_material(data: bytes, file: str) -> Material:
    """What a whole page holds; one in another encoding than UTF-8 a browser might read otherwise."""
    text = data.decode("utf-8", "replace")
    found = html_material(text, file)
    charsets = {name.lower() for name in _CHARSET.findall(text)}
    if "\ufffd" in text or charsets - {"utf-8"}:
        found.leak(file, "page", Kind.unread, "it is not in UTF-8")
    return found


def html_material(html: str, file: str, place: str = "") -> Material:
    """What HTML holds; ``place`` is where in the file it stands, empty for a whole page."""
    found = Material()
    beginning = f"{place}, " if place else ""
    found.texts.append(Piece(file, f"{beginning}source", _DATA.sub("data:", html)))
    for data in _DATA.finditer(html):
        _open_data(data, found, file, f"{beginning}data: URI")
    soup = BeautifulSoup(html, "html.parser")
    _hidden_texts(soup, found, file, beginning)
    for tag in soup.find_all(True):
        for name, value in tag.attrs.items():
            text = value if isinstance(value, str) else " ".join(value)
            if not text.startswith("data:"):
                found.texts.append(Piece(file, f"{beginning}<{tag.name} {name}>", text))
            if name in ALTERNATIVES:
                found.prose.append(Piece(file, f"{beginning}<{tag.name} {name}>", text, alt=True))
    found.grids += [html_grid(table, file, place) for table in soup.find_all("table")]
    for tag in soup.find_all(UNREAD):
        tag.decompose()
    for drawing in soup.find_all("svg"):
        texts = [text.get_text() for text in drawing.find_all(["title", "desc", "text"])]
        found.prose += [Piece(file, f"{beginning}SVG", text, alt=True) for text in texts]
    for row in soup.find_all("tr"):
        if len(row.find_all(["td", "th"], recursive=False)) > 1:
            row.decompose()  # its cells are read in their columns
    found.prose.append(Piece(file, f"{beginning}text", reading_text(soup)))
    return found


def reading_text(soup: BeautifulSoup | Tag) -> str:
    """The text as it is read, a line a block; what is within a line stays together."""
    parts: list[str] = []
    for node in soup.descendants:
        if isinstance(node, Tag):
            if node.name not in INLINE:
                parts.append("\n")
        elif not isinstance(node, PreformattedString):
            in_text = node.find_parent("pre") is not None
            parts.append(str(node) if in_text else _SPACES.sub(" ", str(node).replace("\n", " ")))
            following = node.next_sibling is None and node.parent is not None
            if following and node.parent is not None and node.parent.name not in INLINE:
                parts.append("\n")
    lines = (" ".join(line.split()) for line in "".join(parts).splitlines())
    return "\n".join(line for line in lines if line)


def _hidden_texts(soup: BeautifulSoup, found: Material, file: str, beginning: str) -> None:
    for node in soup.find_all(string=True):
        if isinstance(node, Comment):
            found.texts.append(Piece(file, f"{beginning}comment", str(node)))
        elif isinstance(node, NavigableString) and node.parent is not None and node.parent.name in UNREAD:
            found.texts.append(Piece(file, f"{beginning}<{node.parent.name}>", str(node)))
            if node.parent.name == "script":
                found.leak(
                    file, f"{beginning}<script>", Kind.hidden, "a script; a page that leaves runs nothing"
                )


def _open_data(data: "re.Match[str]", found: Material, file: str, place: str) -> None:
    kind, options, body = data[1] or "text/plain", data[2], data[3]
    raw = urllib.parse.unquote_to_bytes(body)
    if options.endswith(";base64"):
        try:
            raw = base64.b64decode(raw, validate=True)
        except binascii.Error:
            found.leak(file, place, Kind.unread, f"{kind} that is no base64")
            return
    if kind == "image/svg+xml":
        found.add(html_material(raw.decode("utf-8", "replace"), file, f"{place} {kind}"))
    elif kind.startswith("image/"):
        found.add(image_material(raw, file, f"{place} {kind}"))
    else:
        text = raw.decode("utf-8", "replace")
        found.texts.append(Piece(file, f"{place} {kind}", text))
        found.prose.append(Piece(file, f"{place} {kind}", text))
