"""What stands in place of a figure or table that is not given out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from postgraft.exhibits.tables import Table
from postgraft.vocabulary.errors import WithheldError

WORDS: Final = (
    "Withheld at the disclosure level release: this shows single patients, or more numbers than can be told "
    "without giving small ones away."
)

Given = ParamSpec("Given")
Made = TypeVar("Made")


def or_withheld(make: Callable[Given, Made]) -> Callable[Given, Made | Table]:
    """The same exhibit, or a sentence in its place where something that it needs is withheld."""

    @wraps(make)
    def made(*given: Given.args, **named: Given.kwargs) -> Made | Table:
        try:
            return make(*given, **named)
        except WithheldError:
            return Table(WORDS, f"<p>{WORDS}</p>")

    return made
