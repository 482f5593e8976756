"""Two lines of therapy (I6c, I6d): the kinds of line counted in [s, d]."""

from __future__ import annotations

from .kleene import FAIL, PASS, UNKNOWN, RunningOr, Verdict, at_least, ge, remember
from .record import Record
from .rows import Medication
from .steroids import Steroids, weight_on

ERYTHROPOIETINS = ("epoetin", "darbepoetin")


class Lines:
    def __init__(self, record: Record, steroids: Steroids) -> None:
        self.record = record
        self.settings = record.settings
        self.steroids = steroids
        self._steroid_windows = RunningOr()

    @remember
    def enough(self, cytopenia: str, s: int, d: int) -> Verdict:
        """At least `lines_min` kinds counted in [s, d]."""
        steroids = self.steroid_line(s, d)
        kinds = [steroids, self.ivig_line(s, d), self.rituximab_line(s, d)]
        kinds += [self.other_line(drug, s, d) for drug in self._other_drugs(cytopenia, d)]
        enough = at_least(self.settings["lines_min"], kinds)
        return min(enough, steroids) if self.settings["lines_must_include_steroids"] else enough

    def _unmet(self) -> Verdict:
        return FAIL if self.record.complete("medications") else UNKNOWN

    @remember
    def steroid_line(self, s: int, d: int) -> Verdict:
        """Some 7 consecutive days inside [s, d] whose mean dose is high enough."""
        days, dose = self.settings["steroid_line_days"], self.settings["steroid_line_dose"]
        return self._steroid_windows.over(
            s + days - 1, d, lambda end: self.steroids.mean_at_least(end - days + 1, days, dose)
        )

    # IVIG

    @remember
    def ivig_line(self, s: int, d: int) -> Verdict:
        last = d - self.settings["ivig_wait_days"]
        given = {
            day for row in self._ivig_rows() for day in range(max(s, row.start), row.last_given(last) + 1)
        }
        if self._ivig_met({day: self._ivig_day(day)[0] for day in sorted(given)}):
            return PASS
        return UNKNOWN if any(self._ivig_day(day)[1] for day in given) else self._unmet()

    @remember
    def _ivig_rows(self) -> list[Medication]:
        return [m for m in self.record.medications if m.drug == "ivig" and self._for_cytopenia_or_empty(m)]

    @remember
    def _ivig_day(self, day: int) -> tuple[float, bool]:
        """g/kg of a day as far as it can be computed, and whether something cannot."""
        amounts = [self._grams_per_kg(row, day) for row in self._ivig_rows() if row.given(day)]
        return sum(a for a in amounts if a is not None), None in amounts

    def _ivig_met(self, amounts: dict[int, float]) -> bool:
        allowed = 1 - self.settings["steroid_dose_tolerance"]
        for first in amounts:
            within = range(first, first + self.settings["ivig_window_days"])
            course = [amounts[day] for day in within if day in amounts]
            if self.settings["ivig_rule"] == "daily":
                enough = self.settings["ivig_daily_g_per_kg"] * allowed
                if sum(ge(amount, enough) for amount in course) >= self.settings["ivig_daily_days"]:
                    return True
            elif ge(sum(course), self.settings["ivig_total_g_per_kg"] * allowed):
                return True
        return False

    def _grams_per_kg(self, row: Medication, day: int) -> float | None:
        milligrams = row.milligrams()
        if milligrams is None:
            return None
        if row.per_kg() or milligrams == 0:
            return milligrams / 1000
        weight = weight_on(self.record, day)
        return None if weight is None else milligrams / 1000 / weight

    # rituximab

    @remember
    def rituximab_line(self, s: int, d: int) -> Verdict:
        starts = sorted({m.start for m in self.record.medications if m.drug == "rituximab"})
        doses = [day for day in starts if s <= day <= d]
        needed = self.settings["rituximab_doses_min"]
        if len(doses) >= needed and d >= doses[needed - 1] + self.settings["rituximab_wait_days"]:
            return PASS
        return self._unmet()

    # every other drug

    def _other_drugs(self, cytopenia: str, d: int) -> list[str]:
        """Drugs with such a row known on d; with medications not complete every second-line drug too."""
        drugs = {m.drug for m in self.record.medications if m.start <= d and self._such_a_row(m)}
        if not self.record.complete("medications"):
            drugs |= set(self.settings["second_line_drugs"])
        return sorted(drug for drug in drugs if self._is_other(drug, cytopenia))

    def _is_other(self, drug: str, cytopenia: str) -> bool:
        if drug in self.steroids.factors or drug in ("budesonide", "ivig", "rituximab"):
            return False
        if self.settings["prca_esa_is_line"] and cytopenia == "prca" and drug in ERYTHROPOIETINS:
            return True
        return drug not in self.settings["growth_factors"]

    def _for_cytopenia_or_empty(self, row: Medication) -> bool:
        return row.purpose in ("immune_cytopenia", None)

    def _such_a_row(self, row: Medication) -> bool:
        if row.purpose == "immune_cytopenia":
            return True
        return row.purpose is None and row.drug in self.settings["second_line_drugs"]

    @remember
    def other_line(self, drug: str, s: int, d: int) -> Verdict:
        last = d - self.settings["other_line_wait_days"]
        return PASS if any(s <= day <= last for day in self._begin_days(drug)) else self._unmet()

    @remember
    def _begin_days(self, drug: str) -> list[int]:
        """Days first given after at least 28 days without such a row of it: starts of rows, all of them."""
        rows = [m for m in self.record.medications if m.drug == drug and self._such_a_row(m)]
        days = self.settings["line_gap_days"]
        return [
            m.start
            for m in rows
            if not any(row.given(before) for before in range(m.start - days, m.start) for row in rows)
        ]
