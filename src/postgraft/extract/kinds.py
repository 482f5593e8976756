"""Kinds of columns: each reads and checks raw cells, and describes itself in the data dictionary."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from postgraft.extract.cells import Mask, Signed, Words, days, numbers, signed_numbers, spread, words
from postgraft.extract.notes import Place
from postgraft.vocabulary.results import CELLULARITY, FINDING, RESULTS
from postgraft.vocabulary.words import nearest, normal_word

_SMALL = 50
_NINES = (999.0, 999.9, 999.99, 9999.0, 9999.9, 9999.99, 99999.0, 99999.9, 99999.99, 999999.0)


class Kind(ABC):
    """``read`` gives floats (NaN for an empty or wrong cell), a Categorical or Words, and notes faults."""

    def read(self, cells: pa.Array, place: Place, required: bool) -> Any:
        values, missing = self.parse(cells, place)
        if required:
            place.error("empty-cell", "empty cell in a required column", self.accepted(place), missing)
        return values

    @abstractmethod
    def parse(self, cells: pa.Array, place: Place) -> tuple[Any, Mask]:
        """Values and the empty cells."""

    @abstractmethod
    def accepted(self, place: Place) -> str:
        """What a cell may hold, for a message."""

    @abstractmethod
    def describe(self) -> str:
        """What a cell may hold, for the data dictionary."""

    def absent(self, rows: int) -> Any:
        """The values of a column that is not there."""
        return np.broadcast_to(np.float64(np.nan), (rows,))


def categorical(codes: Any, categories: Sequence[str]) -> pd.Categorical:
    """Words by code, -1 for none, over categories in the order given."""
    # The type of a small vocabulary is made once: it is dear beside a column of a few rows.
    dtype = _kept_dtype(tuple(categories)) if len(categories) <= _SMALL else _dtype(categories)
    return pd.Categorical.from_codes(codes, dtype=dtype, validate=False)


def _dtype(categories: Sequence[str]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(pd.Index(list(categories), dtype="str"))


_kept_dtype = lru_cache(maxsize=500)(_dtype)


def _no_words(rows: int, categories: tuple[str, ...] = ()) -> pd.Categorical:
    return categorical(np.full(rows, -1, dtype=np.int8), categories)


@dataclass(frozen=True)
class Text(Kind):
    """Free text, kept as it stands but for outer blanks."""

    def parse(self, cells: pa.Array, place: Place) -> tuple[pd.Categorical, Mask]:
        text = words(cells)
        known = sorted({word for word in text.words if word})
        position = {word: i for i, word in enumerate(known)}
        lookup = np.array([position.get(word, -1) for word in text.words], dtype=np.int32)
        return categorical(spread(lookup, text.codes, -1), known), text.missing

    def accepted(self, place: Place) -> str:
        return "text"

    def describe(self) -> str:
        return "text"

    def absent(self, rows: int) -> pd.Categorical:
        return _no_words(rows)


@dataclass(frozen=True)
class PatientId(Kind):
    """The patient's identifier, always text: 007 is not 7."""

    def parse(self, cells: pa.Array, place: Place) -> tuple[Words, Mask]:
        text = words(cells)
        return text, text.missing

    def accepted(self, place: Place) -> str:
        return "text"

    def absent(self, rows: int) -> Words:
        return Words(np.full(rows, -1, dtype=np.int32), [])

    def describe(self) -> str:
        return "text, never a number: 007 is not 7"


@dataclass(frozen=True)
class Result(Text):
    """A qualitative result; which words fit depends on the analyte, and is checked with it."""

    def parse(self, cells: pa.Array, place: Place) -> tuple[pd.Categorical, Mask]:
        values, missing = super().parse(cells, place)
        found = list(values.categories)
        strange = np.array(
            [FINDING.read(w) is None and CELLULARITY.read(w) is None for w in found], dtype=bool
        )
        codes = values.codes.astype(np.int32)
        place.words(
            "error", "vocabulary", "unknown result", found, strange, codes, RESULTS, self.accepted(place)
        )
        return values, missing

    def accepted(self, place: Place) -> str:
        return ", ".join(RESULTS)

    def describe(self) -> str:
        first, second = ", ".join(FINDING.accepted), ", ".join(CELLULARITY.accepted)
        return (
            f"{first}; for marrow_megakaryocytes {second}; case does not matter, the usual synonyms are read"
        )


@dataclass(frozen=True)
class Word(Kind):
    """A word of a closed vocabulary; ``spelling`` brings what is written to the vocabulary's form."""

    vocabulary: tuple[str, ...]
    spelling: Callable[[str], str | None] = normal_word

    def parse(self, cells: pa.Array, place: Place) -> tuple[pd.Categorical, Mask]:
        text = words(cells)
        position = {self.spelling(word): i for i, word in enumerate(self.vocabulary)}
        lookup = np.array([position.get(self.spelling(word), -1) for word in text.words], dtype=np.int8)
        place.words(
            "error", "vocabulary", f"unknown {place.column}", text.words, lookup < 0, text.codes,
            self.vocabulary, self.accepted(place),
        )  # fmt: skip
        return categorical(spread(lookup, text.codes, -1), self.vocabulary), text.missing

    def accepted(self, place: Place) -> str:
        return ", ".join(self.vocabulary)

    def describe(self) -> str:
        return "one of " + ", ".join(f"`{word}`" for word in self.vocabulary)

    def absent(self, rows: int) -> pd.Categorical:
        return _no_words(rows, self.vocabulary)


@dataclass(frozen=True)
class OpenWord(Kind):
    """A word of an open vocabulary: one outside the known words is kept and reported.

    With ``only_near`` it is reported only if it looks like a slip of a known word.
    """

    known: tuple[str, ...]
    noun: str
    only_near: bool = False

    def meant(self, word: str) -> str:
        """The word meant by what is written."""
        return normal_word(word)

    def note_meant(self, text: Words, meant: Sequence[str], place: Place) -> None:
        """Notes what is read as more than another spelling of what is written."""

    def parse(self, cells: pa.Array, place: Place) -> tuple[pd.Categorical, Mask]:
        text = words(cells)
        normal = [self.meant(word) for word in text.words]
        self.note_meant(text, normal, place)
        found = sorted({word for word in normal if word})
        position = {word: i for i, word in enumerate(found)}
        lookup = np.array([position.get(word, -1) for word in normal], dtype=np.int32)
        codes = spread(lookup, text.codes, -1)
        known = frozenset(self.known)
        strange = np.array(
            [w not in known and (not self.only_near or nearest(w, self.known) is not None) for w in found],
            dtype=bool,
        )
        noun = f"{self.noun} outside the known ones, kept as it is:"
        place.words("warning", f"unknown-{self.noun}", noun, found, strange, codes, self.known, "")
        return categorical(codes, found), text.missing

    def accepted(self, place: Place) -> str:
        return f"the name of a {self.noun} in lower case with underscores"

    def describe(self) -> str:
        known = ", ".join(f"`{word}`" for word in self.known)
        return f"lower case with underscores, of these or another: {known}"

    def absent(self, rows: int) -> pd.Categorical:
        return _no_words(rows)


@dataclass(frozen=True)
class Number(Kind):
    """A finite number with a decimal point; outside of ``low`` to ``high``, both included, it reads as unknown.

    Below 0 an ``amount`` is an error.
    """

    low: float = -np.inf
    high: float = np.inf
    whole: bool = False
    amount: bool = False

    def parse(self, cells: pa.Array, place: Place) -> tuple[Any, Mask]:
        values, missing, faults = numbers(cells)
        _note_faults(faults, place, self.accepted(place))
        if self.whole:
            broken = values != np.trunc(values)
            broken &= ~np.isnan(values)
            place.error("number", "not a whole number", self.accepted(place), broken)
        outside = (values < self.low) | (values > self.high)
        if self.amount:
            negative = values < 0
            place.error("negative", f"negative {place.column}", "a number from 0, or an empty cell", negative)
            outside &= ~negative
        return _known(values, outside, f"{self.low:g} to {self.high:g}", place), missing

    def accepted(self, place: Place) -> str:
        return f"a {'whole ' if self.whole else ''}number with a decimal point and no unit, or an empty cell"

    def describe(self) -> str:
        text = "whole number" if self.whole else "number"
        return f"{text}; plausible {self.low:g} to {self.high:g}" if np.isfinite(self.high) else text


@dataclass(frozen=True)
class Measured(Kind):
    """A measured number, perhaps after a sign; what is plausible depends on the analyte, checked there."""

    def parse(self, cells: pa.Array, place: Place) -> tuple[Signed, Mask]:
        values, missing, faults = signed_numbers(cells)
        _note_faults(faults, place, self.accepted(place))
        return values, missing

    def accepted(self, place: Place) -> str:
        return "a number with a decimal point, perhaps after <, <=, > or >=, or an empty cell"

    def describe(self) -> str:
        return "number; after `<`, `<=`, `>` or `>=` (or with an `operator`) all numbers below or above it"

    def absent(self, rows: int) -> Signed:
        return Signed(super().absent(rows), np.broadcast_to(np.int8(0), (rows,)))


@dataclass(frozen=True)
class Limit(Measured):
    """A reference limit; what says on which side the range lies is its column, not its sign."""

    def parse(self, cells: pa.Array, place: Place) -> tuple[Any, Mask]:
        values, missing = super().parse(cells, place)
        nines = np.isin(values.number, _NINES)
        place.warning("limits", "a limit of 999, 9999 or more nines, which stands for none", "", nines)
        return np.where(nines, np.nan, values.number), missing

    def describe(self) -> str:
        return "number; `<5` and `>5` read as 5"

    def absent(self, rows: int) -> Any:
        return super().absent(rows).number


def _note_faults(faults: dict[str, Mask], place: Place, accepted: str) -> None:
    said = {"number": "not a number", "non-finite": "not a finite number"}
    for kind, rows in faults.items():
        place.error(kind, said[kind], accepted, rows)


def _known(values: Any, outside: Mask, span: str, place: Place) -> Any:
    """The values without those outside of what can be, such as a -1 or 9999 that stands for no value."""
    found = f"outside the plausible range {span}, read as unknown"
    place.warning("implausible", found, "", outside)
    return np.where(outside, np.nan, values)


@dataclass(frozen=True)
class Day(Kind):
    """A calendar date, or with ``time: days`` an integer day; the time of a timestamp is dropped."""

    def parse(self, cells: pa.Array, place: Place) -> tuple[Any, Mask]:
        values, missing, bad = days(cells, place.time)
        wanted = "an ISO calendar date" if place.time == "dates" else "a whole day number"
        place.error("date", f"not {wanted} (the manifest says time: {place.time})", self.accepted(place), bad)
        early, late = (-25567, 47482) if place.time == "dates" else (-45000, 45000)
        span = "1900-01-01 to 2100-01-01" if place.time == "dates" else f"{early} to {late}"
        return _known(values, (values < early) | (values > late), span, place), missing

    def accepted(self, place: Place) -> str:
        return "YYYY-MM-DD" if place.time == "dates" else "whole days since day 0 of the index transplant"

    def describe(self) -> str:
        return (
            "date (YYYY-MM-DD); with `time: days` a whole number of days since day 0 of the index transplant"
        )
