"""One result a day: the rows of an analyte by patient and day, several of a day reduced to one."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from postgraft.extract.cells import Codes, Floats
from postgraft.extract.order import Index, gather, offsets, ordered
from postgraft.vocabulary.analytes import Analyte

DECIMALS: Final = 9
"""Values are rounded here after conversion, as the criteria compare numbers after rounding to 1e-9."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Daily results of one analyte: patient p has rows ``offsets[p]:offsets[p + 1]``, by rising day.

    ``value`` is in the canonical unit, or the severity on the analyte's scale; ``lower`` and ``upper`` are
    the reference limits of the row that was chosen, NaN where it has none.
    """

    offsets: Index
    day: Codes
    value: Floats
    lower: Floats
    upper: Floats

    def select(self, patients: Index) -> "Series":
        """The series of these patients, numbered in that order."""
        rows = gather(self.offsets, patients)
        lengths = np.diff(self.offsets)[patients]
        starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        return frozen(starts, self.day[rows], self.value[rows], self.lower[rows], self.upper[rows])


def frozen(starts: Index, day: Codes, value: Floats, lower: Floats, upper: Floats) -> Series:
    """A series whose arrays cannot be written, since they are shared."""
    for array in (starts, day, value, lower, upper):
        array.setflags(write=False)
    return Series(starts, day, value, lower, upper)


def no_numbers(rows: int) -> Floats:
    """NaN for every row, in no memory."""
    return np.broadcast_to(np.float64(np.nan), (rows,))


def empty_series(patients: int) -> Series:
    """An analyte without a result."""
    none = np.zeros(0)
    return frozen(np.zeros(patients + 1, dtype=np.int64), np.zeros(0, dtype=np.int32), none, none, none)


@dataclass(slots=True)
class Bin:
    """Rows of one analyte as they come, a piece a batch; a piece without any limit holds None."""

    patient: list[Codes] = field(default_factory=list)
    day: list[Codes] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    lower: list[Floats | None] = field(default_factory=list)
    upper: list[Floats | None] = field(default_factory=list)
    row: list[Codes] = field(default_factory=list)

    def add(
        self, patient: Codes, day: Codes, value: Floats, lower: Floats, upper: Floats, row: Codes
    ) -> None:
        """Takes in the rows of one batch; ``row`` are their numbers in the file."""
        self.patient.append(patient)
        self.day.append(day)
        self.value.append(value)
        self.lower.append(None if np.isnan(lower).all() else lower)
        self.upper.append(None if np.isnan(upper).all() else upper)
        self.row.append(row)


def daily(rows: Bin, analyte: Analyte, patients: int) -> tuple[Series, Codes]:
    """The series, and the numbers of rows that repeat another in patient, day, value and limits.

    Of one day's results the analyte's rule picks one (criteria, section 1); among equal values the one whose
    limits make it the worse finding: for a lowest the highest lower limit, for a highest the lowest upper
    limit, and one with limits before one without. A mean leaves out repeated rows.
    """
    patient, day, value = np.concatenate(rows.patient), np.concatenate(rows.day), np.concatenate(rows.value)
    lower, upper = (_joined(pieces, rows.value) for pieces in (rows.lower, rows.upper))
    highest = analyte.daily in ("highest", "worst")
    content = (-value, upper, -lower) if highest else (value, -lower, upper)
    order, first, same = ordered(patient, day, content)
    chosen = order[first]
    picked = value[chosen]
    if analyte.daily == "mean" and len(chosen) < len(order):
        counted = np.where(same, 0.0, value[order])
        heads = np.flatnonzero(first)
        picked = np.round(
            np.add.reduceat(counted, heads) / np.add.reduceat(~same, heads, dtype=np.int64), DECIMALS
        )
    repeated: Codes = np.concatenate(rows.row)[order[same]]
    starts = offsets(patient[chosen], patients)
    limits = (limit if limit.strides == (0,) else limit[chosen] for limit in (lower, upper))
    lower, upper = (limit[: len(chosen)] for limit in limits)
    return frozen(starts, day[chosen], picked, lower, upper), np.sort(repeated)


def _joined(pieces: list[Floats | None], like: list[Floats]) -> npt.NDArray[np.float64]:
    if all(piece is None for piece in pieces):
        return no_numbers(sum(len(piece) for piece in like))
    filled = [
        no_numbers(len(other)) if piece is None else piece for piece, other in zip(pieces, like, strict=True)
    ]
    return np.concatenate(filled)
