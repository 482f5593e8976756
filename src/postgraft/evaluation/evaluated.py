"""What an evaluation found: verdicts, and statuses of transplants and patients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.evaluation.count import Count, exact
from postgraft.evaluation.observations import Observations
from postgraft.evaluation.stretches import EligibleStretches
from postgraft.extract import Extract
from postgraft.protocol import Protocol
from postgraft.timeline.spells import Part, Spells, whole
from postgraft.vocabulary.errors import PostgraftError
from postgraft.vocabulary.verdicts import VERDICT_NAMES
from postgraft.vocabulary.words import TEXT

STATUSES = ("ineligible", "possible", "eligible")


@dataclass(frozen=True)
class Evaluated:
    """What an evaluation found, a row a transplant, folded to patients.

    ``spells`` has all verdicts, the same under whatever criteria the protocol drops, and is put together from
    ``parts`` when first asked for; ``screened`` is what they come to under this protocol. ``read`` names the
    parameters that were read for each criterion, under this protocol and those it was evaluated together with.
    ``count`` counts the sets of patients of its tables.
    """

    extract: Extract
    protocol: Protocol
    observations: Observations
    parts: Sequence[Part]
    read: Mapping[str, Set[str]]
    count: Count = exact

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.in_short}>"

    @property
    def in_short(self) -> str:
        """Names of extract and protocol, and the counts of patients, for a line that shows no row."""
        status = self.patients["status"]
        return (
            f"{self.observations.in_short}: {(status == 'eligible').sum():,} eligible, "
            f"{(status == 'possible').sum():,} possible of {len(status):,} patients"
        )

    @cached_property
    def spells(self) -> Spells:
        """The spells of all transplants, a row each."""
        return whole(self.parts)

    @cached_property
    def screened(self) -> EligibleStretches:
        """What each transplant comes to."""
        return EligibleStretches.under(self.protocol, self.spells)

    @cached_property
    def status(self) -> NDArray[np.int64]:
        """Position in ``STATUSES`` of each transplant."""
        return np.where(self.screened.eligible[:, 0], 2, np.where(self.screened.possible[:, 0], 1, 0))

    @property
    def transplants(self) -> pd.DataFrame:
        """A row per allogeneic transplant: patient_id, status, possible_kind and the days of its stretches.

        first_eligible_day, eligible_days: of stretches of at least ``eligible_days_min`` days with every
        criterion PASS; first_possible_day, possible_days: with no FAIL, whatever the status. Days are counted
        from the transplant's day 0; missing where there is no stretch. The frame is the caller's own.
        """
        return self._transplants.copy(deep=False)

    @cached_property
    def _transplants(self) -> pd.DataFrame:
        kept, seen = self.screened, self.observations
        status = np.array(STATUSES)[self.status]
        kind = pd.Series(np.where(kept.documentation[:, 0], "documentation", "diagnosis"), dtype=TEXT)
        return pd.DataFrame(
            {
                "patient_id": self.extract.patients["patient_id"].iloc[seen.patient].array,
                "status": status,
                "possible_kind": kind.where(status == "possible"),
                "transplant": seen.number,
                "first_eligible_day": _days(kept.first_eligible_day),
                "eligible_days": kept.eligible_days,
                "first_possible_day": _days(kept.first_possible_day),
                "possible_days": kept.possible_days,
            }
        )

    @cached_property
    def counted_rows(self) -> NDArray[np.int64]:
        """For each patient with an observed transplant, in order: the row of the transplant that counts.

        That is the first eligible one, else the first possible one (documentation before diagnosis), else
        the last.
        """
        seen = self.observations
        documentation = (self.status == 1) & self.screened.documentation[:, 0]
        rank = self.status * 2 + documentation
        tie = np.where(self.status == 0, -seen.number, seen.number)
        order = np.lexsort((tie, -rank, seen.patient))
        first = np.append(True, np.diff(seen.patient[order]) != 0)[: order.size]
        return np.asarray(order[first])

    @property
    def patients(self) -> pd.DataFrame:
        """A row per patient, as of the transplant that counts: the columns of ``transplants``, the caller's own."""
        return self._patients.copy(deep=False)

    @cached_property
    def _patients(self) -> pd.DataFrame:
        return self._transplants.iloc[self.counted_rows].reset_index(drop=True)

    def verdicts(self, patient_id: str, transplant: int | None = None, components: bool = False) -> pd.DataFrame:
        """PASS, FAIL or UNKNOWN by criterion on each observed day of one transplant (None: the last).

        The index is ``day``, from the first to the last observed day; a column per criterion, with
        ``components`` also one for each of its components.
        """
        row = self.row_of(patient_id, transplant)
        names, cells = self.screened.verdicts(row, components)
        first = int(self.observations.first[row])
        index = pd.RangeIndex(first, first + len(cells), name="day")
        return pd.DataFrame(np.array(VERDICT_NAMES)[cells], index=index, columns=list(names))

    def row_of(self, patient_id: str, transplant: int | None = None) -> int:
        """Row of an observed transplant; PostgraftError where there is none, saying which there are."""
        named = (self.extract.patients["patient_id"] == patient_id).to_numpy()
        rows = np.flatnonzero(named[self.observations.patient])
        if rows.size == 0:
            raise PostgraftError(
                f"no patient {patient_id!r} with an observed allogeneic transplant in {self.extract.name!r}"
            )
        if transplant is None:
            return int(rows[-1])
        numbers = self.observations.number[rows]
        if transplant not in numbers:
            known = ", ".join(map(str, numbers.tolist()))
            raise PostgraftError(f"patient {patient_id!r} has no transplant {transplant}; there is {known}")
        return int(rows[numbers == transplant][0])


def _days(day: NDArray[np.int32]) -> pd.Series:
    return pd.Series(day, dtype="Int64").mask(day < 0)
