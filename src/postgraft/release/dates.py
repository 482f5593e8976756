"""Calendar days in a text, in the spellings that people use."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

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
