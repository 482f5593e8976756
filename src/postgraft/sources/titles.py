"""Whether the name that a source has for a code can be the name that we take the code for.

``data/words.csv`` has the words that official titles use for a name; what is not there is known by its own words.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib import resources
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]{3,}")


def agrees(title: str, name: str) -> bool:
    """Whether the title has a word, of three or more letters, of those that titles use for this name of the extract.

    >>> agrees("Immune thrombocytopenic purpura", "itp"), agrees("Hypertension", "itp")
    (True, False)
    """
    return not _title_words(name).isdisjoint(_WORD.findall(title.casefold()))


def agrees_with_any(title: str, names: tuple[str, ...]) -> bool:
    """Whether it has a word of any of these names."""
    return not _words_of_all(names).isdisjoint(_WORD.findall(title.casefold()))


@cache
def _words_of_all(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*map(_title_words, names))


@cache
def _title_words(name: str) -> frozenset[str]:
    return _listed().get(name) or frozenset(_WORD.findall(name.casefold().replace("_", " ")))


@cache
def _listed() -> dict[str, frozenset[str]]:
    text = resources.files("postgraft.sources").joinpath("data/words.csv").read_text(encoding="utf-8")
    return {row["name"]: frozenset(row["words"].split()) for row in csv.DictReader(text.splitlines())}
