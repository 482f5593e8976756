"""From a report to what leaves the house, or to all that speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from postgraft.disclosure.house import house
from postgraft.release.check import check_release
from postgraft.release.handing_over import hand_over
from postgraft.release.register import Version, held, protocols_of
from postgraft.release.sign_off import UNSIGNED, SignOff, checklist
from postgraft.reports.errors import ReportError


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
        Version.of(records[0]["cohort"]["name"], one, protocols_of(records), ours)
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
