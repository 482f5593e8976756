"""Small nasty patients, written for the branches of the contract and not for realism.

Everything is drawn from one source of randomness, a `random.Random` or what hypothesis gives in its place. Rows
are in integer days from the first allogeneic transplant; `cohort.py` puts many of them into one extract.
"""

from __future__ import annotations

import random
from typing import Any

from parts.counts import blood_counts, transfusions
from parts.draws import Plan, Rows, chance, near
from parts.surroundings import surroundings
from parts.treatment import treatment
from parts.workup import diagnoses, other_causes, work_up

TABLES = (
    "patients", "transplants", "measurements", "medications", "transfusions", "disease_status", "conditions",
    "adjudications",
)  # fmt: skip
TRANSPLANT_DAY_COLUMNS = ("transplant_day", "neutrophil_engraftment_day", "platelet_engraftment_day")


def draw_patient(r: random.Random) -> Rows:
    """The rows of one patient by table, without patient_id; every table is there, if empty."""
    last = r.choice((150, 120, 180, 100, 130, 160, 90, 220, 60, 140, 260, 30, 0))
    fall = r.choice((50, 45, 60, 44, 70, 47, 90, 20))
    up = fall + r.choice((40, 30, 60, 90, 20, 10))
    again = up + r.choice((60, 40, 28, 30, 90, 400))
    plan = Plan(last, fall, up, again, {name: [] for name in TABLES})
    _person(r, plan)
    _transplants(r, plan)
    blood_counts(r, plan)
    transfusions(r, plan)
    work_up(r, plan)
    diagnoses(r, plan)
    other_causes(r, plan)
    treatment(r, plan)
    surroundings(r, plan)
    _repeat_some(r, plan.tables)
    return plan.tables


def _person(r: random.Random, plan: Plan) -> None:
    person: dict[str, Any] = {"sex": r.choice(("male", "female", "female", "unknown"))}
    person["last_contact_day"] = None if chance(r, 0.05) else plan.last
    if chance(r, 0.01):
        person["last_contact_day"] = -5
    if chance(r, 0.15):
        person["observed_from_day"] = r.choice((-10, 0, 1, 30, 60))
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


def _transplants(r: random.Random, plan: Plan) -> None:
    indications = ("acute_myeloid_leukemia", None, "aplastic_anemia", "lymphoma")
    days = [0]
    if chance(r, 0.2):
        days.append(r.choice((100, 60, 29, 150, 0)))
    if chance(r, 0.05):
        days.append(r.choice((200, 110)))
    for day in days:
        recorded = {
            name: day + r.choice((18, 25, 12, 40, -5)) if chance(r, 0.35) else None
            for name in TRANSPLANT_DAY_COLUMNS[1:]
        }
        plan.add(
            "transplants", transplant_day=day, type="allogeneic", indication=r.choice(indications), **recorded
        )
    for _ in range(r.choice((0, 0, 0, 1, 2))):
        kind = r.choice(("boost", "donor_lymphocytes", "autologous"))
        plan.add("transplants", transplant_day=r.choice((50, 90, -200, 0)), type=kind)


def _repeat_some(r: random.Random, tables: Rows) -> None:
    """The same row again, which counts once."""
    for name in TABLES[1:]:
        if tables[name] and chance(r, 0.1):
            tables[name].append(dict(r.choice(tables[name])))
    for row in tables["medications"]:  # one administration, said in two ways
        if not str(row["dose_unit"]).endswith("/day") and row["dose_unit"] and chance(r, 0.03):
            tables["medications"].append({**row, "end_day": row["start_day"]})
            break
