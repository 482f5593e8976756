"""The computed answer of a page or section: a sentence for readers, its numbers for programs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from postgraft.vocabulary.carried import MIME, Number

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
        return {"text/markdown": self.markdown, "text/plain": str(self), **carried(self.numbers)}


def carried(numbers: Mapping[str, Number]) -> dict[str, dict[str, Number]]:
    """What an output carries for programs: the numbers under ``MIME``, texts with plain blanks; nothing without any."""
    plain = {
        name: one.replace("\N{NO-BREAK SPACE}", " ") if isinstance(one, str) else one for name, one in numbers.items()
    }
    return {MIME: plain} if plain else {}
