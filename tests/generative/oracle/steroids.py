"""Prednisone-equivalent dose, day by day: a known part and perhaps an unknown one."""

from __future__ import annotations

from dataclasses import dataclass

from .amounts import mg_per_kg, total_mg
from .kleene import FAIL, PASS, UNKNOWN, Verdict, any_of, negate, truth
from .lists import STEROID_FACTORS
from .record import Record
from .rows import Medication
from .values import reaches


@dataclass(frozen=True)
class Dose:
    """mg/kg/day that are known, whether there may be more, and whether a weight might make it a full dose."""

    known: float
    more: bool
    maybe_full: bool = False


def systemic_corticosteroid(record: Record, medication: Medication) -> bool:
    """A corticosteroid row that counts."""
    return (
        medication.drug in STEROID_FACTORS
        and medication.drug not in record.p.names("uncounted_corticosteroids")
        and medication.route not in ("topical", "inhaled")
        and medication.purpose != "premedication"
    )


class Steroids:
    """Corticosteroids of one patient; `gvhd` says whether rows of purpose gvhd are counted."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.p = record.p
        self.rows = [m for m in record.medications if systemic_corticosteroid(record, m)]
        self._doses: dict[tuple[int, bool], Dose] = {}
        self._verdicts: dict[tuple[int, float, bool], Verdict] = {}
        self.lead = self.p.days("treatment_lead_days")
        self.run_days = self.p.days("refractory_steroid_days")
        self.line_days = self.p.days("steroid_line_days")
        self.dependence_dose = self.p.number("dependence_steroid_dose")
        self._windows: dict[int, Verdict] = {}
        self._runs_by: dict[tuple[int, int], Verdict] = {}
        self._runs: dict[int, Verdict] = {}

    def dose(self, t: int, gvhd: bool) -> Dose:
        """The dose of day t."""
        counted = gvhd or self.p.flag("gvhd_steroids_count")
        key = (t, counted)
        if key not in self._doses:
            self._doses[key] = self._dose(t, counted)
        return self._doses[key]

    def _dose(self, t: int, counted: bool) -> Dose:
        known, known_mg, maybe_full = 0.0, 0.0, False
        more = not self.record.complete("medications", t)
        for row in self.rows:
            if not row.given_on(t) or (row.purpose == "gvhd" and not counted):
                continue
            factor = STEROID_FACTORS[row.drug]
            per_kg, mg = mg_per_kg(self.record, row, t), total_mg(self.record, row, t)
            known += 0.0 if per_kg is None else per_kg * factor
            known_mg += 0.0 if mg is None else mg * factor
            more = more or per_kg is None
            maybe_full = maybe_full or mg is None
        full = self.p.number_or_none("steroid_full_dose_mg")
        if full is not None and reaches(known_mg, self.tolerated(full)):
            known = max(known, 1.0)
        return Dose(known, more, full is not None and maybe_full and known < 1.0)

    def tolerated(self, threshold: float) -> float:
        """The threshold less its tolerance."""
        return threshold * (1 - self.p.number("steroid_dose_tolerance"))

    def at_least(self, t: int, threshold: float, gvhd: bool) -> Verdict:
        """dose(t) >= threshold, within the tolerance."""
        key = (t, threshold, gvhd)
        if key not in self._verdicts:
            dose = self.dose(t, gvhd)
            if reaches(dose.known, self.tolerated(threshold)):
                self._verdicts[key] = PASS
            else:
                maybe = dose.more or (dose.maybe_full and reaches(1.0, self.tolerated(threshold)))
                self._verdicts[key] = UNKNOWN if maybe else FAIL
        return self._verdicts[key]

    def off(self, t: int) -> Verdict:
        """NOT dose(t) >= the dependence dose, rows of purpose gvhd aside."""
        return negate(self.at_least(t, self.dependence_dose, gvhd=False))

    def continued(self, onset: int, d: int) -> Verdict:
        """At the dependence dose on each of the days up to d; FAIL if they begin before onset."""
        first = d - self.p.days("dependence_steroid_days") + 1
        if first < onset:
            return FAIL
        return min(self.at_least(t, self.dependence_dose, gvhd=False) for t in range(first, d + 1))

    # runs (refractory) and windows (line of steroids); rows of purpose gvhd count

    def _may_end(self, last: int, onset: int, length: int) -> bool:
        """Days up to `last` lie in the span of an onset day: the lead, and end on or after it."""
        return last >= onset and last - length + 1 >= onset - self.lead

    def run_ending(self, last: int, onset: int) -> Verdict:
        """A run of days at the refractory dose that ends on this day, for an onset day."""
        if not self._may_end(last, onset, self.run_days):
            return FAIL
        if last not in self._runs:
            bound = self.p.number("refractory_steroid_dose")
            self._runs[last] = min(
                self.at_least(t, bound, gvhd=True) for t in range(last - self.run_days + 1, last + 1)
            )
        return self._runs[last]

    def run_by(self, onset: int, d: int) -> Verdict:
        """Some such run has ended by d."""
        key = (onset, d)
        if key not in self._runs_by:
            before = self._runs_by.get((onset, d - 1))
            if before is None:
                days = range(onset, d + 1)
                self._runs_by[key] = any_of(self.run_ending(t, onset) for t in days)
            else:
                self._runs_by[key] = max(before, self.run_ending(d, onset))
        return self._runs_by[key]

    def _window_ending(self, last: int) -> Verdict:
        """The mean of the days of the window that ends on this day reaches the line dose."""
        if last not in self._windows:
            length = self.line_days
            doses = [self.dose(t, gvhd=True) for t in range(last - length + 1, last + 1)]
            mean = sum(dose.known for dose in doses) / length
            met = truth(reaches(mean, self.tolerated(self.p.number("steroid_line_dose"))))
            more = any(dose.more or dose.maybe_full for dose in doses)
            self._windows[last] = UNKNOWN if more and met is FAIL else met
        return self._windows[last]

    def line_by(self, onset: int, d: int) -> Verdict:
        """Some window of the span of an onset day reaches the line dose by d."""
        return any_of(
            self._window_ending(last) for last in range(onset, d + 1) if self._may_end(last, onset, self.line_days)
        )
