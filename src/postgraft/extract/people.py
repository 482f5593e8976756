"""The patients of an extract while it is read: their numbers, and until when rows of theirs count."""

from dataclasses import dataclass, replace

import numpy as np

from postgraft.extract.cells import Codes, Floats, Mask, Words, spread
from postgraft.extract.notes import Place

UNKNOWN_PATIENT = -2
LEFT_OUT = -1


@dataclass(frozen=True, slots=True)
class People:
    """``codes`` gives a patient's number, or LEFT_OUT; ``death`` and ``site`` (-1: none) are by number.

    Without ``listed`` the patients could not be read, so that nobody can be told to be missing.
    """

    codes: dict[str, int]
    death: Floats
    site: Codes
    sites: tuple[str, ...]
    extracted_on: float | None
    listed: bool = True

    @property
    def count(self) -> int:
        return len(self.death)

    def find(self, ids: Words, place: Place) -> Codes:
        """Patient numbers of rows; LEFT_OUT for those left out, UNKNOWN_PATIENT (noted) for unknown ones."""
        known = self.codes
        lookup = np.array([known.get(word, UNKNOWN_PATIENT) for word in ids.words], dtype=np.int32)
        codes: Codes = spread(lookup, ids.codes, LEFT_OUT)
        # Without their ids it is the table of patients that is wrong, which was noted there.
        unknown = (codes == UNKNOWN_PATIENT) & self.listed
        place.at("patient_id").error(
            "unknown-patient", "patient not in patients", "a patient_id of patients", unknown
        )
        return codes

    def too_late(self, patient: Codes, day: Floats, place: Place) -> Mask:
        """Rows after death or after the end of the extract, noted; NaN days are neither."""
        after_death = day > spread(self.death, np.maximum(patient, -1), np.nan)  # False for NaN
        place.warning("after-death", "row after the patient's death, ignored", "", after_death)
        if self.extracted_on is None:
            return after_death
        after_end = (day > self.extracted_on) & (patient >= 0) & ~after_death
        place.warning("after-extract", "row after extracted_on, ignored", "", after_end)
        return after_death | after_end

    def without(self, left_out: Mask) -> "People":
        """The same with some left out and the rest numbered anew, in the same order."""
        numbers = np.where(left_out, LEFT_OUT, np.cumsum(~left_out) - 1)
        codes = {name: int(numbers[code]) for name, code in self.codes.items()}
        return replace(self, codes=codes, death=self.death[~left_out], site=self.site[~left_out])
