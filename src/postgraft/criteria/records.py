"""What is recorded, and what its absence means, as verdicts over days; and chart reviews, which override them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.memo import Parameters, shared
from postgraft.timeline.block import Block
from postgraft.timeline.events import OPEN_END, Events
from postgraft.timeline.spans import cover
from postgraft.timeline.verdict import Verdict
from postgraft.timeline.windows import put_span
from postgraft.vocabulary.codes import GVHD_CONDITIONS
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def absent(complete: bool) -> int:
    """What "no row" says about a requirement of absence: PASS where declared complete, else UNKNOWN."""
    return PASS if complete else UNKNOWN


def absent_in_window(block: Block, table: str, days: int) -> Verdict:
    """What "no row" says of the last ``days`` days: PASS where the table is complete on all of them, else UNKNOWN."""
    whole_from = block.complete_since(table) + np.int32(days - 1)
    if np.all(whole_from <= 0) or np.all(whole_from >= block.shape.days):
        return block.shape.constant(PASS if np.all(whole_from <= 0) else UNKNOWN)
    return block.shape.since(whole_from).mapped(fail=UNKNOWN, unknown=UNKNOWN, passed=PASS)


def active_rows(block: Block, p: Parameters, rows: Events) -> Verdict:
    """Whether one of these rows of ``conditions`` is active: PASS yes, FAIL no row says so.

    UNKNOWN for an acute condition that is not closed ``open_condition_days`` after its start; a pregnancy is
    over after ``pregnancy_days``. A later end is not known before its day: until then the row is as good as
    open, and on it the row is active. A row that another one superseded had no end on its last day.
    """
    if not len(rows):
        return block.shape.constant(FAIL)
    day, end = rows.day, rows["end"]
    pregnancy = rows.isin("condition", ("pregnant",))
    acute = rows.isin("condition", p.acute_conditions) & ~pregnancy
    sure_end = np.where(acute, day + np.int32(p.open_condition_days - 1), end)
    if pregnancy.any():
        sure_end = np.where(pregnancy, day + np.int32(p.pregnancy_days - 1), sure_end)
    sure_end = np.minimum(sure_end, end)
    active = cover(block.shape, rows.row, day, sure_end)
    fading = end > sure_end
    if not fading.any():
        return active
    lapsed, told = fading & acute, fading & ~rows["superseded"]
    unclear = cover(block.shape, rows.row[lapsed], sure_end[lapsed] + 1, end[lapsed])
    on_its_end = cover(block.shape, rows.row[told], end[told], end[told])
    return active | (unclear & block.shape.constant(UNKNOWN)) | on_its_end


@shared
def recorded(block: Block, p: Parameters, *names: str) -> Verdict:
    """Whether one of the named conditions is recorded as active (PASS), lapsed (UNKNOWN) or not (FAIL)."""
    return active_rows(block, p, condition_rows(block, *names))


def ever_recorded(block: Block, *names: str) -> Verdict:
    """PASS from the start of the first of the named conditions on, whether it ended or not; else FAIL."""
    return ever(block, condition_rows(block, *names))


def ever(block: Block, rows: Events) -> Verdict:
    """PASS from the day of the first of these rows on, else FAIL."""
    return cover(block.shape, rows.row, rows.day, np.full(len(rows), OPEN_END))


def none_active(block: Block, p: Parameters, *names: str) -> Verdict:
    """None of the named conditions is active; each by completeness, which begins with the first recorded day."""
    complete = all(block.complete.condition(name) for name in names)
    found = recorded(block, p, *names).mapped(fail=absent(complete), unknown=UNKNOWN, passed=FAIL)
    if complete and block.recorded_from.max(initial=0) > 0:
        return found & block.shape.since(block.recorded_from).mapped(UNKNOWN, UNKNOWN, PASS)
    return found


def gvhd_rows(block: Block, *kinds: str) -> Events:
    """Rows of the kinds of GVHD (acute_gvhd, chronic_gvhd) that say there is disease: not those of grade 0."""
    rows = condition_rows(block, *kinds)
    return rows.where(~(rows["grade"] == 0))


def no_gvhd(block: Block, p: Parameters) -> Verdict:
    """No GVHD of any kind is active; a row of grade 0 is not. By completeness."""
    active = active_rows(block, p, gvhd_rows(block, *GVHD_CONDITIONS))
    complete = all(block.complete.condition(kind) for kind in GVHD_CONDITIONS)
    return active.mapped(fail=absent(complete), unknown=UNKNOWN, passed=FAIL)


def drug_rows(block: Block, *names: str) -> Events:
    """Rows of ``medications`` with one of the named drugs."""
    medications = block.tables["medications"]
    return medications.where(medications.isin("drug", names))


def is_systemic_corticosteroid(block: Block, p: Parameters) -> NDArray[np.bool_]:
    """Which rows of ``medications`` are corticosteroids for the whole body: not topical, inhaled, premedication."""
    rows = block.tables["medications"]
    local = rows.isin("route", ("topical", "inhaled")) | rows.isin("purpose", ("premedication",))
    counted = [drug for drug in p.steroid_factors if drug not in p.uncounted_corticosteroids]
    return np.asarray(rows.isin("drug", counted) & ~local)


def with_purpose(rows: Events, *purposes: str, or_empty: bool = False) -> Events:
    """The rows of ``medications`` with one of the purposes (or none recorded)."""
    keep: NDArray[np.bool_] = rows.isin("purpose", purposes)
    return rows.where(keep | rows.is_empty("purpose") if or_empty else keep)


def condition_rows(block: Block, *names: str) -> Events:
    """Rows of ``conditions`` with one of the named conditions."""
    conditions = block.tables["conditions"]
    return conditions.where(conditions.isin("condition", names))


def given(block: Block, rows: Events) -> Verdict:
    """PASS on days on which one of these rows of ``medications`` is given, else FAIL."""
    return cover(block.shape, rows.row, rows.day, rows["end"])


def transfusions(block: Block, product: str) -> Events:
    """Days with a transfusion of the product, one event a day."""

    def days() -> Events:
        rows = block.tables["transfusions"]
        rows = rows.where(rows.isin("product", (product,)))
        first = np.ones(len(rows), bool)
        first[1:] = (np.diff(rows.row) != 0) | (np.diff(rows.day) != 0)
        return rows.where(first)

    return block.once(("transfusions", product), days)


def agreement(p: Parameters) -> int:
    """The verdict of a statement that leaves the decision to the sponsor."""
    return {"granted": PASS, "withheld": FAIL, "open": UNKNOWN}[p.sponsor_agreement]


def attested(p: Parameters) -> int:
    """The verdict of what only the patient or the physician can say."""
    return {"assumed": PASS, "open": UNKNOWN}[p.attested]


@dataclass(frozen=True)
class Rulings:
    """Adjudicated verdicts of one criterion: ``cells`` (rows, days), -1 where nothing was ruled.

    ``since`` (same shape) is the start day of the ruling in force, which may be before day 0.
    """

    rows: NDArray[np.int64]
    cells: NDArray[np.int8]
    since: NDArray[np.int32]

    def over(self, computed: Verdict) -> Verdict:
        """The computed verdict where nothing was ruled, else the ruling."""
        if self.rows.size == 0:
            return computed
        cells = np.array(computed.full())
        cells[self.rows] = np.where(self.cells >= 0, self.cells, cells[self.rows])
        return computed.shape.dense(cells)


def adjudicated(block: Block, name: str) -> Rulings:
    """Rulings on a criterion or component; where rows overlap the latest start wins, then the worse verdict."""
    table = block.tables["adjudications"]
    table = table.where(table.isin("criterion", (name,)))
    if not len(table):
        none = np.empty((0, block.shape.days))
        return Rulings(np.empty(0, np.int64), none.astype(np.int8), none.astype(np.int32))
    rows, local = np.unique(table.row, return_inverse=True)
    cells = np.full((rows.size, block.shape.days), -1, np.int8)
    since = np.zeros(cells.shape, np.int32)
    order = np.lexsort((-table["verdict"], table.day, table.row))
    for i in order.tolist():
        first, last = int(table.day[i]), int(table["end"][i])
        put_span(cells, local[i], first, last, table["verdict"][i])
        put_span(since, local[i], first, last, table.day[i])
    return Rulings(np.asarray(rows, np.int64), cells, since)
