"""Numbers of the summary as they are said: rates with two digits, expected numbers whole, dates by the month."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

from postgraft.exhibits.figure import number

NARROW = "\N{NO-BREAK SPACE}"


def rate(value: float | None) -> str:
    """A yearly number with two digits that count; a dash where there is none."""
    if value is None or value != value:
        return "–"
    # What two digits round to 10 is written as 10 is, without a point.
    return f"{value:,.0f}" if value >= 9.95 else f"{value:#.2g}" if value else "0"


def span(low: Any, high: Any) -> str:
    """Two ends, of which one may be hidden."""
    return f"{low} {'to' if str(low)[:1] in '–≤' else '–'} {high}"


def whole(value: float | None) -> str:
    """An expected number; what is more than nobody is not said to be nobody."""
    if value is None or value != value:
        return "–"
    return "< 1" if 0 < value <= 0.5 else number(value)


def chance(share: float | None) -> str:
    """A probability; what is neither 0 nor 1 is not written as either."""
    if share is None:
        return "–"
    if 0 < share < 0.001:
        return f"< 0.1{NARROW}%"
    if 0.999 < share < 1:
        return f"> 99.9{NARROW}%"
    whole_percent = not share or 0.095 <= share < 0.995 or share == 1
    return f"{100 * share:.{0 if whole_percent else 1}f}{NARROW}%"


def day(when: date) -> str:
    """A date in full."""
    return f"{when.day} {when:%b %Y}"


def month(when: date) -> str:
    """A month and its year."""
    return f"{when:%b %Y}"


def html(text: Any) -> str:
    """A text or number in HTML."""
    return escape(text if isinstance(text, str) else number(text))
