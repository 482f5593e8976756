"""The transplants of a patient, and what the first graft leaves open when the second is given."""

from __future__ import annotations

import random

from .draws import Plan, chance, edge

INDICATIONS = ("acute_myeloid_leukemia", None, "aplastic_anemia", "lymphoma")
GATES = (14, 28)
"""Days after engraftment from which a fall counts."""
BOUND = (
    "graft_failure", "poor_graft_function", "ta_tma", "sinusoidal_obstruction", "relapse_marrow",
    "passenger_lymphocyte", "aiha", "itp", "prca", "evans",
)  # fmt: skip


def transplants(r: random.Random, plan: Plan) -> None:
    if chance(r, 0.2):
        plan.grafts.append(r.choice((100, 60, 29, 150, 0)))
    if chance(r, 0.05):
        plan.grafts.append(r.choice((200, 110)))
    for day in plan.grafts:
        recorded = {
            f"{kind}_engraftment_day": _engrafted(r, plan, day) if chance(r, 0.35) else None
            for kind in ("neutrophil", "platelet")
        }
        plan.add("transplants", transplant_day=day, type="allogeneic", indication=r.choice(INDICATIONS), **recorded)
    for _ in range(r.choice((0, 0, 0, 1, 2))):
        kind = r.choice(("boost", "donor_lymphocytes", "autologous"))
        plan.add("transplants", transplant_day=r.choice((50, 90, -200, 0)), type=kind)
    for day in plan.grafts[1:]:
        if day > 0 and chance(r, 0.7):
            _left_open(r, plan, day)


def _engrafted(r: random.Random, plan: Plan, day: int) -> int:
    """A usual day, or one as far from the fall as the wait after engraftment."""
    if chance(r, 0.7):
        return day + r.choice((18, 25, 12, 40, -5))
    return plan.fall - r.choice((*GATES, 0)) + r.choice((0, 1, -1))


def _left_open(r: random.Random, plan: Plan, again: int) -> None:
    """Conditions of the first graft that have no end, or one on, before or after the second transplant."""
    for _ in range(1 + r.randrange(3)):
        start = again - r.choice((30, 1, 10, 60, 0))
        end = r.choice((None, None, again + edge(r), again, again - 1, again + 30))
        row = {"start_day": start, "end_day": end if end is None else max(end, start)}
        if chance(r, 0.4):
            kind, grade = r.choice(("acute_gvhd", "chronic_gvhd")), r.choice((2.0, 4.0, None))
            detail = r.choice(("refractory", "responsive", None))
            plan.add("conditions", **row, condition=kind, grade=grade, detail=detail)
        else:
            plan.add("conditions", **row, condition=r.choice(BOUND))
