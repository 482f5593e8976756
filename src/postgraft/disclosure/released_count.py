"""A count as a release has it: the number to draw and the text to print, neither of which discloses more."""

from __future__ import annotations

from dataclasses import dataclass
from functools import total_ordering
from math import nan
from typing import Any, Final

from postgraft.disclosure.rule import Rule

NOT_PRINTED: Final = "–"


@total_ordering
@dataclass(frozen=True, eq=False, repr=False)
class ReleasedCount:
    """Stands for a count of which only ``text`` is printed; ``value`` is what is drawn.

    Whatever is computed from it is computed from what is printed, and so discloses nothing. But the result is not
    the count that it looks like: 15 less 15 may be 4 patients. Therefore it is drawn, and printed as a dash. It is
    no float, since a table of floats would lose the text.
    """

    value: float
    text: str = NOT_PRINTED

    @classmethod
    def of(cls, printed: int | None, rule: Rule) -> ReleasedCount:
        """What the rule has printed; None, a hidden count, is drawn half way from 0 to the threshold."""
        if printed is None:
            return cls(rule.threshold / 2, rule.hidden)
        return cls(float(printed), f"{printed:,}")

    @property
    def exact(self) -> bool:
        """Whether the text is a number."""
        return self.text.replace(",", "").isdecimal()

    def __float__(self) -> float:
        return self.value

    def __format__(self, spec: str) -> str:
        return self.text

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def __bool__(self) -> bool:
        return self.value != 0

    def __eq__(self, other: object) -> bool:
        """Whether the same is drawn, of another one or a number."""
        return self.value == (other.value if isinstance(other, ReleasedCount) else other)

    def __lt__(self, other: Any) -> bool:
        """Whether less is drawn."""
        return self.value < float(other)

    def __hash__(self) -> int:
        return hash(self.value)

    def __add__(self, other: Any) -> ReleasedCount:
        return ReleasedCount(self.value + float(other))

    __radd__ = __add__

    def __sub__(self, other: Any) -> ReleasedCount:
        return ReleasedCount(self.value - float(other))

    def __rsub__(self, other: Any) -> ReleasedCount:
        return ReleasedCount(float(other) - self.value)

    def __neg__(self) -> ReleasedCount:
        return ReleasedCount(-self.value, f"\N{MINUS SIGN}{self.text}" if self.exact and self else self.text)

    def __mul__(self, other: Any) -> ReleasedCount:
        return ReleasedCount(self.value * float(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> float:
        """A share, in whole percent and at most 1; NaN where either count is hidden, or the other one is 0.

        A part may be printed as more than its whole, since both have their own noise.
        """
        known = self.exact and (not isinstance(other, ReleasedCount) or other.exact) and float(other) != 0
        return round(min(self.value / float(other), 1), 2) if known else nan

    def __rtruediv__(self, other: Any) -> float:
        return ReleasedCount(float(other), f"{float(other):.0f}") / self
