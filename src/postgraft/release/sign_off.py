"""What a person has to look at before a report leaves, and who says to have done so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from postgraft.release.scan import Scan
from postgraft.reports.errors import ReportError

CHECKLIST: Final = (
    "Titles, names of cohorts and sites, and names of amendments tell of no patient and of nothing confidential.",
    "Figures are looked at, with the words in them: the check reads text, not pictures.",
    "No row or combination stands for people whom readers know, whatever its count: a rare donor, a site with one "
    "such patient, a year in which there was one.",
    "Doubts about the data on top of the pages are resolved, or may be told.",
    "Readers were not given counts of this cohort from elsewhere, such as a total, that the pages could be "
    "compared with.",
    "The amendments are those of the study, not changed step by step to single out a patient.",
    "Notebooks, protocol and program are as postgraft comes, or their changes were read by somebody else.",
    "Identifiers of patients are made as for the versions released before; else the register knows none of them.",
    "Whoever answers for the data agrees to this release.",
)
UNSIGNED: Final = "Nothing was copied. Whoever has looked at all of it signs with --signed-by NAME."


@dataclass(frozen=True)
class SignOff:
    """Who signed, and why the version rule was overridden, if it was."""

    signed_by: str
    override: str | None = None

    def check(self, scan: Scan) -> None:
        """Raises ReportError for an empty text, or one that tells of a patient: both leave with the report."""
        for option, text in (("--signed-by", self.signed_by), ("--override", self.override)):
            if text is None:
                continue
            if not text.strip():
                raise ReportError(f"{option}: is empty; accepted is a text that somebody answers for")
            for what in dict.fromkeys(what for _, what in scan.text(text)):
                raise ReportError(f"{option}: holds {what}; accepted is a text without, as it leaves too")


def checklist(leaving: Iterable[str]) -> str:
    """What to look at, and the files that would leave."""
    points = "\n".join(f"  [ ] {point}" for point in CHECKLIST)
    files = "\n".join(f"  {name}" for name in leaving)
    return f"Would leave:\n{files}\n\nTo be looked at by a person:\n{points}"
