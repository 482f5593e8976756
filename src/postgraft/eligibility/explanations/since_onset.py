"""The record since an onset day, or since the earliest and the latest day it may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.episode import OnsetDays
from postgraft.eligibility.explanations.wording import met
from postgraft.timeline.block import Block
from postgraft.timeline.verdict import Cells
from postgraft.vocabulary.verdicts import FAIL


@dataclass(frozen=True)
class SinceOnset:
    """Views from ``treatment_lead_days`` before the ends of an onset's range; their last day is today.

    ``late`` is None where the onset may be later than today.
    """

    onset: OnsetDays
    early: Block
    late: Block | None
    lead: int

    @classmethod
    def of(cls, case: Case, onset: OnsetDays) -> SinceOnset:
        lead = case.p.treatment_lead_days
        early = case.since(onset.earliest - lead)
        if onset.known:
            return cls(onset, early, early, lead)
        return cls(onset, early, None if onset.latest is None else case.since(onset.latest - lead), lead)

    @property
    def first_treated(self) -> int:
        """First day on which treatment may count."""
        return self.onset.earliest - self.lead

    @property
    def known_views(self) -> list[Block]:
        """The views that differ."""
        return [self.early] if self.onset.known or self.late is None else [self.early, self.late]

    @property
    def known_days(self) -> list[int]:
        """The onset days of these views."""
        latest = self.onset.latest
        return [self.onset.earliest] if self.onset.known or latest is None else [self.onset.earliest, latest]

    def verdicts(self, compute: Callable[[Block], Cells]) -> tuple[int, int]:
        """Today's verdict for the earliest and for the latest onset day; FAIL where the onset is still to come."""
        early, late = int(compute(self.early)[0, -1]), FAIL
        if self.late is not None:
            late = early if self.late is self.early else int(compute(self.late)[0, -1])
        return early, late

    def words(self, compute: Callable[[Block], Cells]) -> str:
        """Whether something is met; where the onset day decides, for which day it is."""
        early, late = self.verdicts(compute)
        if early == late:
            return met(early)
        latest = "later" if self.onset.latest is None else f"day {self.onset.latest}"
        return f"not known ({met(early)} if the onset was day {self.onset.earliest}, {met(late)} if {latest})"
