"""The protocol's parameters as a computation sees them, and the memo that rests on it.

A result is kept together with the parameters that were read to get it. It is used again under another
protocol only where all of those have the same value; so an amendment recomputes exactly what it changes,
and no list of dependencies can be forgotten or go stale.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple

from postgraft.protocol import Protocol
from postgraft.timeline.block import Block

T = TypeVar("T")
Args = TypeVarTuple("Args")


class Parameters:
    """A protocol's parameters by attribute; remembers which were read."""

    def __init__(self, protocol: Protocol) -> None:
        values = {name: parameter.value for name, parameter in protocol.parameters.items()}
        tables = {"steroid_factors": protocol.steroid_factors, "half_life_days": protocol.half_life_days}
        self._values: dict[str, Any] = values | tables
        self.read: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # reached only while the object is being copied
            raise AttributeError(name)
        try:
            value = self.read[name] = self._values[name]
        except KeyError:
            raise AttributeError(f"no parameter {name!r}") from None
        return value

    def agrees(self, read: Mapping[str, Any]) -> bool:
        """Whether this protocol has the same values for all of ``read``."""
        values = self._values
        return all(values[name] is value or values[name] == value for name, value in read.items())

    def fresh(self) -> Parameters:
        """The same protocol with nothing read yet."""
        same = copy(self)
        same.read = {}
        return same


def shared(function: Callable[[Block, Parameters, *Args], T]) -> Callable[[Block, Parameters, *Args], T]:
    """Compute once for a block, the same further arguments (hashable) and the same parameters read."""

    @wraps(function)
    def remembered(block: Block, p: Parameters, *args: *Args) -> T:
        known: list[tuple[dict[str, Any], T]] = block.once((function, args), list)
        for read, result in known:
            if p.agrees(read):
                p.read.update(read)
                return result
        inner = p.fresh()
        result = function(block, inner, *args)
        known.append((inner.read, result))
        p.read.update(inner.read)
        return result

    return remembered
