"""Spells in little memory, as they are kept and sent between processes.

The same few thousand pairs of sets recur over millions of spells, so each spell keeps only the number of its pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.spells import Spells

Part = tuple[NDArray[np.int64], "Packed"]
"""Some rows of a whole, and their spells."""


@dataclass(frozen=True, eq=False)
class Packed:
    """What ``Spells`` holds; ``count`` (rows,): of spells; ``pair`` (spells,): position in ``failed``, ``unknown``."""

    names: tuple[str, ...]
    count: NDArray[np.int16]
    last: NDArray[np.int16]
    start: NDArray[np.int16]
    pair: NDArray[Any]
    failed: NDArray[Any]
    unknown: NDArray[Any]

    @classmethod
    def of(cls, spells: Spells) -> Packed:
        """The spells, packed; days fit in 16 bits, as no horizon is longer than 7,300 days."""
        order = np.lexsort((spells.unknown, spells.failed))
        failed, unknown = spells.failed[order], spells.unknown[order]
        new = np.ones(order.size, bool)
        new[1:] = (failed[1:] != failed[:-1]) | (unknown[1:] != unknown[:-1])
        pair = np.empty(order.size, np.uint16 if np.count_nonzero(new) < 2**16 else np.uint32)
        pair[order] = np.cumsum(new) - 1
        count = np.diff(spells.offsets).astype(np.int16)
        last, start = spells.last.astype(np.int16), spells.start.astype(np.int16)
        return cls(spells.names, count, last, start, pair, failed[new], unknown[new])

    def unpacked(self) -> Spells:
        """The spells."""
        offsets = np.append(0, np.cumsum(self.count, dtype=np.int64))
        failed, unknown = self.failed[self.pair], self.unknown[self.pair]
        last, start = self.last.astype(np.int32), self.start.astype(np.int32)
        return Spells(self.names, offsets, last, start, failed, unknown)


def whole(parts: Sequence[Part]) -> Spells:
    """The spells of all rows, from parts that have each row once."""
    rows = np.concatenate([own for own, _ in parts])
    return Spells.joined([packed.unpacked() for _, packed in parts]).take(np.argsort(rows))
