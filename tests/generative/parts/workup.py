"""The work-up of a cytopenia: antibodies, hemolysis, reticulocytes, marrow, other causes, diagnoses."""

from __future__ import annotations

import random

from .draws import Plan, Row, chance, edge, near

OTHER_CAUSES = (
    "dic", "bleeding", "ta_tma", "hit", "ttp", "graft_failure", "infection_thrombocytopenia", "hypersplenism",
    "drug_induced_hemolysis", "parvovirus_b19", "transfusion_reaction", "renal_anemia", "relapse_marrow", "pnh",
    "drug_induced_thrombocytopenia", "sinusoidal_obstruction", "iron_deficiency", "passenger_lymphocyte",
)  # fmt: skip
ACUTE = (
    "bleeding", "dic", "hit", "infection_thrombocytopenia", "uncontrolled_infection", "drug_induced_thrombocytopenia",
    "drug_induced_hemolysis", "transfusion_reaction", "sinusoidal_obstruction",
)  # fmt: skip
NORMAL = {  # upper (haptoglobin: lower) fallback limit, step, a clearly abnormal value
    "ldh": (246.0, 1.0, 500.0),
    "haptoglobin": (30.0, 1.0, 5.0),
    "bilirubin_indirect": (0.8, 0.1, 3.0),
    "reticulocytes_percent": (2.5, 0.1, 6.0),
    "reticulocytes": (100.0, 1.0, 200.0),
}


def work_up(r: random.Random, plan: Plan) -> None:
    """As a rule one kind of cytopenia is worked up well, so that sure diagnoses are reached."""
    suspected = r.choice(("none", "aiha", "itp", "prca", "all", "aiha", "prca"))
    if plan.bridge is not None:
        suspected = r.choice(("aiha", "aiha", "all", suspected))
    if suspected in ("aiha", "all"):
        for anchor in _workup_days(r, plan):
            _hemolysis(r, plan, anchor)
    if suspected in ("itp", "all"):
        for anchor in _workup_days(r, plan)[:2]:
            words = ("normal", "increased", "normal", "decreased", "absent")
            plan.add("measurements", day=anchor, analyte="marrow_megakaryocytes", result=r.choice(words))
    if suspected in ("prca", "all"):
        for anchor in _workup_days(r, plan):
            _reticulocytopenia(r, plan, anchor)
    if chance(r, 0.15):
        _strays(r, plan)


def _workup_days(r: random.Random, plan: Plan) -> list[int]:
    """One to four days after the fall, within and just beyond what a work-up may lie apart."""
    days = [plan.fall + r.choice((0, 1, 3, 7, 14, 28, 29, 30)) for _ in range(1 + r.randrange(3))]
    if chance(r, 0.5):
        days.append(plan.again + r.choice((0, 7, 29)))
    return sorted(set(days))


def _hemolysis(r: random.Random, plan: Plan, day: int) -> None:
    words = ("positive", "positive", "positive", "negative", "indeterminate")
    if not chance(r, 0.1):
        plan.add("measurements", day=day + r.choice((0, -1, 1, -29)), analyte="dat", result=r.choice(words))
    severe = chance(r, 0.6)
    for analyte in ("ldh", "haptoglobin", "bilirubin_indirect", "reticulocytes_percent", "reticulocytes"):
        if chance(r, 0.35):
            continue
        limit, step, abnormal = NORMAL[analyte]
        value = abnormal if severe and chance(r, 0.7) else near(r, limit, step)
        _with_limits(r, plan, day + r.choice((0, 0, -1, 1, -13, -14)), analyte, value, limit, step)
    if chance(r, 0.35):
        _total_and_direct(r, plan, day)


def _with_limits(r: random.Random, plan: Plan, day: int, analyte: str, value: float, limit: float, step: float) -> None:
    value = max(round(value, 6), 0.0)
    row: Row = {"day": day, "analyte": analyte, "value": value}
    if chance(r, 0.25):
        own = near(r, value if chance(r, 0.6) else limit, step)
        row["lower_limit" if analyte == "haptoglobin" else "upper_limit"] = max(own, 0.0)
    plan.add("measurements", **row)
    if chance(r, 0.1):
        other = {**row, "value": max(near(r, value, step), 0.0)}
        other.pop("upper_limit", None)
        if chance(r, 0.5):
            other["upper_limit"] = limit
        plan.add("measurements", **other)


def _total_and_direct(r: random.Random, plan: Plan, day: int) -> None:
    direct = r.choice((0.3, 0.2, 1.0))
    apart = r.choice((0, 0, 0, 1, 14))
    difference = r.choice((0.7, 0.8, 0.9, 2.0))
    plan.add("measurements", day=day, analyte="bilirubin_total", value=round(direct + difference, 6))
    sign = r.choice(("<", "<=", ">")) if chance(r, 0.25) else None
    plan.add("measurements", day=day + apart, analyte="bilirubin_direct", value=direct, operator=sign)
    if chance(r, 0.3):  # a later total without its direct part
        plan.add("measurements", day=day + 2, analyte="bilirubin_total", value=r.choice((0.4, 5.0)))


def _reticulocytopenia(r: random.Random, plan: Plan, day: int) -> None:
    which = r.choice(("both", "percent", "absolute", "both"))
    if which != "absolute":
        value = r.choice((0.3, 0.5, 0.9, 1.0, 1.1))
        plan.add("measurements", day=day, analyte="reticulocytes_percent", value=value)
    if which != "percent":
        value = r.choice((5.0, 3.0, 9.0, 10.0, 11.0))
        other_day = day + r.choice((0, 0, -1, 14))
        plan.add("measurements", day=other_day, analyte="reticulocytes", value=value)
    if chance(r, 0.3):
        result = r.choice(("not_detected", "detected", "indeterminate"))
        plan.add("measurements", day=day + r.choice((0, -13, -14, 3)), analyte="parvovirus_b19", result=result)


def _strays(r: random.Random, plan: Plan) -> None:
    for analyte in ("ldh", "reticulocytes", "haptoglobin"):
        limit, step, _ = NORMAL[analyte]
        plan.add("measurements", day=plan.around(r), analyte=analyte, value=near(r, limit, step))
    plan.add("measurements", day=plan.around(r), analyte="dat", result=r.choice(("negative", "positive")))


def diagnoses(r: random.Random, plan: Plan) -> None:
    for _ in range(r.choice((0, 1, 1, 2, 3))):
        start = plan.fall + r.choice((0, 0, 3, 14, 29, 30, -5, 40)) if chance(r, 0.8) else plan.any_day(r)
        end = None if chance(r, 0.6) else start + edge(r)
        plan.add("conditions", start_day=start, end_day=end, condition=r.choice(("aiha", "itp", "prca", "evans")))

    if chance(r, 0.2):  # as old as a diagnosis may be, before a new fall
        start = r.choice((plan.again, plan.again, plan.fall)) - r.choice((60, 59, 58, 61, 90))
        end = None if chance(r, 0.7) else start + r.choice((60, 90, 120))
        plan.add("conditions", start_day=start, end_day=end, condition=r.choice(("aiha", "itp", "prca", "evans")))


def other_causes(r: random.Random, plan: Plan) -> None:
    for _ in range(r.choice((0, 0, 0, 1, 2, 4))):
        start, end = plan.span(r)
        plan.add("conditions", start_day=start, end_day=end, condition=r.choice(OTHER_CAUSES))
    if chance(r, 0.15):  # over at last, after it had become unknown whether it still is there
        start = r.choice((plan.fall, plan.up)) - r.choice((0, 60, 89, 90, 91, 100))
        end = start + r.choice((89, 90, 91, 100, 130))
        plan.add("conditions", start_day=start, end_day=end, condition=r.choice(ACUTE))
    if plan.bridge is not None:
        causes = ("renal_anemia", "bleeding", "iron_deficiency", "drug_induced_hemolysis", "unheard_of")
        end = r.choice((None, plan.fall, plan.fall - 1, plan.fall + 30, plan.bridge + 30))
        plan.add("conditions", start_day=plan.bridge, end_day=end, condition=r.choice(causes))
