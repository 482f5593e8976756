"""A count as it may be shown: the number to draw and the text to print, neither telling more than the other."""

from __future__ import annotations

from typing import Any, Final

from postgraft.disclosure.rule import Rule

WITHHELD: Final = "withheld"
NOT_SHOWN: Final = "–"


class Shown(float):
    """A number that stands for a count of which only ``text`` is told; where nothing is told it is NaN.

    Whatever is computed from it is computed from what is told, and so gives nothing away. But the result is not
    the count that it looks like: 15 less 15 may be 4 patients. Therefore it is drawn, and printed as a dash.
    """

    text: str

    def __new__(cls, value: float, text: str = NOT_SHOWN) -> Shown:
        made = super().__new__(cls, value)
        made.text = text
        return made

    @classmethod
    def of(cls, count: int, rule: Rule) -> Shown:
        """The count as the rule has it printed; a hidden one is drawn in the middle of its bounds."""
        if rule.hides(count):
            return cls((1 + rule.threshold) / 2, rule.hidden)
        return cls(rule.printed(count), f"{rule.printed(count):,}")

    @classmethod
    def withheld(cls) -> Shown:
        """A count of which nothing is told, not even whether it is 0."""
        return cls(float("nan"), WITHHELD)

    @property
    def exact(self) -> bool:
        """Whether the text is a number."""
        return self.text.replace(",", "").isdecimal()

    def __format__(self, spec: str) -> str:
        return self.text

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (float(self), self.text)

    def __add__(self, other: Any) -> Shown:
        return Shown(float(self) + float(other))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Shown:
        return Shown(float(self) - float(other))

    def __rsub__(self, other: Any) -> Shown:
        return Shown(float(other) - float(self))

    def __neg__(self) -> Shown:
        return Shown(-float(self), f"\N{MINUS SIGN}{self.text}" if self.exact and self else self.text)

    def __mul__(self, other: Any) -> Shown:
        return Shown(float(self) * float(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> float:
        """A share, in whole percent; NaN where either count is hidden."""
        both = self.exact and (not isinstance(other, Shown) or other.exact) and float(other) != 0
        return round(float(self) / float(other), 2) if both else float("nan")

    def __rtruediv__(self, other: Any) -> float:
        return Shown(float(other), f"{float(other):.0f}") / self
