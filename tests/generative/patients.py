"""Small nasty patients, written for the branches of the contract and not for realism.

Everything is drawn from one source of randomness, a `random.Random` or what hypothesis gives in its place. Rows
are in integer days from the first allogeneic transplant; `cohort.py` puts many of them into one extract.
"""

from __future__ import annotations

import random
from typing import Any

from parts.censored import censor_some
from parts.counts import blood_counts, transfusions
from parts.draws import Plan, Rows, chance, near
from parts.grafts import transplants
from parts.surroundings import surroundings
from parts.treatment import treatment
from parts.workup import diagnoses, other_causes, work_up

TABLES = (
    "patients", "transplants", "measurements", "medications", "transfusions", "disease_status", "conditions",
    "adjudications",
)  # fmt: skip
LAST = (150, 120, 180, 100, 130, 90, 60, 45, 300, 30, 260, 350, 110, 0, 75, 90)
"""Some are seen until spells end and steroids carry no longer; the others are short, for the sake of the cost."""
ANOTHER = {  # of a cell, per table
    "medications": {"purpose": ("gvhd", None, "immune_cytopenia"), "route": ("oral", None), "dose": (1.0, 80.0)},
    "transfusions": {"units": (1.0, 2.0, None)},
    "conditions": {"detail": ("responsive", "refractory", None), "grade": (1.0, 2.0, None)},
}


def draw_patient(r: random.Random) -> Rows:
    """The rows of one patient by table, without patient_id; every table is there, if empty."""
    last = r.choice(LAST)
    fall = r.choice((50, 45, 60, 44, 70, 47, 90, 20, 28))
    bridge = r.choice((40, 45, 50, 60)) if chance(r, 0.12) else None
    if bridge is not None:
        fall = bridge + r.choice((60, 56, 57, 90, 120))
        last = max(last, fall + 30)
    up = fall + r.choice((40, 30, 60, 90, 20, 10))
    again = up + r.choice((60, 40, 28, 30, 90, 400))
    plan = Plan(last, fall, up, again, bridge, tables={name: [] for name in TABLES})
    _person(r, plan)
    transplants(r, plan)
    blood_counts(r, plan)
    transfusions(r, plan)
    work_up(r, plan)
    diagnoses(r, plan)
    other_causes(r, plan)
    treatment(r, plan)
    surroundings(r, plan)
    censor_some(r, plan)
    _empty_some(r, plan.tables)
    _repeat_some(r, plan.tables)
    return plan.tables


def _person(r: random.Random, plan: Plan) -> None:
    person: dict[str, Any] = {"sex": r.choice(("male", "female", "female", "unknown"))}
    person["last_contact_day"] = None if chance(r, 0.05) else plan.last
    if chance(r, 0.01):
        person["last_contact_day"] = -5
    if chance(r, 0.15):
        person["observed_from_day"] = r.choice((-10, 0, 1, 30, 60, plan.fall, plan.fall + 7, plan.up))
    if chance(r, 0.15):
        person["death_day"] = max(plan.last + r.choice((0, -1, 1, -30)), 0)
    age: float = r.choice((50, 30, 18, 17, 54, 55))
    if chance(r, 0.3):  # the birthday is near or within the time observed
        age = near(r, age, 0.1) + r.choice((0.0, -0.25, -0.5))
    way = r.choice(("age", "birth_day", "year", "age", "none", "all"))
    if way in ("age", "all"):
        person["age_at_transplant"] = round(age, 3)
    if way in ("birth_day", "all"):
        person["birth_day"] = -round(age * 365.25) + r.choice((0, 1, -1))
    if way in ("year", "all"):
        person["birth_year"] = 2020 - round(age)
        person["transplant_year"] = None if chance(r, 0.2) else 2020
    plan.add("patients", **person)


def _empty_some(r: random.Random, tables: Rows) -> None:
    """A dose of 0, which was not given."""
    if tables["medications"] and chance(r, 0.1):
        r.choice(tables["medications"])["dose"] = 0.0


def _repeat_some(r: random.Random, tables: Rows) -> None:
    """The same row again, which counts once, and rows that differ from another in one cell, which count each."""
    for name in TABLES[1:]:
        if tables[name] and chance(r, 0.1):
            tables[name].append(dict(r.choice(tables[name])))
    for name, cells in ANOTHER.items():
        if tables[name] and chance(r, 0.1):
            row, column = r.choice(tables[name]), r.choice(list(cells))
            tables[name].append({**row, column: r.choice(cells[column])})
    for row in tables["medications"]:  # of one administration the end is told or not: two, that are added up
        if not str(row["dose_unit"]).endswith("/day") and row["dose_unit"] and chance(r, 0.03):
            tables["medications"].append({**row, "end_day": row["start_day"]})
            break
