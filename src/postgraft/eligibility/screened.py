"""What is kept of each transplant once its verdicts are gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.verdict import Cells

NONE = -1
"""Stands for a day or a verdict that there is not."""


@dataclass(frozen=True)
class Screened:
    """What is kept of each transplant of a block; arrays have a row a transplant.

    ``eligible`` and ``possible`` (rows, lengths): some stretch of so many days, for each of the protocol's
    ``eligible_days_reported`` and, first, ``eligible_days_min``; ``documentation`` (rows, lengths): the
    diagnosis and incomplete response are sure on some day of a possible stretch. ``best`` (rows, criteria):
    best verdict on an observed day, -1 if there is none. ``remaining`` (rows, criteria): best verdict of this
    and all earlier criteria on one day. ``cytopenia`` and ``treated``: best verdict on an observed day of an
    immune cytopenia, and of one that was treated, whether or not the protocol drops the criterion. Days are
    -1 where there is none. ``parts`` (rows,) by component name: its verdict on the first day of the stretch
    that counts, -1 if there is none. ``ended_by``: position of the first criterion that is not PASS on the
    day after the first eligible stretch, -1 if observation ended; ``ended_with``: its verdict on that day.
    ``person_days`` (criteria, 3): observed days with FAIL, UNKNOWN, PASS.
    """

    eligible: NDArray[np.bool_]
    possible: NDArray[np.bool_]
    documentation: NDArray[np.bool_]
    first_eligible_day: NDArray[np.int32]
    eligible_days: NDArray[np.int32]
    first_possible_day: NDArray[np.int32]
    possible_days: NDArray[np.int32]
    first_stretch_days: NDArray[np.int32]
    ended_by: NDArray[np.int8]
    ended_with: Cells
    best: Cells
    remaining: Cells
    cytopenia: Cells
    treated: Cells
    parts: Mapping[str, Cells]
    person_days: NDArray[np.int64]


def joined(rows: int, parts: Sequence[tuple[NDArray[np.int64], Screened]]) -> Screened:
    """The results of blocks put together in the order of the observations; ``parts`` are (rows, result)."""
    first = parts[0][1]

    def whole(pick: Callable[[Screened], NDArray[Any]]) -> NDArray[Any]:
        like = pick(first)
        out = np.empty((rows, *like.shape[1:]), like.dtype)
        for own, result in parts:
            out[own] = pick(result)
        return out

    by_row = {
        f.name: whole(lambda result, name=f.name: getattr(result, name))  # type: ignore[misc]
        for f in fields(Screened)
        if f.name not in ("parts", "person_days")
    }
    components = {name: whole(lambda result, name=name: result.parts[name]) for name in first.parts}  # type: ignore[misc]
    days = np.sum([result.person_days for _, result in parts], axis=0)
    return Screened(**by_row, parts=components, person_days=days)
