"""Whether every number that states a count of patients is printed as the release level prints it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from postgraft.disclosure.rule import Rule
from postgraft.disclosure.shown import NOT_SHOWN, WITHHELD
from postgraft.reports.release_check.columns import Says, name_says, says
from postgraft.reports.release_check.leaks import Kind, Leak
from postgraft.reports.release_check.material import Grid, Named, Piece
from postgraft.reports.release_check.phrases import NO_COUNTS, counted_in

NUMBER: Final = re.compile(r"(?<![\w.])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?:e[+-]?\d+)?(\s*%)?(?![\w]|\.\d)")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_BETWEEN: Final = {"to", "of", "and", "after", "before", "nan", "none", "na", "inf", "e", "below", "above"}
"""Words that join numbers: a cell of numbers and these only is a number, whatever its header."""


LEAST_OF_NAME: Final = 12
"""Characters of a name by which it is known where it is cut off."""


class Counts:
    """The check of one report under its rule.

    ``names`` of cohorts may hold any number: who names a cohort decides what its name tells.
    """

    def __init__(self, rule: Rule, names: Sequence[str] = ()) -> None:
        self.rule, self._names = rule, re.compile("|".join(_as_printed(names)) or r"(?!)")
        self._hidden = re.compile(
            rf"(?<!\w){re.escape(rule.hidden)}(?!\w)|\b{WITHHELD}\b|(?<!\d){NOT_SHOWN}(?!\d)"
        )

    def wrong(self, number: str, decimals: str | None, percent: str | None) -> str | None:
        """What is wrong about a number that states a count, or a share of one; None where nothing is."""
        shown = f"{number}{decimals or ''}{percent or ''}"
        if percent:
            return f"{shown} is a share with decimals" if decimals and decimals.strip(".0") else None
        if decimals and decimals.strip(".0"):
            return f"{shown} is computed from patients and has decimals"
        count = int(number.replace(",", ""))
        if self.rule.hides(count):
            return f"{shown} is a count from 1 to {self.rule.threshold}"
        if count and (count < self.rule.lowest or count % self.rule.rounding):
            return f"{shown} is no multiple of {self.rule.rounding} above {self.rule.threshold}"
        return None

    def in_grid(self, grid: Grid) -> Iterator[Leak]:
        """Cells that state counts as they may not; a column of row numbers from 0 on counts nothing."""
        numbered = [row[0].strip() for row in grid.rows] == [str(i) for i in range(len(grid.rows))]
        for row in grid.rows:
            for position, (header, cell) in enumerate(zip(grid.headers, row, strict=True)):
                if position == 0 and numbered and not header.strip():
                    continue
                head = row[0] if position else ""
                for wrong in self._in_cell(cell, says(header, head)):
                    column = f", column “{header}”" if header.strip() else ""
                    yield Leak(grid.file, f"{grid.place}, row “{_short(row[0])}”{column}", Kind.count, wrong)

    def in_prose(self, piece: Piece) -> Iterator[Leak]:
        """Sentences, and texts that stand for pictures, that state counts as they may not."""
        for line in self._names.sub("", piece.text).splitlines():
            for phrase, wrong in self._in_line(self._without_hidden(line), piece.alt, not piece.mixed):
                yield Leak(piece.file, piece.place, Kind.count, f"“{_short(phrase)}”: {wrong}")

    def in_named(self, named: Named) -> Iterator[Leak]:
        """Numbers of JSON whose names do not say that they are something else than counts."""
        what = name_says(named.name)
        text = f"{named.value}"
        if isinstance(named.value, float) and "share" in named.name:
            share = round(100 * named.value, 6)
            text = f"{share:g} %" if share == share else NOT_SHOWN
        found = self._in_cell(text, what if not isinstance(named.value, str) else Says.unknown)
        if what is not Says.other:
            for wrong in found:
                yield Leak(named.file, f"{named.place}, name {named.name}", Kind.count, wrong)

    def _in_cell(self, cell: str, what: Says) -> Iterator[str]:
        if what is Says.other:
            return
        rest = NO_COUNTS.sub(" ", self._without_hidden(cell))
        words = {word.lower() for word in _WORD.findall(rest)}
        if what is Says.counts or not words - _BETWEEN:
            yield from self._wrong_in(rest)
        else:
            yield from (wrong for _, wrong in self._in_line(rest))

    def _in_line(self, line: str, drawn: bool = False, shares: bool = True) -> Iterator[tuple[str, str]]:
        for phrase, numbers in counted_in(line, drawn, shares):
            for wrong in self._wrong_in(numbers):
                yield phrase, wrong

    def _wrong_in(self, numbers: str) -> Iterator[str]:
        for number in NUMBER.finditer(numbers):
            if wrong := self.wrong(*number.groups()):
                yield wrong

    def _without_hidden(self, text: str) -> str:
        """The text with a block in place of what is hidden or withheld, without names and invisible characters."""
        return self._hidden.sub("▒", _INVISIBLE.sub("", self._names.sub("", text)))


def _as_printed(names: Sequence[str]) -> Iterator[str]:
    """Patterns of names: over more than one line, and cut off, as where a running head has what fits."""
    for name in names:
        yield r"\s+".join(map(re.escape, name.split()))
        for end in range(len(name) - 1, LEAST_OF_NAME, -1):
            yield re.escape(f"{name[:end].rstrip()}…")


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:59]}…"
