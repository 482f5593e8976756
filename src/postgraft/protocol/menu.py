"""The menu: the shipped amendments that a what-if comparison begins with."""

from pathlib import Path

from postgraft.protocol.amendment import Amendment
from postgraft.protocol.frozen import FrozenMap
from postgraft.protocol.protocol import Protocol
from postgraft.protocol.values import written
from postgraft.protocol.yaml_file import read_yaml

MENU = "menu"
_FILE = Path(__file__).parent / "data" / f"{MENU}.yaml"


def menu(protocol: Protocol) -> list[Amendment]:
    """The amendments of ``data/menu.yaml``, the other readings of every ambiguous statement, and both sets.

    A reading is one that ``protocol`` does not use, named ``parameter = reading``; it is left out where the
    file has an amendment that sets just that. The sets are ``strict`` and ``lenient``.
    """
    entries = read_yaml(_FILE)
    assert isinstance(entries, list)
    named = [Amendment.read(entry) for entry in entries]
    readings = [
        Amendment(f"{used.parameter} = {written(reading)}", FrozenMap({used.parameter: reading}))
        for used in protocol.readings_used()
        for reading in used.alternatives
    ]
    known = {one.set for one in named}
    sets = [protocol.reading_sets[name] for name in ("strict", "lenient")]
    return [*named, *(one for one in readings if one.set not in known), *sets]
