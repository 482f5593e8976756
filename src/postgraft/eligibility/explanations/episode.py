"""The stretch of days of one cytopenia that holds the day in question, and its onset days in words."""

from __future__ import annotations

from dataclasses import dataclass

from postgraft.criteria.concepts.cytopenias import Cytopenia
from postgraft.criteria.concepts.episodes import episodes
from postgraft.eligibility.explanations.case import ROW, Case
from postgraft.timeline.spans import NEVER


@dataclass(frozen=True)
class OnsetDays:
    """Between which days an onset lies; ``latest`` None: no evidence yet, so it may still come."""

    earliest: int
    latest: int | None

    @property
    def known(self) -> bool:
        """Whether it is one day."""
        return self.earliest == self.latest

    def __str__(self) -> str:
        if self.latest is None:
            return "onset not known"
        if self.known:
            return f"onset day {self.earliest}"
        return f"onset between day {self.earliest} and day {self.latest}"


@dataclass(frozen=True)
class Episode:
    """``since``: first day of the unbroken run of days with the same verdict. ``first_onset``: of the first episode."""

    verdict: int
    since: int
    onset: OnsetDays
    first_onset: OnsetDays


def episode_on(case: Case, cytopenia: Cytopenia) -> Episode | None:
    """The stretch that holds the day, None where the cytopenia is not active on it."""
    found = episodes(case.block, case.p, cytopenia)
    i = int(found.holding(ROW, ROW + case.day)[0])
    if i < 0:
        return None
    first = i
    while (
        first
        and found.end[first - 1] == found.start[first] - 1
        and found.verdict[first - 1] == found.verdict[i]
    ):
        first -= 1
    return Episode(
        int(found.verdict[i]),
        int(found.start[first]),
        _onset_days(found.onset[i], found.latest_onset[i]),
        _onset_days(found.first_onset[i], found.latest_first_onset[i]),
    )


def _onset_days(earliest: int, latest: int) -> OnsetDays:
    return OnsetDays(int(earliest), None if latest == NEVER else int(latest))
