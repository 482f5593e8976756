"""Kinds of columns, here of words: each reads and checks raw cells, and describes itself in the data dictionary."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from postgraft.extract.cells import Codes, Mask, Words, spread, words
from postgraft.extract.files import is_text
from postgraft.extract.findings import Location
from postgraft.vocabulary.analytes import CELLULARITY, FINDING, RESULTS
from postgraft.vocabulary.drugs import read_drug, without_brackets
from postgraft.vocabulary.words import TEXT, nearest, normal_word

_SMALL = 50
_LONGEST = 1000
"""Characters of a cell of a column that is read; a longer text is no cell of such a table."""


class ColumnKind(ABC):
    """``read`` gives floats (NaN for an empty or wrong cell), a Categorical or Words, and notes faults."""

    def read(self, cells: pa.Array, place: Location, required: bool) -> Any:
        cells, long = _without_long(cells, place)
        values, missing = self.parse(cells, place)
        if required:
            empty = missing & ~long
            place.error("empty-cell", "empty cell in a required column", self.accepted(place), empty)
        return values

    @abstractmethod
    def parse(self, cells: pa.Array, place: Location) -> tuple[Any, Mask]:
        """Values and the empty cells."""

    @abstractmethod
    def accepted(self, place: Location) -> str:
        """What a cell may hold, for a message."""

    @abstractmethod
    def describe(self) -> str:
        """What a cell may hold, for the data dictionary."""

    def absent(self, rows: int) -> Any:
        """The values of a column that is not there."""
        return np.broadcast_to(np.float64(np.nan), (rows,))


def _without_long(cells: pa.Array, place: Location) -> tuple[pa.Array, Mask]:
    """The cells with empty ones in place of those that are too long, and where these are, which is noted."""
    coded = pa.types.is_dictionary(cells.type)
    texts = cells.dictionary if coded else cells
    none = np.zeros(len(cells), dtype=bool)
    if not is_text(texts.type):
        return cells, none
    long = pc.fill_null(pc.greater(pc.utf8_length(texts), _LONGEST), False).to_numpy(zero_copy_only=False)
    if not long.any():
        return cells, none
    rows = np.isin(cells.indices.fill_null(-1).to_numpy(), np.flatnonzero(long)) if coded else long
    place.error("long-cell", f"a text of more than {_LONGEST:,} characters", "a shorter one", rows)
    return pc.if_else(pa.array(rows), pa.scalar(None, texts.type), cells.cast(texts.type)), rows


def categorical(codes: Any, categories: Sequence[str]) -> pd.Categorical:
    """Words by code, -1 for none, over categories in the order given."""
    # The type of a small vocabulary is made once: it is dear beside a column of a few rows.
    dtype = _kept_dtype(tuple(categories)) if len(categories) <= _SMALL else _dtype(categories)
    return pd.Categorical.from_codes(codes, dtype=dtype, validate=False)


def _dtype(categories: Sequence[str]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(pd.Index(list(categories), dtype=TEXT))


_kept_dtype = lru_cache(maxsize=500)(_dtype)


def _coded(text: Words, meant: Sequence[str]) -> tuple[Codes, list[str]]:
    """Each row's code among the sorted words that are ``meant`` by those of the text, "" by none of them."""
    found = sorted({word for word in meant if word})
    position = {word: i for i, word in enumerate(found)}
    return spread(np.array([position.get(word, -1) for word in meant], dtype=np.int32), text.codes, -1), found


def _no_words(rows: int, categories: tuple[str, ...] = ()) -> pd.Categorical:
    return categorical(np.full(rows, -1, dtype=np.int8), categories)


@dataclass(frozen=True)
class Text(ColumnKind):
    """Free text, kept as it stands but for outer blanks."""

    def parse(self, cells: pa.Array, place: Location) -> tuple[pd.Categorical, Mask]:
        text = words(cells)
        return categorical(*_coded(text, text.words)), text.missing

    def accepted(self, place: Location) -> str:
        return "text"

    def describe(self) -> str:
        return "text"

    def absent(self, rows: int) -> pd.Categorical:
        return _no_words(rows)


@dataclass(frozen=True)
class PatientId(ColumnKind):
    """The patient's identifier, always text: 007 is not 7."""

    def parse(self, cells: pa.Array, place: Location) -> tuple[Words, Mask]:
        text = words(cells)
        return text, text.missing

    def accepted(self, place: Location) -> str:
        return "text"

    def absent(self, rows: int) -> Words:
        return Words(np.full(rows, -1, dtype=np.int32), [])

    def describe(self) -> str:
        return "text, never a number: 007 is not 7"


@dataclass(frozen=True)
class Result(Text):
    """A qualitative result; which words fit depends on the analyte, and is checked with it."""

    def parse(self, cells: pa.Array, place: Location) -> tuple[pd.Categorical, Mask]:
        values, missing = super().parse(cells, place)
        found = list(values.categories)
        strange = np.array([FINDING.read(w) is None and CELLULARITY.read(w) is None for w in found], dtype=bool)
        codes = values.codes.astype(np.int32)
        place.words(
            "error", "vocabulary", "unknown result", found, strange, codes, RESULTS, self.accepted(place), named=False
        )
        return values, missing

    def accepted(self, place: Location) -> str:
        return ", ".join(RESULTS)

    def describe(self) -> str:
        first, second = ", ".join(FINDING.accepted), ", ".join(CELLULARITY.accepted)
        return f"{first}; for marrow_megakaryocytes {second}; case does not matter, the usual synonyms are read"


@dataclass(frozen=True)
class Word(ColumnKind):
    """A word of a closed vocabulary; ``spelling`` brings what is written to the vocabulary's form.

    ``named`` says that every strange word is told: units, which have too many spellings to be near one.
    """

    vocabulary: tuple[str, ...]
    spelling: Callable[[str], str | None] = normal_word
    named: bool = False

    def parse(self, cells: pa.Array, place: Location) -> tuple[pd.Categorical, Mask]:
        text = words(cells)
        position = {self.spelling(word): i for i, word in enumerate(self.vocabulary)}
        lookup = np.array([position.get(self.spelling(word), -1) for word in text.words], dtype=np.int8)
        place.words(
            "error", "vocabulary", f"unknown {place.column}", text.words, lookup < 0, text.codes,
            self.vocabulary, self.accepted(place), self.named,
        )  # fmt: skip
        return categorical(spread(lookup, text.codes, -1), self.vocabulary), text.missing

    def accepted(self, place: Location) -> str:
        return ", ".join(self.vocabulary)

    def describe(self) -> str:
        return "one of " + ", ".join(f"`{word}`" for word in self.vocabulary)

    def absent(self, rows: int) -> pd.Categorical:
        return _no_words(rows, self.vocabulary)


@dataclass(frozen=True)
class OpenWord(ColumnKind):
    """A word of an open vocabulary: one outside the known words is kept and reported.

    With ``only_near`` it is reported only if it looks like a slip of a known word.
    """

    known: tuple[str, ...]
    noun: str
    only_near: bool = False

    def meant(self, word: str) -> str:
        """The word meant by what is written."""
        return normal_word(word)

    def note_meant(self, text: Words, meant: Sequence[str], place: Location) -> None:
        """Notes what is read as more than another spelling of what is written."""

    def parse(self, cells: pa.Array, place: Location) -> tuple[pd.Categorical, Mask]:
        text = words(cells)
        normal = [self.meant(word) for word in text.words]
        self.note_meant(text, normal, place)
        codes, found = _coded(text, normal)
        known = frozenset(self.known)
        strange = np.array(
            [w not in known and (not self.only_near or nearest(w, self.known) is not None) for w in found], dtype=bool
        )
        noun = f"{self.noun} outside the known ones, kept as it is:"
        place.words("warning", f"unknown-{self.noun}", noun, found, strange, codes, self.known, "")
        return categorical(codes, found), text.missing

    def accepted(self, place: Location) -> str:
        return f"the name of a {self.noun} in lower case with underscores"

    def describe(self) -> str:
        known = ", ".join(f"`{word}`" for word in self.known)
        return f"lower case with underscores, of these or another: {known}"

    def absent(self, rows: int) -> pd.Categorical:
        return _no_words(rows)


@dataclass(frozen=True)
class Drug(OpenWord):
    """The ingredient: a salt, a brand or a biosimilar's suffix is no part of it (see ``vocabulary.drugs``)."""

    def meant(self, word: str) -> str:
        return read_drug(word)

    def note_meant(self, text: Words, meant: Sequence[str], place: Location) -> None:
        for code, (word, drug) in enumerate(zip(text.words, meant, strict=True)):
            if drug != normal_word(word):
                # All that is left beside the brackets is a known name with known parts.
                bare = without_brackets(word)
                brand = " (what stands in brackets left out)" if bare != word else ""
                found = f"{place.quoted(bare, public=True)}{brand} is read as {drug}"
                place.warning("drug-name", found, "", text.codes == code)

    def describe(self) -> str:
        parts = "a salt, an ester, a brand in brackets and a biosimilar's suffix are no part of the name"
        return f"{super().describe()}; {parts}"
