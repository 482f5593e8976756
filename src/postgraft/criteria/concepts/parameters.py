"""The protocol's parameters as a computation sees them, and the memo that rests on it.

A result is kept together with the parameters that were read to get it. It is used again under another
protocol only where all of those have the same value; so an amendment recomputes exactly what it changes,
and no list of dependencies can be forgotten or go stale.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple

from postgraft.protocol import Protocol
from postgraft.timeline.block import Block

T = TypeVar("T")
Args = TypeVarTuple("Args")

REMEMBERED = 4
"""Results kept of one computation: the first, which is mostly that of the protocol as it stands, and the latest."""


@dataclass(eq=False)
class Computed:
    """A result, which parameters were read for it, and by whom.

    ``read`` has all of them; ``direct`` those that the function read itself, or had others read on a part of
    the block; the rest were read in ``within``, the remembered results on the same block it was made from.
    ``again`` computes it under other parameters; ``key`` is that of the memo.
    """

    again: Callable[[Block, Parameters], Any]
    key: Hashable = None
    result: Any = None
    read: dict[str, Any] = field(default_factory=dict)
    direct: set[str] = field(default_factory=set)
    within: list[Computed] = field(default_factory=list)


class Parameters:
    """A protocol's parameters by attribute; remembers which were read."""

    def __init__(self, protocol: Protocol) -> None:
        values = {name: parameter.value for name, parameter in protocol.parameters.items()}
        tables = {"steroid_factors": protocol.steroid_factors, "half_life_days": protocol.half_life_days}
        self._values: dict[str, Any] = values | tables
        self.read: dict[str, Any] = {}
        self._block: Block | None = None
        self._of: Computed | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # reached only while the object is being copied
            raise AttributeError(name)
        try:
            value = self.read[name] = self._values[name]
        except KeyError:
            raise AttributeError(f"no parameter {name!r}") from None
        if self._of is not None:
            self._of.direct.add(name)
        return value

    def agrees(self, read: Mapping[str, Any]) -> bool:
        """Whether this protocol has the same values for all of ``read``."""
        values = self._values
        return all(values[name] is value or values[name] == value for name, value in read.items())

    def differs_in(self, other: Parameters) -> set[str]:
        """Names of the parameters whose values differ."""
        return {name for name in self._values if not other.agrees({name: self._values[name]})}

    def fresh(self) -> Parameters:
        """The same protocol with nothing read yet."""
        same = copy(self)
        same.read, same._block, same._of = {}, None, None
        return same

    def within(self, block: Block, computed: Computed) -> Parameters:
        """The same protocol with nothing read yet, for one computation on a block."""
        same = copy(self)
        same.read, same._block, same._of = computed.read, block, computed
        return same

    def note(self, block: Block, computed: Computed) -> None:
        """Remember that a computation used this result."""
        self.read.update(computed.read)
        if self._of is not None and block is self._block:
            self._of.within.append(computed)
        elif self._of is not None:
            self._of.direct.update(computed.read)


def shared(function: Callable[[Block, Parameters, *Args], T]) -> Callable[[Block, Parameters, *Args], T]:
    """Compute once for a block, the same further arguments (hashable) and the same parameters read."""

    @wraps(function)
    def remembered(block: Block, p: Parameters, *args: *Args) -> T:
        known: list[Computed] = block.once((function, args), list)
        found = next((one for one in known if p.agrees(one.read)), None)
        if found is None:
            found = Computed(lambda block, p: remembered(block, p, *args), (function, args))
            found.result = function(block, p.within(block, found), *args)
            if len(known) == REMEMBERED:
                del known[1]
            known.append(found)
        p.note(block, found)
        result: T = found.result
        return result

    return remembered
