"""A named change of a protocol, before it is applied to one.

The protocol as one frozen value: parameters by attribute, and new protocols by amendment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from postgraft.protocol.parameters import (
    CriterionEntry,
    FrozenMap,
    Parameter,
    ReadingUsed,
    Statement,
    Trial,
    Value,
    freeze,
)
from postgraft.protocol.values import checked
from postgraft.vocabulary.errors import ProtocolError, must_be
from postgraft.vocabulary.shown import kind, names, one_line, quoted, shown_value

SHIPPED = "postgraft/protocol/data/nct05873205.yaml"
"""Where a reader finds the names of all parameters and criteria."""
_TAKEN = ("base", "strict", "lenient")
_KEYS = ("name", "title", "kind", "set", "drop")
KINDS = ("amendment", "reading", "data")
"""Of amendments: of the protocol, another reading of what the record leaves open, an assumption about the data."""
_OF_DATA = {"assume_complete"}


@dataclass(frozen=True)
class Amendment:
    """A named set of parameter changes (``set``: name → value as written) and dropped criteria (``drop``).

    ``title`` is what readers see in place of the name; empty: the name. ``kind`` is one of KINDS.
    """

    name: str
    set: Mapping[str, object] = field(default_factory=FrozenMap)
    drop: tuple[str, ...] = ()
    title: str = ""
    kind: str = KINDS[0]

    @classmethod
    def of(
        cls, name: object, set: object = None, drop: object = None, title: object = None, kind: object = None
    ) -> "Amendment":
        """An amendment from what a person wrote.

        Raises:
            ProtocolError: for a name or title that is no text, a ``set`` that is no mapping, a ``drop`` that is no
                list of different names, or an amendment that changes nothing; every problem on its own line.
        """
        problems = []
        if not isinstance(name, str) or not name.strip():
            problems.append(f"name: found {shown_value(name)}; accepted is a text that is not empty.")
        elif name.strip() in _TAKEN:
            problems.append(f"name: {name.strip()!r} is kept for what ships; choose another.")
        if not (title is None or (isinstance(title, str) and title.strip())):
            problems.append(f"title: found {shown_value(title)}; accepted is a text that is not empty.")
        if kind is not None and kind not in KINDS:
            problems.append(f"kind: found {shown_value(kind)}; accepted are {', '.join(KINDS)}.")
        if not (set is None or (isinstance(set, Mapping) and all(isinstance(key, str) for key in set))):
            problems.append(f"set: found {shown_value(set)}; accepted is a mapping of parameter names to values.")
        if not (drop is None or (isinstance(drop, list | tuple) and all(isinstance(item, str) for item in drop))):
            problems.append(f"drop: found {shown_value(drop)}; accepted is a list of criterion names.")
        elif drop:
            repeated = sorted({item for i, item in enumerate(drop) if item in drop[:i]})
            problems += [f"drop: {item} is named more than once; once is enough." for item in repeated]
        if not set and not drop:
            problems.append("it changes nothing; give at least one parameter in set or one criterion in drop.")
        if problems:
            raise ProtocolError("\n".join(problems))
        assert isinstance(name, str)
        frozen = freeze(set or {})
        assert isinstance(frozen, FrozenMap)
        said = one_line(title).strip() if isinstance(title, str) else ""
        dropped = tuple(drop) if isinstance(drop, list | tuple) else ()
        of_data = not dropped and _OF_DATA.issuperset(frozen)
        return cls(one_line(name).strip(), frozen, dropped, said, str(kind or KINDS[2 * of_data]))

    @classmethod
    def read(cls, data: object) -> "Amendment":
        """An amendment from a mapping with the keys ``name, title, kind, set, drop``; ProtocolError as ``of``."""
        if not isinstance(data, Mapping):
            raise ProtocolError(f"found {kind(data)}; accepted is a mapping with {', '.join(_KEYS)}.")
        unknown = [key for key in data if key not in _KEYS]
        if unknown:
            raise ProtocolError(f"unknown key {names(unknown)}; accepted are {', '.join(_KEYS)}.")
        return cls.of(data.get("name"), data.get("set"), data.get("drop"), data.get("title"), data.get("kind"))


@dataclass(frozen=True)
class Protocol:
    """Registry statements, criteria and parameters of a trial, as registered or amended.

    Parameters are attributes (``protocol.neutrophils_min``); lists are tuples, mappings immutable. Every
    mapping keeps the order of the protocol file. ``dropped`` names criteria that are PASS on every day.
    ``steroid_factors``: drug → mg prednisone per mg. ``half_life_days``: drug → days.
    """

    name: str
    trial: Trial
    statements: Mapping[str, Statement]
    criteria: Mapping[str, CriterionEntry]
    parameters: Mapping[str, Parameter]
    steroid_factors: Mapping[str, float]
    half_life_days: Mapping[str, float]
    reading_sets: Mapping[str, Amendment]
    base: Mapping[str, Value]
    dropped: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return (
            f"<Protocol {quoted(self.name)} of {self.trial.nct_number}: {len(self.changes)} parameters changed, "
            f"{len(self.dropped)} of {len(self.criteria)} criteria dropped>"
        )

    def __getattr__(self, name: str) -> Any:
        # Reached only for what is no field; the guard keeps copying and unpickling from recursing.
        parameters = self.__dict__.get("parameters", {})
        if name in parameters:
            return parameters[name].value
        raise AttributeError(_unknown("parameter", name, parameters))

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.parameters]

    def key(self, names: Iterable[str]) -> tuple[tuple[str, Value], ...]:
        """The (name, value) pairs of some parameters, hashable, sorted by name: equal keys mean equal values.

        Raises:
            ProtocolError: a name that is no parameter.
        """
        return tuple((name, self._parameter(name).value) for name in sorted(set(names)))

    @property
    def changes(self) -> Mapping[str, tuple[Value, Value]]:
        """What differs from the base protocol: parameter → (base value, value here)."""
        return FrozenMap(
            {
                name: (self.base[name], parameter.value)
                for name, parameter in self.parameters.items()
                if parameter.value != self.base[name]
            }
        )

    def readings_used(self) -> list[ReadingUsed]:
        """The reading in use of every statement that the registry text leaves ambiguous, for reports."""
        return [
            ReadingUsed(
                name,
                parameter.statements,
                parameter.ambiguity,
                parameter.value,
                _meaning(parameter),
                tuple(reading for reading in parameter.readings if reading != parameter.value),
            )
            for name, parameter in self.parameters.items()
            if parameter.ambiguity
        ]

    def amend(
        self, *, name: str, set: Mapping[str, object] | None = None, drop: Sequence[str] | None = None
    ) -> "Protocol":
        """This protocol with some parameters set and some criteria dropped, under a new name.

        A mapping is merged key by key, and an entry that only one mapping has may be set by its own name
        (``creatinine_max_uln``). Raises ProtocolError with every problem found, each on its own line.
        """
        return self.amended(Amendment.of(name, set, drop))

    def amended(self, amendment: Amendment) -> "Protocol":
        """This protocol under an amendment; ProtocolError with every problem found, each on its own line."""
        must_be(amendment, Amendment, "amended takes an Amendment, such as load_amendments(file) gives")
        values, problems = self._values(amendment.set)
        problems += [_unknown("criterion", name, self.criteria) for name in amendment.drop if name not in self.criteria]
        if problems:
            raise ProtocolError(
                "\n".join(f"amendment {shown_value(amendment.name)}: {problem}" for problem in problems)
            )
        parameters = {
            name: parameter.with_value(values[name]) if name in values else parameter
            for name, parameter in self.parameters.items()
        }
        dropped = {*self.dropped, *amendment.drop}
        return replace(
            self,
            name=amendment.name,
            parameters=FrozenMap(parameters),
            dropped=tuple(name for name in self.criteria if name in dropped),
        )

    def reading(self, name: str) -> "Protocol":
        """This protocol with every ambiguous statement at one reading: ``base``, ``strict`` or ``lenient``.

        ``strict`` is the narrow reading (fewer eligible), ``lenient`` the wide one (more). Whatever else was
        amended stays, and is named in the result's name. Raises ProtocolError for another reading.
        """
        if not isinstance(name, str) or name not in self.reading_sets:
            raise ProtocolError(f"unknown reading {name!r}; accepted are {', '.join(self.reading_sets)}.")
        read = self.amended(self.reading_sets[name])
        return replace(read, name=f"{self.name}, {name}") if self.changes or self.dropped else read

    def _values(self, given: Mapping[str, object]) -> tuple[dict[str, Value], list[str]]:
        """The checked values of a ``set``, and the problems found in it."""
        whole = {name: raw for name, raw in given.items() if name in self.parameters}
        entries: dict[str, dict[str, object]] = {}
        problems = []
        for name in (name for name in given if name not in whole):
            owners = [parameter for parameter in self.parameters.values() if name in parameter.keys]
            if len(owners) == 1:
                entries.setdefault(owners[0].name, {})[name] = given[name]
            else:
                problems.append(_unknown("parameter", name, self.parameters))
        for owner, raw in entries.items():
            written = whole.get(owner, {})
            if isinstance(written, Mapping):
                problems += [f"{key}: set twice, once within {owner}." for key in raw if key in written]
                whole[owner] = {**written, **raw}
        values: dict[str, Value] = {}
        for name, raw_value in whole.items():
            try:
                values[name] = checked(self.parameters[name], raw_value)
            except ProtocolError as error:
                problems += str(error).splitlines()
        return values, problems

    def _parameter(self, name: str) -> Parameter:
        if name not in self.parameters:
            raise ProtocolError(_unknown("parameter", name, self.parameters))
        return self.parameters[name]


def _meaning(parameter: Parameter) -> str:
    """What the present value means; empty where it is none of the named readings and speaks for itself."""
    value = parameter.value
    return "" if isinstance(value, tuple | FrozenMap) else parameter.readings.get(value, "")


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    nearest = get_close_matches(name, list(known), n=3, cutoff=0.5)
    hint = f"; nearest: {', '.join(nearest)}" if nearest else ""
    plural = {"parameter": "parameters", "criterion": "criteria"}[what]
    return f"unknown {what} {shown_value(name)}{hint}. All stand in {SHIPPED}; in Python, list(protocol.{plural})."
