"""Which days a patient is seen, and the blood counts on them with the transfusions they call for.

Illnesses move the counts by steps, each a lasting change that sets in over some days; the end of an illness is the
same step with the opposite sign. Sizes are in ``data/effects.csv``: haemoglobin and bilirubin add (g/dL, mg/dL),
everything else multiplies.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import pandas as pd

from postgraft.synthetic.calibration import Bools, Dice, Floats, Ints, Texts, repeat_ranges, stack, table
from postgraft.synthetic.course import Course
from postgraft.synthetic.people import SyntheticPatients

ADDED: Final = ("hemoglobin", "bilirubin_indirect")
MULTIPLIED: Final = ("platelets", "neutrophils", "ldh", "haptoglobin", "reticulocytes", "creatinine")


@dataclass(frozen=True)
class Cells:
    """Patient-days with a visit, sorted by patient, then day."""

    patient: Ints
    day: Floats
    first: Ints
    """First cell of each patient."""
    count: Ints
    """Number of cells of each patient."""

    def of(self, patient: Ints) -> tuple[Ints, Ints]:
        """For each given patient all its cells: the position in ``patient``, and the cell."""
        row, step = repeat_ranges(self.count[patient])
        return row, self.first[patient][row] + step

    def inside(self, patient: Ints, start: Floats, end: Floats) -> Bools:
        """Cells within any of the intervals, both ends included."""
        row, cell = self.of(patient)
        hit = (self.day[cell] >= start[row]) & (self.day[cell] <= end[row])
        marked = np.zeros(len(self.day), dtype=bool)
        marked[cell[hit]] = True
        return marked


Step: TypeAlias = tuple[Ints, float | Floats, float | Floats, str | Texts]
"""Patients, days, sizes as multiples of the effect, and the effect; days that are not finite never come."""


def spell(effect: str | Texts, patient: Ints, start: Floats, end: Floats, size: float | Floats = 1.0) -> list[Step]:
    """An illness from start until end, ``size`` times as severe as usual."""
    return [(patient, start, size, effect), (patient, end, -size, effect)]


def evaluate(cells: Cells, steps: list[Step]) -> dict[str, Floats]:
    """The sum (added quantities) or factor (multiplied ones) of all steps in each cell."""
    patient, day, size, effect = stack(steps)
    finite = np.isfinite(day)
    sizes = table("effects").set_index("effect").loc[effect[finite]]
    row, cell = cells.of(patient[finite])
    since = cells.day[cell] - day[finite][row]
    reached = np.clip(since / sizes["ramp_days"].to_numpy(np.float64)[row], 0.0, 1.0)
    weight = reached * size[finite][row]

    def total(amount: Floats) -> Floats:
        return np.bincount(cell, weight * amount[row], len(cells.day)).astype(np.float64)

    added = {name: total(sizes[name].to_numpy(np.float64)) for name in ADDED}
    logs = {name: np.log(sizes[f"{name}_factor"].to_numpy(np.float64)) for name in MULTIPLIED}
    return added | {name: np.exp(total(amount)) for name, amount in logs.items()}


def draw_visits(
    dice: Dice, people: SyntheticPatients, course: Course, patient: Ints, onset: Floats, end: Floats
) -> tuple[Cells, Bools]:
    """Visit days (daily in hospital, then ever rarer, denser in illness), and which of them are kept.

    ``patient``, ``onset``, ``end`` span the illnesses. Sites differ in how many results of the busy first
    months they hand over; those of an illness are all kept.
    """
    phases, rng = table("visits"), dice.rng
    first = int(phases["first_day"].min())
    days = np.arange(first, int(phases["last_day"].max()) + 1)
    phase = np.searchsorted(phases["last_day"].to_numpy(), days)
    chance = np.minimum(1.0, phases["visits_per_week"].to_numpy(np.float64)[phase] / 7).astype(np.float32)
    seen = rng.random((people.size, len(days)), dtype=np.float32) < chance
    kept_share = table("sites")["results_kept"].to_numpy(np.float64)[people.site]
    thinned = phases["thinned"].to_numpy(bool)[phase]
    kept = ~thinned[None, :] | (rng.random(seen.shape, dtype=np.float32) < kept_share[:, None].astype(np.float32))

    def mark(grid: Bools, row: Ints, day: Floats | Ints, value: bool) -> None:
        column = day.astype(np.int64) - first
        inside = (column >= 0) & (column < grid.shape[1])
        grid[row[inside], column[inside]] = value

    gap_start = rng.integers(int(dice["gap_first_day"]), int(dice["gap_last_day"]), people.size)
    gap_days = dice.days("gap_days", people.size)
    absent = dice.happens("gap_share", people.size)
    row, step = repeat_ranges(np.where(absent, gap_days, 0))
    mark(seen, row, gap_start[row] + step, False)

    finish = np.minimum(np.minimum(end, onset + dice["dense_visit_days"]), days[-1])
    row, step = repeat_ranges(np.maximum(finish - onset, 0))
    again = dice.happens(dice["dense_visits_per_week"] / 7, len(row))
    day = onset[row].astype(np.int64) + step
    mark(seen, patient[row][again], day[again], True)
    mark(kept, patient[row], day, True)

    seen &= days[None, :] <= course.last[:, None]
    who, column = np.nonzero(seen)
    count = seen.sum(axis=1).astype(np.int64)
    cells = Cells(who.astype(np.int64), days[column].astype(np.float64), np.cumsum(count) - count, count)
    return cells, np.asarray(kept[who, column])


def draw_counts(
    dice: Dice, people: SyntheticPatients, course: Course, cells: Cells, effect: dict[str, Floats]
) -> tuple[dict[str, Floats], pd.DataFrame]:
    """Neutrophils, platelets (10⁹/L) and hemoglobin (g/dL) per cell, and rows of `transfusions`.

    A level under its trigger is mostly transfused; results then lie about the trigger, as in patients.
    """
    who, day, n = cells.patient, cells.day, len(cells.day)
    neutrophils = _blood_cells(
        dice, "neutrophils", cells, people.size, _rise_day(dice, course.neutrophils_engraft, "anc")
    )
    platelets = _blood_cells(dice, "platelets", cells, people.size, _rise_day(dice, course.platelets_engraft, "plt20"))
    levels = {
        "hemoglobin": _hemoglobin(dice, people, course, cells) + effect["hemoglobin"],
        "platelets": platelets * effect["platelets"],
    }
    in_hospital = day < dice["hospital_days"]
    counts = {"neutrophils": np.maximum(neutrophils * effect["neutrophils"], dice["neutrophils_floor"])}
    transfusions = []
    for name, level in levels.items():
        personal = dice[f"{name}_trigger"] * np.exp(dice.noise(f"{name}_trigger_spread", people.size))
        short = level < personal[who]
        chance = np.where(in_hospital, dice[f"{name}_transfused_in_hospital"], dice[f"{name}_transfused_outside"])
        given = short & (day >= 0) & dice.happens(chance, n)
        supported = np.exp(np.log(personal[who]) + dice.noise(f"{name}_supported_spread", n))
        counts[name] = np.maximum(np.where(short, np.maximum(level, supported), level), dice[f"{name}_floor"])
        units = np.where(dice.happens("two_units", n), 2, 1)
        product = "red_cells" if name == "hemoglobin" else name
        rows = {"patient": who[given], "day": day[given], "product": product, "units": units[given]}
        transfusions.append(pd.DataFrame(rows))
    return counts, pd.concat(transfusions, ignore_index=True)


def _rise_day(dice: Dice, engraft: Floats, name: str) -> Floats:
    """Day the counts would have risen; patients who never engraft carry an illness of their own on top."""
    return np.where(np.isfinite(engraft), engraft, dice[f"{name}_engraft_median_pbsc"])


def _blood_cells(dice: Dice, name: str, cells: Cells, size: int, rise_day: Floats) -> Floats:
    """Neutrophils or platelets: a fall to aplasia, from engraftment on a rise to the patient's own plateau."""
    since = cells.day - rise_day[cells.patient]
    plateau = dice.draw(f"{name}_plateau", size)[cells.patient]
    start, threshold = dice[f"{name}_start"], dice[f"{name}_at_engraftment"]
    risen = _risen(dice, name, threshold, plateau, since)
    before = start * np.exp(-np.maximum(cells.day, 0) / dice[f"{name}_fall_days"]) + dice[f"{name}_aplasia"]
    level = np.where(since >= 0, risen, np.minimum(before, threshold if name == "neutrophils" else start))
    return np.asarray(level * np.exp(dice.noise(f"{name}_noise", len(since))))


def _hemoglobin(dice: Dice, people: SyntheticPatients, course: Course, cells: Cells) -> Floats:
    since = cells.day - _rise_day(dice, course.neutrophils_engraft, "anc")[cells.patient]
    sex_shift = np.where(people.sex == "female", -dice["hemoglobin_sex_difference"], 0.0)
    plateau = dice["hemoglobin_plateau"] + sex_shift + dice.noise("hemoglobin_plateau_spread", people.size)
    level = _risen(dice, "hemoglobin", dice["hemoglobin_early"], plateau[cells.patient], since)
    return level + dice.noise("hemoglobin_noise", len(since))


def _risen(dice: Dice, name: str, low: float, plateau: Floats, since: Floats) -> Floats:
    return np.asarray(low + (plateau - low) * (1 - np.exp(-np.maximum(since, 0) / dice[f"{name}_rise_days"])))
