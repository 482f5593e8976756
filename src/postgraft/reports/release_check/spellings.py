"""The texts that a text may be read as: as written, and with what is encoded in it decoded."""

import base64
import binascii
import html
import re
import unicodedata
import urllib.parse
import zlib
from collections.abc import Iterator
from typing import Final

DEEPEST: Final = 3
"""How many encodings within one another are undone."""
UNPACKED: Final = 50_000_000
"""Most bytes that a packed text is unpacked to."""

_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_A_WORD: Final = re.compile(r"[A-Z]?[a-z_-]+|[0-9-]+")
"""What is hardly ever base64: ASCII texts encode to both cases and digits."""
_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2}){6,}")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-7]{3}))")
_PRINTABLE: Final = re.compile(rb"[\x20-\x7e]{6,}")
_TAG: Final = re.compile(r"<[^<>]*>")
_PACKED: Final = {b"\x1f\x8b": 31, b"\x78\x01": 15, b"\x78\x9c": 15, b"\x78\xda": 15}
"""First bytes of what gzip and zlib pack, and the window that unpacks it."""


def spellings(text: str, depth: int = DEEPEST) -> Iterator[str]:
    """The text without invisible characters and in one form of each letter, then all that is encoded in it.

    HTML and URL escapes, backslash escapes, tags within words, base64 (at any offset, also URL-safe and on
    several lines), hexadecimal digits, and what gzip or zlib packed within those.
    """
    plain = _plain(text)
    yield plain
    if depth == 0:
        return
    for found in {*_unescaped(plain)} - {plain}:
        yield from spellings(found, depth - 1)
    for data in _decoded(plain):
        for found in texts_of(data):
            yield from spellings(found, depth - 1 if data.isascii() else 0)


def texts_of(data: bytes) -> Iterator[str]:
    """What bytes read as: a text, else the printable stretches in them, unpacked first where they are packed."""
    window = _PACKED.get(data[:2])
    if window:
        try:
            data = zlib.decompressobj(window).decompress(data, UNPACKED)
        except zlib.error:
            return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if sum(not c.isprintable() and not c.isspace() for c in text) * 10 <= len(text):
        yield text
        return
    # Text of two bytes a letter has a zero beside each.
    for stretches in (_PRINTABLE.findall(data), _PRINTABLE.findall(data.replace(b"\0", b""))):
        if stretches:
            yield "\n".join(stretch.decode("ascii") for stretch in stretches)


def _plain(text: str) -> str:
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")


def _unescaped(text: str) -> Iterator[str]:
    if "&" in text:
        yield html.unescape(text)
    if "%" in text or "+" in text:
        yield urllib.parse.unquote_plus(text)
    if "\\" in text:
        yield _ESCAPE.sub(lambda m: chr(int(m[1] or m[2] or m[3], 8 if m[3] else 16)), text)
    if "<" in text:
        yield _TAG.sub("", text)


def _decoded(text: str) -> Iterator[bytes]:
    whole = re.sub(r"\s+", "", text)
    runs = [m[0] for m in _BASE64.finditer(text) if not _A_WORD.fullmatch(m[0])]
    if whole != text and _BASE64.fullmatch(whole.rstrip("=")):
        runs.append(whole.rstrip("="))
    for run in runs:
        standard = run.replace("-", "+").replace("_", "/")
        for offset in range(4):
            part = standard[offset:]
            if len(part) % 4 == 1:
                part = part[:-1]
            yield base64.b64decode(part + "=" * (-len(part) % 4))
    for found in _HEX.finditer(text):
        yield binascii.unhexlify(found[0])
