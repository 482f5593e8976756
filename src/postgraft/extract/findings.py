"""Collects what is wrong while an extract is read, so that everything is reported in one pass."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from postgraft.vocabulary.errors import Finding, Severity
from postgraft.vocabulary.shown import length, looks_like_word, one_line
from postgraft.vocabulary.words import did_you_mean, nearest

Time = Literal["dates", "days"]


def day_header(name: str, time: Time) -> str:
    """The name a date column has in a file: with ``time: days`` a ``…_date`` is a ``…_day``."""
    return name.removesuffix("date") + "day" if time == "days" else name


Rows = npt.NDArray[np.bool_]
"""A mask over the rows at hand."""

_ROWS_SHOWN = 5
_WORDS_SHOWN = 10
_DIGITS_OF_A_NAME: Final = 3
"""Digits in a row that the name of a column may have, such as CD34 and day100, and no date or number of a patient."""


@dataclass(slots=True)
class Notes:
    """Findings as they are met; those of one kind in one place become one finding with a count.

    None of their texts has a line break, a control character or a mark that turns the direction of writing.
    """

    _met: dict[tuple[Severity, str, str, str, str, str], tuple[int, tuple[int, ...]]] = field(default_factory=dict)

    def add(
        self, severity: Severity, kind: str, file: str, column: str, found: str, accepted: str = "",
        count: int = 0, rows: Iterable[int] = (),
    ) -> None:  # fmt: skip
        key = (severity, kind, one_line(file), one_line(column), one_line(found), one_line(accepted))
        seen, first = self._met.get(key, (0, ()))
        self._met[key] = (seen + count, (*first, *rows)[:_ROWS_SHOWN])

    def findings(self, severity: Severity | None = None) -> list[Finding]:
        """All findings in the order they were met, or those of one severity."""
        return [
            Finding(*key, count=count, rows=rows)
            for key, (count, rows) in self._met.items()
            if severity in (None, key[0])
        ]


@dataclass(frozen=True, slots=True)
class Location:
    """Where reading stands: a column of a file, and ``before``, how many rows came before those at hand.

    A spreadsheet numbers the table's rows from ``first_row``, leaving out the numbers ``skipped`` (see ``Source``).
    Of findings about rows, only those in ``among`` (None: all) are noted. Words of the file stand in messages only
    where it is ``shown``: not if it may be another file than its name says.
    """

    notes: Notes
    file: str
    time: Time
    first_row: int = 2
    skipped: Sequence[int] = ()
    before: int = 0
    column: str = ""
    among: Rows | None = None
    shown: bool = True

    def at(self, column: str) -> "Location":
        return replace(self, column=column)

    def at_date(self, column: str) -> "Location":
        """At a column of dates, by its declared name."""
        return self.at(day_header(column, self.time))

    def numbers(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """The numbers a spreadsheet shows for these of the rows at hand."""
        index = rows + self.before
        # How many rows of the table come before each number that is skipped.
        gaps = np.sort(np.array(self.skipped, dtype=np.int64)) - self.first_row - np.arange(len(self.skipped))
        return (index + self.first_row + np.searchsorted(gaps, index, side="right")).astype(np.int32)

    def only(self, rows: Rows) -> "Location":
        """The same, where only these of the rows at hand matter."""
        return replace(self, among=rows)

    def error(self, kind: str, found: str, accepted: str = "", rows: Rows | None = None) -> None:
        """Notes an error; with ``rows`` only if one of them is set."""
        self._note("error", kind, found, accepted, rows)

    def warning(self, kind: str, found: str, accepted: str = "", rows: Rows | None = None) -> None:
        """Notes a warning; with ``rows`` only if one of them is set."""
        self._note("warning", kind, found, accepted, rows)

    def counted(
        self, severity: Severity, kind: str, found: str, accepted: str, count: int, numbers: Sequence[int] = ()
    ) -> None:
        """Notes a finding about ``count`` rows, unless that is 0; ``numbers`` are the first of theirs in the file."""
        if count:
            self.notes.add(severity, kind, self.file, self.column, found, accepted, count, numbers)

    def _note(self, severity: Severity, kind: str, found: str, accepted: str, rows: Rows | None) -> None:
        if rows is None:
            self.notes.add(severity, kind, self.file, self.column, found, accepted)
            return
        at = np.flatnonzero(rows if self.among is None else rows & self.among)
        self.counted(severity, kind, found, accepted, len(at), self.numbers(at[:_ROWS_SHOWN]).tolist())

    def words(
        self, severity: Severity, kind: str, noun: str, words: list[str], strange: Rows,
        codes: npt.NDArray[np.int32], known: tuple[str, ...], accepted: str, named: bool = True,
    ) -> None:  # fmt: skip
        """Notes each word that ``strange`` marks and that ``codes`` use, the frequent ones first.

        Words of a column that is not ``named``, as of drugs or units, are told only if they are near a known one.

        ``codes`` index ``words``, -1 for an empty cell. Past the first few words the rest is one finding.
        """
        used = np.bincount(codes + 1, minlength=len(words) + 1)[1:]
        met = sorted(np.flatnonzero(strange & (used > 0)).tolist(), key=lambda i: (-used[i], words[i]))
        for i in met[:_WORDS_SHOWN]:
            found = f"{noun} {self.quoted(words[i], known, only_near=not named)}"
            self._note(severity, kind, found, accepted, codes == i)
        if met[_WORDS_SHOWN:]:
            self._note(severity, kind, f"{noun}, others", accepted, np.isin(codes, met[_WORDS_SHOWN:]))

    def quoted(self, word: str, known: Iterable[str] = (), public: bool = False, only_near: bool = False) -> str:
        """A strange word in quotes, with the known one that is near, or its length where it may be a patient's own.

        A word that is ``public``, such as a unit of another analyte, is hidden only if the whole file is. With
        ``only_near`` a word that is near no known one is hidden: in a shifted column it may be a name.
        """
        known = tuple(known)
        if self.shown and (public or looks_like_word(word)) and (not only_near or nearest(word, known)):
            return f'"{word}"{did_you_mean(word, known)}'
        return f"(not shown: {length(word)}, which may be a patient's own)"

    def at_site(self, code: str) -> str:
        """Words that name a site of the file, after a blank."""
        shown = self.shown and looks_like_word(code, _DIGITS_OF_A_NAME)
        return f" at site {code}" if shown else " at a site (its code is not shown)"


def column_title(name: str, number: int, shown: bool = True) -> str:
    """What a column that nobody knows is called in a message: its name if that looks like one, else its number.

    The first row of a file without a header holds a patient's own values.
    """
    return name if shown and looks_like_word(name, _DIGITS_OF_A_NAME) else f"column {number}"
