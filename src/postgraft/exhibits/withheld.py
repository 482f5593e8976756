"""What stands in place of a figure or table that is no part of a release."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from postgraft.exhibits.tables import Table
from postgraft.vocabulary.errors import WithheldError

WORDS: Final = (
    "Not part of a release, which has a few fixed tables of counts and nothing made of single patients."
)

Given = ParamSpec("Given")
Made = TypeVar("Made")


def or_withheld(make: Callable[Given, Made]) -> Callable[Given, Made | Table]:
    """The same exhibit, or a sentence in its place where something that it needs is no part of a release."""

    @wraps(make)
    def made(*given: Given.args, **named: Given.kwargs) -> Made | Table:
        try:
            return make(*given, **named)
        except WithheldError:
            return Table(WORDS, f"<p>{WORDS}</p>")

    return made
