"""Checking a value that a person wrote (YAML, JSON, a notebook's parameters cell) against its parameter."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from postgraft.protocol.frozen import FrozenMap
from postgraft.protocol.model import Parameter, ParameterType, Value
from postgraft.vocabulary.errors import ProtocolError

_CODE = re.compile(r"[a-z][a-z0-9_]*")


def checked(parameter: Parameter, raw: object) -> Value:
    """The value of ``parameter`` that ``raw`` stands for.

    An int serves as a number; 30.0 serves as the integer 30; a bool is never a number; NaN and infinity never
    pass. A mapping is merged into the present one, key by key.

    Raises:
        ProtocolError: naming the parameter, what was found and what is accepted.
    """
    if parameter.nullable and raw in (None, "none"):
        return None
    return _CHECKS[parameter.type](parameter, raw)


def accepted(parameter: Parameter) -> str:
    """What a parameter accepts, in words, with the closure of every bound."""
    if parameter.type in ("reading", "flag"):
        return f"one of {_listed(_written(reading) for reading in parameter.readings)}"
    numbers = f"{'whole numbers' if parameter.whole else 'numbers'} {parameter.allowed}"
    if parameter.unit not in ("", "1"):
        numbers += f" {parameter.unit}"
    if parameter.type == "codes":
        return "a list of codes (lower-case words, digits and underscores), each once"
    if parameter.type == "integers":
        return f"a list of one or more {numbers}, each once"
    if parameter.type == "mapping":
        return f"a mapping of {_listed(parameter.keys)} to {numbers}"
    null = ", or null" if parameter.nullable else ""
    return f"a {numbers.replace('numbers', 'number', 1)}{null}"


def _refuse(parameter: Parameter, found: str, reason: str = "") -> ProtocolError:
    why = f" ({reason})" if reason else ""
    return ProtocolError(f"{parameter.name}: found {found}{why}; accepted is {accepted(parameter)}.")


def _found(raw: object) -> str:
    if isinstance(raw, str):
        return f"the text {raw!r}"
    return _written(raw)


def _written(value: object) -> str:
    """As YAML writes it, since that is where most values come from."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_written(item) for item in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_written(item)}' for key, item in value.items())}}}"
    return str(value)


def _listed(words: Any) -> str:
    return ", ".join(str(word) for word in words)


def _number(parameter: Parameter, raw: object, label: str = "") -> float:
    """A finite number in the allowed range; ``label`` names the entry of a list or mapping it came from."""
    found = f"{label}{_found(raw)}"
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise _refuse(parameter, found)
    if not math.isfinite(raw):
        raise _refuse(parameter, found, "not a finite number")
    if parameter.whole and raw != int(raw):
        raise _refuse(parameter, found, "not whole")
    if parameter.allowed is not None and not parameter.allowed.contains(raw):
        raise _refuse(parameter, found, "out of range")
    return int(raw) if parameter.whole else float(raw)


def _reading(parameter: Parameter, raw: object) -> Value:
    if isinstance(raw, str) and raw in parameter.readings:
        return raw
    raise _refuse(parameter, _found(raw))


def _flag(parameter: Parameter, raw: object) -> Value:
    if isinstance(raw, bool):
        return raw
    raise _refuse(parameter, _found(raw))


def _items(parameter: Parameter, raw: object) -> tuple[object, ...]:
    if not isinstance(raw, list | tuple):
        raise _refuse(parameter, _found(raw), "not a list")
    repeated = sorted({_written(item) for i, item in enumerate(raw) if item in raw[:i]})
    if repeated:
        raise _refuse(parameter, _found(raw), f"more than once: {_listed(repeated)}")
    return tuple(raw)


def _codes(parameter: Parameter, raw: object) -> Value:
    items = _items(parameter, raw)
    wrong = [item for item in items if not (isinstance(item, str) and _CODE.fullmatch(item))]
    if wrong:
        raise _refuse(parameter, _listed(_found(item) for item in wrong))
    return tuple(str(item) for item in items)


def _integers(parameter: Parameter, raw: object) -> Value:
    items = _items(parameter, raw)
    if not items:
        raise _refuse(parameter, "an empty list")
    return tuple(int(_number(parameter, item)) for item in items)


def _mapping(parameter: Parameter, raw: object) -> Value:
    if not isinstance(raw, Mapping):
        raise _refuse(parameter, _found(raw), "not a mapping")
    unknown = [key for key in raw if key not in parameter.keys]
    if unknown:
        raise _refuse(parameter, f"the key {_listed(map(repr, unknown))}", "unknown")
    given = {key: _number(parameter, item, f"{key}: ") for key, item in raw.items()}
    present = parameter.value if isinstance(parameter.value, FrozenMap) else {}
    merged = {**present, **given}
    return FrozenMap({key: merged[key] for key in parameter.keys if key in merged})


_CHECKS: dict[ParameterType, Callable[[Parameter, object], Value]] = {
    "integer": _number,
    "number": _number,
    "reading": _reading,
    "flag": _flag,
    "codes": _codes,
    "integers": _integers,
    "mapping": _mapping,
}
