"""Files of amendments: the what-if scenarios of a study."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from postgraft.protocol.amendment import Amendment
from postgraft.protocol.loading import load_protocol
from postgraft.protocol.menu import MENU, menu
from postgraft.protocol.protocol import Protocol
from postgraft.protocol.yaml_file import read_yaml
from postgraft.vocabulary.errors import ProtocolError
from postgraft.vocabulary.shown import kind, names, told


def load_amendments(source: object, protocol: Protocol | None = None) -> list[Amendment]:
    """The amendments of a YAML file, of data of the same form or of the shipped menu, checked against ``protocol``.

    The form is a list of amendments or of mappings with ``name``, ``set`` and ``drop``, or a mapping with the
    one key ``amendments`` that holds such a list. The text ``menu`` stands for ``menu(protocol)``. Without
    ``protocol`` the shipped one is used for checking.

    Raises:
        ProtocolError: with every problem of every amendment, each on its own line.
    """
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
            problems.append(
                f"amendment {number}: the name {told(amendment.name)} is taken by an earlier one."
            )
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
