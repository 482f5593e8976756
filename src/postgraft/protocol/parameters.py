"""An immutable mapping, and deep freezing of what YAML or JSON gives.

An allowed range of numbers, written the way mathematicians do: ``[0, 1)``.

What a protocol is made of: trial facts, registry statements, criteria and parameters.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Generic, Literal, NamedTuple, TypeAlias, TypeVar

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked_dataclass

K = TypeVar("K")
V = TypeVar("V")


class FrozenMap(Mapping[K, V], Generic[K, V]):
    """An ordered mapping that cannot be changed, can be hashed, and can be pickled to worker processes.

    ``types.MappingProxyType`` is neither hashable nor picklable, and a protocol must be both: it is part of
    memo keys and travels to executors.
    """

    __slots__ = ("_items",)
    _items: dict[K, V]

    def __init__(self, items: Mapping[K, V] | None = None) -> None:
        object.__setattr__(self, "_items", dict(items or {}))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a FrozenMap cannot be changed")

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __reduce__(self) -> tuple[type["FrozenMap[K, V]"], tuple[dict[K, V]]]:
        return FrozenMap, (dict(self._items),)

    def __repr__(self) -> str:
        return repr(self._items)


def freeze(value: object) -> object:
    """The same value with lists as tuples and mappings as ``FrozenMap``, all the way down."""
    if isinstance(value, Mapping):
        return FrozenMap({key: freeze(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(freeze(item) for item in value)
    return value


_WRITTEN = re.compile(r"^([\[(])\s*(-?[\d.]+|-inf)\s*,\s*(-?[\d.]+|inf)\s*([\])])$")


@dataclass(frozen=True)
class AllowedRange:
    """A range from ``low`` to ``high``; each end belongs to it where ``low_closed`` / ``high_closed``."""

    low: float
    high: float
    low_closed: bool
    high_closed: bool

    @classmethod
    def parse(cls, text: str) -> "AllowedRange":
        """Read ``[a, b]``, ``(a, b]``, ``[a, inf)``; ValueError for anything else or an empty range.

        >>> AllowedRange.parse("(0, 1]").contains(0.0)
        False
        """
        match = _WRITTEN.match(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is not a range such as '[0, 1)' or '(0, inf)'")
        left, low, high, right = match.groups()
        interval = cls(float(low), float(high), left == "[", right == "]")
        if interval.low > interval.high:
            raise ValueError(f"{text!r} is empty")
        return interval

    def contains(self, number: float) -> bool:
        above = number >= self.low if self.low_closed else number > self.low
        below = number <= self.high if self.high_closed else number < self.high
        return above and below and math.isfinite(number)

    def __str__(self) -> str:
        """In words with the closure of both ends, e.g. ``at least 0 and below 1``."""
        low = f"{'at least' if self.low_closed else 'above'} {self.low:g}"
        high = f"{'at most' if self.high_closed else 'below'} {self.high:g}"
        return " and ".join(words for words, end in ((low, self.low), (high, self.high)) if math.isfinite(end))


Scalar: TypeAlias = bool | int | float | str | None
Value: TypeAlias = Scalar | tuple[str, ...] | tuple[int, ...] | FrozenMap[str, float]
StatementKind: TypeAlias = Literal["inclusion", "exclusion"]
Origin: TypeAlias = Literal["registry", "ours"]
ParameterType: TypeAlias = Literal["integer", "number", "reading", "flag", "codes", "integers", "mapping"]


# Trial and Criterion stand in the protocol file just as they are here, so pydantic checks them on loading.
_AS_WRITTEN = ConfigDict(extra="forbid")


@checked_dataclass(frozen=True, config=_AS_WRITTEN)
class Trial:
    """Public facts of the registry record; dates as registered, ``target_enrollment`` in participants.

    ``completion_date`` is the study's, which enrolment ends before. ``limited_sites``: those of ``sites`` that take
    part in some of the protocol only.
    """

    nct_number: str
    registry: str
    title: str
    phase: str
    design: str
    intervention: str
    sponsor: str
    target_enrollment: int
    start_date: date
    completion_date: date
    sites: tuple[str, ...]
    limited_sites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statement:
    """One statement of the registry record, restated in our words, and the criteria that answer it."""

    id: str
    kind: StatementKind
    text: str
    criteria: tuple[str, ...]


@checked_dataclass(frozen=True, config=_AS_WRITTEN)
class CriterionEntry:
    """One computable criterion in protocol order, with the ids of the statements it answers."""

    name: str
    statements: tuple[str, ...]
    summary: str


@dataclass(frozen=True)
class Parameter:
    """One number, choice or list that the criteria read.

    ``type``: integer, number, reading (one of ``readings``), flag, codes (list of words), integers (list) or
    mapping (``keys`` to numbers). Codes are open words, unless ``keys`` closes them to itself and the
    conditions of the extract format. ``unit``: UCUM, ``1`` where dimensionless, empty for what is not a number.
    ``allowed``: range of a number or of every number of a list or mapping; None for choices and codes.
    ``step``: the smallest change of a number that is worth naming, None where the value is not one number.
    ``readings``: value → what it means, the first is the default; closed for readings and flags, while any
    number in ``allowed`` may be set. ``ambiguity``: what the registry text leaves open, empty if nothing.
    ``title``: what readers see in place of the name, with the statement it is of; empty: the name in words.
    ``origin``: ``registry`` if the record states it, ``ours`` if we added it to make the text computable.
    """

    name: str
    value: Value
    type: ParameterType
    unit: str
    statements: tuple[str, ...]
    origin: Origin
    help: str
    title: str = ""
    allowed: AllowedRange | None = None
    step: float | None = None
    readings: Mapping[Scalar, str] = field(default_factory=FrozenMap)
    ambiguity: str = ""
    nullable: bool = False
    keys: tuple[str, ...] = ()
    whole: bool = False

    def with_value(self, value: Value) -> "Parameter":
        """The same parameter at another value, which must have been checked."""
        return replace(self, value=value)


class ReadingUsed(NamedTuple):
    """Which reading of an ambiguous statement a protocol uses, as reports print it."""

    parameter: str
    statements: tuple[str, ...]
    ambiguity: str
    reading: Value
    meaning: str
    alternatives: tuple[Scalar, ...]
