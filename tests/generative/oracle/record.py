"""What is on file about one transplant; days are relative to its day 0."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .defaults import Parameters
from .kleene import FAIL, PASS, UNKNOWN, Verdict, all_of, any_of, by_completeness, negate, truth
from .lists import GVHD_KINDS
from .rows import Condition, PatientRows, Transplant
from .values import Result

LOWEST = ("neutrophils", "platelets", "hemoglobin", "haptoglobin", "reticulocytes_percent", "reticulocytes")
HIGHEST = ("ldh", "bilirubin_total", "bilirubin_direct", "bilirubin_indirect", "creatinine", "alt", "ast")
POSITIVE_FROM_ZERO = ("hemoglobin", "weight")
QUALITATIVE = {
    "positive": "positive",
    "detected": "positive",
    "indeterminate": "indeterminate",
    "negative": "negative",
    "not_detected": "negative",
}
WORST_FIRST = ("positive", "indeterminate", "negative")
MARROW_WORST_FIRST = ("absent", "decreased", "indeterminate", "normal", "increased")


class Record:
    """The rows as seen from one transplant, and questions about them."""

    def __init__(
        self,
        rows: PatientRows,
        transplant: Transplant,
        first: bool,
        complete: Mapping[str, Any],
        observed_from: int,
        parameters: Parameters,
    ) -> None:
        self.p = parameters
        self.patient = rows.patient
        self.day0 = transplant.day
        self.indication = transplant.indication
        self.recorded_engraftment = {
            "neutrophils": self._relative(transplant.neutrophil_engraftment),
            "platelets": self._relative(transplant.platelet_engraftment),
        }
        self.observed_from = observed_from - self.day0
        self._complete = complete
        zero = self.day0
        self.medications = [replace(m, start=m.start - zero, end=self._relative(m.end)) for m in rows.medications]
        self.statuses = [replace(s, day=s.day - zero) for s in rows.statuses]
        bound = parameters.names("graft_bound_conditions")
        self.conditions: dict[str, list[Condition]] = {}
        for row in rows.conditions:
            moved = replace(row, start=row.start - zero, end=self._relative(row.end))
            if not first and moved.start < 0 and moved.name in bound:
                continue  # ended the day before this day 0, for good
            self.conditions.setdefault(moved.name, []).append(moved)
        self.adjudications = [
            replace(a, start=a.start - zero, end=self._relative(a.end))
            for a in rows.adjudications
            if first or a.start >= zero
        ]
        self._transfusions: dict[str, list[int]] = {}
        for product in ("red_cells", "platelets"):
            days = {t.day - zero for t in rows.transfusions if t.product == product}
            self._transfusions[product] = sorted(days)
        self._numeric, self._words = _daily_results(rows, zero)
        self._numeric_days = {a: sorted(by_day) for a, by_day in self._numeric.items()}
        self._word_days = {a: sorted(by_day) for a, by_day in self._words.items()}

    def _relative(self, day: int | None) -> int | None:
        return None if day is None else day - self.day0

    # completeness

    def declared(self, table: str, concept: str | None = None) -> bool:
        """The manifest (or the study) declares the table or the concept complete."""
        assumed = self.p.names("assume_complete")
        if table in assumed or (concept is not None and concept in assumed):
            return True
        said = self._complete.get(table)
        if said is None or said is False:
            return False
        return said is True or (concept is not None and concept in said)

    def complete(self, table: str, first_day: int, concept: str | None = None) -> bool:
        """Absence on first_day and after means "no": nothing counts before observed_from."""
        return first_day >= self.observed_from and self.declared(table, concept)

    # numeric results

    def result_days(self, analyte: str) -> list[int]:
        return self._numeric_days.get(analyte, [])

    def result_on(self, analyte: str, day: int) -> Result:
        return self._numeric[analyte][day]

    def latest(self, analyte: str, d: int, window: int | None) -> tuple[int, Result] | None:
        """The latest result in the window that ends on d (None: ever)."""
        days = self._numeric_days.get(analyte, [])
        at = bisect_right(days, d)
        if at == 0 or (window is not None and days[at - 1] < d - window + 1):
            return None
        return days[at - 1], self._numeric[analyte][days[at - 1]]

    def within(self, analyte: str, first: int, last: int) -> list[tuple[int, Result]]:
        """All daily results on days first ... last."""
        by_day = self._numeric.get(analyte, {})
        days = self._numeric_days.get(analyte, [])
        return [(t, by_day[t]) for t in days[bisect_left(days, first) : bisect_right(days, last)]]

    # results in words: positive (detected), indeterminate, negative (not detected)

    def latest_word(self, analyte: str, d: int, window: int | None) -> tuple[int, str] | None:
        days = self._word_days.get(analyte, [])
        at = bisect_right(days, d)
        if at == 0 or (window is not None and days[at - 1] < d - window + 1):
            return None
        return days[at - 1], self._words[analyte][days[at - 1]]

    def latest_is(self, analyte: str, d: int, word: str, window: int | None = None) -> bool:
        found = self.latest_word(analyte, d, window)
        return found is not None and found[1] == word

    def word_days(self, analyte: str, word: str, first: int | None, last: int) -> list[int]:
        """Days with that word, from first (None: ever) to last."""
        return [
            t
            for t in self._word_days.get(analyte, [])
            if t <= last and (first is None or t >= first) and self._words[analyte][t] == word
        ]

    # transfusions

    def transfusion_days(self, product: str, first: int, last: int) -> list[int]:
        days = self._transfusions[product]
        return days[bisect_left(days, first) : bisect_right(days, last)]

    def transfused(self, product: str, first: int, last: int, k: int = 1) -> Verdict:
        """Transfusions on k or more days of first ... last; unrecorded by completeness."""
        if len(self.transfusion_days(product, first, last)) >= k:
            return PASS
        return negate(by_completeness(self.complete("transfusions", first, product)))

    # conditions

    def rows_of(self, condition: str, d: int) -> list[Condition]:
        """Rows that began by d."""
        return [row for row in self.conditions.get(condition, []) if row.start <= d]

    def row_active(self, row: Condition, d: int) -> Verdict:
        """Whether the row is active on d, as known on d."""
        if row.start > d or (row.end is not None and row.end < d):
            return FAIL
        if row.name in GVHD_KINDS:
            later = any(row.start < other.start for other in self.rows_of(row.name, d))
            if later:
                return FAIL
        if row.end == d:
            return PASS
        age = d - row.start
        if row.name == "pregnant":
            return truth(age < self.p.days("pregnancy_days"))
        if row.name in self.p.names("acute_conditions"):
            return PASS if age < self.p.days("open_condition_days") else UNKNOWN
        return PASS

    def active(self, condition: str, d: int) -> Verdict:
        """Some row of the condition is active on d (absence is FAIL here)."""
        return any_of(self.row_active(row, d) for row in self.rows_of(condition, d))

    def ever(self, condition: str, d: int) -> bool:
        return bool(self.rows_of(condition, d))

    def not_active(self, condition: str, d: int) -> Verdict:
        """The condition is not active on d, by completeness."""
        active = self.active(condition, d)
        if active is not FAIL:
            return negate(active)
        return by_completeness(self.complete("conditions", d, condition))

    def none_active(self, conditions: Iterable[str], d: int) -> Verdict:
        return all_of(self.not_active(condition, d) for condition in conditions)


def _daily_results(rows: PatientRows, zero: int) -> tuple[dict[str, dict[int, Result]], dict[str, dict[int, str]]]:
    """Several results of one analyte on one day become one."""
    numbers: dict[tuple[str, int], list[Result]] = {}
    words: dict[tuple[str, int], list[str]] = {}
    for m in rows.measurements:
        key = (m.analyte, m.day - zero)
        if m.analyte in LOWEST or m.analyte in HIGHEST or m.analyte == "weight":
            if m.value is None or m.value < 0:
                continue
            if m.analyte in POSITIVE_FROM_ZERO and m.value <= 0:
                continue
            numbers.setdefault(key, []).append(Result(m.value, m.operator, ((m.lower, m.upper),)))
        elif m.analyte == "marrow_megakaryocytes":
            if m.result in MARROW_WORST_FIRST:
                words.setdefault(key, []).append(m.result)
        elif m.result in QUALITATIVE:
            words.setdefault(key, []).append(QUALITATIVE[m.result])
    numeric: dict[str, dict[int, Result]] = {}
    for (analyte, day), results in numbers.items():
        numeric.setdefault(analyte, {})[day] = _one_of(analyte, results)
    worded: dict[str, dict[int, str]] = {}
    for (analyte, day), found in words.items():
        order = MARROW_WORST_FIRST if analyte == "marrow_megakaryocytes" else WORST_FIRST
        worded.setdefault(analyte, {})[day] = min(found, key=order.index)
    return numeric, worded


def _one_of(analyte: str, results: Sequence[Result]) -> Result:
    """The day's result: lowest, highest, or for weight the mean."""
    if analyte == "weight":
        return Result(sum(r.number for r in results) / len(results), "=")
    pick = min if analyte in LOWEST else max
    chosen = pick(results, key=lambda r: r.order)
    limits = tuple(r.limits[0] for r in results if r.order == chosen.order)
    return Result(chosen.x, chosen.operator, limits)
