"""Calendar days in a text, in the spellings that people use.

What names single patients, or this machine, in the text of a file that is to be released.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

import pypdf

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EPOCH: Final = dt.date(1970, 1, 1)
_NAME: Final = rf"(?P<name>{'|'.join(MONTHS)})[a-z]*\.?"
_DAY: Final = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<y>(?:19|20)\d\d)"

_FORMS: Final = tuple(
    re.compile(rf"(?<!\d){form}(?!\d)", re.IGNORECASE)
    for form in (
        rf"{_YEAR}[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})",
        rf"{_YEAR}(?P<m>\d\d)(?P<d>\d\d)",
        rf"(?P<d>\d{{1,2}})[-/.](?P<m>\d{{1,2}})[-/.]{_YEAR}",
        rf"(?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})[-/.]{_YEAR}",
        rf"{_DAY}[\s.-]+(?:of\s+)?{_NAME}[\s,-]+{_YEAR}",
        rf"{_NAME}\s+{_DAY},?\s+{_YEAR}",
    )
)
"""Such as 2019-08-05, 20190805, 5.8.2019, 8/5/2019, 5 August 2019, Aug 5th, 2019."""


def dated(text: str) -> Iterator[tuple[int, int]]:
    """Where a calendar day begins in a text, and the day, counted from 1970-01-01.

    A day and month that could be read either way count as both. Years have four digits.
    """
    for form in _FORMS:
        for found in form.finditer(text):
            part = found.groupdict()
            month = int(part["m"]) if "m" in part else MONTHS.index(part["name"].lower()) + 1
            try:
                day = dt.date(int(part["y"]), month, int(part["d"]))
            except ValueError:
                continue
            yield found.start(), (day - EPOCH).days


LEAST_CHARACTERS: Final = 4
MOST_DIGITS: Final = 5
"""Shorter identifiers, and plain numbers up to this length, could be any word or number."""
IDENTIFIER: Final = "the identifier of a patient"
PATH: Final = "a path of this machine"
UNREADABLE: Final = "cannot be read, so it cannot be checked"

_RUN: Final = re.compile(r"[^\W_]+")
_CALLED: Final = re.compile(
    r"\b(?:patient|subject|participant|case|pid|mrn|upn)(?:[ _.-]?(?:id|no|nr|number))?\b\.?[\s#:='\"(]*([^\W_]+)",
    re.IGNORECASE,
)
"""Patient 7, patient_id=7, MRN: 7."""
_HOMES: Final = r"/(?:home|Users)/\w|\b[A-Za-z]:\\+Users\\|\bfile:/"
_NO_TEXT: Final = re.compile(r"<style.*?</style>|base64,[A-Za-z0-9+/=\s]+", re.DOTALL | re.IGNORECASE)


class Scan:
    """Finds patients of a cohort, and paths, in any text.

    ``ids`` are every patient_id, ``events`` the days since 1970-01-01 by kind of event, without the days in
    ``known``, which a report prints for another reason; ``folders`` are those whose paths may not be printed.

    An identifier counts wherever it stands as a word of its own, whatever its case. One that could be any word or
    number (up to three characters, or a number of up to five digits without a leading zero) counts only behind a
    word such as patient.
    """

    def __init__(
        self,
        ids: Collection[str],
        events: Mapping[str, Collection[int]],
        folders: Collection[Path] = (),
        known: Collection[int] = (),
    ) -> None:
        self._events = {kind: frozenset(days) - frozenset(known) for kind, days in events.items()}
        names = {name.lower() for name in ids}
        self._called = {name for name in names if _could_be_anything(name)}
        self._by_run: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for name in names - self._called:
            run = max(_RUN.findall(name), key=len)
            self._by_run[run].append((name, name.index(run)))
        paths = {re.escape(str(path)) for path in folders if len(path.parts) > 1}
        own = [rf"(?<![\w.])(?:{'|'.join(sorted(paths))})(?![\w-])"] if paths else []
        self._paths = re.compile("|".join([*own, _HOMES]))

    def file(self, name: str, data: bytes) -> dict[str, list[str]]:
        """What is found in a file, and the places where: lines, or pages of a PDF."""
        found: dict[str, list[str]] = defaultdict(list)
        try:
            texts = dict(_pdf(data)) if name.endswith(".pdf") else {"": _visible(data.decode())}
        except Exception:  # a broken PDF breaks pypdf in many ways
            return {UNREADABLE: [""]}
        for place, text in texts.items():
            for start, what in self.text(text):
                at = place or f"line {text.count(chr(10), 0, start) + 1}"
                if at not in found[what]:
                    found[what].append(at)
        return found

    def text(self, text: str) -> Iterator[tuple[int, str]]:
        """What is found in a text, in words, and where it begins."""
        low = text.lower()
        for run in _RUN.finditer(low):
            for name, offset in self._by_run.get(run[0], ()):
                start = run.start() - offset
                if start >= 0 and low.startswith(name, start) and _apart(low, start, start + len(name)):
                    yield start, IDENTIFIER
        if self._called:
            yield from ((at.start(), IDENTIFIER) for at in _CALLED.finditer(low) if at[1] in self._called)
        for start, day in dated(text):
            for kind, days in self._events.items():
                if day in days:
                    yield start, f"the day of a patient's {kind}"
        yield from ((at.start(), PATH) for at in self._paths.finditer(text))


def _could_be_anything(name: str) -> bool:
    number = name.isdecimal() and not name.startswith("0") and len(name) <= MOST_DIGITS
    return number or len(name) < LEAST_CHARACTERS or not _RUN.search(name)


def _apart(text: str, start: int, end: int) -> bool:
    """Whether what stands there is no part of a longer word or number."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    part_of_word = before[-1:].isalnum() or after[:1].isalnum()
    in_number = text[start].isdigit() and re.fullmatch(r"\d[.,]", before)
    goes_on = text[end - 1].isdigit() and re.fullmatch(r"[.,]\d", after)
    return not (part_of_word or in_number or goes_on)


def _visible(text: str) -> str:
    """The text without styles and encoded images; what comes after stays on its line."""
    return html.unescape(_NO_TEXT.sub(lambda left_out: "\n" * left_out[0].count("\n"), text))


def _pdf(data: bytes) -> Iterator[tuple[str, str]]:
    reader = pypdf.PdfReader(io.BytesIO(data))
    yield "metadata", "\n".join(str(value) for value in (reader.metadata or {}).values())
    for number, page in enumerate(reader.pages, 1):
        yield f"page {number}", page.extract_text()
