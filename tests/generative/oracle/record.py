"""What is recorded about one transplant of one patient, in days from its day 0, and how a day sees it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .kleene import FAIL, PASS, UNKNOWN, Verdict, all_of, any_of, gt, lt, negate, remember, rounded
from .rows import Adjudication, Clock, Condition, Medication, Row, adjudication, condition, medication

LOWEST = ("neutrophils", "platelets", "hemoglobin", "haptoglobin", "reticulocytes_percent", "reticulocytes")
HIGHEST = (
    "ldh",
    "bilirubin_total",
    "bilirubin_direct",
    "bilirubin_indirect",
    "creatinine",
    "alt",
    "ast",
)
NUMERIC = (*LOWEST, *HIGHEST, "weight")
# from worst to best
QUALITATIVE = {"positive": 0, "detected": 0, "indeterminate": 1, "negative": 2, "not_detected": 2}
MEGAKARYOCYTES = {"absent": 0, "decreased": 1, "indeterminate": 2, "normal": 3, "increased": 4}


@dataclass(frozen=True)
class Result:
    """The one result of an analyte on a day, with the strictest reference limits of the rows that gave it."""

    day: int
    value: float
    text: str
    lower: float | None = None
    upper: float | None = None

    def positive(self) -> bool:
        return self.text in ("positive", "detected")

    def negative(self) -> bool:
        return self.text in ("negative", "not_detected")

    def above(self, fallback: float, factor: float) -> bool:
        return gt(self.value, trusted(self.upper, fallback, factor))

    def below(self, fallback: float, factor: float) -> bool:
        return lt(self.value, trusted(self.lower, fallback, factor))


def trusted(own: float | None, fallback: float, factor: float) -> float:
    """An own reference limit, unless it is more than so many times off the fallback."""
    if own is None or gt(own, fallback * factor) or lt(own * factor, fallback):
        return fallback
    return own


def range_of(row: Row) -> tuple[float | None, float | None]:
    """A row's own reference limits, neither where they cannot be a range."""
    lower, upper = row.get("lower_limit"), row.get("upper_limit")
    if lower is None or upper is None:
        possible = all(limit > 0 for limit in (lower, upper) if limit is not None)
    else:
        possible = 0 <= lower < upper
    return (lower, upper) if possible else (None, None)


def one_result(analyte: str, day: int, rows: list[Row]) -> Result | None:
    """Several results of one analyte on one day become one."""
    if analyte in NUMERIC:
        values = [row["value"] for row in rows if row.get("value") is not None]
        if not values:
            return None
        if analyte == "weight":
            return Result(day, sum(values) / len(values), "")
        value = max(values) if analyte in HIGHEST else min(values)
        gave = [
            row for row in rows if row.get("value") is not None and rounded(row["value"]) == rounded(value)
        ]
        lowers = [lower for lower, _ in map(range_of, gave) if lower is not None]
        uppers = [upper for _, upper in map(range_of, gave) if upper is not None]
        return Result(day, value, "", max(lowers, default=None), min(uppers, default=None))
    order = MEGAKARYOCYTES if analyte == "marrow_megakaryocytes" else QUALITATIVE
    texts = [row["result"] for row in rows if row.get("result") in order]
    return Result(day, 0.0, min(texts, key=lambda t: order[t])) if texts else None


class Record:
    """Rows of one patient re-based to one day 0. Every question names the day d that may see <= d only."""

    def __init__(
        self,
        tables: dict[str, list[Row]],
        clock: Clock,
        day0: int,
        transplant_rows: list[Row],
        complete: dict[str, Any],
        settings: dict[str, Any],
        age: Callable[[int], tuple[float, float] | None],
        sex: str | None,
    ) -> None:
        self.settings = settings
        self.sex = sex
        self.day0 = day0
        self._complete = complete
        self._age = age
        self.indication = min((r["indication"] for r in transplant_rows if r.get("indication")), default=None)
        self.recorded_engraftment = {
            lineage: self._earliest(transplant_rows, f"{lineage}_engraftment_date", clock)
            for lineage in ("neutrophil", "platelet")
        }
        by_day: dict[str, dict[int, list[Row]]] = {}
        for row, day in self._dated(tables, "measurements", clock):
            by_day.setdefault(row["analyte"], {}).setdefault(day, []).append(row)
        self._series = {
            analyte: [r for day in sorted(days) if (r := one_result(analyte, day, days[day])) is not None]
            for analyte, days in by_day.items()
        }
        self._transfusion_days: dict[str, set[int]] = {"red_cells": set(), "platelets": set()}
        for row, day in self._dated(tables, "transfusions", clock):
            self._transfusion_days[row["product"]].add(day)
        self.statuses = [(day, row["status"]) for row, day in self._dated(tables, "disease_status", clock)]
        self.medications: list[Medication] = self._intervals(tables, "medications", clock, medication)
        self.conditions: list[Condition] = self._intervals(tables, "conditions", clock, condition)
        self.adjudications: list[Adjudication] = self._intervals(tables, "adjudications", clock, adjudication)

    def _earliest(self, rows: list[Row], column: str, clock: Clock) -> int | None:
        """The earliest such day from day 0 on."""
        days = [day - self.day0 for row in rows if (day := clock.read(row, column)) is not None]
        return min((day for day in days if day >= 0), default=None)

    def _dated(self, tables: dict[str, list[Row]], name: str, clock: Clock) -> list[tuple[Row, int]]:
        days = [(row, clock.read(row, "date")) for row in tables.get(name, [])]
        return [(row, day - self.day0) for row, day in days if day is not None]

    def _intervals(
        self, tables: dict[str, list[Row]], name: str, clock: Clock, make: Callable[..., Any]
    ) -> list[Any]:
        made = []
        for row in tables.get(name, []):
            start, end = clock.read(row, "start_date"), clock.read(row, "end_date")
            if start is not None:
                made.append(make(row, start - self.day0, None if end is None else end - self.day0))
        return list(dict.fromkeys(made))  # rows that say the same in different words are one too

    # completeness

    def complete(self, table: str, concept: str | None = None) -> bool:
        """Whether absence of a row means "no": the manifest says so, or the study assumes it."""
        assumed = self.settings["assume_complete"]
        if table in assumed or (concept is not None and concept in assumed):
            return True
        declared = self._complete.get(table)
        if isinstance(declared, bool) or declared is None:
            return declared is True
        return concept is not None and concept in declared

    def by_completeness(self, table: str, concept: str | None = None) -> Verdict:
        return PASS if self.complete(table, concept) else UNKNOWN

    # measurements

    def results(self, analyte: str) -> list[Result]:
        return self._series.get(analyte, [])

    def between(self, analyte: str, first: int, last: int) -> list[Result]:
        days = self._days(analyte)
        return self.results(analyte)[bisect_left(days, first) : bisect_right(days, last)]

    @remember
    def _days(self, analyte: str) -> list[int]:
        return [r.day for r in self.results(analyte)]

    @remember
    def result_days(self, analyte: str) -> frozenset[int]:
        return frozenset(r.day for r in self.results(analyte))

    def latest(self, analyte: str, d: int, window: int | None = None) -> Result | None:
        """The latest result in the `window` days that end on d; without a window, ever."""
        for result in reversed(self.results(analyte)):
            if result.day <= d:
                return result if window is None or result.day > d - window else None
        return None

    def ever_positive(self, analyte: str, d: int) -> bool:
        return any(r.positive() for r in self.results(analyte) if r.day <= d)

    # transfusions

    def transfusion_days(self, product: str, first: int, last: int) -> list[int]:
        return [day for day in self._transfusion_days[product] if first <= day <= last]

    def transfused(self, product: str, first: int, last: int, days_min: int = 1) -> Verdict:
        """At least that many days with such a transfusion; what is not recorded, by completeness."""
        if len(self.transfusion_days(product, first, last)) >= days_min:
            return PASS
        return FAIL if self.complete("transfusions", product) else UNKNOWN

    # conditions

    @remember
    def condition_rows(self, name: str) -> list[Condition]:
        return [c for c in self.conditions if c.name == name]

    def row_active(self, row: Condition, d: int) -> Verdict:
        if row.start > d or (row.end is not None and row.end < d):
            return FAIL
        if row.end == d:
            return PASS
        # no end known on d: an end after d is not yet recorded on d
        acute = row.name in self.settings["acute_conditions"]
        return UNKNOWN if acute and d >= row.start + self.settings["open_condition_days"] else PASS

    def active(self, name: str, d: int) -> Verdict:
        """FAIL where no row says so: what completeness makes of that, the caller asks."""
        return any_of(self.row_active(row, d) for row in self.condition_rows(name))

    def ever(self, name: str, d: int) -> bool:
        return any(row.start <= d for row in self.condition_rows(name))

    def absent(self, name: str, d: int) -> Verdict:
        """The requirement that the condition is not active; no active row: by completeness."""
        found = self.active(name, d)
        return negate(found) if found != FAIL else self.by_completeness("conditions", name)

    def none_active(self, names: tuple[str, ...], d: int) -> Verdict:
        return all_of(self.absent(name, d) for name in names)

    # medications

    def given(self, d: int) -> list[Medication]:
        return [m for m in self.medications if m.given(d)]

    # the patient

    def age_at_least(self, years: float, d: int) -> Verdict:
        ages = self._age(self.day0 + d)
        if ages is None:
            return UNKNOWN
        youngest, oldest = ages
        if not lt(youngest, years):
            return PASS
        return FAIL if lt(oldest, years) else UNKNOWN

    def sponsor_agreement(self) -> Verdict:
        return {"granted": PASS, "withheld": FAIL, "open": UNKNOWN}[self.settings["sponsor_agreement"]]

    def attested(self) -> Verdict:
        return {"assumed": PASS, "open": UNKNOWN}[self.settings["attested"]]

    def adjudicated(self, criterion: str, d: int) -> Adjudication | None:
        """The row that rules on d: the latest start, then the worse verdict."""
        if not self.adjudications:
            return None
        order = ("FAIL", "UNKNOWN", "PASS")
        rows = [a for a in self._adjudications_of(criterion) if a.covers(d)]
        return max(rows, key=lambda a: (a.start, -order.index(a.verdict)), default=None)

    @remember
    def _adjudications_of(self, criterion: str) -> list[Adjudication]:
        return [a for a in self.adjudications if a.criterion == criterion]
