"""Prednisone-equivalent per kg and day, known part by known part."""

from __future__ import annotations

from dataclasses import dataclass

from .kleene import FAIL, PASS, UNKNOWN, Verdict, ge, remember
from .record import Record


@dataclass(frozen=True)
class Dose:
    """The known sums of a day and whether something given that day could not be added to them."""

    per_kg: float
    per_kg_open: bool
    mg: float
    mg_open: bool


def weight_on(record: Record, d: int) -> float | None:
    """Latest weight <= d, however old."""
    weight = record.latest("weight", d)
    return weight.value if weight is not None and weight.value > 0 else None


class Steroids:
    def __init__(self, record: Record) -> None:
        self.record = record
        self.factors: dict[str, float] = record.settings["steroid_factors"]
        self.tolerance: float = record.settings["steroid_dose_tolerance"]
        full = record.settings["steroid_full_dose_mg"]
        self.full_dose_mg: float | None = None if full == "none" else full
        self.rows = [
            m
            for m in record.medications
            if m.drug in self.factors
            and m.route not in ("topical", "inhaled")
            and m.purpose != "premedication"
        ]

    @remember
    def dose(self, d: int, gvhd: bool = True) -> Dose:
        """Sum over the systemic corticosteroids given on d; `gvhd` False leaves out rows of that purpose."""
        rows = [m for m in self.rows if m.given(d) and (gvhd or m.purpose != "gvhd")]
        if not rows:
            nothing_known = not self.record.complete("medications")
            return Dose(0.0, nothing_known, 0.0, nothing_known)
        weight = weight_on(self.record, d)
        per_kg = mg = 0.0
        per_kg_open = mg_open = False
        for row in rows:
            amount = row.milligrams()
            if amount is None:
                per_kg_open = mg_open = True
                continue
            if amount == 0:  # nothing, whatever the weight
                continue
            amount *= self.factors[row.drug]
            if row.per_kg():
                per_kg += amount
                if weight is None:
                    mg_open = True
                else:
                    mg += amount * weight
            else:
                mg += amount
                if weight is None:
                    per_kg_open = True
                else:
                    per_kg += amount / weight
        return Dose(per_kg, per_kg_open, mg, mg_open)

    def reaches(self, amount: float, threshold: float) -> bool:
        return ge(amount, threshold * (1 - self.tolerance))

    @remember
    def at_least(self, d: int, threshold: float, gvhd: bool = True) -> Verdict:
        """The day's dose is >= threshold mg/kg/day."""
        dose = self.dose(d, gvhd)
        found = self._compare(dose.per_kg, threshold, dose.per_kg_open)
        if self.full_dose_mg is not None and self.reaches(1.0, threshold):
            found = max(found, self._compare(dose.mg, self.full_dose_mg, dose.mg_open))
        return found

    def _compare(self, known: float, threshold: float, is_open: bool) -> Verdict:
        if self.reaches(known, threshold):
            return PASS
        return UNKNOWN if is_open else FAIL

    @remember
    def mean_at_least(self, first: int, days: int, threshold: float) -> Verdict:
        """The mean over the `days` days from `first` is >= threshold mg/kg/day."""
        known = [self._counted(d) for d in range(first, first + days)]
        if self.reaches(sum(amount for amount, _ in known) / days, threshold):
            return PASS
        return UNKNOWN if any(is_open for _, is_open in known) else FAIL

    @remember
    def _counted(self, d: int) -> tuple[float, bool]:
        """mg/kg of a day for a mean; a day at the full dose in mg counts as at least 1."""
        dose = self.dose(d)
        if self.full_dose_mg is None:
            return dose.per_kg, dose.per_kg_open
        full = self._compare(dose.mg, self.full_dose_mg, dose.mg_open)
        amount = max(dose.per_kg, 1.0) if full == PASS else dose.per_kg
        return amount, dose.per_kg_open or (full == UNKNOWN and dose.per_kg < 1)
