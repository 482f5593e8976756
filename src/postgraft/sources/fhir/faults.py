"""What is wrong with the lines of files that the fast reader refuses, by number and never by what they hold."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from postgraft.vocabulary.errors import Finding

LONGEST: Final = 16 * 2**20
"""Bytes of a resource that the fast reader takes for sure; up to twice as many it may."""
_SHOWN: Final = 5
_TYPE: Final = re.compile(r"[A-Z][A-Za-z]*")
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_ACCEPTED: Final = {
    "no JSON": "a resource as JSON",
    "no UTF-8": "UTF-8",
    "nested too deeply": "a resource as JSON",
    "no object": "a resource as a JSON object",
    "a field twice": "every field once",
    "no resourceType": 'a resource with "resourceType"',
    "longer than 32 MB": "a resource of at most 16 MB",
}


class NotJsonError(Exception):
    """A document that cannot be read; its text says why, without a word of it."""


def faults(files: Sequence[tuple[Path, str, bool]]) -> list[Finding]:
    """Everything wrong in files, a finding a file and fault: path, name, and whether it is one document as a whole."""
    return [finding for path, name, whole in files for finding in _faults(path, name, whole)]


def _faults(path: Path, name: str, whole: bool) -> Iterator[Finding]:
    if whole:
        try:
            for _ in entries(path):
                pass
        except NotJsonError as error:
            yield Finding("error", "json", name, "", str(error), "a FHIR R4 bundle or resource")
        return
    rows: dict[str, list[int]] = {}
    try:
        for number, line in enumerate(_lines(path), 1):
            if line.strip() and (fault := _fault(line)):
                rows.setdefault(fault, []).append(number)
    except (OSError, EOFError, zlib.error):
        yield Finding("error", "gzip", name, "", "is no complete gzip file", "*.ndjson.gz")
    for fault, numbers in rows.items():
        found = f"line {numbers[0]}: {fault}" if len(numbers) == 1 else f"lines: {fault}"
        several = (len(numbers), tuple(numbers[:_SHOWN])) if len(numbers) > 1 else (0, ())
        yield Finding("error", "json", name, "", found, _ACCEPTED[fault], *several)


def _lines(path: Path) -> Iterator[bytes]:
    with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
        yield from file


def _fault(line: bytes) -> str:
    """What is wrong with a line, nothing if it is a resource."""
    if len(line) > 2 * LONGEST:
        return "longer than 32 MB"
    try:
        read = json.loads(line.decode("utf-8"), object_pairs_hook=_once)
    except UnicodeDecodeError:
        return "no UTF-8"
    except _TwiceError:
        return "a field twice"
    except RecursionError:
        return ""
    except ValueError:
        return "no JSON"
    if not isinstance(read, dict):
        return "no object"
    kind = read.get("resourceType")
    return "" if isinstance(kind, str) and _TYPE.fullmatch(kind) else "no resourceType"


class _TwiceError(Exception):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise _TwiceError
    return read


def entries(path: Path) -> Iterator[str]:
    """The texts of the entries of a bundle, one after the other; none of another document.

    Raises:
        NotJsonError: the document is no JSON.
    """
    try:
        yield from _entries(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise NotJsonError("no UTF-8") from None
    except RecursionError:
        raise NotJsonError("nested too deeply") from None
    except ValueError:
        raise NotJsonError("no JSON") from None


def _entries(text: str) -> Iterator[str]:
    at = _after(text, 0)
    while at < len(text):
        if text[at] != "{":
            raise ValueError
        at = _after(text, at + 1)
        while text[at : at + 1] != "}":
            key, at = _DECODER.raw_decode(text, at)
            at = _after(text, _expect(text, _after(text, at), ":"))
            if key == "entry" and text[at : at + 1] == "[":
                at = _after(text, at + 1)
                while text[at : at + 1] != "]":
                    _, end = _DECODER.raw_decode(text, at)
                    yield text[at:end]
                    at = _next(text, end, "]")
                at += 1
            else:
                _, at = _DECODER.raw_decode(text, at)
            at = _next(text, at, "}")
        at = _after(text, at + 1)


_DECODER: Final = json.JSONDecoder()


def _after(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _expect(text: str, at: int, sign: str) -> int:
    if text[at : at + 1] != sign:
        raise ValueError
    return at + 1


def _next(text: str, at: int, closing: str) -> int:
    """Past a comma, or at the closing sign."""
    at = _after(text, at)
    if text[at : at + 1] == closing:
        return at
    at = _after(text, _expect(text, at, ","))
    if text[at : at + 1] == closing:
        raise ValueError
    return at
