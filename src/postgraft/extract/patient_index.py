"""Putting rows in the order of patient, day and content, and finding those that are there twice.

The patients of an extract while it is read: their numbers, and from when to when rows of theirs count.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from postgraft.extract.cells import Codes, Floats, Mask, Words, spread
from postgraft.extract.findings import Location, Time, day_header

Index = npt.NDArray[np.int64]
Column = npt.NDArray[Any]


def ordered(patient: Column, day: Column, rest: Callable[[], Sequence[Column]]) -> tuple[Index, Mask, Mask]:
    """Order of rows by patient, then day, then the columns that ``rest`` gives in turn (NaN last).

    They are asked for only where rows share patient and day. Returns the order, and over the ordered rows: whether a
    row is the first of its patient and day, and whether it is the same as the row before it in all columns. Days are
    whole; both fit 32 bits.
    """
    key = (patient.astype(np.int64) << 32) + day.astype(np.int64)
    if bool(np.all(key[1:] > key[:-1])):
        return np.arange(len(key)), np.ones(len(key), dtype=bool), np.zeros(len(key), dtype=bool)
    # Extracts mostly come sorted, where a stable (merging) sort is linear.
    order: Index = np.argsort(key, kind="stable")
    key = key[order]
    first = np.ones(len(key), dtype=bool)
    first[1:] = key[1:] != key[:-1]
    same = np.zeros(len(key), dtype=bool)
    # Only rows that share patient and day need the rest of the columns.
    shared = np.flatnonzero(~first | np.append(~first[1:], False))
    if len(shared):
        rows = order[shared]
        columns = [column[rows] for column in rest()]
        inner = np.lexsort((*reversed(columns), key[shared]))
        order[shared] = rows[inner]
        equal = ~first[shared]
        for column in columns:
            sorted_column = column[inner]
            equal[1:] &= _equal(sorted_column[1:], sorted_column[:-1])
        same[shared] = equal
    return order, first, same


def _equal(left: Column, right: Column) -> Mask:
    same: Mask = left == right
    if left.dtype.kind == "f":
        same |= np.isnan(left) & np.isnan(right)
    return same


def offsets(patient: Column, patients: int) -> Index:
    """Where each patient's rows begin in a column of sorted patient codes; the last is the number of rows."""
    return np.searchsorted(patient, np.arange(patients + 1)).astype(np.int64)


def gather(starts: Index, chosen: Index) -> Index:
    """Rows of the chosen patients, in that order, given where each patient's rows begin."""
    lengths = np.diff(starts)[chosen]
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts[:-1][chosen] - before, lengths) + np.arange(int(lengths.sum()))


UNKNOWN_PATIENT = -2
LEFT_OUT = -1


@dataclass(frozen=True, slots=True)
class PatientIndex:
    """``codes`` gives a patient's number, or LEFT_OUT; days (NaN: none) and ``site`` (-1: none) are by number.

    ``birth`` is the earliest day on which the patient may have been born.

    Without ``listed`` no patient could be read, so that nobody can be told to be missing.
    """

    codes: dict[str, int]
    birth: Floats
    death: Floats
    last_contact: Floats
    site: Codes
    sites: tuple[str, ...]
    extracted_on: float | None
    listed: bool = True

    @property
    def count(self) -> int:
        return len(self.death)

    def find(self, ids: Words, place: Location) -> Codes:
        """Patient numbers of rows; LEFT_OUT for those left out, UNKNOWN_PATIENT (noted) for unknown ones."""
        known = self.codes
        lookup = np.array([known.get(word, UNKNOWN_PATIENT) for word in ids.words], dtype=np.int32)
        codes: Codes = spread(lookup, ids.codes, LEFT_OUT)
        # Without their ids it is the table of patients that is wrong, which was noted there.
        unknown = (codes == UNKNOWN_PATIENT) & self.listed
        place.at("patient_id").error("unknown-patient", "patient not in patients", "a patient_id of patients", unknown)
        return codes

    def too_late(self, patient: Codes, day: Floats, place: Location) -> Mask:
        """Rows after death, the end of the extract or last contact, each noted once; NaN days are none of these."""
        late = np.zeros(len(day), dtype=bool)
        for kind, end, after in self._after(patient, day, place.time):
            place.warning(kind, f"row after {end}, ignored", "", after)
            late |= after
        return late

    def note_late(self, kind: str, what: str, patient: Codes, day: Floats, place: Location) -> None:
        """Warns of days, of rows that count, after death, the end of the extract or last contact; they stay."""
        for _, end, after in self._after(patient, day, place.time):
            place.warning(kind, f"{what} after {end}, read as it is", "", after)

    def _after(self, patient: Codes, day: Floats, time: Time) -> Iterator[tuple[str, str, Mask]]:
        """What ends the observation, by kind of finding and name, and the rows after it and after none before it."""
        number, late = np.maximum(patient, -1), np.zeros(len(day), dtype=bool)
        extract_end = np.nan if self.extracted_on is None else self.extracted_on
        for kind, end, last in (
            ("after-death", "the patient's death", spread(self.death, number, np.nan)),
            ("after-extract", "extracted_on", np.where(number >= 0, extract_end, np.nan)),
            ("after-contact", day_header("last_contact_date", time), spread(self.last_contact, number, np.nan)),
        ):
            after = (day > last) & ~late  # False for NaN
            late |= after
            yield kind, end, after

    def too_early(self, patient: Codes, day: Floats, end: Floats, place: Location) -> Mask:
        """Rows that are over before the birth, noted; so are those that only begin before it, which are used.

        ``end`` is the last day of each, NaN where it goes on: what a condition says of later days stays true.
        """
        born = spread(self.birth, np.maximum(patient, -1), np.nan)
        early: Mask = day < born  # False for NaN
        over: Mask = early & (end < born)
        place.warning("before-birth", "row before the patient's birth, ignored", "", over)
        found = "row that begins before the patient's birth, used from the birth on"
        place.warning("before-birth", found, "", early & ~over)
        return over

    def without(self, left_out: Mask) -> "PatientIndex":
        """The same with some left out and the rest numbered anew, in the same order."""
        numbers = np.where(left_out, LEFT_OUT, np.cumsum(~left_out) - 1)
        codes = {name: int(numbers[code]) for name, code in self.codes.items()}
        return replace(
            self, codes=codes, birth=self.birth[~left_out], death=self.death[~left_out],
            last_contact=self.last_contact[~left_out], site=self.site[~left_out],
        )  # fmt: skip
