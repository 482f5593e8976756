"""What is given against a cytopenia: steroids in every form of dose, IVIG, rituximab, other lines."""

from __future__ import annotations

import random

from .draws import Plan, chance, edge

OTHER_LINES = ("eltrombopag", "romiplostim", "mycophenolate", "bortezomib", "cyclosporine", "sirolimus", "daratumumab")
UNLISTED = ("ruxolitinib", "tacrolimus", "ibrutinib", "unheard_of")
PURPOSES = ("immune_cytopenia", None, "gvhd", "other", "premedication")


def weights(r: random.Random, plan: Plan) -> None:
    if chance(r, 0.1):  # one only, so long ago that it counts for some of the treatment and not for the rest
        day = plan.anchor(r) + r.choice((0, 7, 30)) - r.choice((1094, 1095, 1096, 1093))
        plan.add("measurements", day=day, analyte="weight", value=r.choice((80.0, 60.0)))
        return
    for _ in range(r.choice((1, 1, 2, 3, 0))):
        day = r.choice((-20, 0, plan.fall, plan.fall + edge(r), plan.any_day(r)))
        plan.add("measurements", day=day, analyte="weight", value=r.choice((80.0, 60.0, 50.0, 100.0)))
        if chance(r, 0.15):
            plan.add("measurements", day=day, analyte="weight", value=r.choice((62.0, 81.0, 80.0)))
    weighed = [row for row in plan.tables["measurements"] if row["analyte"] == "weight"]
    if len(weighed) > 3 and chance(r, 0.5):  # a slip, and never half of what there is
        r.choice(weighed)["value"] = 0.0


def treatment(r: random.Random, plan: Plan) -> None:
    weights(r, plan)
    for _ in range(r.choice((1, 1, 2, 0, 3))):
        r.choice((_course, _course, _taper, _pulses, _long_low_dose, _while_it_lasts))(r, plan)
    if chance(r, 0.45):
        _ivig(r, plan)
    if chance(r, 0.4):
        _rituximab(r, plan)
    for _ in range(r.choice((0, 1, 1, 2, 3))):
        _other_line(r, plan)
    if chance(r, 0.2):
        _uncounted(r, plan)
    if chance(r, 0.15):
        _carrying(r, plan)
    if chance(r, 0.15):
        _for_gvhd(r, plan)


def _begin(r: random.Random, plan: Plan) -> int:
    return plan.anchor(r) + r.choice((0, 1, 2, 5, -2, -30, -31, 7, 14, 30))


def _steroid(r: random.Random, plan: Plan, start: int, end: int | None, per_kg: float, purpose: str | None) -> None:
    """A row of about `per_kg` mg/kg prednisone-equivalent a day, in one of the ways to write it."""
    drug, factor = r.choice(
        (("prednisone", 1.0), ("methylprednisolone", 1.25), ("prednisolone", 1.0), ("hydrocortisone", 0.25))
    )
    dose: float | None = round(per_kg / factor, 6)
    unit = "mg/kg/day"
    form = r.choice(("per_kg", "flat", "flat", "g", "mcg", "no_dose", "m2", "no_unit", "per_kg"))
    if form == "flat":
        unit, dose = "mg/day", round(per_kg * r.choice((80.0, 60.0, 50.0)) / factor, 6)
    elif form == "g":
        unit, dose = "g/kg/day", round(per_kg / factor / 1000, 9)
    elif form == "mcg":
        unit, dose = "mcg/kg/day", round(1000 * per_kg / factor, 6)
    elif form == "m2":
        unit = "mg/m2/day" if chance(r, 0.5) else unit
    elif form == "no_dose":
        dose = r.choice((dose, None, None, 0.0))
        unit = r.choice(("mg/kg/day", "mg/day"))
    elif form == "no_unit":
        unit = "" if chance(r, 0.4) else unit
    route = r.choice(("oral", "intravenous", None, None))
    plan.add(
        "medications",
        start_day=start, end_day=end, drug=drug, dose=dose, dose_unit=unit or None, route=route, purpose=purpose,
    )  # fmt: skip


def _purpose(r: random.Random) -> str | None:
    return r.choice(("immune_cytopenia", "immune_cytopenia", None, "gvhd", "premedication"))


def _course(r: random.Random, plan: Plan) -> None:
    start, purpose = _begin(r, plan), _purpose(r)
    length = r.choice((7, 6, 8, 14, 28, 60))
    _steroid(r, plan, start, start + length - 1, r.choice((1.0, 0.95, 0.94, 2.0, 0.5, 0.475)), purpose)
    if chance(r, 0.3):
        _steroid(r, plan, start + r.choice((0, 3, length)), start + length + 3, r.choice((0.5, 0.1)), _purpose(r))


def _long_low_dose(r: random.Random, plan: Plan) -> None:
    start, purpose = _begin(r, plan), _purpose(r)
    for _ in range(1 + r.randrange(3)):
        length = r.choice((56, 57, 55, 30, 90))
        end = None if chance(r, 0.2) else start + length - 1
        _steroid(r, plan, start, end, r.choice((0.5, 0.475, 0.47, 0.6, 1.0)), purpose)
        start += length + r.choice((0, 0, 1, -1))
        if end is None:
            break


def _carrying(r: random.Random, plan: Plan) -> None:
    """Steroids that go on after the counts recovered, about as long as they can carry a spell."""
    start = plan.up - r.choice((0, 10, 30, 1))
    end = start + r.choice((179, 180, 181, 150, 200, 190)) - 1
    _steroid(r, plan, start, end, r.choice((0.5, 0.475, 0.47, 1.0)), r.choice(("immune_cytopenia", None, "gvhd")))


def _for_gvhd(r: random.Random, plan: Plan) -> None:
    """Steroids for GVHD that end before an onset, on it, or go on over it; the purpose is told or not."""
    onset = r.choice((plan.fall, plan.fall, plan.again))
    end = onset + r.choice((0, -1, 6, 5, 13, -14, -15, 30, 60))
    start = min(end, onset - r.choice((14, 15, 7, 30, 60, 1)))
    _steroid(r, plan, start, end, r.choice((1.0, 0.95, 2.0, 0.5)), r.choice(("gvhd", "gvhd", None)))
    plan.add(
        "conditions",
        start_day=start - r.choice((0, 1, 7)), end_day=None if chance(r, 0.5) else max(end, start) + 7,
        condition=r.choice(("acute_gvhd", "chronic_gvhd")), grade=r.choice((2.0, 3.0, None)),
        detail=r.choice((None, "responsive")),
    )  # fmt: skip


def _while_it_lasts(r: random.Random, plan: Plan) -> None:
    """Steroids from the fall on, without a gap in what is known; the counts fall again when they end, or not."""
    start = plan.fall + r.choice((0, 1, 3))
    stop = plan.again - r.choice((1, 0, 3, 56, 57)) if chance(r, 0.7) else None
    rows = [(start, None if stop is None else max(stop, start), r.choice((0.5, 1.0, 0.475)))]
    if stop is not None and chance(r, 0.5):
        rows.append((max(stop, start) + 1, None, r.choice((0.2, 0.47))))
    for first, last, dose in rows:
        plan.add(
            "medications",
            start_day=first, end_day=last, drug="prednisone", dose=dose, dose_unit="mg/kg/day", route="oral",
            purpose=r.choice(("immune_cytopenia", "immune_cytopenia", None, "gvhd")),
        )  # fmt: skip


def _taper(r: random.Random, plan: Plan) -> None:
    start, purpose = _begin(r, plan), _purpose(r)
    for per_kg in (1.0, 0.75, 0.5, 0.25, 0.1)[r.randrange(3) :]:
        length = r.choice((7, 14, 5, 21))
        _steroid(r, plan, start, start + length - 1, per_kg, purpose)
        start += length


def _pulses(r: random.Random, plan: Plan) -> None:
    """Dexamethasone 40 mg for some days, perhaps again, written as courses or single administrations."""
    start = _begin(r, plan)
    purpose = r.choice(("immune_cytopenia", None))
    for _ in range(1 + r.randrange(2)):
        days = r.choice((4, 1, 2, 3))
        if chance(r, 0.5):
            plan.add(
                "medications",
                start_day=start, end_day=start + days - 1, drug="dexamethasone", dose=40.0, dose_unit="mg/day",
                route=None, purpose=purpose,
            )  # fmt: skip
        else:
            for day in range(start, start + days):
                end = day if chance(r, 0.3) else None
                plan.add(
                    "medications",
                    start_day=day, end_day=end, drug="dexamethasone", dose=r.choice((40.0, 20.0)), dose_unit="mg",
                    route="oral", purpose=purpose,
                )  # fmt: skip
        start += r.choice((7, 14, 28, 4))


def _ivig(r: random.Random, plan: Plan) -> None:
    start = _begin(r, plan)
    purpose = r.choice(("immune_cytopenia", None, "infection_prophylaxis", "immune_cytopenia"))
    for _ in range(1 + r.randrange(3)):
        dose, unit = r.choice(
            ((0.4, "g/kg"), (1.0, "g/kg"), (0.38, "g/kg"), (0.8, "g/kg"), (0.76, "g/kg"), (60.0, "g"), (30.0, "g"),
             (32.0, "g"), (400.0, "mg/kg/day"), (None, "g/kg"), (0.2, "g/kg/day"))
        )  # fmt: skip
        end = start + r.choice((0, 1, 4)) if unit.endswith("day") else None
        plan.add(
            "medications",
            start_day=start, end_day=end, drug="ivig", dose=dose, dose_unit=unit, route="intravenous", purpose=purpose,
        )  # fmt: skip
        start += r.choice((1, 0, 4, 5, 28))


def _rituximab(r: random.Random, plan: Plan) -> None:
    start = _begin(r, plan)
    for _ in range(r.choice((4, 4, 3, 5, 1))):
        plan.add(
            "medications",
            start_day=start, end_day=start if chance(r, 0.5) else None, drug="rituximab", dose=375.0, dose_unit="mg/m2",
            route="intravenous", purpose=r.choice(("immune_cytopenia", None, "other")),
        )  # fmt: skip
        start += r.choice((7, 7, 7, 0, 14))


def _other_line(r: random.Random, plan: Plan) -> None:
    drug = r.choice(OTHER_LINES) if chance(r, 0.75) else r.choice((*UNLISTED, "epoetin", "darbepoetin", "filgrastim"))
    start = _begin(r, plan)
    for _ in range(1 + r.randrange(2)):
        length = r.choice((14, 13, 1, 30, 60))
        end = None if chance(r, 0.25) else start + length - 1
        plan.add(
            "medications",
            start_day=start, end_day=end, drug=drug, dose=r.choice((50.0, None)), dose_unit="mg/day",
            route=None, purpose=r.choice(("immune_cytopenia", "immune_cytopenia", None, "gvhd", "other")),
        )  # fmt: skip
        start += length + r.choice((28, 27, 29, 0, 5))


def _uncounted(r: random.Random, plan: Plan) -> None:
    """Rows that look like a steroid line and are none."""
    start = _begin(r, plan)
    drug, route, purpose = r.choice(
        (
            ("budesonide", "oral", None),
            ("budesonide", "inhaled", "immune_cytopenia"),
            ("prednisone", "topical", None),
            ("methylprednisolone", "inhaled", "immune_cytopenia"),
            ("dexamethasone", "intravenous", "premedication"),
            ("betamethasone", "other", None),
        )
    )
    plan.add(
        "medications",
        start_day=start, end_day=start + 10, drug=drug, dose=80.0, dose_unit="mg/day", route=route, purpose=purpose,
    )  # fmt: skip
