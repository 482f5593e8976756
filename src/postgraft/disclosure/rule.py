"""Which counts may be read off a page that leaves the house, and how each of them is printed.

The rule looks at the count alone, so the same true value is printed the same wherever it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from postgraft.vocabulary.errors import PostgraftError

Level = Literal["internal", "release"]
LEVELS: Final[tuple[Level, ...]] = ("internal", "release")
THRESHOLD: Final = 10
"""Counts from 1 to this are hidden, the cell size policy of the Centers for Medicare & Medicaid Services (below 11)."""
ROUNDING: Final = 5
"""Other counts are rounded to multiples of this, as NHS Digital does with those of Hospital Episode Statistics."""
HIGHEST: Final = 1_000


class Bounds(NamedTuple):
    """All true values that are printed alike, both ends included."""

    low: int
    high: int


@dataclass(frozen=True)
class Rule:
    """Counts from 1 to ``threshold`` are hidden; 0 is printed; others are rounded to multiples of ``rounding``.

    Half is rounded up. What would be rounded to ``threshold`` or less is printed as the first multiple above it.
    With 10 and 5, counts from 11 to 17 are printed as 15, from 18 to 22 as 20.

    Raises:
        PostgraftError: a threshold or a base of rounding outside 1 to 1,000.
    """

    threshold: int = THRESHOLD
    rounding: int = ROUNDING

    def __post_init__(self) -> None:
        for name in ("threshold", "rounding"):
            value = getattr(self, name)
            if type(value) is not int or not 1 <= value <= HIGHEST:
                raise PostgraftError(
                    f"disclosure: {name}: found {value!r}; accepted is a whole number from 1 to {HIGHEST:,}."
                )

    def hides(self, count: int) -> bool:
        """Whether a count is too small to be printed."""
        return 1 <= count <= self.threshold

    def printed(self, count: int) -> int:
        """What a count that is not hidden is printed as."""
        return (
            max((2 * count + self.rounding) // (2 * self.rounding) * self.rounding, self.lowest)
            if count
            else 0
        )

    @property
    def lowest(self) -> int:
        """The lowest number other than 0 that is ever printed."""
        return (self.threshold // self.rounding + 1) * self.rounding

    def bounds(self, count: int) -> Bounds:
        """The true values that a reader cannot tell from this one."""
        if count == 0:
            return Bounds(0, 0)
        if self.hides(count):
            return Bounds(1, self.threshold)
        printed = self.printed(count)
        low = self.threshold + 1 if printed == self.lowest else printed - self.rounding // 2
        return Bounds(low, printed + (self.rounding - 1) // 2)

    @property
    def hidden(self) -> str:
        """What stands in place of a hidden count."""
        return f"1–{self.threshold}" if self.threshold > 1 else "1"

    def __str__(self) -> str:
        return f"counts from 1 to {self.threshold} are hidden, other counts are rounded to multiples of {self.rounding}"
