"""How the words of the registry record were read, and what no extract can answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from postgraft.criteria import CRITERIA
from postgraft.protocol import Protocol


def readings_used(protocol: Protocol) -> pd.DataFrame:
    """The reading in use of every statement that the record leaves ambiguous.

    Columns parameter, statements ("all" where a reading concerns the whole record), ambiguity, reading,
    meaning (empty where the value speaks for itself), alternatives (the other readings the protocol names).
    """
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
    return pd.DataFrame(
        [
            {
                "criterion": criterion.name,
                "statements": ", ".join(protocol.criteria[criterion.name].statements),
                "attested": criterion.attested,
                "left_open": criterion.left_open,
                "counted_as": _stand_in(protocol, criterion.name, criterion.attested),
            }
            for criterion in CRITERIA
            if criterion.attested or criterion.left_open
        ],
    )


def changes_in_words(protocol: Protocol) -> str:
    """How a protocol differs from the registered one: "neutrophils_min 0.5 (base 1); without remission, hiv"."""
    values = [text for name, (old, new) in protocol.changes.items() for text in _changed(name, old, new)]
    without = [f"without {', '.join(protocol.dropped)}"] if protocol.dropped else []
    return "; ".join([*values, *without]) or "as registered"


def _changed(name: str, old: object, new: object) -> Iterator[str]:
    """The change of a parameter, of a mapping each entry that differs."""
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        yield f"{name} {_written(new)} (base {_written(old)})"
        return
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            yield f"{name} {key} {_written(new.get(key))} (base {_written(old.get(key))})"


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
