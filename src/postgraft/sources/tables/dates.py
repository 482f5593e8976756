"""Days as a sheet writes them: ISO, a spreadsheet's own dates, or the one format that the plan states."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from typing import Final

_ISO: Final = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[-+]\d{2}:?\d{2})?)?", re.ASCII
)
_CLOCK: Final = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[AaPp][Mm])?)?"
_NUMBERS: Final = re.compile(r"(\d{1,4})[./ -](\d{1,2})[./ -](\d{1,4})" + _CLOCK, re.ASCII)
_PARTS: Final = {
    "YYYY": r"(?P<year>\d{4})",
    "MMM": r"(?P<name>[A-Za-z]{3})",
    "MM": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{1,2})",
}
_FORMAT: Final = re.compile(r"(YYYY|MMM|MM|DD)([-./ ]?)(YYYY|MMM|MM|DD)([-./ ]?)(YYYY|MMM|MM|DD)")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FORMATS: Final = "DD/MM/YYYY, MM/DD/YYYY, DD.MM.YYYY, DD-MMM-YYYY and such; a year has four digits"

TWO_WAYS: Final = "a date that reads two ways"
NO_DATE: Final = "no date"
NO_ISO: Final = "a date that is not ISO"


@cache
def day_format(text: str) -> re.Pattern[str] | None:
    """What finds year, month and day in a cell of a format such as ``DD/MM/YYYY``; None for another text."""
    found = _FORMAT.fullmatch(text)
    if not found or set(found.group(1, 3, 5)) not in ({"YYYY", "MM", "DD"}, {"YYYY", "MMM", "DD"}):
        return None
    first, one, second, other, third = found.groups()
    between = [_PARTS[first], re.escape(one), _PARTS[second], re.escape(other), _PARTS[third]]
    # Without marks between them only full digits tell the parts apart.
    pattern = "".join(between) if one and other else "".join(between).replace("{1,2}", "{2}")
    return re.compile(pattern + _CLOCK, re.ASCII)


def read_day(cell: object, format: str) -> date | str:
    """The day of a cell; a text says why it is none: ``TWO_WAYS``, ``NO_ISO`` (a format would help) or ``NO_DATE``."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if not isinstance(cell, str):
        return NO_DATE
    text = cell.strip()
    iso = _ISO.fullmatch(text)
    if iso:
        return _day(*iso.groups())
    stated = day_format(format) if format else None
    if stated:
        found = stated.fullmatch(text)
        parts = found.groupdict() if found else {}
        month = parts.get("month") or _month(parts.get("name", ""))
        return _day(parts["year"], month, parts["day"]) if found else NO_DATE
    return _without_format(text)


def _without_format(text: str) -> str:
    found = _NUMBERS.fullmatch(text)
    if not found:
        return NO_DATE if not re.search(r"\d{4}|\d\D+\d", text) else NO_ISO
    first, second = int(found[1]), int(found[2])
    if len(found[1]) == 4:
        return NO_ISO
    return TWO_WAYS if first <= 12 and second <= 12 and first != second else NO_ISO


def _month(name: str) -> str:
    return str(_MONTHS.index(name.lower()) + 1) if name.lower() in _MONTHS else "0"


def _day(year: str, month: str, day: str) -> date | str:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return NO_DATE
