"""Calendar days in a text, however they are written."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = r"(?P<m>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
EPOCH: Final = dt.date(1970, 1, 1)
MILLISECONDS: Final = 86_400_000
"""Of a day; JSON writes days so since 1970."""

_FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<!\d)(?P<y>\d{4})[-/.](?P<a>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<y>19\d\d|20\d\d)(?P<a>[01]\d)(?P<d>[0-3]\d)(?!\d)",
        r"(?<!\d)(?P<d>\d{1,2})[-/.](?P<a>\d{1,2})[-/.](?P<y>\d{4})(?!\d)",
        r"(?<!\d)(?P<a>\d{1,2})[-/.](?P<d>\d{1,2})[-/.](?P<y>\d{4})(?!\d)",
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?{_MONTH}[\s,-]+(?P<y>\d{{4}})(?!\d)",
        rf"{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?!\d)",
    )
)
_STAMP: Final = re.compile(r"(?<![\w.-])-?\d{8,13}(?![\w.])")


def dated(text: str) -> Iterator[tuple[int, int]]:
    """Where a calendar day begins in a text, and the day, counted from 1970-01-01.

    A day and month that could be read either way count as both.
    """
    for form in _FORMS:
        for found in form.finditer(text):
            parts = found.groupdict()
            month = int(parts["a"]) if "a" in parts else MONTHS.index(parts["m"].lower()) + 1
            try:
                day = dt.date(int(parts["y"]), month, int(parts["d"]))
            except ValueError:
                continue
            yield found.start(), (day - EPOCH).days
    for found in _STAMP.finditer(text):
        stamp = int(found[0])
        for unit in (MILLISECONDS, MILLISECONDS // 1000):
            if stamp % unit == 0:
                yield found.start(), stamp // unit
