"""Nothing that comes later changes what the oracle says of a day."""

from __future__ import annotations

import random
from typing import Any

import pytest
from vectors import ALL, cond, m, med, run


def random_tables(rng: random.Random, last: int) -> dict[str, Any]:
    def day() -> int:
        return rng.randint(-20, last)

    def end(start: int) -> int | None:
        return rng.choice([None, start + rng.randint(0, 80)])

    rows: list[dict[str, Any]] = []
    low = rng.randint(40, 120)
    for d in range(0, last, rng.choice([2, 4, 7])):
        sign = rng.choice([None] * 8 + ["<", ">"])
        rows.append(m(d, "platelets", rng.choice([5.0, 15.0, 40.0]) if d >= low else 150.0, sign))
        rows.append(m(d, "hemoglobin", rng.choice([6.0, 7.0, 9.5]) if d >= low else 12.0, sign))
        rows.append(m(d, "neutrophils", rng.choice([0.2, 1.0, 3.0])))
    for name, words in [
        ("dat", ["positive", "negative"]),
        ("marrow_megakaryocytes", ["normal", "decreased"]),
        ("pregnancy_test", ["positive", "negative"]),
        ("hcv_rna", ["detected", "not_detected"]),
    ]:
        rows += [m(day(), name, rng.choice(words)) for _ in range(rng.randint(0, 2))]
    for name, value in [("ldh", 400.0), ("haptoglobin", 5.0), ("reticulocytes", 5.0), ("weight", 70.0)]:
        rows += [m(day(), name, value) for _ in range(rng.randint(0, 5))]
    meds = []
    for _ in range(rng.randint(0, 10)):
        s = day()
        drug, dose, unit = rng.choice(
            [
                ("prednisone", 1.0, "mg/kg/day"),
                ("prednisone", 40.0, "mg/day"),
                ("ivig", 1.0, "g/kg"),
                ("rituximab", 375.0, "mg/m2"),
                ("eltrombopag", 50.0, "mg/day"),
                ("filgrastim", 300.0, "mcg/day"),
            ]
        )
        meds.append(
            med(
                s,
                None if unit in ("g/kg", "mg/m2") else end(s),
                drug,
                dose,
                unit,
                rng.choice([None, "gvhd", "immune_cytopenia", "investigational"]),
            )
        )
    conds = []
    for _ in range(rng.randint(0, 5)):
        s = day()
        conds.append(
            cond(
                s,
                end(s),
                rng.choice(["itp", "aiha", "bleeding", "dic", "acute_gvhd", "ta_tma"]),
                rng.choice([None, 0, 2]),
                rng.choice([None, "responsive"]),
            )
        )
    return {
        "measurements": rows,
        "medications": meds,
        "conditions": conds,
        "transfusions": [
            {"patient_id": "a", "day": day(), "product": rng.choice(["red_cells", "platelets"])}
            for _ in range(rng.randint(0, 5))
        ],
        "disease_status": [{"patient_id": "a", "day": day(), "status": rng.choice(["remission", "relapse"])}],
    }


def cut(tables: dict[str, Any], d: int) -> dict[str, Any]:
    kept = {}
    for table, rows in tables.items():
        kept[table] = [
            {**r, "end_day": None if (r.get("end_day") or -99) > d else r.get("end_day")}
            for r in rows
            if r.get("start_day", r.get("day", 0)) <= d
        ]
    return kept


@pytest.mark.parametrize("seed", range(12))
def test_nothing_later_changes_a_day(seed: int) -> None:
    rng = random.Random(seed)
    complete = {t: rng.random() < 0.6 for t in ALL}
    tables = random_tables(rng, 180)
    whole = run(180, complete, **tables)
    for d in (45, 80, 120, 150):
        part = run(d, complete, **cut(tables, d))
        for name, verdicts in part.verdicts.items():
            assert verdicts == whole.verdicts[name][: d + 1], (name, d)
