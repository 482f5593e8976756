"""Quotes of a CSV file, as its bytes pass by: where they are no pairs around cells, a cell may hold rows.

Source of the rules: RFC 4180, section 2. A quote opens a cell only where the cell begins, two in a row within a cell
stand for one, and the quote that closes a cell is followed by a comma or the end of the line.
"""

import codecs
import csv
import gzip
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np

_QUOTE: Final = ord('"')
_ENDS: Final = b",\r\n"
_MAY_BE_BESIDE: Final = np.isin(np.arange(256), [*_ENDS, _QUOTE])


class Quotes:
    """Takes in the bytes of a file piece by piece; ``inside`` says whether a quote is open after them."""

    def __init__(self) -> None:
        self.inside = False
        self._before = b""
        self._held = b""

    def closes_well(self, data: bytes) -> bool:
        """Whether each quote that closes a cell in these bytes stands at its end; ``b""`` for the end of the file."""
        if not self._before:
            data, self._before = data.removeprefix(codecs.BOM_UTF8), b"\n"
        whole = self._held + (data or b"\n")
        # What a quote does is told by the byte after it.
        piece = whole.rstrip(b'"')
        self._held = whole[len(piece) :]
        if not piece:
            return True
        text = np.frombuffer(self._before + piece, np.uint8)
        self._before = piece[-1:]
        at = np.flatnonzero(text == _QUOTE)
        opens, closes = at[self.inside :: 2], at[not self.inside :: 2]
        if _MAY_BE_BESIDE[text[opens - 1]].all() and _MAY_BE_BESIDE[text[closes + 1]].all():
            self.inside ^= bool(len(at) % 2)
            return True
        return self._one_by_one(text.tobytes(), at.tolist())

    def _one_by_one(self, text: bytes, at: list[int]) -> bool:
        """The same where some quotes lie within cells that no quote opens: there they are marks like any other."""
        doubled = -1
        for place in at:
            if place == doubled:
                continue
            if not self.inside:
                self.inside = text[place - 1] in _ENDS
            elif text[place + 1] == _QUOTE:
                doubled = place + 1
            elif text[place + 1] in _ENDS:
                self.inside = False
            else:
                return False
        return True


def row_that_breaks(path: Path) -> int:
    """The number of the first row with a cell that goes on after its closing quote."""
    rows = 0
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", errors="replace", newline="") as text, suppress(csv.Error):
        for _ in csv.reader(text, strict=True):
            rows += 1
    return rows + 1
