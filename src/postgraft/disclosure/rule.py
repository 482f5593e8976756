"""Which counts a release prints, and how it prints each of them.

The rule looks at one number alone, so the same number is printed the same wherever it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from postgraft.vocabulary.errors import PostgraftError

Level = Literal["internal", "release"]
LEVELS: Final[tuple[Level, ...]] = ("internal", "release")
THRESHOLD: Final = 10
"""Counts up to this are hidden, the cell size policy of the Centers for Medicare & Medicaid Services (below 11)."""
ROUNDING: Final = 5
"""Other counts are rounded to multiples of this, as NHS Digital does with those of Hospital Episode Statistics."""
LARGEST_NOISE: Final = 3
"""Most patients by which a count is changed before the rule is applied to it, see ``cell_keys``."""
HIGHEST: Final = 1_000
LOWEST: Final = {"threshold": LARGEST_NOISE, "rounding": 1}
"""A threshold below the noise would at times print a number for nobody."""


@dataclass(frozen=True)
class Rule:
    """Counts up to ``threshold`` are hidden, 0 included; others are rounded to multiples of ``rounding``.

    Half is rounded up. What would be rounded to ``threshold`` or less is printed as the first multiple above it.
    With 10 and 5, counts from 11 to 17 are printed as 15, from 18 to 22 as 20.

    Raises:
        PostgraftError: a threshold outside 3 to 1,000, or a base of rounding outside 1 to 1,000.
    """

    threshold: int = THRESHOLD
    rounding: int = ROUNDING

    def __post_init__(self) -> None:
        for name, lowest in LOWEST.items():
            value = getattr(self, name)
            if type(value) is not int or not lowest <= value <= HIGHEST:
                raise PostgraftError(
                    f"{name}: found {value!r}; accepted is a whole number from {lowest} to {HIGHEST:,}."
                )

    def printed(self, count: int) -> int | None:
        """What a count is printed as; None where it is hidden. What is printed would be printed so itself."""
        if count <= self.threshold:
            return None
        lowest = (self.threshold // self.rounding + 1) * self.rounding
        return max((2 * count + self.rounding) // (2 * self.rounding) * self.rounding, lowest)

    def stricter(self, threshold: int | None = None, rounding: int | None = None) -> Rule:
        """A rule at least as strict as this one, the house's; None: as it is here.

        Raises:
            PostgraftError: a rule that would hide or round less, or is none.
        """
        asked = Rule(
            self.threshold if threshold is None else threshold, self.rounding if rounding is None else rounding
        )
        for name in LOWEST:
            if (found := getattr(asked, name)) < (least := getattr(self, name)):
                raise PostgraftError(
                    f"{name}: found {found}; accepted is {least} or more: the house's rule has {least}, and a "
                    "study may be stricter, never weaker."
                )
        return asked

    @property
    def hidden(self) -> str:
        """What stands in place of a hidden count."""
        return f"≤ {self.threshold:,}"

    def __str__(self) -> str:
        return f"counts up to {self.threshold:,} are hidden, others are rounded to multiples of {self.rounding:,}"
