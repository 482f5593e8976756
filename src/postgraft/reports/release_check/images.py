"""What an image file holds beside its pixels; the pixels themselves are not read."""

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Final

from postgraft.reports.release_check.leaks import Kind
from postgraft.reports.release_check.material import Material, Piece
from postgraft.reports.release_check.spellings import UNPACKED, texts_of

PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8"
_PICTURE: Final = {
    *("IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB"),
    *("iCCP", "sBIT", "bKGD", "hIST", "pHYs", "sPLT", "tIME"),
}
"""Chunks of a PNG that hold the picture and how to show it."""
_TEXTS: Final = frozenset(("tEXt", "zTXt", "iTXt", "eXIf"))
_JPEG_ALONE: Final = {0x01, *range(0xD0, 0xD9)}
_JPEG_TOLD: Final = {0xFE, *range(0xE0, 0xF0)}
"""Comments and application segments: JFIF, EXIF, XMP."""


def image_material(data: bytes, file: str, place: str) -> Material:
    """The texts of a PNG's or JPEG's metadata; whatever else is hidden in the file, or is no such file, leaks."""
    found = Material()
    try:
        if data.startswith(PNG):
            _read_png(data, found, file, place)
        elif data.startswith(JPEG):
            _read_jpeg(data, found, file, place)
        else:
            found.leak(file, place, Kind.unread, "an image that is neither PNG nor JPEG")
    except (struct.error, zlib.error, IndexError, ValueError):
        found.leak(file, place, Kind.unread, "an image that is not whole")
    return found


def _read_png(data: bytes, found: Material, file: str, place: str) -> None:
    at, pixels = len(PNG), zlib.decompressobj()
    while True:
        size, kind = struct.unpack_from(">I4s", data, at)
        body, name = data[at + 8 : at + 8 + size], kind.decode("latin-1")
        if len(body) < size:
            raise ValueError("cut off")
        at += 12 + size
        if name == "IDAT":
            pixels.decompress(pixels.unconsumed_tail + body, UNPACKED)
        elif name in _TEXTS:
            found.texts += [Piece(file, f"{place}, PNG {name}", text) for text in _png_texts(name, body)]
        elif name not in _PICTURE:
            found.leak(file, place, Kind.hidden, f"the PNG has a part {name!r} that no picture needs")
        if name == "IEND":
            break
    if pixels.unused_data:
        found.leak(file, place, Kind.hidden, "the PNG has bytes after its pixels")
    if len(data) > at:
        _tell_rest(data[at:], found, file, f"{place}, after the PNG's end")


def _png_texts(name: str, body: bytes) -> Iterator[str]:
    keyword, _, rest = body.partition(b"\0")
    yield keyword.decode("latin-1")
    if name == "zTXt":
        rest = zlib.decompressobj().decompress(rest[1:], UNPACKED)
    elif name == "iTXt":
        packed, (language, _, rest) = rest[0], rest[2:].partition(b"\0")
        translated, _, rest = rest.partition(b"\0")
        yield f"{language.decode('latin-1')} {translated.decode('utf-8', 'replace')}"
        rest = zlib.decompressobj().decompress(rest, UNPACKED) if packed else rest
    elif name == "eXIf":
        rest = body
    yield rest.decode("latin-1")
    yield from texts_of(rest)


def _read_jpeg(data: bytes, found: Material, file: str, place: str) -> None:
    at = 2
    while at < len(data):
        if data[at] != 0xFF:
            raise ValueError("no marker")
        marker = data[at + 1]
        if marker == 0xD9:
            if len(data) > at + 2:
                _tell_rest(data[at + 2 :], found, file, f"{place}, after the JPEG's end")
            return
        if marker == 0xFF or marker in _JPEG_ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        [size] = struct.unpack_from(">H", data, at + 2)
        if marker in _JPEG_TOLD:
            body = data[at + 4 : at + 2 + size]
            texts = {body.decode("latin-1"), *texts_of(body)}
            found.texts += [Piece(file, f"{place}, JPEG metadata", text) for text in sorted(texts)]
        at += 2 + size
        if marker == 0xDA:  # the pixels last up to the next marker
            end = re.search(rb"\xff(?![\x00\xd0-\xd7])", data[at:])
            at = at + end.start() if end else len(data)
    raise ValueError("no end")


def _tell_rest(rest: bytes, found: Material, file: str, place: str) -> None:
    found.leak(file, place, Kind.hidden, f"{len(rest)} bytes")
    found.texts += [Piece(file, place, text) for text in texts_of(rest)]
