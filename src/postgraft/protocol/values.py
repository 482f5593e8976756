"""Checking a value that a person wrote (YAML, JSON, a notebook's parameters cell) against its parameter."""

import math
import numbers
import re
from collections.abc import Callable, Iterable, Mapping

from postgraft.protocol.parameters import FrozenMap, Parameter, ParameterType, Value
from postgraft.vocabulary.codes import CONDITIONS
from postgraft.vocabulary.errors import ProtocolError
from postgraft.vocabulary.shown import LONGEST, kind, shown_value
from postgraft.vocabulary.words import did_you_mean

_LONGEST_FOUND = 200
_CODE = re.compile(r"[a-z][a-z0-9_]*")


def checked(parameter: Parameter, raw: object) -> Value:
    """The value of ``parameter`` that ``raw`` stands for.

    An int serves as a number; 30.0 serves as the integer 30; a bool is never a number; NaN and infinity never
    pass. A mapping is merged into the present one, key by key.

    Raises:
        ProtocolError: naming the parameter, what was found and what is accepted; a line for every problem.
    """
    if parameter.nullable and (raw is None or (isinstance(raw, str) and raw == "none")):
        return None
    return _CHECKS[parameter.type](parameter, raw)


def accepted(parameter: Parameter) -> str:
    """What a parameter accepts, in words, with the closure of every bound."""
    if parameter.type in ("reading", "flag"):
        return f"one of {_listed(written(reading) for reading in parameter.readings)}"
    if parameter.type == "codes" and parameter.keys:
        return f"a list of {_listed(parameter.keys)} or conditions of the extract format, each once"
    if parameter.type == "codes":
        return "a list of codes (a lower-case letter, then letters, digits, underscores), each once"
    unit = "" if parameter.unit == "1" else f" {parameter.unit}"
    kind, bounds = "whole number" if parameter.whole else "number", f"{parameter.allowed}{unit}"
    if parameter.type == "integers":
        return f"a list of one or more {kind}s, {bounds}, each once"
    if parameter.type == "mapping":
        return f"a mapping of {_listed(parameter.keys)} to {kind}s, {bounds}"
    return f"a {kind}, {bounds}{', or null' if parameter.nullable else ''}"


def _refuse(parameter: Parameter, found: str, reason: str = "") -> ProtocolError:
    why = f" ({reason})" if reason else ""
    return ProtocolError(f"{parameter.name}: found {found}{why}; accepted is {accepted(parameter)}.")


def _found(raw: object) -> str:
    if isinstance(raw, str):
        return shown_value(raw) if len(raw) > LONGEST else f"the text {raw!r}"
    text = written(raw)
    return text if len(text) <= _LONGEST_FOUND else kind(raw)


def written(value: object) -> str:
    """As YAML writes it, since that is where most values come from."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, list | tuple):
        return f"[{', '.join(written(item) for item in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {written(item)}' for key, item in value.items())}}}"
    return str(value)


def _listed(words: Iterable[object]) -> str:
    return ", ".join(str(word) for word in words)


def _number(parameter: Parameter, raw: object, label: str = "") -> float:
    """A finite number in the allowed range; ``label`` names the entry of a list or mapping it came from."""
    found = f"{label}{_found(raw)}"
    # numbers.Real rather than int | float: a notebook may well pass a numpy integer.
    if isinstance(raw, bool) or not isinstance(raw, numbers.Real):
        raise _refuse(parameter, found)
    try:
        number = float(raw)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise _refuse(parameter, found, "not a finite number")
    if parameter.whole and not number.is_integer():
        raise _refuse(parameter, found, "not whole")
    if parameter.allowed is not None and not parameter.allowed.contains(number):
        raise _refuse(parameter, found, "out of range")
    return int(number) if parameter.whole else number


def _numbers(parameter: Parameter, labelled: Iterable[tuple[str, object]]) -> list[float]:
    """Several numbers of one parameter, all their problems reported together."""
    found: list[float] = []
    problems: list[str] = []
    for label, raw in labelled:
        try:
            found.append(_number(parameter, raw, label))
        except ProtocolError as error:
            problems.append(str(error))
    if problems:
        raise ProtocolError("\n".join(problems))
    return found


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
    repeated = sorted({written(item) for i, item in enumerate(raw) if item in raw[:i]})
    if repeated:
        raise _refuse(parameter, _found(raw), f"more than once: {_listed(repeated)}")
    return tuple(raw)


def _codes(parameter: Parameter, raw: object) -> Value:
    items = _items(parameter, raw)
    wrong = [item for item in items if not (isinstance(item, str) and _CODE.fullmatch(item))]
    if wrong:
        raise _refuse(parameter, _listed(_found(item) for item in wrong))
    codes = tuple(str(item) for item in items)
    known = (*parameter.keys, *CONDITIONS)
    strange = [code for code in codes if code not in known] if parameter.keys else []
    if strange:
        raise _refuse(parameter, _listed(f"{shown_value(code)}{did_you_mean(code, known)}" for code in strange))
    return codes


def _integers(parameter: Parameter, raw: object) -> Value:
    items = _items(parameter, raw)
    if not items:
        raise _refuse(parameter, "an empty list")
    return tuple(int(number) for number in _numbers(parameter, [("", item) for item in items]))


def _mapping(parameter: Parameter, raw: object) -> Value:
    if not isinstance(raw, Mapping):
        raise _refuse(parameter, _found(raw), "not a mapping")
    unknown = [key for key in raw if key not in parameter.keys]
    if unknown:
        raise _refuse(parameter, f"the key {_listed(map(shown_value, unknown))}", "unknown")
    given = dict(zip(raw, _numbers(parameter, [(f"{key}: ", item) for key, item in raw.items()]), strict=True))
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
