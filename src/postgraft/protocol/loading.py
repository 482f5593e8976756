"""The form of a protocol file, and from the file to a ``Protocol``: every problem is reported together, by its place.

Pydantic finds what departs from the form; the messages are ours.
"""

import csv
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from postgraft.protocol.parameters import (
    AllowedRange,
    CriterionEntry,
    FrozenMap,
    Origin,
    Parameter,
    ParameterType,
    Statement,
    StatementKind,
    Trial,
    Value,
)
from postgraft.protocol.protocol import Amendment, Protocol
from postgraft.protocol.values import checked
from postgraft.vocabulary.errors import ProtocolError, must_be
from postgraft.vocabulary.shown import names
from postgraft.vocabulary.yaml_text import YamlError, as_value, read_yaml_file


def read_yaml(path: Path) -> object:
    """The content of a YAML file, as ``yaml_text`` reads it. Raises ProtocolError."""
    try:
        return read_yaml_file(path, as_value)
    except YamlError as error:
        raise ProtocolError(error.told(path)) from None


T = TypeVar("T", bound=BaseModel)
Words = Annotated[str, Field(min_length=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StatementEntry(_Entry):
    """A registry statement as the file has it; the criteria that answer it are found from theirs."""

    id: Words
    kind: StatementKind
    text: Words


class ParameterEntry(_Entry):
    """A parameter as the file has it: range as text, value not yet checked."""

    type: ParameterType
    value: Any
    statements: list[str]
    origin: Origin
    help: Words
    title: str = ""
    unit: str = ""
    allowed: str = ""
    step: float | None = Field(default=None, gt=0)
    readings: dict[Any, Words] = {}
    ambiguity: str = ""
    nullable: bool = False
    keys: tuple[str, ...] = ()
    whole: bool = False


class ProtocolFile(_Entry):
    """A whole protocol file."""

    name: Words
    trial: Trial
    statements: list[StatementEntry]
    criteria: list[CriterionEntry]
    parameters: dict[str, ParameterEntry]


class ReadingEntry(_Entry):
    """An ambiguous parameter's narrow and wide reading, and why the one admits fewer than the other."""

    strict: Any
    lenient: Any
    why: Words


class ReadingsFile(_Entry):
    """The shipped sets of readings, and which ambiguities they leave alone."""

    readings: dict[str, ReadingEntry]
    left_alone: dict[str, Words]


def conforming(model: type[T], data: object, source: str) -> T:
    """``data`` as ``model``; ProtocolError with every departure, each with its place in the file."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        lines = [_line(problem["loc"], problem["type"], problem["msg"]) for problem in error.errors()]
        raise ProtocolError("\n".join(f"{source}: {line}" for line in lines)) from None


_OWN_WORDS = {
    "missing": "is missing.",
    "extra_forbidden": "is not a key of a protocol file.",
    "unexpected_keyword_argument": "is not a key of a protocol file.",
    "model_type": "must be a mapping.",
    "dataclass_type": "must be a mapping.",
    "dict_type": "must be a mapping.",
    "list_type": "must be a list.",
    "tuple_type": "must be a list.",
    "string_type": "must be text.",
}


def _line(place: tuple[int | str, ...], kind: str, message: str) -> str:
    where = ".".join(str(part) if isinstance(part, int) else names([part]) for part in place) or "the file"
    return f"{where} {_OWN_WORDS.get(kind, f'is not as it must be: {message[0].lower()}{message[1:]}.')}"


_DATA = Path(__file__).parent / "data"
_HOURS_A_DAY = 24
_READINGS = "readings"
_BESIDE = (_READINGS, "menu", "plan")
"""Shipped files that are no protocol."""


def load_protocol(name_or_path: str | Path = "nct05873205") -> Protocol:
    """The protocol of a shipped name (``nct05873205``) or of a protocol file.

    The drug tables and the reading sets are the shipped ones for every protocol.

    Raises:
        ProtocolError: no such protocol, or a file that is not one; every problem on its own line.
    """
    must_be(name_or_path, (str, PathLike), "load_protocol takes the name of a protocol or the path of a file")
    path = _path(name_or_path)
    return _shipped(path) if path.parent == _DATA else _read(path)


def shipped_criteria() -> tuple[str, ...]:
    """Names of all criteria, in the order of the shipped protocol, which lists every one."""
    return tuple(load_protocol().criteria)


def _read(path: Path) -> Protocol:
    file = conforming(ProtocolFile, read_yaml(path), str(path))
    problems: list[str] = []
    statements = _statements(file, problems)
    parameters = {
        name: parameter
        for name, entry in file.parameters.items()
        if (parameter := _parameter(name, entry, statements, problems)) is not None
    }
    if problems:
        raise ProtocolError("\n".join(f"{path}: {problem}" for problem in problems))
    return Protocol(
        name=file.name,
        trial=file.trial,
        statements=FrozenMap(statements),
        criteria=FrozenMap({criterion.name: criterion for criterion in file.criteria}),
        parameters=FrozenMap(parameters),
        steroid_factors=_table("steroid_equivalents.csv", "prednisone_mg_per_mg"),
        half_life_days=_table("half_lives.csv", "half_life_h", 1 / _HOURS_A_DAY),
        reading_sets=_reading_sets(parameters),
        base=FrozenMap({name: parameter.value for name, parameter in parameters.items()}),
    )


_shipped = cache(_read)
"""A protocol cannot be changed and shipped files are not; each is read once."""


def _path(name_or_path: str | Path) -> Path:
    """A text without folder or ending names a shipped protocol."""
    path = Path(name_or_path)
    if path.suffix or len(path.parts) > 1:
        return path
    shipped = _DATA / f"{path.name.lower()}.yaml"
    names = sorted(file.stem for file in _DATA.glob("*.yaml") if file.stem not in _BESIDE)
    if shipped.stem not in names:
        raise ProtocolError(
            f"no protocol {str(name_or_path)!r}; shipped: {', '.join(names)}. "
            "A protocol file is named with its ending .yaml."
        )
    return shipped


def _statements(file: ProtocolFile, problems: list[str]) -> dict[str, Statement]:
    """Statements with the criteria that answer them; a heading is answered by those of its sub-statements."""
    ids = [entry.id for entry in file.statements]
    names = [criterion.name for criterion in file.criteria]
    problems += [f"the statement {id_} is there more than once." for id_ in _repeated(ids)]
    problems += [f"the criterion {name} is there more than once." for name in _repeated(names)]
    for criterion in file.criteria:
        problems += [
            f"the criterion {criterion.name} names the statement {id_}, which is not there."
            for id_ in criterion.statements
            if id_ not in ids
        ]
    statements = {}
    for entry in file.statements:
        own = tuple(c.name for c in file.criteria if entry.id in c.statements)
        below = tuple(c.name for c in file.criteria if any(_is_part(id_, entry.id) for id_ in c.statements))
        statements[entry.id] = Statement(entry.id, entry.kind, entry.text, own or below)
        if not own and not below:
            problems.append(f"the statement {entry.id} maps to no criterion.")
    return statements


def _is_part(id_: str, heading: str) -> bool:
    """Whether a statement is a sub-statement of another: I3a of I3, but I12 not of I1."""
    return id_.startswith(heading) and id_[len(heading) :].isalpha()


def _parameter(
    name: str, entry: ParameterEntry, statements: dict[str, Statement], problems: list[str]
) -> Parameter | None:
    """A parameter, its default checked like any value that an amendment sets; None if it has a problem."""
    before = len(problems)
    ids = tuple(statements) if entry.statements == ["all"] else tuple(entry.statements)
    problems += [f"{name}: the statement {id_} is not there." for id_ in ids if id_ not in statements]
    if not ids:
        problems.append(f"{name}: it names no statement.")
    numeric = entry.type in ("integer", "number", "integers", "mapping")
    if numeric and not (entry.unit and entry.allowed):
        problems.append(f"{name}: a number needs a unit (1 if it has none) and an allowed range.")
    if (entry.type == "number") != (entry.step is not None):
        problems.append(f"{name}: a number needs a step, and nothing else has one.")
    if entry.type in ("reading", "flag") and not entry.readings:
        problems.append(f"{name}: a {entry.type} needs readings.")
    if bool(entry.readings) > bool(entry.ambiguity):
        problems.append(f"{name}: readings need the ambiguity they answer.")
    if entry.readings and next(iter(entry.readings)) != entry.value:
        problems.append(f"{name}: its first reading is not its value.")
    try:
        allowed = AllowedRange.parse(entry.allowed) if entry.allowed else None
        parameter = Parameter(
            name=name,
            value=FrozenMap() if entry.type == "mapping" else None,
            type=entry.type,
            unit=entry.unit,
            statements=ids,
            origin=entry.origin,
            help=entry.help,
            title=entry.title,
            allowed=allowed,
            step=1.0 if entry.type == "integer" else entry.step,
            readings=FrozenMap(entry.readings),
            ambiguity=entry.ambiguity,
            nullable=entry.nullable,
            keys=entry.keys,
            whole=entry.whole or entry.type in ("integer", "integers"),
        )
        value: Value = checked(parameter, entry.value)
        for reading in entry.readings:
            checked(parameter, reading)
    except (ProtocolError, ValueError) as error:
        problems += [f"{name}: {error}"] if isinstance(error, ValueError) else str(error).splitlines()
        return None
    return parameter.with_value(value) if len(problems) == before else None


def _reading_sets(parameters: dict[str, Parameter]) -> FrozenMap[str, Amendment]:
    """The shipped sets ``base``, ``strict`` and ``lenient``, for the parameters that this protocol has."""
    path = _DATA / f"{_READINGS}.yaml"
    entries = conforming(ReadingsFile, read_yaml(path), str(path)).readings
    known = {name: entry for name, entry in entries.items() if name in parameters}
    return FrozenMap(
        {
            "base": Amendment("base", FrozenMap({name: parameters[name].value for name in known})),
            **{
                name: Amendment(
                    name,
                    FrozenMap({parameter: getattr(entry, name) for parameter, entry in known.items()}),
                    title=f"All readings {name}",
                    kind="reading",
                )
                for name in ("strict", "lenient")
            },
        }
    )


def _table(file_name: str, column: str, factor: float = 1.0) -> FrozenMap[str, float]:
    """A shipped drug table as drug → number in ``column``, times ``factor``."""
    with (_DATA / file_name).open(encoding="utf-8", newline="") as lines:
        return FrozenMap({row["drug"]: float(row[column]) * factor for row in csv.DictReader(lines)})


def _repeated(words: list[str]) -> list[str]:
    return sorted({word for word in words if words.count(word) > 1})
