"""The menu: the shipped amendments that a what-if comparison begins with.

Files of amendments: the what-if scenarios of a study.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import NoneType

from postgraft.protocol.loading import load_protocol, read_yaml
from postgraft.protocol.parameters import FrozenMap, Parameter, Scalar
from postgraft.protocol.protocol import Amendment, Protocol
from postgraft.protocol.values import written
from postgraft.vocabulary.errors import ProtocolError, must_be
from postgraft.vocabulary.shown import kind, names, shown_value

MENU = "menu"
_FILE = Path(__file__).parent / "data" / f"{MENU}.yaml"


def menu(protocol: Protocol) -> list[Amendment]:
    """The amendments of ``data/menu.yaml``, the other readings of every ambiguous statement, and both sets.

    Where a value is not that of the shipped protocol an amendment of it has no title: it would be wrong. A reading is
    one that ``protocol`` does not use, named ``parameter = reading``; it is left out where the file has an amendment
    that sets just that. The sets are ``strict`` and ``lenient``.
    """
    entries = read_yaml(_FILE)
    assert isinstance(entries, list)
    shipped = load_protocol()
    named = [
        one if all(_as_shipped(name, protocol, shipped) for name in one.set) else replace(one, title="")
        for one in map(Amendment.read, entries)
    ]
    readings = [
        Amendment(
            f"{used.parameter} = {written(reading)}",
            FrozenMap({used.parameter: reading}),
            title=_read_as(protocol.parameters[used.parameter], reading),
            kind="reading",
        )
        for used in protocol.readings_used()
        for reading in used.alternatives
    ]
    known = {one.set for one in named}
    sets = [protocol.reading_sets[name] for name in ("strict", "lenient")]
    return [*named, *(one for one in readings if one.set not in known), *sets]


def of_kind(amendments: Sequence[Amendment], kind: str = "amendment") -> list[Amendment]:
    """The amendments of one kind: amendment, reading or data."""
    return [one for one in amendments if one.kind == kind]


def _as_shipped(name: str, protocol: Protocol, shipped: Protocol) -> bool:
    """Whether a parameter is that of the shipped protocol, of whose values and statements the titles speak."""
    own = protocol.parameters.get(name)
    return own is not None and (own.value, own.statements) == (
        shipped.parameters[name].value,
        shipped.parameters[name].statements,
    )


def _read_as(parameter: Parameter, reading: Scalar) -> str:
    """The title of another reading: that of the parameter with the value, where the parameter has one."""
    return f"{parameter.title}: {written(reading).replace('_', ' ')}" if parameter.title else ""


def load_amendments(source: object, protocol: Protocol | None = None) -> list[Amendment]:
    """The amendments of a YAML file, of data of the same form or of the shipped menu, checked against ``protocol``.

    The form is a list of amendments or of mappings with ``name``, ``set`` and ``drop``, or a mapping with the
    one key ``amendments`` that holds such a list. The text ``menu`` stands for ``menu(protocol)``. Without
    ``protocol`` the shipped one is used for checking.

    Raises:
        ProtocolError: with every problem of every amendment, each on its own line.
    """
    must_be(protocol, (Protocol, NoneType), "load_amendments takes a protocol, such as load_protocol(name) gives")
    target = protocol or load_protocol()
    data, where = _content(source, target)
    entries = data["amendments"] if isinstance(data, Mapping) and list(data) == ["amendments"] else data
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        raise ProtocolError(
            f"{where}found {_found(entries)}; accepted is a list of amendments, each with name, set and drop, "
            "or a mapping with the one key amendments that holds it."
        )
    amendments: list[Amendment] = []
    problems: list[str] = []
    for number, entry in enumerate(entries, start=1):
        try:
            amendment = entry if isinstance(entry, Amendment) else Amendment.read(entry)
        except ProtocolError as error:
            problems += [f"amendment {number}: {line}" for line in str(error).splitlines()]
            continue
        if amendment.name in {earlier.name for earlier in amendments}:
            problems.append(f"amendment {number}: the name {shown_value(amendment.name)} is taken by an earlier one.")
        amendments.append(amendment)
        try:
            target.amended(amendment)
        except ProtocolError as error:
            problems += str(error).splitlines()
    if problems:
        raise ProtocolError("\n".join(f"{where}{problem}" for problem in problems))
    return amendments


def _content(source: object, protocol: Protocol) -> tuple[object, str]:
    """What a source holds, and its place in messages; a text without folder or ending names what ships."""
    if not isinstance(source, str | Path):
        return source, ""
    path = Path(source)
    if path.suffix or len(path.parts) > 1:
        return read_yaml(path), f"{source}: "
    if path.name != MENU:
        raise ProtocolError(
            f"no amendments {str(source)!r}; shipped: {MENU}. A file of amendments is named with its ending .yaml."
        )
    return menu(protocol), ""


def _found(data: object) -> str:
    return f"a mapping with {names(data)}" if isinstance(data, Mapping) else kind(data)
