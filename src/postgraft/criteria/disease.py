"""The disease for which the patient was transplanted: remission, and no relapse."""

from __future__ import annotations

import numpy as np

from postgraft.criteria.case import PatientDay
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.criteria.memo import Parameters
from postgraft.criteria.records import ever
from postgraft.criteria.wording import Reason, Used, listed, name_of
from postgraft.timeline.block import Block
from postgraft.timeline.events import Events
from postgraft.timeline.spans import paint
from postgraft.timeline.verdict import Verdict
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

COURSE = ("remission", "relapse", "progression")


def _latest_status(block: Block, p: Parameters, rows: Events) -> Verdict:
    """Remission passes, anything else fails (before day 0: unknown), by the latest day; UNKNOWN without a row.

    Where the table is not complete a remission counts for ``remission_valid_days``: a relapse may not be on file.
    """
    good = rows.isin("status", ("remission",))
    verdict = np.where(good, PASS, np.where(rows.day >= 0, FAIL, UNKNOWN)).astype(np.int8)
    order = np.lexsort((-verdict, rows.day, rows.row))
    row, day, verdict = rows.row[order], rows.day[order], verdict[order]
    last_of_day = np.ones(len(rows), bool)
    last_of_day[:-1] = (np.diff(row) != 0) | (np.diff(day) != 0)
    chosen = rows.where(last_of_day)
    verdict, end = verdict[last_of_day], chosen.next_day() - 1
    if not block.complete.table("disease_status"):
        counts_to = chosen.day + np.int32(p.remission_valid_days - 1)
        end = np.where(verdict == PASS, np.minimum(end, counts_to), end)
    return paint(block.shape, chosen.row, chosen.day, end, verdict, UNKNOWN)


def remission(block: Block, p: Parameters) -> Verdict:
    """The latest disease status is remission; a disease that is no malignancy counts as in remission."""
    latest = _latest_status(block, p, block.tables["disease_status"])
    if not p.nonmalignant_counts_as_remission:
        return latest
    return latest | block.shape.by_row(block.fact_is("indication", *p.nonmalignant_indications))


def no_relapse(block: Block, p: Parameters) -> Verdict:
    """No relapse or progression after day 0 that is not followed by remission."""
    rows = block.tables["disease_status"]
    rows = rows.where((rows.day > 0) & rows.isin("status", COURSE))
    told = block.shape.by_row(block.complete_since("disease_status") <= 1)
    return _latest_status(block, p, rows) | (~ever(block, rows) & told)


def _of_latest_day(case: PatientDay, since: int | None, statuses: tuple[str, ...]) -> tuple[Used, ...]:
    rows = case.rows("disease_status", lambda rows: rows.isin("status", statuses))
    found = case.dated(rows if since is None else rows.where(rows.day >= since), "status")
    return tuple(row for row in found if row.first == found[-1].first)


def _written(rows: tuple[Used, ...]) -> str:
    worse = " (of one day the worse counts)" if len(rows) > 1 else ""
    return f"{listed([name_of(row.what) for row in rows])} on day {rows[-1].first}{worse}"


def _too_old(case: PatientDay) -> str:
    return f"it counts for {case.limit('remission_valid_days')}, as {case.undeclared('disease_status')}"


def explain_remission(case: PatientDay) -> Reason:
    verdict = case.at(remission(case.block, case.p))
    indication = case.block.facts["indication"][0]
    name = case.block.labels["indication"][indication] if indication >= 0 else ""
    if case.p.nonmalignant_counts_as_remission and name in case.p.nonmalignant_indications:
        return Reason(verdict, f"the indication, {name_of(name)}, is not malignant and counts as in remission")
    rows = _of_latest_day(case, None, (*COURSE, "active"))
    if not rows:
        where = "no row in disease_status" if "disease_status" in case.captured else "no table disease_status"
        return Reason(verdict, f"{where} up to day {case.day}; an assessment of the disease would settle it")
    text = f"the latest disease status is {_written(rows)}"
    if verdict == UNKNOWN and rows[-1].what == "remission":
        return Reason(verdict, f"{text}; {_too_old(case)}", rows)
    if verdict == UNKNOWN:
        text += f", before the transplant; an assessment from day 0 to day {case.day} would settle it"
    return Reason(verdict, text, rows)


def explain_no_relapse(case: PatientDay) -> Reason:
    verdict = case.at(no_relapse(case.block, case.p))
    rows = _of_latest_day(case, 1, COURSE)
    if verdict == FAIL:
        return Reason(verdict, f"{_written(rows)} after transplant, with no remission since", rows)
    if rows:
        text = f"the latest of remission, relapse and progression is {_written(rows)}"
        return Reason(verdict, text if verdict == PASS else f"{text}; {_too_old(case)}", rows)
    none = f"no relapse or progression is recorded from day 1 to day {case.day}"
    if verdict == PASS:
        return Reason(verdict, f"{none}, and the extract declares disease_status complete")
    return Reason(verdict, f"{none}, but {case.undeclared('disease_status')}")


REMISSION = Criterion(
    "remission",
    remission,
    explain_remission,
    lambda p: Needs(tables=("disease_status",), facts=("indication",), complete=("disease_status",)),
)
NO_RELAPSE = Criterion(
    "no_relapse",
    no_relapse,
    explain_no_relapse,
    lambda p: Needs(tables=("disease_status",), complete=("disease_status",)),
)
