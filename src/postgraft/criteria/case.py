"""One transplant on one day: what was on record then and what the site ruled, ready to be put into words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.memo import Parameters
from postgraft.criteria.records import active_rows, adjudicated, none_active
from postgraft.criteria.wording import Reason, Used, count, listed, name_of, number, result_word, span, verdict_name
from postgraft.protocol import Protocol
from postgraft.timeline.block import Block
from postgraft.timeline.events import OPEN_END, Events
from postgraft.timeline.verdict import Shape, Verdict
from postgraft.timeline.windows import at
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

ROW = np.zeros(1, np.int64)
NAMED = 4
"""Conditions that are named where the extract declares many of them not complete."""


def known_by(block: Block, day: int) -> Block:
    """A block of which nothing after ``day`` is known."""
    return replace(
        block,
        shape=Shape(block.shape.rows, day + 1),
        last=np.minimum(block.last, np.int32(day)),
        tables={name: rows.where(rows.day <= day) for name, rows in block.tables.items()},
        analyte_events=lambda analyte: _until(block.analyte_events(analyte), day),
        memo={},
    )


def _until(rows: Events, day: int) -> Events:
    return rows.where(rows.day <= day)


class _Everything:
    """Completeness of a record of which only some rows are looked at."""

    def table(self, name: str, /) -> bool:
        return True

    def condition(self, name: str, /) -> bool:
        return True


@dataclass(frozen=True)
class PatientDay:
    """``block`` has one row and no day after the one asked about; ``captured`` names the extract's tables."""

    block: Block
    protocol: Protocol
    p: Parameters
    day: int
    captured: frozenset[str]

    def on(self, day: int) -> PatientDay:
        """The same transplant on an earlier day."""
        return replace(self, day=day)

    def since(self, day: int) -> Block:
        """The record of the days from ``day`` on, counted from it; its last day is today."""
        return self.block.take(ROW, self.day - day + 1, origin=ROW + day)

    def given_only(self, medications: Events) -> Block:
        """The record as if these drugs, and no others, had been given."""
        tables = {**self.block.tables, "medications": medications}
        since = np.full_like(self.block.recorded_from, -OPEN_END)
        return replace(self.block, tables=tables, complete=_Everything(), recorded_from=since, memo={})

    def at(self, verdict: Verdict) -> int:
        """A verdict on this day."""
        return int(verdict.at(ROW, ROW + self.day)[0])

    def limit(self, parameter: str) -> str:
        """A parameter's value with its unit."""
        return number(getattr(self.p, parameter), self.protocol.parameters[parameter].unit)

    def window(self, days: int) -> tuple[int, int]:
        """First and last of the ``days`` days that end today."""
        return self.day - days + 1, self.day

    # ---- results

    def result(self, analyte: str, within: int | None) -> Used | None:
        """The latest result in the window that ends today (None: ever)."""
        rows = self.block.measure(analyte).events
        index = int(rows.latest(ROW, ROW + self.day, within)[0])
        if index < 0:
            return None
        return self.result_at(analyte, index, None if within is None else self.window(within))

    def results(self, analyte: str, first: int, last: int) -> tuple[Used, ...]:
        """The results on days first … last, both included."""
        rows = self.block.measure(analyte).events
        chosen = np.flatnonzero((rows.day >= first) & (rows.day <= last))
        return tuple(self.result_at(analyte, int(i), (first, last)) for i in chosen)

    def result_at(self, analyte: str, index: int, window: tuple[int, int] | None) -> Used:
        """The result at a position of the analyte's results."""
        rows = self.block.measure(analyte).events
        day, value, censored = int(rows.day[index]), float(rows["value"][index]), int(rows["censored"][index])
        about = ANALYTES[analyte]
        if about.numeric:
            return Used(analyte, day, day, value, unit=about.unit, window=window, censored=censored)
        return Used(analyte, day, day, result=result_word(analyte, int(value)), window=window)

    def no_result(self, analyte: str, within: int | None) -> str:
        """That a result is missing, what the last one was, and where the next would have to come from."""
        if "measurements" not in self.captured:
            return f"{name_of(analyte)}: the extract has no table measurements"
        if within is None:
            return f"no result for {name_of(analyte)} in measurements"
        last = self.result(analyte, None)
        before = f", the last is {last.finding}" if last else ""
        return f"no result for {name_of(analyte)} in measurements on {span(*self.window(within))}{before}"

    # ---- rows of other tables

    def rows(self, table: str, keep: Callable[[Events], NDArray[np.bool_]]) -> Events:
        """Rows of a table that began by today and are wanted."""
        rows = self.block.tables[table]
        return rows.where(keep(rows) & (rows.day <= self.day))

    def drugs(self, rows: Events, window: tuple[int, int] | None = None) -> tuple[Used, ...]:
        """Rows of medications, as they read today."""
        return tuple(
            Used(
                _label(rows, "drug", i),
                int(rows.day[i]),
                self._end(rows, i),
                float(rows["dose"][i]),
                result="" if rows["dose"][i] == rows["dose"][i] else "without a dose",
                unit=_label(rows, "dose_unit", i),
                detail=name_of(_label(rows, "purpose", i)),
                window=window,
            )
            for i in range(len(rows))
        )

    def dated(self, rows: Events, column: str, window: tuple[int, int] | None = None) -> tuple[Used, ...]:
        """Rows of one day each (transfusions, disease status), named by a coded column."""
        detail = "transfusion" if column == "product" else ""
        return tuple(
            Used(_label(rows, column, i), int(rows.day[i]), int(rows.day[i]), detail=detail, window=window)
            for i in range(len(rows))
        )

    def conditions(self, rows: Events) -> Iterator[tuple[int, Used]]:
        """Rows of conditions, each with whether it is active today (UNKNOWN: lapsed without an end)."""
        for i in range(len(rows)):
            grade = rows["grade"][i]
            parts = [f"grade {grade:g}"] if grade == grade else []
            parts += filter(None, [_label(rows, "detail", i)])
            last = self._end(rows, i)
            if rows["superseded"][i] and last == self.day:
                last = None  # the row that ends it comes tomorrow
            used = Used(_label(rows, "condition", i), int(rows.day[i]), last, detail=", ".join(parts))
            one = rows.where(np.arange(len(rows)) == i)
            yield self.at(active_rows(self.block, self.p, one)), used

    def named_conditions(self, *names: str) -> list[tuple[int, Used]]:
        """All rows of the named conditions that began by today, each with whether it is active."""
        return list(self.conditions(self.rows("conditions", lambda rows: rows.isin("condition", names))))

    def _end(self, rows: Events, i: int) -> int | None:
        end = int(rows["end"][i])
        return end if end <= self.day else None

    # ---- what an extract cannot show

    def agreed(self, why: str = "") -> str:
        """What the sponsor is taken to have answered."""
        said = {"granted": "taken as given", "withheld": "taken as withheld", "open": "left open"}
        return f"the agreement of sponsor and principal investigator{why} is {said[self.p.sponsor_agreement]}"

    # ---- completeness

    def complete_from(self, table: str, first: int) -> bool:
        """Whether no row of a table on the days from ``first`` on means none."""
        return bool(self.block.complete_since(table)[0] <= first)

    def undeclared(self, table: str) -> str:
        """Why no row of a table does not mean none."""
        if table not in self.captured:
            return f"the extract has no table {table}, so it is not known"
        if self.block.complete.table(table):
            return f"{table} is on record from day {self.block.recorded_from[0]} on, what was before is not known"
        return f"the extract does not declare {table} complete, so an unrecorded one cannot be ruled out"

    def none_of(self, names: tuple[str, ...], what: str) -> Reason:
        """Whether none of the named conditions is active, ``what`` being their common name."""
        verdict = self.at(none_active(self.block, self.p, *names))
        rows = self.named_conditions(*names)
        active = [used for state, used in rows if state == PASS]
        lapsed = [used for state, used in rows if state == UNKNOWN]
        found = tuple(active or lapsed)
        if verdict == FAIL:
            text = f"{what} is active: {listed([used.finding for used in active])}"
        elif lapsed:
            text = (
                f"{listed([used.finding for used in lapsed])} may be over or not: it has no end date and began "
                f"more than {count(self.p.open_condition_days, 'day')} ago; an end in conditions would settle it"
            )
        elif verdict == UNKNOWN:
            open_ = [name_of(name) for name in names if not self.block.complete.condition(name)]
            more = len(open_) - NAMED
            if more > 1:
                open_ = [*open_[:NAMED], f"{more} more"]
            text = f"no {what} is recorded, but the extract does not declare conditions complete for {listed(open_)}"
        else:
            text = f"no {what} is active, and the extract declares conditions complete for it"
        return Reason(verdict, text, found)


def _label(rows: Events, column: str, index: int) -> str:
    code = int(rows[column][index])
    return rows.labels[column][code] if code >= 0 else ""


def ruling(case: PatientDay, name: str) -> Reason | None:
    """The adjudication of a criterion or component in force today, with its source; None where there is none."""
    found = adjudicated(case.block, name)
    if found.rows.size == 0 or at(found.cells, 0, case.day) < 0:
        return None
    verdict, since = (int(at(cells, 0, case.day)) for cells in (found.cells, found.since))
    rows = case.rows("adjudications", lambda rows: rows.isin("criterion", (name,)))
    rows = rows.where((rows.day == since) & (rows["verdict"] == verdict) & (rows["end"] >= case.day))
    codes = np.unique(rows["source"][rows["source"] >= 0])
    sources = ", ".join(rows.labels["source"][code] for code in codes.tolist())
    last = int(rows["end"].max())
    used = Used("adjudication", since, last if last <= case.day else None, result=verdict_name(verdict), detail=sources)
    text = f"adjudicated by the site as {verdict_name(verdict)} since day {since} (source: {sources or 'not given'})"
    return Reason(verdict, text, (used,))
