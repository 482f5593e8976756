"""One result a day: the rows of an analyte by patient and day, several of a day reduced to one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from postgraft.extract.cells import Codes, Floats, Hashes, held
from postgraft.extract.patient_index import Column, Index, gather, offsets, ordered
from postgraft.vocabulary.analytes import Analyte
from postgraft.vocabulary.censoring import Signs


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Daily results of one analyte: patient p has rows ``offsets[p]:offsets[p + 1]``, by rising day.

    ``value`` is in the canonical unit, or the severity on the analyte's scale; ``lower`` and ``upper`` are
    the reference limits of the row that was chosen, NaN where it has none; ``censored`` says whether the true
    value is that number (0), at or below it (-1) or at or above it (1), see ``vocabulary.censoring``.
    """

    offsets: Index
    day: Codes
    value: Floats
    lower: Floats
    upper: Floats
    censored: Signs

    @property
    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """What is known of each result but its day."""
        return {"value": self.value, "lower": self.lower, "upper": self.upper, "censored": self.censored}

    def select(self, patients: Index) -> "Series":
        """The series of these patients, numbered in that order."""
        rows = gather(self.offsets, patients)
        lengths = np.diff(self.offsets)[patients]
        starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        return frozen(starts, *(_taken(column, rows) for column in (self.day, *self.columns.values())))


def frozen(starts: Index, *columns: npt.NDArray[Any]) -> Series:
    """A series whose arrays cannot be written, since they are shared; ``columns`` in the order of its own."""
    for array in (starts, *columns):
        array.setflags(write=False)
    return Series(starts, *columns)


def _taken(column: npt.NDArray[Any], rows: Index) -> npt.NDArray[Any]:
    """These rows of a column; one that is the same for all rows stays in no memory."""
    return column[: len(rows)] if column.strides == (0,) else column[rows]


def empty_series(patients: int) -> Series:
    """An analyte without a result."""
    none = np.zeros(0)
    columns = (np.zeros(0, np.int32), none, none, none, np.zeros(0, np.int8))
    return frozen(np.zeros(patients + 1, dtype=np.int64), *columns)


class Piece(NamedTuple):
    """Rows of one analyte from one batch; limits or signs of which there is none are None.

    ``written`` is as of ``cells.written``, ``row`` their numbers in the file.
    """

    patient: Codes
    day: Codes
    value: Floats
    lower: Floats | None
    upper: Floats | None
    censored: Signs | None
    written: Hashes
    row: Codes


def daily(pieces: Sequence[Piece], analyte: Analyte, patients: int) -> tuple[Series, Codes]:
    """The series, and the numbers of rows that repeat another in every cell as written.

    Of one day's results the analyte's rule picks one (criteria, section 1); among equal values one that may be
    worse yet before an exact one, then the one whose limits make it the worse finding: for a lowest the
    highest lower limit, for a highest the lowest upper limit, and one with limits before one without. A mean
    leaves out repeated rows; the numbers that stand in for censored ones are averaged like any other.
    """
    patients_of, days_of, values, lower_of, upper_of, censored_of, written, numbers = zip(*pieces, strict=True)
    patient, day, value = np.concatenate(patients_of), np.concatenate(days_of), np.concatenate(values)
    lower, upper = (_joined(limits, np.float64(np.nan), values) for limits in (lower_of, upper_of))
    censored = _joined(censored_of, np.int8(0), values)
    highest = analyte.daily in ("highest", "worst")
    content = (-value, -censored, upper, -lower) if highest else (value, censored, -lower, upper)
    order, first, same = ordered(patient, day, lambda: (*content, np.concatenate(written)))
    chosen = order[first]
    picked = value[chosen]
    if analyte.daily == "mean" and len(chosen) < len(order):
        counted = np.where(same, 0.0, value[order])
        heads = np.flatnonzero(first)
        picked = held(np.add.reduceat(counted, heads) / np.add.reduceat(~same, heads, dtype=np.int64))
    repeated: Codes = np.concatenate(numbers)[order[same]]
    starts = offsets(patient[chosen], patients)
    rest = (_taken(column, chosen) for column in (lower, upper, censored))
    return frozen(starts, day[chosen], picked, *rest), np.sort(repeated)


def _joined(pieces: Sequence[Column | None], nothing: np.generic, like: Sequence[Floats]) -> Column:
    """The pieces end to end, ``nothing`` in place of one that is None; without any piece in no memory."""
    empty = [np.broadcast_to(nothing, (len(other),)) for other in like]
    if all(piece is None for piece in pieces):
        return np.broadcast_to(nothing, (sum(map(len, empty)),))
    return np.concatenate([none if piece is None else piece for piece, none in zip(pieces, empty, strict=True)])
