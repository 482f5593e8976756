"""Why the transplanted disease allows entry or not."""

from __future__ import annotations

from postgraft.criteria.disease import no_relapse, remission
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.reason import Reason, Used
from postgraft.eligibility.explanations.wording import listed, name_of
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

COURSE = ("remission", "relapse", "progression")


def _of_latest_day(case: Case, since: int | None, statuses: tuple[str, ...]) -> tuple[Used, ...]:
    rows = case.rows("disease_status", lambda rows: rows.isin("status", statuses))
    found = case.dated(rows if since is None else rows.where(rows.day >= since), "status")
    return tuple(row for row in found if row.first == found[-1].first)


def _written(rows: tuple[Used, ...]) -> str:
    worse = " (of one day the worse counts)" if len(rows) > 1 else ""
    return f"{listed([name_of(row.what) for row in rows])} on day {rows[-1].first}{worse}"


def _too_old(case: Case) -> str:
    return f"it counts for {case.limit('remission_valid_days')}, as {case.undeclared('disease_status')}"


def explain_remission(case: Case) -> Reason:
    verdict = case.at(remission(case.block, case.p))
    indication = case.block.facts["indication"][0]
    name = case.block.labels["indication"][indication] if indication >= 0 else ""
    if case.p.nonmalignant_counts_as_remission and name in case.p.nonmalignant_indications:
        return Reason(
            verdict, f"the indication, {name_of(name)}, is not malignant and counts as in remission"
        )
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


def explain_no_relapse(case: Case) -> Reason:
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
