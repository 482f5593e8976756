"""A PDF: its text, metadata, alternative texts and whatever else is written in it."""

import io
from collections.abc import Iterator
from typing import Any, Final

import pypdf
from pypdf import generic

from postgraft.reports.release_check.leaks import Kind
from postgraft.reports.release_check.material import Material, Piece
from postgraft.reports.release_check.spellings import texts_of

END: Final = b"%%EOF"
SPOKEN: Final = ("/Alt", "/ActualText", "/TU", "/Contents")
"""Names of texts that stand for what is shown."""
NOT_IN_PAGES: Final = ("/EmbeddedFile", "/JavaScript", "/JS", "/Launch", "/RichMedia", "/AcroForm")
"""What a printed page has no need of."""
OPENED: Final = ("/Metadata", "/EmbeddedFile")
"""Streams that hold texts rather than what is drawn."""


def pdf_material(data: bytes, file: str) -> Material:
    """What a PDF holds; one that cannot be read is told as such, and so may not leave."""
    found = Material()
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=True)
        if reader.is_encrypted:
            found.leak(file, "PDF", Kind.unread, "it is encrypted")
            return found
        pages = [page.extract_text() for page in reader.pages]
        texts = list(_written(reader))
    except Exception as error:  # a broken PDF breaks pypdf in many ways
        found.leak(file, "PDF", Kind.unread, f"it is broken ({type(error).__name__})")
        return found
    for number, text in enumerate(pages, 1):
        piece = Piece(file, f"PDF page {number}", text, mixed=True)
        found.texts.append(piece)
        found.prose.append(piece)
    for name, text in texts:
        piece = Piece(file, f"PDF {name}", text, alt=True)
        found.texts.append(piece)
        if name in SPOKEN:
            found.prose.append(piece)
        if name in NOT_IN_PAGES:
            found.leak(file, "PDF", Kind.hidden, f"it has {name}")
    if data[data.rfind(END) + len(END) :].strip():
        found.leak(file, "PDF", Kind.hidden, "bytes after its end")
    return found


def _written(reader: Any) -> Iterator[tuple[str, str]]:
    """Every text in the PDF's objects with the name it stands under, also in objects nothing refers to."""
    yield from _texts("trailer", reader.trailer)
    numbers = {(number, generation) for generation, at in reader.xref.items() for number in at}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    for number, generation in sorted(numbers):
        if number:
            yield from _texts("object", reader.get_object(generic.IndirectObject(number, generation, reader)))


def _texts(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, generic.DictionaryObject):
        for key in value:
            yield str(key), str(key)
            yield from _texts(str(key), value.raw_get(key))
        if isinstance(value, generic.StreamObject) and value.get("/Type") in OPENED:
            yield from ((str(value["/Type"]), text) for text in texts_of(value.get_data()))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(name, item)
    elif isinstance(value, generic.ByteStringObject):
        yield from ((name, text) for text in texts_of(bytes(value)))
    elif isinstance(value, generic.TextStringObject | generic.NameObject):
        yield name, str(value)
