"""Doses: units, weights, and amounts per kg."""

from __future__ import annotations

from .record import Record
from .rows import Medication

MILLIGRAMS = {"mg": 1.0, "mcg": 0.001, "g": 1000.0}


def milligrams(medication: Medication) -> tuple[float | None, bool]:
    """The dose in mg (or mg/kg) and whether it is per kg; None where it cannot be said."""
    if medication.dose is None or medication.unit is None:
        return None, False
    parts = medication.unit.split("/")
    if "m2" in parts or parts[0] not in MILLIGRAMS:
        return None, False
    return medication.dose * MILLIGRAMS[parts[0]], "kg" in parts


def weight_on(record: Record, day: int) -> float | None:
    """The latest weight up to the day, while it counts."""
    found = record.latest("weight", day, record.p.days("weight_window_days"))
    return None if found is None else found[1].number


def mg_per_kg(record: Record, medication: Medication, day: int) -> float | None:
    """The amount of the row on the day per kg; None where dose or a needed weight is absent."""
    amount, per_kg = milligrams(medication)
    if amount is None or per_kg:
        return amount
    weight = weight_on(record, day)
    return None if weight is None else amount / weight


def total_mg(record: Record, medication: Medication, day: int) -> float | None:
    """The amount of the row on the day in mg."""
    amount, per_kg = milligrams(medication)
    if amount is None or not per_kg:
        return amount
    weight = weight_on(record, day)
    return None if weight is None else amount * weight
