"""The one reader of YAML that a person wrote: manifest, study, plan, amendments and protocol.

It builds plain values from libyaml's events with a stack of its own, so that no file can nest, repeat or grow without
bound, and it guesses nothing: what YAML 1.1 reads as another number than is written is refused with its line.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from postgraft.vocabulary.shown import looks_like_word

MOST_BYTES: Final = 1 << 20
MOST_VALUES: Final = 50_000
"""Values of a file, those of an alias counted again each time it is used."""
DEEPEST: Final = 20
_LONGEST_NUMBER: Final = 40

_WORDS: Final = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((sign + word for sign in ("", "+") for word in (".inf", ".Inf", ".INF")), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_WHOLE: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_NUMBER: Final = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_GUESSED: Final = re.compile(
    r"[-+]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+"  # hexadecimal, octal, binary
    r"|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"  # of base 60, as in 1:30
    r"|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?)"  # with a leading zero or an underscore
)


class YamlError(Exception):
    """A file that is not read; ``line`` and ``column`` count from 1 and are 0 where the whole file is meant."""

    def __init__(self, problem: str, line: int = 0, column: int = 0) -> None:
        super().__init__(problem)
        self.problem, self.line, self.column = problem, line, column

    def told(self, path: Path) -> str:
        """The problem with the file's path and the place in it, a sentence."""
        place = f", line {self.line}, column {self.column}" if self.line else ""
        return f"{path}{place}: {self.problem}."


def as_written(text: str) -> str:
    """Every plain scalar as its text: a site NO stays "NO", 007 stays "007"."""
    return text


def as_value(text: str) -> object:
    """A plain scalar as None, true or false, a decimal number, a date or else its text; ``yes`` and ``no`` are texts.

    Raises ValueError, in words for a message, for a number that others read as another one (``060``, ``1:30``,
    ``0x10``, ``1_000``) and for a date that no calendar has.
    """
    if text in _WORDS:
        return _WORDS[text]
    number = _NUMBER.fullmatch(text) or _GUESSED.fullmatch(text)
    if number and len(text) > _LONGEST_NUMBER:
        raise ValueError(f"found a number of {len(text):,} characters; accepted are {_LONGEST_NUMBER}")
    if _WHOLE.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    if number:
        raise ValueError(
            f"found {text}, which programs read as different numbers; accepted is a decimal number without leading "
            "zeros, such as 60 or 0.5, or a text in quotes"
        )
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(
                f"found {text}, which is no day of the calendar; accepted is a date as YYYY-MM-DD, or a text in quotes"
            ) from None
    return text


def read_yaml_file(path: Path, plain: Callable[[str], object]) -> Any:
    """The content of a file of at most ``MOST_BYTES``. Raises YamlError, also where it cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise YamlError(f"cannot be read ({error.strerror})") from None
    if len(content) > MOST_BYTES:
        raise YamlError(f"is larger than {MOST_BYTES:,} bytes")
    try:
        return parse_yaml(content.decode("utf-8-sig"), plain)
    except UnicodeDecodeError:
        raise YamlError("is not UTF-8 text") from None


def parse_yaml(text: str, plain: Callable[[str], object]) -> Any:
    """The one document of a text: dicts, lists, texts, and what ``plain`` makes of scalars without quotes.

    Raises:
        YamlError: the text is no YAML; a key is there twice or is no scalar; a value has a tag; a scalar that
            ``plain`` refuses; more nesting or, with aliases written out, more values than a file of a person has.
    """
    builder = _Builder(plain)
    event: Any = None
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = (mark.line + 1, mark.column + 1) if mark else ()
        raise YamlError(f"not valid YAML ({error.problem})", *place) from None
    except yaml.YAMLError:
        raise YamlError("not valid YAML (it has control characters)") from None
    except _Refused as refused:
        start = event.start_mark
        raise YamlError(str(refused), start.line + 1, start.column + 1) from None
    return builder.document


class _Refused(Exception):
    """What is wrong with the event at hand."""


_NO_KEY: Final = object()


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being read, with the key that waits for its value."""

    node: Any
    anchor: str | None
    before: int
    key: object = _NO_KEY


class _Builder:
    def __init__(self, plain: Callable[[str], object]) -> None:
        self.plain = plain
        self.document: Any = None
        self.documents = self.values = 0
        self.open: list[_Open] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        """The value of each anchor, and how many values it holds."""

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _Refused("not valid YAML (a second document begins)")
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise _Refused("not valid YAML (an alias of what is not there, or not yet whole)")
            value, size = self.anchors[event.anchor]
            self.add(value, size)
        elif isinstance(event, yaml.CollectionEndEvent):
            done = self.open.pop()
            self.keep(done.anchor, done.node, self.values - done.before)
        elif isinstance(event, yaml.NodeEvent):
            self.node(event)

    def node(self, event: Any) -> None:
        if event.tag is not None:
            raise _Refused("found a tag (!); accepted are plain values, and texts in quotes")
        if isinstance(event, yaml.ScalarEvent):
            try:
                value = self.plain(event.value) if event.implicit[0] else event.value
            except ValueError as error:
                raise _Refused(str(error)) from None
            self.add(value, 1)
            self.keep(event.anchor, value, 1)
            return
        node: Any = [] if isinstance(event, yaml.SequenceStartEvent) else {}
        if len(self.open) >= DEEPEST:
            raise _Refused(f"found more than {DEEPEST} lists and mappings within each other")
        before = self.values
        self.add(node, 1)
        self.open.append(_Open(node, event.anchor, before))

    def keep(self, anchor: str | None, value: Any, size: int) -> None:
        if anchor is not None:
            self.anchors[anchor] = (value, size)

    def add(self, value: Any, size: int) -> None:
        self.values += size
        if self.values > MOST_VALUES:
            raise _Refused(f"found more than {MOST_VALUES:,} values, those of aliases included")
        if not self.open:
            self.document = value
            return
        inside = self.open[-1]
        if isinstance(inside.node, list):
            inside.node.append(value)
        elif inside.key is not _NO_KEY:
            inside.node[inside.key] = value
            inside.key = _NO_KEY
        elif isinstance(value, list | dict):
            raise _Refused("not valid YAML (a key is a list or a mapping; accepted is a word)")
        elif value in inside.node:
            named = f" {value!r}" if looks_like_word(str(value)) else ""
            raise _Refused(f"not valid YAML (the key{named} is written twice)")
        else:
            inside.key = value
