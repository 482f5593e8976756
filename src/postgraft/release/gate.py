"""What a person has to look at before a report leaves, and who says to have done so.

The copy of a checked report that leaves: whole or not at all, and never without a note in the register.

From a report to what is released, or to all that speaks against it.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from postgraft.disclosure.house import house
from postgraft.release.check import LEVEL, Checked, check_release
from postgraft.release.register import Register, Version, held, protocols_of, signed
from postgraft.release.report import as_json, cohorts_told, sha256
from postgraft.release.scan import Scan
from postgraft.reports.project import ReportError

CHECKLIST: Final = (
    "Titles, names of cohorts and sites, and names of amendments name no patient and nothing confidential.",
    "Figures are looked at, with the words in them: the check reads text, not pictures.",
    "No row or combination stands for people whom readers know, whatever its count: a rare donor, a site with one "
    "such patient, a year in which there was one.",
    "Doubts about the data on top of the pages are resolved, or may be published.",
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
        """Raises ReportError for an empty text, or one that names a patient: both are released with the report."""
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


RELEASED: Final = "RELEASED.json"


def hand_over(
    checked: Checked, folder: Path, versions: Sequence[Version], register: Register, sign_off: SignOff
) -> list[Path]:
    """Copy what leaves into a new folder, with RELEASED.json; return the files.

    The copy is made beside the folder, then the versions are written into the register, then the copy gets its
    name. So there is no copy that the register does not know, wherever this is interrupted.

    Raises:
        ReportError: the folder is there and not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ReportError(f"{folder}: accepted is a new or empty folder")
    released = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    files = {
        **checked.leaving,
        RELEASED: as_json(
            {
                "postgraft": importlib.metadata.version("postgraft"),
                "level": LEVEL,
                "threshold": checked.rule.threshold,
                "rounding": checked.rule.rounding,
                "released": released,
                "signed_by": sign_off.signed_by,
                "override": sign_off.override,
                "sha256": {name: sha256(data) for name, data in checked.leaving.items()},
            }
        ),
    }
    target = folder.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    making = target.with_name(f".{target.name}.making")
    shutil.rmtree(making, ignore_errors=True)  # of a run that was killed
    try:
        for name, data in files.items():
            path = making / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        register.add([signed(one, released, sign_off.signed_by, sign_off.override) for one in versions])
        making.replace(target)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return [folder / name for name in files]


@dataclass(frozen=True)
class Decision:
    """What came of a report that somebody wants to release.

    ``refused`` is all that speaks against it, empty where nothing does; ``said`` is what to know of it; ``files`` are
    those of the copy.
    """

    refused: str
    said: str
    files: Sequence[Path] = ()


def release(
    report: Path, cohorts: Sequence[Path], to: Path, signed_by: str | None = None, override: str | None = None
) -> Decision:
    """Check a report and, if nothing speaks against it and somebody signs, copy what leaves into the folder ``to``.

    ``cohorts`` are the folders of the extracts that the report is about. ``override`` is the reason for releasing a
    version that is too close to an earlier one; nothing else can be overridden.

    Raises:
        ReportError: no report there, an override that nobody signs, a text that may not leave, a register that is
            held or broken, or ``to`` is not empty.
        ExtractError: a cohort that cannot be read.
        PostgraftError: the house's folder, rule or secret cannot be used.
    """
    if override is not None and signed_by is None:
        raise ReportError("--override: nobody signs; accepted is a reason together with --signed-by NAME")
    ours = house()
    checked = check_release(report, cohorts, ours)
    refused = [checked.problems()] if checked.findings else []
    about = [(one, checked.records_of(one)) for one in checked.extracts.values()]
    versions = [
        Version.of(cohorts_told(records[0])[checked.salted(one)], one, protocols_of(records), ours)
        for one, records in about
        if records
    ]
    if signed_by is not None:
        SignOff(signed_by, override).check(checked.scan)
    with held(ours) as register:
        standings = register.standings(versions, needed=checked.rule.threshold + 1)
        close = [one.words for one in standings if not one.allowed]
        refused += close if override is None else []
        said = "\n".join(one.words for one in standings if one.allowed)
        if refused:
            return Decision("\n".join(refused), said)
        if signed_by is None:
            return Decision(UNSIGNED, f"{said}\n\n{checklist(checked.leaving)}")
        sign_off = SignOff(signed_by, override if close else None)
        return Decision("", said, hand_over(checked, to, versions, register, sign_off))
