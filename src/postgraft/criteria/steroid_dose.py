"""Daily doses per kg body weight, as far as the record gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.criterion import Answers
from postgraft.criteria.memo import Parameters, shared
from postgraft.criteria.records import is_systemic_corticosteroid
from postgraft.timeline.block import Block
from postgraft.timeline.events import Events
from postgraft.timeline.measure import Floats, reaches, rounded
from postgraft.timeline.spans import total_by_day
from postgraft.timeline.windows import day_numbers
from postgraft.vocabulary.verdicts import FAIL, UNKNOWN

FULL_DOSE = 1.0
"""mg/kg/day of prednisone that a full dose in mg (``steroid_full_dose_mg``) counts as."""
LIGHT, HEAVY = 45.0, 120.0
"""Weights in kg between which nearly all adult patients lie: a dose in mg is most, and least, per kg."""


@dataclass(frozen=True)
class DailyDose:
    """Amount per kg and day, shape (rows, days), and what is not known of it.

    ``known`` is the sum of the rows that can be computed; ``incomputable`` marks days with a row whose dose
    or needed weight is absent; ``uncaptured`` days on which medications are not complete, so that more may
    have been given; ``maybe_full`` days that a weight might show to be a full dose, which counts as FULL_DOSE
    and no more.
    """

    known: Floats
    incomputable: NDArray[np.bool_]
    uncaptured: NDArray[np.bool_]
    maybe_full: NDArray[np.bool_]

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """Days on which there may be more than ``known``."""
        return self.incomputable | self.uncaptured | self.maybe_full

    def reaches(self, least: float) -> NDArray[np.int8]:
        """Verdict of dose ≥ ``least`` a day: what is missing may only add."""
        met = reaches(self.known, least)
        unknown = self.unknown if least <= FULL_DOSE else self.incomputable | self.uncaptured
        return np.where((met == FAIL) & unknown, np.int8(UNKNOWN), met)


def _totals(block: Block, rows: Events, amount: Floats) -> Floats:
    return total_by_day(block.shape, rows.row, rows.day, rows["end"], amount)


def _weight(block: Block, days: int | None) -> Floats:
    """The latest weight of the last ``days`` days (None: however old), shape (rows, days)."""
    return block.measure("weight").carried(days).values


def daily_dose(
    block: Block, rows: Events, factor: Floats, full_dose_mg: float | None = None, weight_days: int | None = None
) -> DailyDose:
    """Sum of the rows' amounts × ``factor`` per kg and day (mg/kg), with the latest weight of ``weight_days``.

    Rows per kg need no weight; rows per m² and in units that are no mass cannot be computed. A day with at
    least ``full_dose_mg`` in all counts as 1 mg/kg or more.
    """
    amount = rows["dose_mg"] * factor
    missing = np.isnan(amount) | rows.isin("per", ("m2",))
    per_kg = rows.isin("per", ("kg",))
    by_weight = _totals(block, rows, np.where(per_kg & ~missing, amount, 0.0))
    flat = _totals(block, rows, np.where(~per_kg & ~missing, amount, 0.0))
    incomputable = _totals(block, rows, missing.astype(np.float64)) > 0
    uncaptured = maybe_full = np.zeros_like(incomputable)
    complete_since = block.complete_since("medications")
    if complete_since.max(initial=0) > 0:
        uncaptured = day_numbers(block.shape.days) < complete_since[:, None]
    if full_dose_mg is None and not flat.any():
        return DailyDose(by_weight, incomputable, uncaptured, maybe_full)
    weight = _weight(block, weight_days)
    needs_weight = (flat > 0) & np.isnan(weight)
    known = by_weight + np.where(needs_weight | (flat == 0), 0.0, flat / weight)
    if full_dose_mg is not None:
        milligrams = flat + np.where(by_weight > 0, np.nan_to_num(by_weight * weight), 0.0)
        known = np.where(rounded(milligrams) >= rounded(full_dose_mg), np.maximum(known, FULL_DOSE), known)
        maybe_full = (by_weight > 0) & np.isnan(weight) & (known < FULL_DOSE)
    return DailyDose(rounded(known), incomputable | needs_weight, uncaptured, maybe_full)


@shared
def prednisone_equivalent(block: Block, p: Parameters, count_gvhd: bool) -> DailyDose:
    """Systemic corticosteroids in mg/kg/day of prednisone; oral budesonide is not systemic.

    Topical, inhaled and premedication rows do not count; rows of purpose gvhd only if ``count_gvhd``.
    """
    factors = p.steroid_factors
    rows = block.tables["medications"].where(is_systemic_corticosteroid(block, p))
    if not count_gvhd:
        rows = rows.where(~rows.isin("purpose", ("gvhd",)))
    of_label = np.array([factors.get(drug, np.nan) for drug in rows.labels["drug"]] + [np.nan])
    full = None if p.steroid_full_dose_mg is None else steroid_least(p, p.steroid_full_dose_mg)
    return daily_dose(block, rows, of_label[rows["drug"]], full, p.weight_window_days)


def steroid_least(p: Parameters, dose: float) -> float:
    """The dose that counts as ``dose``: tablets rarely give the exact figure."""
    return float(rounded(dose * (1 - p.steroid_dose_tolerance)))


def steroids_reach(block: Block, p: Parameters, dose: float, count_gvhd: bool = True) -> NDArray[np.int8]:
    """Verdicts of prednisone-equivalent ≥ ``dose`` mg/kg/day within tolerance, shape (rows, days)."""
    return prednisone_equivalent(block, p, count_gvhd).reaches(steroid_least(p, dose))


def weight_answers(p: Parameters) -> Mapping[str, Answers]:
    """What a missing weight could be."""
    return {"weight": Answers({f"{kg:g} kg": kg for kg in (LIGHT, HEAVY)}, p.weight_window_days)}
