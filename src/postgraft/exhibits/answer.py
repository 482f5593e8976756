"""The computed answer of a page or section: a sentence for readers, its numbers for programs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from postgraft.estimation.intervals import LEVEL, wilson
from postgraft.evaluation.count import hidden
from postgraft.exhibits.figure import number, percent

MIME: Final = "application/vnd.postgraft.numbers+json"
"""The type of the output that carries the numbers in an executed notebook."""

Number = int | float | str
"""A count is an int; what cannot be said exactly (hidden, rounded, a date, a name) is text, as it is printed."""

_MARKS: Final = re.compile(r"\*\*|`")


@dataclass(frozen=True)
class Answer:
    """A sentence in Markdown, without links or images, and numbers by stable name.

    As the last line of a notebook's cell it shows its sentence. The output carries the numbers under ``MIME`` as well,
    from where ``reports.read_numbers`` takes them.
    """

    markdown: str
    numbers: Mapping[str, Number] = field(default_factory=dict)

    def __str__(self) -> str:
        """The sentence as plain text."""
        return _MARKS.sub("", self.markdown)

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        numbers = {MIME: dict(self.numbers)} if self.numbers else {}
        return {"text/markdown": self.markdown, "text/plain": str(self), **numbers}


def share_said(count: Any, of: Any, noun: str = "patient") -> str:
    """A count with its denominator, share and 95 % CI: ``56 of 2,000 patients (2.8 %; 95 % CI 2.2 – 3.6 %)``.

    The interval is Wilson's. Of released counts both are computed from what is printed, and a hidden count has neither:
    ``≤ 10 of 2,000 patients``. Nor has a share of nobody.
    """
    said = f"{number(count)} of {number(of)} {noun}{'' if of == 1 else 's'}"
    if hidden(count) or hidden(of) or not float(of):
        return said
    return f"{said} ({percent(count / of, of)}; 95 % CI {ci_said(count, of)})"


def ci(count: Any, of: Any) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of printed counts, of which ``of`` is not 0."""
    low, high = wilson(int(min(float(count), float(of))), int(float(of)), LEVEL)
    return float(low), float(high)


def ci_said(count: Any, of: Any) -> str:
    """Wilson's 95 % interval of a share in per cent: ``2.2 – 3.6 %``; of printed counts, of which ``of`` is not 0."""
    low, high = ci(count, of)
    return f"{percent(low, of).removesuffix(PERCENT)} – {percent(high, of)}"


PERCENT: Final = "\N{NO-BREAK SPACE}%"
