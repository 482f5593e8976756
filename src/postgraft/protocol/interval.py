"""An allowed range of numbers, written the way mathematicians do: ``[0, 1)``."""

import math
import re
from dataclasses import dataclass

_WRITTEN = re.compile(r"^([\[(])\s*(-?[\d.]+|-inf)\s*,\s*(-?[\d.]+|inf)\s*([\])])$")


@dataclass(frozen=True)
class Interval:
    """A range from ``low`` to ``high``; each end belongs to it where ``low_closed`` / ``high_closed``."""

    low: float
    high: float
    low_closed: bool
    high_closed: bool

    @classmethod
    def parse(cls, text: str) -> "Interval":
        """Read ``[a, b]``, ``(a, b]``, ``[a, inf)``; ValueError for anything else or an empty range.

        >>> Interval.parse("(0, 1]").contains(0.0)
        False
        """
        match = _WRITTEN.match(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is not a range such as '[0, 1)' or '(0, inf)'")
        left, low, high, right = match.groups()
        interval = cls(float(low), float(high), left == "[", right == "]")
        if interval.low > interval.high:
            raise ValueError(f"{text!r} is empty")
        return interval

    def contains(self, number: float) -> bool:
        above = number >= self.low if self.low_closed else number > self.low
        below = number <= self.high if self.high_closed else number < self.high
        return above and below and math.isfinite(number)

    def __str__(self) -> str:
        """In words with the closure of both ends, e.g. ``at least 0 and below 1``."""
        low = f"{'at least' if self.low_closed else 'above'} {self.low:g}"
        high = f"{'at most' if self.high_closed else 'below'} {self.high:g}"
        return " and ".join(
            words for words, end in ((low, self.low), (high, self.high)) if math.isfinite(end)
        )
