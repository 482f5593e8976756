"""A sweep against evaluating every combination on its own."""

from __future__ import annotations

import random
from functools import cache

import pytest
from batches import draw_batch
from compare import engine_extract
from protocols import ONLY_IN_THE_ENGINE, draw_protocol, draw_value
from share import long

import postgraft as pg
from postgraft.analysis import sweep as sweeping


def evaluated(extract: pg.Extract, protocol: pg.Protocol, swept: object, names: list[str]) -> None:
    """Each row of a sweep is what evaluate gives under its values."""
    protocols = [
        protocol.amend(name=str(i), set=dict(zip(names, row, strict=True)))
        for i, row in enumerate(swept[names].itertuples(index=False))
    ]
    for i, outcome in enumerate(pg.evaluate(extract, protocols)):
        status = outcome.patients["status"]
        assert swept["certain"][i] == (status == "eligible").sum(), dict(protocols[i].changes)
        assert swept["possible"][i] == (status == "possible").sum(), dict(protocols[i].changes)


def plain(value: object) -> object:
    return dict(value) if hasattr(value, "items") else value


@pytest.mark.parametrize("seed", [0, 1, *long(2, 3, 4, 5)])
def test_as_if_each_combination_were_evaluated(seed: int):
    r = random.Random(seed)
    batch = draw_batch(600, seed, 30)
    extract = engine_extract(batch.setting, batch.patients)
    protocol, _, _ = draw_protocol(r, "drawn")
    known = [name for name in protocol.parameters if name not in (*ONLY_IN_THE_ENGINE, "organ_limits")]
    names = r.sample([name for name in known if protocol.parameters[name].type != "codes"], r.choice((1, 2, 3)))
    values = {}
    for name in names:
        drawn = [protocol.parameters[name].value, *(draw_value(r, protocol.parameters[name]) for _ in range(2))]
        checked = [protocol.amend(name="x", set={name: one}).parameters[name].value for one in drawn]
        values[name] = list(dict.fromkeys(checked))
    evaluated(extract, protocol, pg.sweep(extract, protocol, values), names)


CURVES = [
    {"neutrophils_min": [0.0, 0.5, 1.0, 1.5, 3.0], "days_since_transplant_min": [0, 30, 45, 100]},
    {"days_since_transplant_min": [100, 45, 30], "itp_platelets_max": [30, 50, 10]},
    {"aiha_hemoglobin_drop_min": [1, 1.5, 2], "itp_platelets_max": [30, 50]},
    {"eligible_days_min": [1, 7], "index_transplant": ["each", "last"], "neutrophils_min": [0.5, 1]},
    {"hiv_reading": ["known_positive", "documented_negative"], "hepatitis_reading": ["known_active"]},
]


SMALL, WHOLE = 5, 3000
"""Rows a block: of 120 patients there are many blocks, or one."""


@cache
def many() -> pg.Extract:
    batch = draw_batch(601, 1, 120)
    return engine_extract(batch.setting, batch.patients)


@pytest.mark.parametrize(
    ("values", "blocks"),
    [
        *((values, WHOLE) for values in CURVES),
        (CURVES[2], SMALL),
        *long(*((values, SMALL) for values in CURVES if values is not CURVES[2])),
    ],
    ids=lambda given: " × ".join(given) if isinstance(given, dict) else str(given),
)
def test_thresholds(values: dict[str, list[object]], blocks: int, monkeypatch: pytest.MonkeyPatch):
    """Direct thresholds, those of a cytopenia, both of one criterion, and what is not about verdicts."""
    monkeypatch.setattr(sweeping, "rows_a_block", lambda rows, executor: blocks)
    extract = many()
    kept = ("days_since_transplant", "immune_cytopenia", "neutrophil_count", "hiv", "hepatitis")
    base = pg.load_protocol()
    few = base.amend(name="few", drop=[name for name in base.criteria if name not in kept])
    swept = pg.sweep(extract, few, values)
    assert swept[["certain", "certain_or_possible"]].nunique().max() > 1
    evaluated(extract, few, swept, list(values))


@pytest.mark.parametrize("name", ["neutrophils_min", "itp_platelets_max", "aiha_hemoglobin_below"])
def test_the_curve_over_the_whole_range_is_exact(name: str):
    """Between two neighbouring values the count is that at one end: at the upper for ≥ and <, the lower for ≤."""
    batch = draw_batch(602, 2, 60)
    extract = engine_extract(batch.setting, batch.patients)
    kept = ("immune_cytopenia", "neutrophil_count")
    base = pg.load_protocol()
    few = base.amend(name="few", drop=[one for one in base.criteria if one not in kept])
    curve = pg.sweep(extract, few, {name: None})
    at = curve[name].to_numpy()
    assert at[-1] == base.parameters[name].allowed.high
    between = (at[:-1] + at[1:]) / 2
    end = curve.iloc[:-1] if name.endswith("_max") else curve.iloc[1:]
    inside = pg.sweep(extract, few, {name: between.tolist()})
    for column in ("certain", "possible"):
        assert inside[column].tolist() == end[column].tolist()
    assert curve[["certain", "possible"]].nunique().max() > 2


def test_values_of_the_whole_range():
    batch = draw_batch(602, 2, 5)
    extract = engine_extract(batch.setting, batch.patients)
    protocol = pg.load_protocol()
    days = pg.sweep(extract, protocol, {"days_since_transplant_min": None})["days_since_transplant_min"]
    assert days.tolist() == list(range(protocol.horizon_days + 1))
    agreed = pg.sweep(extract, protocol, {"sponsor_agreement": None})["sponsor_agreement"]
    assert agreed.tolist() == ["granted", "withheld", "open"]
    with pytest.raises(pg.ProtocolError, match="give those"):
        pg.sweep(extract, protocol, {"aiha_hemoglobin_drop_min": None})
    with pytest.raises(pg.ProtocolError, match="nearest: itp_platelets_max"):
        pg.sweep(extract, protocol, {"itp_platelet_max": None})


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "at least one parameter"),
        ({"neutrophils_min": []}, "found no values"),
        ({"neutrophils_min": "low"}, "accepted is a list"),
        ({"neutrophils_min": [1, 1.0]}, "given twice"),
        ({"neutrophils_min": [1, -3]}, "neutrophils_min"),
        ({"neutrophil_min": [1]}, "unknown parameter 'neutrophil_min'"),
    ],
)
def test_what_cannot_be_swept_is_said(values: dict[str, object], said: str):
    batch = draw_batch(602, 2, 5)
    with pytest.raises(pg.ProtocolError, match=said):
        pg.sweep(engine_extract(batch.setting, batch.patients), pg.load_protocol(), values)
