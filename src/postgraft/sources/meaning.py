"""What one code of a source means: of all that it says by the mapping, the first wins."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Final, NamedTuple

from postgraft.sources.codes import INGREDIENT, NOT_USED, SOURCE, UNSTATED, Row, by_key, folded, shipped, words_of
from postgraft.sources.titles import agrees

LEVELS: Final = ("source text", "source code", "standard code", "ingredient", "words")
"""What a meaning may be had by, the first that has one wins."""

UNMAPPED: Final = "unmapped"
CONFLICT: Final = "conflict"
DIFFERS: Final = "name differs"
NOTES: Final = (UNMAPPED, UNSTATED, CONFLICT, DIFFERS)
_PURPOSES: Final = "purposes"
"""Their rows do not say what a row of a drug is but what for: they have a first meaning of their own."""
_ANSWERS: Final = "results"
"""Their rows say nothing of what a row is."""


class Coding(NamedTuple):
    """One code of a combo, with the name that the source has for it."""

    level: str
    system: str
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Combo:
    """A row of the table ``codes``; ``codings`` by level, of one level in the order of the mapping's systems."""

    number: int
    source: str
    text: str
    words: str
    rows: int
    patients: int
    first: Any
    last: Any
    codings: tuple[Coding, ...]

    @property
    def shown(self) -> Coding:
        """The code that the census names where no other one decided."""
        own = [coding for coding in self.codings if coding.level in LEVELS[1:3]]
        return own[0] if own else Coding("", "", "", "")


class Said(NamedTuple):
    """What one code, or the words, of a combo say by the mapping."""

    level: str
    coding: Coding
    rows: tuple[Row, ...]

    @property
    def told(self) -> str:
        code = f" {self.coding.system} {self.coding.code}" if self.coding.code else ""
        return f"{self.level}{code}: {names_of(self.rows)}"

    def only(self, purposes: bool) -> Said:
        """The part of it about purposes, or the other part."""
        return self._replace(rows=_once(row for row in self.rows if (row.table == _PURPOSES) == purposes))

    @property
    def names(self) -> set[tuple[str, str]]:
        """What it says for certain."""
        return {(row.table, row.name) for row in self.rows if row.name not in NOT_USED[:2]}


@dataclass(slots=True)
class Settled:
    """What a combo means: ``winner`` says what it is; ``meanings`` has its rows and those of a purpose, and by what."""

    winner: Said | None = None
    meanings: list[tuple[Row, str]] = field(default_factory=list)
    notes: set[str] = field(default_factory=set)
    not_used: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Meaning:
    """The rows of a mapping, ready to be asked; ``official``: the names of codes are those of an OMOP vocabulary."""

    rows: tuple[Row, ...]
    official: bool

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], list[Row]]:
        return by_key(row for row in self.rows if row.table != _ANSWERS)

    @cached_property
    def _by_words(self) -> dict[str, list[Row]]:
        """Rows of ingredients by each of their alternatives, in plain words."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            if row.system == INGREDIENT:
                for part in row.code.split("|"):
                    found[" ".join(words_of(part))].append(row)
        return dict(found)

    @cached_property
    def _ingredient(self) -> re.Pattern[str]:
        """Any alternative as whole words; of several at one place the longest, so that CMV's globulin is no IVIG."""
        longest_first = sorted(self._by_words, key=lambda words: (-len(words), words))
        return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?!\S)")

    def of(self, combo: Combo) -> Settled:
        """What a combo means, and what is to be reported of it."""
        settled = Settled()
        said = [one for one in self._said(combo, settled) if one.rows]
        purposes = [part for one in said if (part := one.only(purposes=True)).rows]
        kinds = [part for one in said if (part := one.only(purposes=False)).rows]
        settled.meanings = [(row, one.level) for one in (*kinds[:1], *purposes[:1]) for row in one.rows]
        if not kinds:
            settled.notes = settled.notes or {UNMAPPED}
            return settled
        settled.winner = winner = kinds[0]
        if all(row.name == UNSTATED for row in winner.rows):
            settled.notes.add(UNSTATED)
        ignored = not winner.names and UNSTATED not in settled.notes
        others = [] if ignored else [one for one in kinds[1:] if not one.names <= winner.names]
        if others:
            settled.notes.add(CONFLICT)
            settled.not_used += [one.told for one in others]
        return settled

    def _said(self, combo: Combo, settled: Settled) -> Iterator[Said]:
        """What each code says, the first of the order first; what is refused is noted in ``settled``."""
        text = Coding(LEVELS[0], SOURCE, folded(combo.text), "")
        for coding in (text, *(one for one in combo.codings if one.level != INGREDIENT)):
            yield Said(coding.level, coding, tuple(self._usable(coding, settled)))
        ingredients = [one for one in combo.codings if one.level == INGREDIENT]
        made_of = [row for one in ingredients for row in (*self._usable(one, settled), *self._in_words(one.title))]
        yield Said(INGREDIENT, Coding("", "", "", ""), _certain(made_of))
        if not ingredients:
            yield Said(LEVELS[-1], Coding("", "", "", ""), _certain(self._in_words(combo.words)))

    def _usable(self, coding: Coding, settled: Settled) -> Iterator[Row]:
        for row in self._by_key.get((coding.system, coding.code), ()):
            differs = coding.title != "" and not agrees(coding.title, row.name)
            unsure = "unverified" in row.note and (differs or not coding.title)
            if row.name in NOT_USED or row not in _shipped_rows() or not (differs or unsure):
                yield row
                continue
            if differs:
                settled.notes.add(DIFFERS)
            if (differs and self.official) or unsure:
                why = "its name in the source differs" if differs else "unverified, and without a name in the source"
                settled.not_used.append(f"{coding.system} {coding.code}: {row.name} ({why})")
            else:
                yield row

    def _in_words(self, name: str) -> list[Row]:
        found = self._ingredient.findall(" ".join(words_of(name)))
        return [row for words in found for row in self._by_words[words]]


@cache
def _shipped_rows() -> frozenset[Row]:
    return frozenset(shipped())


def _once(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The first row of each table and name."""
    return tuple({(row.table, row.name): row for row in reversed([*rows])}.values())[::-1]


def _certain(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows; those of names that are not used only where there are no others."""
    return tuple(row for row in rows if row.name not in NOT_USED) or tuple(rows)


def names_of(rows: Iterable[Row]) -> str:
    """Their names, each once."""
    return "; ".join(dict.fromkeys(row.name for row in rows))
