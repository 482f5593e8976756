"""Near misses: the smallest change of one threshold that would let a patient in, all else unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.evaluation.evaluate import SHARED_GRID, in_order, rows_a_block
from postgraft.evaluation.evaluated import STATUSES, Evaluated
from postgraft.evaluation.screening import Screening
from postgraft.evaluation.stretches import EligibleStretches
from postgraft.protocol import Protocol
from postgraft.protocol.parameters import Parameter
from postgraft.timeline.block import Block
from postgraft.timeline.measure import rounded
from postgraft.timeline.spells import Spells
from postgraft.vocabulary.errors import PostgraftError, is_whole
from postgraft.vocabulary.shown import shown_value
from postgraft.vocabulary.words import TEXT

Rows = NDArray[np.int64]
Found = list[tuple[str, int, float]]
"""Parameter, row of the block, value."""

STEPS = 5
"""How many steps of a threshold still count as near, where nothing else is asked for."""


def near_misses(
    outcome: Evaluated, parameters: Sequence[str] | None = None, steps: int = STEPS, executor: Executor | None = None
) -> pd.DataFrame:
    """For each patient who is not eligible and each threshold: the nearest value that would change that.

    Columns patient_id, status, transplant (the one it holds for), parameter, criteria (which it bears on), value
    (the protocol's), needed (the nearest one, of two equally near the lower), steps (how many of the
    parameter's steps it is away; 1: missed by a day or by one decimal), unit. Values are tried step by step,
    up to ``steps`` steps either way and within the allowed range. Nearest first. ``parameters``: numbers of the
    protocol; None: those that the registry states. A patient who is in no row would need a larger change or
    more than one.

    Raises:
        PostgraftError: a name that is no numeric threshold, or fewer than one step.
    """
    chosen = _chosen(outcome.protocol, parameters)
    if not is_whole(steps, 1):
        raise PostgraftError(f"near misses: found {shown_value(steps)} steps; accepted is 1 or more.")
    values = {name: _values(outcome.protocol.parameters[name], steps) for name in chosen}
    blocks = [
        (rows, names, bearing)
        for bearing, names in _by_criteria(outcome, values).items()
        for rows in _blocks(outcome, bearing, executor)
    ]
    given = (
        (
            outcome.protocol,
            outcome.observations.block(rows),
            outcome.spells.take(rows),
            bearing,
            {name: values[name] for name in names},
        )
        for rows, names, bearing in blocks
    )
    found = [
        (int(rows[row]), name, bearing, value)
        for (rows, _, bearing), some in zip(blocks, in_order(_nearest, given, executor), strict=True)
        for name, row, value in some
    ]
    return _table(outcome, found)


def _chosen(protocol: Protocol, parameters: Sequence[str] | None) -> list[str]:
    known = [
        name
        for name, one in protocol.parameters.items()
        if one.type in ("integer", "number")
        and one.value is not None
        and name not in (*SHARED_GRID, "eligible_days_min")
    ]
    if parameters is None:
        return [name for name in known if protocol.parameters[name].origin == "registry"]
    for name in parameters:
        if name not in known:
            raise PostgraftError(f"near misses: {name!r} is no numeric threshold; accepted are {', '.join(known)}.")
    return list(dict.fromkeys(parameters))


def _values(parameter: Parameter, steps: int) -> list[float]:
    """Values to try, the nearest first; of two equally near the lower first."""
    assert parameter.allowed is not None
    assert parameter.step is not None
    assert isinstance(parameter.value, int | float)
    away = [sign * k * parameter.step for k in range(1, steps + 1) for sign in (-1, 1)]
    tried = (float(rounded(parameter.value + change)) for change in away)
    return [value for value in tried if parameter.allowed.contains(value)]


def _by_criteria(outcome: Evaluated, values: dict[str, list[float]]) -> dict[tuple[str, ...], list[str]]:
    """The parameters by the criteria that each bears on."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in values:
        bearing = tuple(one for one in outcome.screened.kept if name in outcome.read.get(one, ()))
        if bearing:
            groups.setdefault(bearing, []).append(name)
    return groups


def _blocks(outcome: Evaluated, bearing: tuple[str, ...], executor: Executor | None) -> list[Rows]:
    """Transplants of patients not eligible for whom nothing but these criteria stands in the way for long enough."""
    screened, spells = outcome.screened, outcome.spells
    others = screened.in_the_way & ~spells.bits(*bearing)
    rows = np.unique(spells.runs(others == 0).lasting(screened.spans[0]).row)
    eligible = np.unique(outcome.observations.patient[outcome.status == STATUSES.index("eligible")])
    rows = rows[~np.isin(outcome.observations.patient[rows], eligible)]
    rows = rows[np.argsort(outcome.observations.last[rows], kind="stable")]
    size = rows_a_block(rows.size, executor)
    return [rows[start : start + size] for start in range(0, rows.size, size)]


def _nearest(
    protocol: Protocol, block: Block, before: Spells, bearing: tuple[str, ...], values: dict[str, list[float]]
) -> Found:
    """The first of the values under which each transplant is eligible, where there is one."""
    decisive = "immune_cytopenia" if "immune_cytopenia" in bearing else bearing[0]
    rest = [name for name in bearing if name != decisive]
    screening = Screening(block, protocol, bearing, before)
    found: Found = []
    for name, tried in values.items():
        still = np.ones(block.shape.rows, bool)
        for value in tried:
            written = int(value) if value.is_integer() else value
            amended = protocol.amend(name="near", set={name: written})
            touched = screening.touched(amended)
            inside = _eligible(amended, screening.under(amended, touched, (decisive,)), rest)
            inside = np.intersect1d(inside, touched[still[touched]])
            if rest and inside.size:  # few are left, so the other criteria are computed for few
                inside = np.intersect1d(inside, _eligible(amended, screening.under(amended, inside)))
            found += [(name, row, value) for row in inside.tolist()]
            still[inside] = False
    block.memo.clear()
    return found


def _eligible(protocol: Protocol, spells: Spells, apart_from: Sequence[str] = ()) -> Rows:
    """Rows that are eligible, were it not for some criteria."""
    screened = EligibleStretches.under(protocol, spells)
    in_the_way = screened.in_the_way & ~spells.bits(*apart_from)
    return np.unique(spells.runs(in_the_way == 0).lasting(screened.spans[0]).row)


def _table(outcome: Evaluated, found: Sequence[tuple[int, str, tuple[str, ...], float]]) -> pd.DataFrame:
    status = outcome.patients.set_index("patient_id")["status"]
    order = {name: i for i, name in enumerate(outcome.protocol.parameters)}
    frame = pd.DataFrame(_lines(outcome, found), columns=list(_COLUMNS)).astype(_COLUMNS)
    frame["status"] = frame["patient_id"].map(status).astype(TEXT)
    frame["order"] = frame["parameter"].map(order)
    frame = frame.sort_values(["steps", "order", "patient_id", "transplant"], kind="stable")
    nearest = frame.drop_duplicates(["patient_id", "parameter"]).drop(columns="order")
    return nearest.reset_index(drop=True)


_COLUMNS: Final[Any] = {
    "patient_id": TEXT,
    "status": TEXT,
    "transplant": "int64",
    "parameter": TEXT,
    "criteria": TEXT,
    "value": "float64",
    "needed": "float64",
    "steps": "int64",
    "unit": TEXT,
}


def _lines(
    outcome: Evaluated, found: Sequence[tuple[int, str, tuple[str, ...], float]]
) -> Iterator[tuple[object, ...]]:
    ids, numbers = outcome.transplants["patient_id"].to_numpy(), outcome.observations.number
    for row, name, bearing, needed in found:
        parameter = outcome.protocol.parameters[name]
        assert isinstance(parameter.value, int | float)
        assert parameter.step is not None
        away = round(abs(needed - parameter.value) / parameter.step)
        yield (ids[row], "", numbers[row], name, ", ".join(bearing), parameter.value, needed, away, parameter.unit)
