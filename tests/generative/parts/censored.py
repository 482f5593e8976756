"""Results given as intervals: what a laboratory reports below or above its limits, and signs anywhere."""

from __future__ import annotations

import random

from .draws import Plan, chance, near, subset

OPERATORS = ("<", ">", "<=", ">=")
THRESHOLDS = {  # bounds of the contract, and how far the next value is
    "hemoglobin": ((8.0, 10.0, 9.0), 0.1),
    "platelets": ((30.0, 20.0, 50.0, 10.0), 1.0),
    "neutrophils": ((0.5, 1.0), 0.1),
    "haptoglobin": ((30.0, 10.0), 1.0),
    "ldh": ((246.0, 500.0), 1.0),
    "bilirubin_indirect": ((0.8,), 0.1),
    "bilirubin_total": ((1.0, 0.4), 0.1),
    "bilirubin_direct": ((0.2, 0.3), 0.1),
    "reticulocytes_percent": ((1.0, 2.5, 0.5), 0.1),
    "reticulocytes": ((10.0, 100.0), 1.0),
    "creatinine": ((2.0, 1.0), 0.1),
    "alt": ((80.0,), 1.0),
    "ast": ((80.0,), 1.0),
}
"""Of every numeric analyte but weight, which no scale gives as an interval."""


def censor_some(r: random.Random, plan: Plan) -> None:
    """In half of the patients; of some analytes all results beyond a limit, and here and there a sign."""
    if not chance(r, 0.5):
        return
    measured = {row["analyte"] for row in plan.tables["measurements"]}
    for analyte in subset(r, [analyte for analyte in THRESHOLDS if analyte in measured], 4):
        bounds, step = THRESHOLDS[analyte]
        limit, above = near(r, r.choice(bounds), step), chance(r, 0.25)
        sign = r.choice((">", ">=")) if above else r.choice(("<", "<", "<="))
        for row in plan.tables["measurements"]:
            if row["analyte"] == analyte and (row["value"] > limit if above else row["value"] < limit):
                row.update(value=limit, operator=sign)
    stray = r.choice((0.02, 0.0, 0.05))
    for row in plan.tables["measurements"]:
        if stray and row["analyte"] in THRESHOLDS and chance(r, stray):
            row["operator"] = r.choice(OPERATORS)
            if chance(r, 0.5):
                bounds, step = THRESHOLDS[row["analyte"]]
                row["value"] = near(r, r.choice(bounds), step)
