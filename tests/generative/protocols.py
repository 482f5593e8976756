"""Random amendments: of every parameter with readings or a range, to values beside the present one."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from oracle import DEFAULTS
from parts.draws import chance, near, subset

import postgraft as pg

ONLY_IN_THE_ENGINE = (
    "eligible_days_reported",
    "erythropoiesis_stimulating_agents",
    "uncounted_corticosteroids",
    "reference_limit_factor_max",
)
"""What reports count, and two lists that the contract has as words of a rule."""


def draw_protocol(r: random.Random, name: str) -> tuple[pg.Protocol, dict[str, Any], tuple[str, ...]]:
    """An amended protocol, and the same as the oracle reads it: parameters and dropped criteria."""
    base = pg.load_protocol("nct05873205")
    parameters: dict[str, Any] = {}
    reading = r.choice(("base", "base", "base", "strict", "lenient"))
    if reading != "base":
        parameters |= base.reading_sets[reading].set
    amendable = [p for p in base.parameters if p not in ONLY_IN_THE_ENGINE]
    for parameter in subset(r, amendable, r.choice((0, 2, 4, 10, 30))):
        parameters[parameter] = draw_value(r, base.parameters[parameter])
    if chance(r, 0.08):
        parameters["organ_limits"] = draw_value(r, base.parameters["organ_limits"])
    if chance(r, 0.5) and "absent_diagnosis" not in parameters:
        parameters["absent_diagnosis"] = r.choice(("ignored", "fails_unknown"))
    drop = tuple(subset(r, list(base.criteria), 3)) if chance(r, 0.2) else ()
    if not parameters and not drop:
        return base, {}, ()
    return base.amend(name=name, set=parameters, drop=drop), as_written(parameters), drop


def as_written(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """As the oracle takes them: tuples, plain dicts, a partial mapping by lineage as it is."""
    plain: dict[str, Any] = {}
    for name, value in parameters.items():
        if isinstance(value, Mapping):
            plain[name] = dict(value)
        else:
            plain[name] = tuple(value) if isinstance(value, list) else value
    return plain


def draw_value(r: random.Random, parameter: Any) -> Any:
    if parameter.name == "assume_complete":
        return subset(r, ("transfusions", "medications", "conditions", "disease_status", "ta_tma", "aiha", "dic"), 3)
    if parameter.name == "organ_limits":
        return {key: r.choice((2, 3, 1.5)) for key in subset(r, parameter.keys, 3)}
    if parameter.name == "steroid_full_dose_mg":
        return r.choice((60, 80, 40))
    if parameter.type == "codes":
        return [code for code in parameter.value if not chance(r, 0.3)]
    if parameter.type == "mapping":
        return {key: max(0, value + r.choice((-14, 1, -1, 14))) for key, value in parameter.value.items()}
    if parameter.type in ("reading", "flag"):
        return r.choice(tuple(parameter.readings))
    return draw_number(r, parameter)


def draw_number(r: random.Random, parameter: Any) -> Any:
    value = DEFAULTS[parameter.name]
    whole = parameter.type == "integer"
    nearby = [
        value - 1,
        value + 1,
        value * 2,
        value // 2 if whole else value / 2,
        1,
        0,
        value + 14,
        near(r, value, 0.1),
    ]
    allowed = [n for n in nearby if parameter.allowed.contains(n) and (not whole or float(n).is_integer())]
    chosen = r.choice(allowed)
    return int(chosen) if whole else round(float(chosen), 6)
