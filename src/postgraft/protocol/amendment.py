"""A named change of a protocol, before it is applied to one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from postgraft.protocol.frozen import FrozenMap, freeze
from postgraft.vocabulary.errors import ProtocolError
from postgraft.vocabulary.shown import kind, names, one_line, told

_TAKEN = ("base", "strict", "lenient")
_KEYS = ("name", "set", "drop")


@dataclass(frozen=True)
class Amendment:
    """A named set of parameter changes (``set``: name → value as written) and dropped criteria (``drop``)."""

    name: str
    set: Mapping[str, object] = field(default_factory=FrozenMap)
    drop: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: object, set: object = None, drop: object = None) -> "Amendment":
        """An amendment from what a person wrote.

        Raises:
            ProtocolError: for a name that is no text, a ``set`` that is no mapping, a ``drop`` that is no
                list of different names, or an amendment that changes nothing; every problem on its own line.
        """
        problems = []
        if not isinstance(name, str) or not name.strip():
            problems.append(f"name: found {told(name)}; accepted is a text that is not empty.")
        elif name.strip() in _TAKEN:
            problems.append(f"name: {name.strip()!r} is kept for what ships; choose another.")
        if not (set is None or (isinstance(set, Mapping) and all(isinstance(key, str) for key in set))):
            problems.append(f"set: found {told(set)}; accepted is a mapping of parameter names to values.")
        if not (
            drop is None or (isinstance(drop, list | tuple) and all(isinstance(item, str) for item in drop))
        ):
            problems.append(f"drop: found {told(drop)}; accepted is a list of criterion names.")
        elif drop:
            repeated = sorted({item for i, item in enumerate(drop) if item in drop[:i]})
            problems += [f"drop: {item} is named more than once; once is enough." for item in repeated]
        if not set and not drop:
            problems.append(
                "it changes nothing; give at least one parameter in set or one criterion in drop."
            )
        if problems:
            raise ProtocolError("\n".join(problems))
        assert isinstance(name, str)
        frozen = freeze(set or {})
        assert isinstance(frozen, FrozenMap)
        return cls(one_line(name).strip(), frozen, tuple(drop) if isinstance(drop, list | tuple) else ())

    @classmethod
    def read(cls, data: object) -> "Amendment":
        """An amendment from a mapping with ``name``, ``set`` and ``drop``; ProtocolError as ``of``."""
        if not isinstance(data, Mapping):
            raise ProtocolError(f"found {kind(data)}; accepted is a mapping with {', '.join(_KEYS)}.")
        unknown = [key for key in data if key not in _KEYS]
        if unknown:
            raise ProtocolError(f"unknown key {names(unknown)}; accepted are {', '.join(_KEYS)}.")
        return cls.of(data.get("name"), data.get("set"), data.get("drop"))
