"""Complete patients for losses: half start from a plain eligible course and vary it, half are nasty throughout.

A nasty patient is seldom eligible, and a loss that nobody could feel proves nothing. Here the transplant engrafts, the
counts settle, one cytopenia falls and is worked up, and treatment fails in one of the record's three ways.
"""

from __future__ import annotations

import random

from parts.draws import Plan, Rows, chance, subset
from parts.surroundings import FAMILIES, disease
from parts.treatment import treatment
from parts.workup import OTHER_CAUSES
from patients import TABLES, draw_patient

SETTLED = {"neutrophils": 2.5, "hemoglobin": 12.5, "platelets": 160.0}
LOW = {
    "aiha": ("hemoglobin", (7.5, 8.5, 6.9)),
    "itp": ("platelets", (12.0, 20.0, 28.0)),
    "prca": ("hemoglobin", (6.8, 7.4)),
}
CLEARLY = {
    "ldh": 520.0,
    "haptoglobin": 5.0,
    "bilirubin_indirect": 2.4,
    "reticulocytes_percent": 6.0,
    "reticulocytes": 180.0,
}
NEGATIVE = ("hbsag", "anti_hbc", "hbv_dna", "anti_hcv", "hcv_rna", "hav_igm", "hiv_screen", "hiv_rna")


def sound_patients(seed: int, first: int, count: int) -> dict[str, Rows]:
    """Patients by id; each depends on the seed and its own number alone."""
    return {f"P{i:06d}": _patient(random.Random(f"{seed}/sound/{i}"), i) for i in range(first, first + count)}


def _patient(r: random.Random, number: int) -> Rows:
    tables = draw_patient(r) if number % 2 else sound_patient(r)
    person = tables["patients"][0]
    if person.get("last_contact_day") is None:  # else the last row would be it, and a loss would end observation
        person["last_contact_day"] = 200
    return tables


def sound_patient(r: random.Random) -> Rows:
    """Rows of one patient by table, in integer days from the first transplant."""
    fall = r.choice((70, 60, 90, 120, 48))
    last = fall + r.choice((120, 90, 200, 60))
    plan = Plan(last, fall, last + 1, last + 1, tables={name: [] for name in TABLES})
    _person(r, plan)
    cytopenia = r.choice(("aiha", "itp", "prca"))
    _counts(r, plan, cytopenia, r.choice((_refractory, _refractory, _two_lines, _dependent))(r, plan))
    _work_up(r, plan, cytopenia)
    _transfusions(r, plan, cytopenia)
    _records(r, plan, cytopenia)
    if chance(r, 0.15):
        treatment(r, plan)
    for _, family in FAMILIES:  # what else may be the matter
        if family is not disease and chance(r, 0.05):
            family(r, plan)
    return plan.tables


def _person(r: random.Random, plan: Plan) -> None:
    age = r.choice((50, 35, 19, 17.5, 56, 62))
    born = -round(age * 365.25)
    person = {"sex": r.choice(("male", "female", "female", "unknown")), "last_contact_day": plan.last}
    if chance(r, 0.5):
        person["age_at_transplant"] = age
    else:  # day 0 is 2020-07-01, 0.4986 of the year on
        person |= {"birth_day": born, "birth_year": int(2020.4986 + born / 365.25), "transplant_year": 2020}
    if chance(r, 0.2):
        person["observed_from_day"] = plan.fall + r.choice((-30, -5, 7, 0, 20))
    plan.add("patients", **person)
    indication = r.choice(("acute_myeloid_leukemia", "acute_myeloid_leukemia", None, "aplastic_anemia"))
    plan.add("transplants", transplant_day=0, type="allogeneic", indication=indication)
    if chance(r, 0.05):
        plan.add("transplants", transplant_day=plan.fall + 70, type="allogeneic", indication=indication)
    for day in subset(r, (-10, 0, plan.fall - 3, plan.fall + 20), 3):
        plan.add("measurements", day=day, analyte="weight", value=r.choice((80.0, 60.0)))


def _steroids(plan: Plan, start: int, end: int | None, per_kg: float, purpose: str | None) -> None:
    plan.add(
        "medications", start_day=start, end_day=end, drug="prednisone", dose=per_kg, dose_unit="mg/kg/day",
        route="oral", purpose=purpose,
    )  # fmt: skip


def _purpose(r: random.Random) -> str | None:
    return r.choice(("immune_cytopenia", "immune_cytopenia", None, "gvhd"))


Response = tuple[int, int]
"""First and last day on which the counts have recovered; none where the first comes after the last."""
NO_RESPONSE = (1, 0)


def _refractory(r: random.Random, plan: Plan) -> Response:
    start, purpose = plan.fall + r.choice((2, 5, -10)), _purpose(r)
    middle = start + r.choice((7, 14, 10))
    if chance(r, 0.3):  # in milligrams, which need a weight
        plan.add(
            "medications", start_day=start, end_day=middle, drug="methylprednisolone", dose=r.choice((96.0, 120.0)),
            dose_unit="mg/day", route="intravenous", purpose=purpose,
        )  # fmt: skip
    else:
        _steroids(plan, start, middle, r.choice((1.0, 2.0, 0.95)), purpose)
    _steroids(plan, middle + 1, middle + 10, 0.4, purpose)
    return NO_RESPONSE


def _two_lines(r: random.Random, plan: Plan) -> Response:
    start = plan.fall + r.choice((2, 0, 6))
    kinds = subset(r, ("ivig", "rituximab", "eltrombopag", "cyclosporine", "steroids"), 4) or ["ivig", "rituximab"]
    for kind in kinds:
        if kind == "steroids":
            _steroids(plan, start, start + r.choice((6, 13)), 0.5, _purpose(r))
        elif kind in ("ivig", "rituximab"):
            doses, dose, unit, apart = {"ivig": (2, r.choice((0.5, 40.0)), "", 1), "rituximab": (4, 375.0, "mg/m2", 7)}[
                kind
            ]
            purpose = r.choice(("immune_cytopenia", None))
            for i in range(doses + r.randrange(2)):
                plan.add(
                    "medications", start_day=start + apart * i, end_day=None, drug=kind, dose=dose,
                    dose_unit=unit or ("g/kg" if dose < 1 else "g"), route="intravenous", purpose=purpose,
                )  # fmt: skip
        else:
            for begin, end in ((start - r.choice((0, 40)), start + 20), (start + 21, None)):
                plan.add(
                    "medications", start_day=begin, end_day=end, drug=kind, dose=50.0, dose_unit="mg/day",
                    route="oral", purpose=r.choice(("immune_cytopenia", None)),
                )  # fmt: skip
    return NO_RESPONSE


def _dependent(r: random.Random, plan: Plan) -> Response:
    """A response that lasts as long as the dose, or is lost with it."""
    start, purpose = plan.fall + 2, r.choice(("immune_cytopenia", None))
    until = start + r.choice((30, 60, 75))
    _steroids(plan, start, until, r.choice((0.5, 0.8)), purpose)
    if chance(r, 0.5):
        _steroids(plan, until + 1, None, 0.2, purpose)
        return start + 10, until + 7
    _steroids(plan, until + 1, None, 0.6, purpose)
    return start + 10, plan.last


def _counts(r: random.Random, plan: Plan, cytopenia: str, recovered: Response) -> None:
    analyte, low = LOW[cytopenia][0], r.choice(LOW[cytopenia][1])
    gap = r.choice((3, 4, 7, 5))
    for day in range(r.choice((0, 2)), plan.last + 1, gap):
        for name, typical in SETTLED.items():
            value = typical
            if day < 18:
                value = {"neutrophils": 0.1, "hemoglobin": 8.5, "platelets": 10.0}[name]
            elif name == analyte and day >= plan.fall and not recovered[0] <= day <= recovered[1]:
                value = low + (0.2 if chance(r, 0.3) else 0.0)
            if chance(r, 0.97):
                plan.add("measurements", day=day, analyte=name, value=round(value, 6))


def _work_up(r: random.Random, plan: Plan, cytopenia: str) -> None:
    for first in [plan.fall, *([plan.fall + 30] if chance(r, 0.5) else [])]:
        day = first + r.choice((1, 4, 8))
        if cytopenia == "aiha":
            word = "negative" if chance(r, 0.15) else "positive"
            plan.add("measurements", day=day, analyte="dat", result=word)
            for analyte, value in CLEARLY.items():
                if chance(r, 0.8):
                    plan.add("measurements", day=day + r.choice((0, 1)), analyte=analyte, value=value)
        elif cytopenia == "itp":
            word = "decreased" if chance(r, 0.1) else "normal"
            plan.add("measurements", day=day, analyte="marrow_megakaryocytes", result=word)
        else:
            for analyte, value in (("reticulocytes_percent", 0.3), ("reticulocytes", 5.0)):
                if chance(r, 0.8):
                    plan.add("measurements", day=day, analyte=analyte, value=value)
            if chance(r, 0.5):
                plan.add("measurements", day=day, analyte="parvovirus_b19", result="not_detected")


def _transfusions(r: random.Random, plan: Plan, cytopenia: str) -> None:
    product = "platelets" if cytopenia == "itp" else "red_cells"
    for _ in range(r.choice((0, 0, 1, 4))):
        plan.add("transfusions", day=plan.fall + r.randrange(0, 40), product=product, units=1.0)
    for _ in range(r.choice((0, 1, 3))):
        plan.add("transfusions", day=r.randrange(0, 16), product=r.choice(("platelets", "red_cells")), units=1.0)


def _records(r: random.Random, plan: Plan, cytopenia: str) -> None:
    for day in (20, *([plan.fall + 10] if chance(r, 0.3) else [])):
        plan.add("disease_status", day=day, status="remission")
    if chance(r, 0.1):
        plan.add("disease_status", day=plan.fall + 40, status=r.choice(("relapse", "progression")))
    if chance(r, 0.5):
        plan.add(
            "conditions", start_day=plan.fall + r.choice((-1, 3, 14)), end_day=None,
            condition="evans" if cytopenia != "prca" and chance(r, 0.2) else cytopenia,
        )  # fmt: skip
    for name in subset(r, OTHER_CAUSES, 2) if chance(r, 0.3) else ():
        start = r.randrange(0, plan.fall)
        end = None if chance(r, 0.2) else start + r.choice((5, 20, 60))
        plan.add("conditions", start_day=start, end_day=end, condition=name)
    if chance(r, 0.4):
        _gvhd(r, plan)
    if chance(r, 0.6):
        for analyte in subset(r, NEGATIVE, 8):
            word = "not_detected" if analyte.endswith("rna") or analyte.endswith("dna") else "negative"
            plan.add("measurements", day=r.choice((-20, 30, plan.fall + 3)), analyte=analyte, result=word)
    elif chance(r, 0.25):  # known in the end, and never tested
        name = r.choice(("hiv", "hepatitis_b_active"))
        plan.add("conditions", start_day=plan.fall + 50, end_day=None, condition=name)
    if chance(r, 0.3):
        for i in range(r.choice((1, 4, 8))):
            day, word = plan.fall + 15 + 12 * i, "positive" if chance(r, 0.02) else "negative"
            plan.add("measurements", day=day, analyte="pregnancy_test", result=word)
    if chance(r, 0.15):
        name = "pregnant" if chance(r, 0.2) else "not_childbearing"
        plan.add("conditions", start_day=plan.fall - 40, end_day=None, condition=name)
    if chance(r, 0.2):
        _growth_factor(r, plan)
    if chance(r, 0.2):
        plan.add(
            "medications", start_day=plan.fall - r.choice((5, 60, 20)), end_day=None, drug="unheard_of", dose=1.0,
            dose_unit="mg", route=None, purpose="investigational", half_life_days=r.choice((3.0, 10.0, 28.0)),
        )  # fmt: skip


def _gvhd(r: random.Random, plan: Plan) -> None:
    start = r.choice((25, 40, plan.fall, plan.fall + 30))
    name = r.choice(("acute_gvhd", "chronic_gvhd"))
    for begin in (start, start + r.choice((20, 60)))[: 1 + r.randrange(2)]:
        plan.add(
            "conditions",
            start_day=begin, end_day=None if chance(r, 0.5) else begin + r.choice((10, 80)), condition=name,
            grade=r.choice((1.0, 2.0, 3.0, 0.0, 4.0)), detail=r.choice(("responsive", "responsive", "untreated", None)),
        )  # fmt: skip
    if chance(r, 0.6):
        plan.add(
            "medications", start_day=start, end_day=None, drug="ruxolitinib", dose=10.0, dose_unit="mg/day",
            route="oral", purpose="gvhd",
        )  # fmt: skip


def _growth_factor(r: random.Random, plan: Plan) -> None:
    start = plan.fall + r.choice((-20, 0, 20))
    for begin, end in ((start, start + r.choice((9, 20))), (start + 21, start + 60)):
        plan.add(
            "medications", start_day=begin, end_day=end, drug=r.choice(("filgrastim", "filgrastim", "epoetin")),
            dose=300.0, dose_unit="mcg/day", route=None, purpose=None,
        )  # fmt: skip
