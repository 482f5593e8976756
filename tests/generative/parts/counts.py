"""Blood counts that engraft, fall to the thresholds, answer to treatment, recover and fall again."""

from __future__ import annotations

import random

from .draws import Plan, chance, edge, near

GAPS = ((3, 1, 2, 4, 7), (7, 3, 5, 8), (7, 14, 13, 15, 28), (1, 1, 2), (14, 27, 28, 29, 30, 42))
UNITS = (1.0, 2.0, None, 1.0, 2.0, None, 1.0, 0.0)
SPELL = (55, 56, 57, 54)
"""Days between low counts that carry a spell just long enough, or not."""


def sampling_days(r: random.Random, plan: Plan) -> list[int]:
    """Days with blood counts: a rhythm, and the edges of windows around the turning points."""
    gaps = r.choice(GAPS)
    days = set()
    day = r.choice((0, 1, -3, -60, 5, 29))
    while day <= plan.last + 3:
        days.add(day)
        early = day < 45
        day += r.choice((3, 2, 4, 5) if early and chance(r, 0.8) else gaps)
    if chance(r, 0.3):  # the first days that can open a spell
        days |= {r.choice((28, 27, 29)), r.choice((27, 26, 28))}
    for anchor in (plan.fall, plan.up, plan.again):
        days |= {anchor + edge(r) for _ in range(r.randrange(4))}
        if chance(r, 0.7):
            days.add(anchor)
    return sorted(days)


def without_some(r: random.Random, days: list[int]) -> list[int]:
    share = r.choice((1.0, 1.0, 0.9, 0.6))
    return [day for day in days if share == 1.0 or r.random() < share]


def phase(plan: Plan, graft: int, day: int, analyte: str) -> str:
    if day < graft:
        return "aplasia"
    if plan.bridge is not None and analyte == "hemoglobin" and plan.bridge <= day < plan.fall:
        return "bridge"
    if day < plan.fall:
        return "typical"
    if day < plan.up:
        return "low"
    return "recovered" if day < plan.again else "low"


def blood_counts(r: random.Random, plan: Plan) -> None:
    days = sampling_days(r, plan)
    _neutrophils(r, plan, without_some(r, days))
    _lineage(r, plan, without_some(r, days), "hemoglobin", hemoglobin_levels(r), 0.1)
    _lineage(r, plan, without_some(r, days), "platelets", platelet_levels(r), 1.0)


def _neutrophils(r: random.Random, plan: Plan, days: list[int]) -> None:
    graft = r.choice((14, 12, 20, 27, 28, 29, 35, -100))
    bad = chance(r, 0.25)
    for day in days:
        if day < graft:
            value = r.choice((0.1, 0.1, 0.4, 0.5))
        elif bad and chance(r, 0.3):
            value = near(r, r.choice((1.0, 0.5)), 0.1)
        else:
            value = r.choice((2.0, 1.5, 1.0, 3.1))
        _result(r, plan, "neutrophils", day, value, 0.1)


def hemoglobin_levels(r: random.Random) -> dict[str, float]:
    low = r.choice((7.9, 7.0, 9.9, 6.5, 8.0, 9.0, 10.0))
    typical = near(r, low + 2, 0.1) if chance(r, 0.3) else r.choice((12.0, 11.0, 13.5, 10.0, 9.5))
    recovered = r.choice(
        (10.0, near(r, 10.0, 0.1), near(r, 8.0, 0.1), typical, near(r, low + 2, 0.1), near(r, low + 1, 0.1), 12.5)
    )
    return {
        "aplasia": r.choice((9.0, 8.0, 7.0)),
        "typical": typical,
        "bridge": r.choice((9.9, 9.0, 8.0, 10.0)),
        "low": low,
        "recovered": recovered,
    }


def platelet_levels(r: random.Random) -> dict[str, float]:
    low = r.choice((20.0, 10.0, 30.0, 29.0, 31.0, 15.0, 45.0))
    typical = r.choice((150.0, 100.0, 60.0, 45.0, 210.0))
    if chance(r, 0.25):  # a fall by 30 %, or nearly
        low, typical = r.choice(((21.0, 30.0), (28.0, 40.0), (14.0, 20.0), (28.0, 41.0), (28.0, 39.0)))
    recovered = r.choice(
        (100.0, near(r, 100.0, 1.0), near(r, 50.0, 1.0), typical, near(r, 30.0, 1.0), near(r, 2 * low, 1.0), 180.0)
    )
    aplasia = r.choice((10.0, 15.0, 19.0, 20.0))
    return {"aplasia": aplasia, "typical": typical, "low": low, "recovered": recovered}


def _lineage(
    r: random.Random, plan: Plan, days: list[int], analyte: str, levels: dict[str, float], step: float
) -> None:
    graft = r.choice((18, 14, 25, 30, 40, -100))
    noise = r.choice((0.0, 0.2, 0.5))
    strays = r.choice((0.0, 0.03, 0.1))
    if chance(r, 0.12):
        _lone_lows(r, plan, days, analyte, levels["low"])
    for day in days:
        value = levels[phase(plan, graft, day, analyte)]
        if noise and chance(r, noise):
            value = near(r, value, step)
        if strays and chance(r, strays):
            value = r.choice(list(levels.values()))
        _result(r, plan, analyte, day, value, step)


def _lone_lows(r: random.Random, plan: Plan, days: list[int], analyte: str, low: float) -> None:
    """Single low counts after the recovery, as far apart as a spell is long."""
    day = max((d for d in days if plan.fall <= d < plan.up), default=plan.fall)
    for _ in range(1 + r.randrange(3)):
        day += r.choice(SPELL)
        plan.add("measurements", day=day, analyte=analyte, value=low)


def _result(r: random.Random, plan: Plan, analyte: str, day: int, value: float, step: float) -> None:
    value = max(round(value, 6), 0.0)
    plan.add("measurements", day=day, analyte=analyte, value=value)
    if chance(r, 0.04):  # a second result of the day, or the same row again
        plan.add("measurements", day=day, analyte=analyte, value=max(round(near(r, value, step), 6), 0.0))


def transfusions(r: random.Random, plan: Plan) -> None:
    for product in ("platelets", "red_cells"):
        for _ in range(r.choice((0, 0, 1, 2, 4, 7))):
            early = chance(r, 0.25)
            day = r.randrange(-3, 40) if early else plan.around(r)
            plan.add("transfusions", day=day, product=product, units=r.choice(UNITS))
            if chance(r, 0.3):
                plan.add("transfusions", day=day + r.choice((0, 1, 26, 27, 28)), product=product, units=1.0)
