"""How the words of the registry record were read, and what no extract can answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from postgraft.criteria import listed
from postgraft.protocol import Protocol
from postgraft.vocabulary.errors import must_be

READ_BY_OTHERS = ("neutrophil_engraftment", "platelet_engraftment", "immune_cytopenia")
"""Criteria whose computed verdicts other criteria build on, so that dropping them leaves their parameters at work."""


def readings_used(protocol: Protocol) -> pd.DataFrame:
    """The reading in use of every statement that the record leaves ambiguous.

    Columns parameter, statements ("all" where a reading concerns the whole record), ambiguity, reading,
    meaning (empty where the value speaks for itself), alternatives (the other readings the protocol names).
    """
    must_be(protocol, Protocol, "readings_used takes a protocol, such as load_protocol(name) gives")
    everything = tuple(protocol.statements)
    return pd.DataFrame(
        [
            {
                "parameter": used.parameter,
                "statements": "all" if used.statements == everything else ", ".join(used.statements),
                "ambiguity": used.ambiguity,
                "reading": _written(used.reading),
                "meaning": used.meaning,
                "alternatives": ", ".join(map(_written, used.alternatives)),
            }
            for used in protocol.readings_used()
        ]
    )


def not_answerable(protocol: Protocol) -> pd.DataFrame:
    """What the criteria leave open: criterion, statements, attested, left_open, counted_as.

    ``attested``: only the patient or a physician can say. ``counted_as``: what is taken in its place.
    """
    must_be(protocol, Protocol, "not_answerable takes a protocol, such as load_protocol(name) gives")
    return pd.DataFrame(
        [
            {
                "criterion": criterion.name,
                "statements": ", ".join(protocol.criteria[criterion.name].statements),
                "attested": criterion.attested,
                "left_open": criterion.left_open,
                "counted_as": _stand_in(protocol, criterion.name, criterion.attested),
            }
            for criterion in listed(protocol)
            if criterion.attested or criterion.left_open
        ]
    )


def changes_in_words(protocol: Protocol) -> str:
    """How a protocol differs from the registered one: "neutrophils_min 0.5 (base 1); without remission, hiv"."""
    values = [
        f"{name} {new} (base {old})"
        for parameter, (before, after) in protocol.changes.items()
        for name, old, new in _changed(parameter, before, after)
    ]
    without = [f"without {', '.join(protocol.dropped)}"] if protocol.dropped else []
    return "; ".join([*values, *without]) or "as registered"


def differences_in_words(base: Protocol, amended: Protocol) -> str:
    """What an amendment of ``base`` changes: "neutrophils_min 1 → 0.5; without remission", or "no change".

    A parameter that nothing but dropped criteria reads is said to have no effect.
    """
    values = [
        f"{name} {old} → {new}{_without_effect(parameter, amended)}"
        for parameter in base.parameters
        for name, old, new in _changed(parameter, base.parameters[parameter].value, amended.parameters[parameter].value)
    ]
    dropped = [name for name in amended.dropped if name not in base.dropped]
    without = [f"without {', '.join(dropped)}"] if dropped else []
    return "; ".join([*values, *without]) or "no change"


def _without_effect(parameter: str, protocol: Protocol) -> str:
    """A remark on a parameter whose every criterion is dropped; empty where one is left that reads it."""
    statements = protocol.parameters[parameter].statements
    readers = [c.name for c in protocol.criteria.values() if not set(statements).isdisjoint(c.statements)]
    if not set(readers) <= set(protocol.dropped) - set(READ_BY_OTHERS):
        return ""
    return f" (no effect: {', '.join(readers)} dropped)"


def _changed(name: str, old: object, new: object) -> Iterator[tuple[str, str, str]]:
    """Name, old and new value of a parameter that differs, of a mapping each entry that does."""
    if old == new:
        return
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        yield name, _written(old), _written(new)
        return
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            yield f"{name} {key}", _written(old.get(key)), _written(new.get(key))


def _stand_in(protocol: Protocol, criterion: str, attested: bool) -> str:
    if criterion in protocol.dropped:
        return "dropped: met by everyone"
    if not attested:
        return "as the readings in use say"
    return "met, unless something recorded says otherwise" if protocol.attested == "assumed" else "unknown"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_written(one)}" for key, one in value.items()) or "none"
    if isinstance(value, tuple):
        return ", ".join(map(_written, value)) or "none"
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
