"""The ingredient in a drug's name as written: what is no part of it is taken off.

A brand in brackets, a trademark sign, a salt, ester, hydrate or glycoform, and the four-letter suffix that the FDA
gives to biological products are no part of the name. The words are in ``data/drug_name_parts.csv``.
"""

import csv
import re
from functools import cache
from importlib import resources
from typing import Final

from postgraft.vocabulary.codes import DRUGS
from postgraft.vocabulary.words import normal_word

_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^][]*\]")
_SUFFIX: Final = re.compile(r"(.+?)[-‐‑–_][a-z]{4}", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"[_/+&]+")
_WORD: Final = re.compile(r"[a-z]+")
_MARKS: Final = re.compile(r"[®™©]")


@cache
def _parts(*kinds: str) -> frozenset[str]:
    text = resources.files("postgraft.vocabulary").joinpath("data/drug_name_parts.csv").read_text(encoding="utf-8")
    return frozenset(
        part for row in csv.DictReader(text.splitlines()) if row["kind"] in kinds for part in row["parts"].split()
    )


def read_drug(text: str) -> str:
    """The drug of ``codes.DRUGS`` that is left without the parts that are no part of its name.

    A name of which no drug of the list is left stays whole, in normal form. So does one whose brackets say that
    the drug was not given.

    >>> read_drug("Rituximab-abbs (Truxima)"), read_drug("sodium chloride")
    ('rituximab', 'sodium_chloride')
    """
    in_brackets = " ".join(_BRACKETS.findall(text)).casefold()
    if _parts("not_given").intersection(_WORD.findall(in_brackets)):
        return normal_word(text)
    bare = _MARKS.sub("", without_brackets(text)).strip()
    suffixed = _SUFFIX.fullmatch(bare)
    if suffixed:
        drug = _ingredient(suffixed[1])
        if drug in _parts("biological"):
            return drug
    drug = _ingredient(bare)
    return drug if drug in DRUGS else normal_word(text)


def without_brackets(text: str) -> str:
    """The name without what stands in brackets, nested ones too."""
    found = 1
    while found:
        text, found = _BRACKETS.subn(" ", text)
    return text.strip()


def _ingredient(name: str) -> str:
    words = _BETWEEN.split(normal_word(name).strip("_"))
    while len(words) > 1 and words[-1] in _parts("salt", "ester", "hydrate", "glycoform", "excipient"):
        words.pop()
    return "_".join(words)
