"""Batches of rows that need about as many days, so that a short history costs a short grid."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.events import Ints

STEPS = (32, 96, 256, 640)


def by_length(days_needed: Ints, days: int) -> Iterator[tuple[NDArray[np.int64], int]]:
    """Indices of the rows that need up to so many days, and that number; no more than ``days``."""
    shorter = 0
    needed = np.clip(days_needed, 1, days)
    for step in sorted({min(step, days) for step in (*STEPS, days)}):
        chosen = np.flatnonzero((needed > shorter) & (needed <= step))
        if chosen.size:
            yield chosen, int(needed[chosen].max())
        shorter = step
