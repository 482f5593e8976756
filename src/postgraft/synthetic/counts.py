"""Blood counts in every visit, and the transfusions they call for."""

import numpy as np
import pandas as pd

from postgraft.synthetic.calibration import Floats, Rates
from postgraft.synthetic.course import Cells, Course
from postgraft.synthetic.people import People

LINEAGE = {"hemoglobin": "red_cells", "platelets": "platelets"}


def draw_counts(
    rng: np.random.Generator, rates: Rates, people: People, course: Course, cells: Cells, effect: dict[str, Floats]
) -> tuple[dict[str, Floats], pd.DataFrame]:
    """Neutrophils, platelets (10⁹/L) and hemoglobin (g/dL) per cell, and rows of `transfusions`.

    A level under its trigger is mostly transfused; results then lie about the trigger, as in patients.
    """
    who, day = cells.patient, cells.day
    neutrophils = _neutrophils(rng, rates, people, course, cells) * effect["neutrophils"]
    platelets = _platelets(rng, rates, people, course, cells) * effect["platelets"]
    hemoglobin = _hemoglobin(rng, rates, people, course, cells) + effect["hemoglobin"]
    in_hospital = day < rates["hospital_days"]
    counts = {"neutrophils": np.maximum(neutrophils, rates["neutrophils_floor"])}
    transfusions = []
    for name, level in (("hemoglobin", hemoglobin), ("platelets", platelets)):
        personal = rates[f"{name}_trigger"] * np.exp(rates[f"{name}_trigger_spread"] * rng.standard_normal(people.size))
        short = level < personal[who]
        chance = np.where(in_hospital, rates[f"{name}_transfused_in_hospital"], rates[f"{name}_transfused_outside"])
        given = short & (day >= 0) & (rng.random(len(day)) < chance)
        supported = np.exp(np.log(personal[who]) + rates[f"{name}_supported_spread"] * rng.standard_normal(len(day)))
        counts[name] = np.maximum(np.where(short, np.maximum(level, supported), level), rates[f"{name}_floor"])
        units = np.where(rng.random(len(day)) < rates["two_units"], 2, 1)
        transfusions.append(
            pd.DataFrame({"patient": who[given], "day": day[given], "product": LINEAGE[name], "units": units[given]})
        )
    return counts, pd.concat(transfusions, ignore_index=True)


def _neutrophils(rng: np.random.Generator, rates: Rates, people: People, course: Course, cells: Cells) -> Floats:
    who, day = cells.patient, cells.day
    since = day - _typical(course.neutrophils_engraft, rates["anc_engraft_median_pbsc"])[who]
    plateau = rates.draw(rng, "neutrophils_plateau", people.size)[who]
    threshold = rates["neutrophils_at_engraftment"]
    risen = threshold + (plateau - threshold) * (1 - np.exp(-np.maximum(since, 0) / rates["neutrophils_rise_days"]))
    before = rates["neutrophils_start"] * np.exp(-np.maximum(day, 0) / rates["neutrophils_fall_days"])
    level = np.where(since >= 0, risen, np.minimum(before + rates["neutrophils_aplasia"], threshold))
    return np.asarray(level * np.exp(rates["neutrophils_noise"] * rng.standard_normal(len(day))))


def _platelets(rng: np.random.Generator, rates: Rates, people: People, course: Course, cells: Cells) -> Floats:
    who, day = cells.patient, cells.day
    since = day - _typical(course.platelets_engraft, rates["plt20_engraft_median_pbsc"])[who]
    plateau = rates.draw(rng, "platelets_plateau", people.size)[who]
    threshold = rates["platelets_at_engraftment"]
    risen = threshold + (plateau - threshold) * (1 - np.exp(-np.maximum(since, 0) / rates["platelets_rise_days"]))
    before = rates["platelets_start"] * np.exp(-np.maximum(day, 0) / rates["platelets_fall_days"])
    level = np.where(since >= 0, risen, np.minimum(before + rates["platelets_aplasia"], rates["platelets_start"]))
    return np.asarray(level * np.exp(rates["platelets_noise"] * rng.standard_normal(len(day))))


def _hemoglobin(rng: np.random.Generator, rates: Rates, people: People, course: Course, cells: Cells) -> Floats:
    who, day = cells.patient, cells.day
    since = day - _typical(course.neutrophils_engraft, rates["anc_engraft_median_pbsc"])[who]
    sex_shift = np.where(people.sex == "female", -rates["hemoglobin_sex_difference"], 0.0)
    plateau = (
        rates["hemoglobin_plateau"] + sex_shift + rates["hemoglobin_plateau_spread"] * rng.standard_normal(people.size)
    )
    early = rates["hemoglobin_early"]
    level = early + (plateau[who] - early) * (1 - np.exp(-np.maximum(since, 0) / rates["hemoglobin_rise_days"]))
    return np.asarray(level + rates["hemoglobin_noise"] * rng.standard_normal(len(day)))


def _typical(engraft: Floats, typical: float) -> Floats:
    """Day the counts would have risen; patients who never engraft carry an illness of their own on top."""
    return np.where(np.isfinite(engraft), engraft, typical)
