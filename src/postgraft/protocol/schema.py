"""The form of a protocol file; pydantic finds what departs from it, the messages are ours."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from postgraft.protocol.model import Criterion, Origin, ParameterType, StatementKind, Trial
from postgraft.vocabulary.errors import ProtocolError
from postgraft.vocabulary.shown import names

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
    criteria: list[Criterion]
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
