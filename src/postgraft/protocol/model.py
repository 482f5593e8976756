"""What a protocol is made of: trial facts, registry statements, criteria and parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked_dataclass

from postgraft.protocol.frozen import FrozenMap
from postgraft.protocol.interval import Interval

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
class Criterion:
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
    ``origin``: ``registry`` if the record states it, ``ours`` if we added it to make the text computable.
    """

    name: str
    value: Value
    type: ParameterType
    unit: str
    statements: tuple[str, ...]
    origin: Origin
    help: str
    allowed: Interval | None = None
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
