"""What of a user's file may stand in a message, and in which form.

A file may not be what its name says, so a message shows a word of it only where it looks like one, and never a line
of it. Nothing that is shown can move a terminal's cursor or turn the direction of its text.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final

LONGEST: Final = 40
_WORDS_AT_MOST: Final = 4
_NAMES_AT_MOST: Final = 10
_WORD: Final = re.compile(r"[^\W\d_][\w ./%^*+()\[\]&#-]*")
_GAPS: Final = re.compile(r"[\s_]+")
_SAFE: Final = re.compile(r"[\x20-\x7e\n]*")
_BREAKS: Final = frozenset("\t\r\v\f\x85\u2028\u2029")


def printable(text: str) -> str:
    """The text without control characters, marks that turn the direction of writing and halves of characters.

    Line feeds stay; other breaks and tabs become blanks.
    """
    if _SAFE.fullmatch(text):
        return text
    return "".join(
        " " if mark in _BREAKS else mark
        for mark in text
        if mark == "\n" or mark in _BREAKS or unicodedata.category(mark) not in ("Cc", "Cf", "Cs")
    )


def one_line(text: str) -> str:
    """The same on one line: line feeds are blanks too."""
    return printable(text).replace("\n", " ")


def quoted(text: str) -> str:
    """A name as a line shows it: in quotation marks, and cut off where it is long."""
    line = one_line(text)
    return f'"{line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"}"'


def looks_like_word(text: str, digits: int = 1) -> bool:
    """Whether a text can be the word of a vocabulary, a unit or a column's name, and not a patient's own.

    It begins with a letter, has at most 40 characters and four words, and no more than ``digits`` digits in a row,
    so that it is no date, no number and no sentence.
    """
    return (
        len(text) <= LONGEST
        and text.isprintable()
        and _WORD.fullmatch(text) is not None
        and len(_GAPS.split(text)) <= _WORDS_AT_MOST
        and re.search(rf"\d{{{digits + 1}}}", text) is None
    )


def length(text: str) -> str:
    """What is said in place of a text that is not shown."""
    return f"a text of {len(text):,} character{'' if len(text) == 1 else 's'}"


def shown_value(value: object) -> str:
    """A value that a person wrote, as Python writes it; a long text, list or mapping by its size only."""
    if isinstance(value, str):
        return repr(value) if len(value) <= LONGEST else length(value)
    if isinstance(value, Mapping | list | tuple) and len(value) > LONGEST:
        return kind(value)
    written = repr(value)
    return written if len(written) <= 2 * LONGEST else kind(value)


def names(keys: Iterable[object]) -> str:
    """Keys that a person wrote, the first few; one that looks like no name by its length."""
    first = [str(key) for key in islice(keys, _NAMES_AT_MOST + 1)]
    shown = [one_line(key) if looks_like_word(key, digits=3) else length(key) for key in first[:_NAMES_AT_MOST]]
    return ", ".join([*shown, "…"] if len(first) > _NAMES_AT_MOST else shown)


def kind(value: object) -> str:
    """What sort of thing a file or an entry of it holds, without any of its content."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return length(value)
    if isinstance(value, Mapping):
        return f"a mapping of {len(value):,} key{'' if len(value) == 1 else 's'}"
    if isinstance(value, list | tuple):
        return f"a list of {len(value):,} entr{'y' if len(value) == 1 else 'ies'}"
    if type(value).__module__ not in ("builtins", "datetime"):
        return f"a {type(value).__name__}"  # no value of a file
    return "a number" if isinstance(value, int | float) and not isinstance(value, bool) else "a single value"
