"""Neutrophils on the day, and growth factors that may hold them up: allowed if the dose is stable."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.case import PatientDay
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.criteria.memo import Parameters
from postgraft.criteria.records import absent_in_window
from postgraft.criteria.rules import Lab
from postgraft.criteria.wording import Reason, Used, count, decisive, name_of, span
from postgraft.timeline.block import Block, by_length
from postgraft.timeline.events import Events
from postgraft.timeline.spans import total_by_day
from postgraft.timeline.verdict import Cells, Shape, Verdict
from postgraft.timeline.windows import counted_from, earlier, put_least, rolling_max
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def _courses(rows: Events) -> tuple[NDArray[np.int64], Events]:
    """The rows regrouped: an events row for each patient and drug; and whose course each one is."""
    order = np.lexsort((rows.day, rows["drug"], rows.row))
    keys = rows.row[order] * 10_000 + rows["drug"][order]
    courses, first = np.unique(keys, return_index=True)
    offsets = np.append(first, keys.size)
    columns = {name: column[order] for name, column in rows.columns.items()}
    return courses // 10_000, Events(offsets.astype(np.int64), rows.day[order], columns)


def _stable(rows: Events, days: int, p: Parameters) -> Cells:
    """For each course: whether the days given in the last 28 had one and the same amount, for 14 days now.

    PASS where the window has no day with the drug. Shape (courses, days).
    """
    window = p.growth_factor_window_days
    grid = Shape(rows.rows, days + window)  # the window of day 0 reaches back before it

    def by_day(amount: NDArray[np.float64]) -> NDArray[np.float64]:
        return total_by_day(grid, rows.row, rows.day + window, rows["end"].astype(np.int64) + window, amount)

    rows_given = by_day(np.ones(len(rows)))
    given = rows_given > 0
    dose, unit = rows["dose"], rows["dose_unit"].astype(np.float64)
    amount = by_day(np.nan_to_num(dose))
    mean_unit = by_day(unit) / np.maximum(rows_given, 1)
    missing = by_day(np.isnan(dose).astype(np.float64)) > 0

    def in_window(held: NDArray[np.bool_], days: int = window) -> NDArray[np.bool_]:
        return np.asarray(rolling_max(held.astype(np.int8), days) > 0)

    def one_value(value: NDArray[np.float64]) -> NDArray[np.bool_]:
        highest = rolling_max(np.where(given, value, -np.inf), window, -np.inf)
        lowest = -rolling_max(np.where(given, -value, -np.inf), window, -np.inf)
        return np.asarray(highest == lowest)

    settled_days = p.growth_factor_stable_days
    stable = one_value(amount) & one_value(mean_unit)
    if settled_days < window:
        stable &= in_window(earlier(given, settled_days, False), window - settled_days)
    else:
        stable[:] = False  # no day of the window is long enough ago
    verdict = np.where(in_window(missing), UNKNOWN, np.where(stable, PASS, FAIL))
    return counted_from(np.where(in_window(given), verdict, PASS).astype(np.int8), window)


def stable_growth_factor(block: Block, p: Parameters) -> Verdict:
    """No growth factor in the last 28 days, or each at one dose that began at least 14 days ago.

    Where the window is not on record as a whole, another one or another dose may have been given.
    """
    medications = block.tables["medications"]
    rows = medications.where(medications.isin("drug", p.growth_factors))
    on_record = absent_in_window(block, "medications", p.growth_factor_window_days)
    if len(rows) == 0:
        return on_record
    patient, courses = _courses(rows)
    touched, place = np.unique(patient, return_inverse=True)
    cells = np.full((touched.size, block.shape.days), PASS, np.int8)
    over = np.maximum.reduceat(courses["end"], courses.offsets[:-1]).astype(np.int64) + 1
    for chosen, days in by_length(over + p.growth_factor_window_days, block.shape.days):
        put_least(cells, place[chosen], _stable(courses.take(chosen), days, p))
    return block.shape.of_rows(touched, cells, PASS) & on_record


def explain_stable_growth_factor(case: PatientDay) -> Reason:
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
        parts.append(Reason(UNKNOWN, f"no other growth factor is recorded, but {case.undeclared('medications')}"))
    elif case.block.complete_since("medications")[0] > first:
        parts.append(Reason(UNKNOWN, _not_yet(case, first, last)))
    return decisive(parts)


def _not_yet(case: PatientDay, first: int, last: int) -> str:
    since = case.block.complete_since("medications")[0]
    return f"of {span(first, last)} those before day {since} are not on record"


def _of_drug(case: PatientDay, rows: Events, code: int, window: tuple[int, int]) -> Reason:
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


def _unsettled(case: PatientDay, rows: Events, used: tuple[Used, ...], settled: int) -> str:
    if len({(row.value, row.unit) for row in used}) > 1:
        return f"was not given at one dose on {span(*case.window(case.p.growth_factor_window_days))}"
    overlapping = rows.day[1:] <= np.maximum.accumulate(rows["end"])[:-1]
    if overlapping.any():
        return "has rows that overlap, so its dose was not one and the same"
    return f"was not given {count(settled, 'day')} or more before day {case.day}, so its dose is not yet settled"


NEUTROPHIL_COUNT = (Lab("neutrophils", "blood_count_window_days") >= "neutrophils_min").criterion("neutrophil_count")
STABLE_GROWTH_FACTOR = Criterion(
    "stable_growth_factor",
    stable_growth_factor,
    explain_stable_growth_factor,
    lambda p: Needs(tables=("medications",), complete=("medications",)),
)
