"""Numbers as they are said: shares with their interval, rates with two digits, expected numbers whole, dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any, Final

from postgraft.estimation.intervals import LEVEL, wilson
from postgraft.evaluation.count import hidden
from postgraft.exhibits.figure import counted, number, percent
from postgraft.vocabulary.units import PERCENT


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


def day(when: date) -> str:
    """A date in full."""
    return f"{when.day} {when:%b %Y}"


def month(when: date) -> str:
    """A month and its year."""
    return f"{when:%b %Y}"


_UNBROKEN: Final = re.compile(r"\(.*\)|&[lg]t;.*")
"""What a narrow cell keeps in one line: an interval, a bound."""


def html_row(cells: Sequence[str]) -> str:
    """A row of a table in HTML, its head first; the cells are HTML."""
    head, *others = cells
    shown = (_UNBROKEN.sub(r"<span>\g<0></span>", one) for one in others)
    return f'<tr><th scope="row">{head}</th>{"".join(f"<td>{one}</td>" for one in shown)}</tr>\n'


def html(text: Any) -> str:
    """A text or number in HTML."""
    return escape(text if isinstance(text, str) else number(text))


def share_said(count: Any, of: Any, noun: str = "patient") -> str:
    """A count with its denominator, share and 95 % CI: ``56 of 2,000 patients (2.8 %; 95 % CI 2.2 – 3.6 %)``.

    The interval is Wilson's. Of released counts both are computed from what is printed, and a hidden count has neither:
    ``≤ 10 of 2,000 patients``. Nor has a share of nobody.
    """
    said = f"{number(count)} of {counted(of, noun)}"
    if hidden(count) or hidden(of) or not float(of):
        return said
    return f"{said} ({percent(count / of, of)}; 95{PERCENT} CI {ci_said(count, of)})"


def ci(count: Any, of: Any) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of printed counts, of which ``of`` is not 0."""
    low, high = wilson(int(min(float(count), float(of))), int(float(of)), LEVEL)
    return float(low), float(high)


def ci_said(count: Any, of: Any) -> str:
    """Wilson's 95 % interval of a share in per cent: ``2.2 – 3.6 %``; of printed counts, of which ``of`` is not 0."""
    low, high = ci(count, of)
    return f"{percent(low, of).removesuffix(PERCENT)} – {percent(high, of)}"


def count_said(count: Any, of: Any, named: str = "") -> str:
    """A count with Wilson's 95 % interval as numbers of patients: ``12 (8 – 17)``; a hidden count by itself.

    ``named``: what the interval is called in front of it.
    """
    if hidden(count) or hidden(of) or not float(of):
        return number(count)
    low, high = ci(count, of)
    return f"{number(count)} ({named}{span(number(low * float(of)), number(high * float(of)))})"
