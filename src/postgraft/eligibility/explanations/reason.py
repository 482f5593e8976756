"""What an explanation is made of: rows of the record that were used, and reasons that rest on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from postgraft.eligibility.explanations.wording import measured, name_of, span

SHOWN = 12
"""Rows written out under one criterion; the machine-readable evidence has them all."""


@dataclass(frozen=True)
class Used:
    """One result or row that a reason rests on.

    ``first`` … ``last`` are its days (both included; ``last`` None: not over on the day in question). A number
    stands in ``value`` with its ``unit`` (of a ``censored`` one the number that stands in for it, see
    ``vocabulary.censoring``), a word in ``result``. ``window`` are the days that were searched.
    """

    what: str
    first: int
    last: int | None
    value: float = float("nan")
    result: str = ""
    unit: str = ""
    detail: str = ""
    window: tuple[int, int] | None = None
    censored: int = 0

    @property
    def amount(self) -> str:
        """The number as it was reported, without its unit."""
        return measured(self.value, self.censored)

    @property
    def finding(self) -> str:
        """What was found and when, without the window."""
        found = measured(self.value, self.censored, self.unit) if self.value == self.value else self.result
        detail = f"({self.detail})" if self.detail else ""
        when = f"since day {self.first}" if self.last is None else f"on {span(self.first, self.last)}"
        return " ".join(filter(None, (name_of(self.what), found, detail, when)))

    def __str__(self) -> str:
        searched = f" [window: {span(*self.window)}]" if self.window else ""
        return self.finding + searched


@dataclass(frozen=True)
class Reason:
    """A verdict in words, and what it rests on."""

    verdict: int
    text: str
    used: tuple[Used, ...] = ()

    def also(self, used: Iterable[Used]) -> Reason:
        """The same reason resting on further rows."""
        return replace(self, used=(*self.used, *used))


def decisive(parts: Iterable[Reason], joint: str = "; ") -> Reason:
    """AND of some reasons: the words of those that have the worst verdict, the rows of all."""
    parts = list(parts)
    worst = min(part.verdict for part in parts)
    text = joint.join(dict.fromkeys(part.text for part in parts if part.verdict == worst))
    return Reason(worst, text, tuple(row for part in parts for row in part.used))


def results_text(used: Iterable[Used]) -> str:
    """The rows as one text, each once; long lists are cut."""
    rows = list(dict.fromkeys(map(str, used)))
    more = [f"and {len(rows) - SHOWN} more"] if len(rows) > SHOWN else []
    return "; ".join([*rows[:SHOWN], *more])
