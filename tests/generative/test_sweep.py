"""A sweep against evaluating every combination on its own."""

from __future__ import annotations

import random

import pytest
from batches import draw_batch
from compare import engine_extract
from protocols import ONLY_IN_THE_ENGINE, draw_protocol, draw_value

import postgraft as pg
from postgraft.eligibility import sweeping


def evaluated(extract: pg.Extract, protocol: pg.Protocol, swept: object, names: list[str]) -> None:
    """Each row of a sweep is what evaluate gives under its values."""
    protocols = [
        protocol.amend(name=str(i), set=dict(zip(names, row, strict=True)))
        for i, row in enumerate(swept[names].itertuples(index=False))
    ]
    for i, outcome in enumerate(pg.evaluate(extract, protocols)):
        status = outcome.patients["status"]
        assert swept["eligible"][i] == (status == "eligible").sum(), dict(protocols[i].changes)
        assert swept["possible"][i] == (status == "possible").sum(), dict(protocols[i].changes)


def plain(value: object) -> object:
    return dict(value) if hasattr(value, "items") else value


@pytest.mark.parametrize("seed", range(6))
def test_as_if_each_combination_were_evaluated(seed: int):
    r = random.Random(seed)
    batch = draw_batch(600, seed, 30)
    extract = engine_extract(batch.setting, batch.patients)
    protocol, _, _ = draw_protocol(r, "drawn")
    known = [name for name in protocol.parameters if name not in (*ONLY_IN_THE_ENGINE, "organ_limits")]
    names = r.sample(
        [name for name in known if protocol.parameters[name].type != "codes"], r.choice((1, 2, 3))
    )
    values = {}
    for name in names:
        drawn = [
            protocol.parameters[name].value,
            *(draw_value(r, protocol.parameters[name]) for _ in range(2)),
        ]
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


@pytest.mark.parametrize("values", CURVES, ids=[" × ".join(one) for one in CURVES])
@pytest.mark.parametrize("blocks", [5, 3000])
def test_thresholds(values: dict[str, list[object]], blocks: int, monkeypatch: pytest.MonkeyPatch):
    """Direct thresholds, those of a cytopenia, both of one criterion, and what is not about verdicts."""
    monkeypatch.setattr(sweeping, "rows_a_block", lambda rows, executor: blocks)
    batch = draw_batch(601, 1, 120)
    extract = engine_extract(batch.setting, batch.patients)
    kept = ("days_since_transplant", "immune_cytopenia", "neutrophil_count", "hiv", "hepatitis")
    base = pg.load_protocol()
    few = base.amend(name="few", drop=[name for name in base.criteria if name not in kept])
    swept = pg.sweep(extract, few, values)
    assert swept[["eligible", "eligible_or_possible"]].nunique().max() > 1
    evaluated(extract, few, swept, list(values))
