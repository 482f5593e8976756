"""Why the neutrophil count and growth factors allow entry or not."""

from __future__ import annotations

import numpy as np

from postgraft.criteria.blood_counts import neutrophil_count
from postgraft.criteria.growth_factors import stable_growth_factor
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.reason import Reason, Used, decisive
from postgraft.eligibility.explanations.wording import count, name_of, span
from postgraft.timeline.events import Events
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def explain_neutrophil_count(case: Case) -> Reason:
    verdict = case.at(neutrophil_count(case.block, case.p))
    within, least = case.p.blood_count_window_days, case.limit("neutrophils_min")
    found = case.result("neutrophils", within)
    if found is None:
        return Reason(verdict, f"{case.no_result('neutrophils', within)}; at least {least} are required")
    relation = {
        PASS: f"at least the {least} required",
        FAIL: f"below the {least} required",
        UNKNOWN: f"so it cannot be told whether they reach the {least} required",
    }[verdict]
    return Reason(verdict, f"{found.finding}, {relation}", (found,))


def explain_stable_growth_factor(case: Case) -> Reason:
    verdict = case.at(stable_growth_factor(case.block, case.p))
    first, last = case.window(case.p.growth_factor_window_days)
    rows = case.rows("medications", lambda rows: rows.isin("drug", case.p.growth_factors))
    rows = rows.where(rows["end"] >= first)
    recorded = case.block.complete.table("medications")
    if len(rows) == 0 and recorded and verdict == UNKNOWN:
        return Reason(verdict, f"no growth factor is recorded, but {_not_yet(case, first, last)}")
    if len(rows) == 0:
        none = f"no growth factor is recorded on {span(first, last)}"
        declared = "and the extract declares medications complete"
        why = declared if verdict == PASS else f"but {case.undeclared('medications')}"
        return Reason(verdict, f"{none}, {why}")
    parts = [_of_drug(case, rows, code, (first, last)) for code in np.unique(rows["drug"]).tolist()]
    if not case.block.complete.table("medications"):
        parts.append(
            Reason(UNKNOWN, f"no other growth factor is recorded, but {case.undeclared('medications')}")
        )
    elif case.block.complete_since("medications")[0] > first:
        parts.append(Reason(UNKNOWN, _not_yet(case, first, last)))
    return decisive(parts)


def _not_yet(case: Case, first: int, last: int) -> str:
    since = case.block.complete_since("medications")[0]
    return f"of {span(first, last)} those before day {since} are not on record"


def _of_drug(case: Case, rows: Events, code: int, window: tuple[int, int]) -> Reason:
    """One growth factor, judged by the rule as if it were the only drug."""
    rows = rows.where(rows["drug"] == code)
    verdict = case.at(stable_growth_factor(case.given_only(rows), case.p))
    used = case.drugs(rows, window)
    name, settled = name_of(used[0].what), case.p.growth_factor_stable_days
    if verdict == PASS:
        text = f"{name} was given at one dose, for {count(settled, 'day')} or more"
    elif verdict == UNKNOWN:
        text = f"a dose of {name} is missing in medications"
    else:
        text = f"{name} {_unsettled(case, rows, used, settled)}"
    return Reason(verdict, f"{text} ({', '.join(row.finding for row in used)})", used)


def _unsettled(case: Case, rows: Events, used: tuple[Used, ...], settled: int) -> str:
    if len({(row.value, row.unit) for row in used}) > 1:
        return f"was not given at one dose on {span(*case.window(case.p.growth_factor_window_days))}"
    overlapping = rows.day[1:] <= np.maximum.accumulate(rows["end"])[:-1]
    if overlapping.any():
        return "has rows that overlap, so its dose was not one and the same"
    return (
        f"was not given {count(settled, 'day')} or more before day {case.day}, so its dose is not yet settled"
    )
