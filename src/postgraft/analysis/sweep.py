"""Thresholds swept: how many patients are in under every combination of parameter values, in one computation.

Criteria that no swept parameter bears on are taken from an evaluation that is there already. The others are computed
for each value of each parameter by itself; a combination needs nothing but the days on which all of them hold. Only
parameters that bear on one criterion together are combined before it is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.analysis.sweep_block import Given, SweepPlan, counted, quantity_of
from postgraft.criteria import listed
from postgraft.evaluation.evaluate import SHARED_GRID, evaluate, in_order, rows_a_block
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.observations import check_given
from postgraft.extract import Extract
from postgraft.protocol import Protocol
from postgraft.timeline.measure import rounded
from postgraft.vocabulary.errors import ProtocolError, must_be
from postgraft.vocabulary.shown import shown_value

MOST = 10_000
"""More whole numbers than this are not listed."""

Counts = NDArray[np.int64]
Axes = tuple[tuple[int, ...], ...]
"""Groups of parameters, by position: those of one group bear on some criterion together."""

OUTSIDE = (*SHARED_GRID, "eligible_days_min")
"""Parameters that change what is observed or counts as eligible, not a verdict: each value is a pass of its own."""


def whole_range(extract: Extract, protocol: Protocol, name: str) -> list[object]:
    """Values, ascending, such that between two neighbours the number of patients is that at one of the two.

    For a parameter with readings or a flag: each of them. For a whole number: every one that is allowed, days
    up to ``horizon_days`` (none later is observed). For a threshold of results (``Criterion.thresholds``) of a
    listed criterion: every result of the analyte that is allowed, and the ends of the range. For ``≥`` and ``<``
    the count is that at the upper neighbour, for ``≤`` that at the lower.

    Raises:
        ProtocolError: any other parameter; its values have to be given.
    """
    _check_name(protocol, name)
    parameter = protocol.parameters[name]
    if parameter.type in ("reading", "flag"):
        return list(parameter.readings)
    allowed = parameter.allowed
    if parameter.type == "integer" and allowed is not None:
        longest = protocol.horizon_days if parameter.unit == "d" else allowed.high
        high = min(allowed.high, longest)
        if high - allowed.low <= MOST:
            return [value for value in range(int(allowed.low), int(high) + 1) if allowed.contains(value)]
    compared = {key: analyte for one in listed(protocol) for key, analyte in one.thresholds.items()}
    if name in compared and allowed is not None:
        found = np.unique(rounded(extract.series(compared[name]).value))
        ends = np.array([end for end in (allowed.low, allowed.high) if np.isfinite(end)])
        return [value for value in np.unique([*found, *ends]).tolist() if allowed.contains(value)]
    raise ProtocolError(f"{name}: its values can't be told from the extract; give those that are to be swept.")


def sweep(
    extract: Extract,
    protocol: Protocol,
    values: Mapping[str, Sequence[object] | None],
    *,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Certain and possible counts under every combination of the parameters' values, all else unchanged.

    A column per parameter, then certain (eligible), possible (on top of them) and certain_or_possible: patients.
    One row per combination, the last parameter running fastest; each is what ``evaluate`` gives under it.
    Values that are None stand for the whole allowed range, see ``whole_range``: the exact curve.

    Raises:
        ProtocolError: no parameter, an unknown one, no values, a value that is not allowed or given twice.
    """
    check_given("sweep", extract, protocol)
    must_be(values, Mapping, "sweep takes a mapping of parameters to their values")
    grid = {
        name: _checked(protocol, name, whole_range(extract, protocol, name) if given is None else given)
        for name, given in values.items()
    }
    if not grid:
        raise ProtocolError("sweep takes at least one parameter with its values; found none.")
    outer = {name: grid[name] for name in grid if name in OUTSIDE}
    inner = {name: grid[name] for name in grid if name not in OUTSIDE}
    found = []
    for combination in product(*outer.values()):
        changes = dict(zip(outer, combination, strict=True))
        under = protocol.amend(name="outer values", set=changes) if changes else protocol
        [evaluated] = evaluate(extract, [under], executor=executor)
        found.append(swept(evaluated, inner, executor, progress))
    shape = [len(grid[name]) for name in (*outer, *inner)]
    order = [(*outer, *inner).index(name) for name in grid]
    certain, upper = (np.stack(part).reshape(shape).transpose(order).ravel() for part in zip(*found, strict=True))
    frame = pd.DataFrame(list(product(*grid.values())), columns=list(grid))
    return frame.assign(certain=certain, possible=upper - certain, certain_or_possible=upper)


def _check_name(protocol: Protocol, name: str) -> None:
    """Raises ProtocolError for what is no parameter: an amendment sets an entry of one too, a sweep does not."""
    owner = next((one.name for one in protocol.parameters.values() if name in one.keys), None)
    if name not in protocol.parameters and owner:
        raise ProtocolError(
            f"sweep: {shown_value(name)} is an entry of the parameter {owner}; accepted is the parameter."
        )
    protocol.key([name])


def _checked(protocol: Protocol, name: str, given: Sequence[object]) -> list[object]:
    _check_name(protocol, name)
    if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray | pd.Series | range):
        raise ProtocolError(f"{name}: found {given!r}; accepted is a list of values.")
    plain = [value.item() if isinstance(value, np.generic) else value for value in given]
    if not plain:
        raise ProtocolError(f"{name}: found no values; give at least one.")
    values = [protocol.amend(name="swept", set={name: value}).parameters[name].value for value in plain]
    if len(set(values)) < len(values):
        twice = next(value for i, value in enumerate(values) if value in values[:i])
        raise ProtocolError(f"{name}: {twice!r} is given twice; once is enough.")
    return list(values)


def swept(
    outcome: Evaluated,
    values: Mapping[str, Sequence[object]],
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Counts, Counts]:
    """Patients eligible, and eligible or possible, under each combination; arrays with an axis a parameter."""
    names = list(values)
    axes: Axes = tuple((i,) for i in range(len(names)))
    bearing = {part: {i for i, name in enumerate(names) if name in read} for part, read in outcome.read.items()}
    while True:
        axes = _grouped(axes, bearing)
        kept, touched = outcome.screened.kept, {name for name, of in bearing.items() if of}
        criteria = {group: tuple(name for name in kept if bearing.get(name, set()) & set(group)) for group in axes}
        axes = tuple(sorted(axes, key=lambda group: _is_threshold([names[i] for i in group], criteria[group])))
        plan = SweepPlan(
            outcome.protocol,
            tuple((name, tuple(values[name])) for name in names),
            axes,
            tuple(criteria[group] for group in axes),
            tuple(name for name in kept if name not in touched),
            outcome.screened.spans[0],
        )
        blocks = _blocks(outcome, plan, executor)
        total = [np.zeros(plan.shape, np.int64) for _ in range(2)]
        before = {name: set(of) for name, of in bearing.items()}
        for done, (counts, read) in enumerate(in_order(counted, _given(outcome, plan, blocks), executor), start=1):
            for k in (0, 1):
                total[k] += counts[k]
            for name, parameters in read.items():
                bearing.setdefault(name, set()).update(names.index(one) for one in parameters if one in values)
            if progress:
                progress(done, len(blocks))
        if bearing == before:
            order = np.argsort([i for group in axes for i in group])
            return total[0].transpose(order), total[1].transpose(order)


def _is_threshold(names: Sequence[str], criteria: Sequence[str]) -> bool:
    return quantity_of(names, criteria) is not None


def _grouped(axes: Axes, bearing: Mapping[str, set[int]]) -> Axes:
    """The groups, joined where some criterion reads parameters of both."""
    groups = [set(group) for group in axes]
    for together in bearing.values():
        touched = [group for group in groups if group & together]
        if len(touched) > 1:
            groups = [group for group in groups if group not in touched] + [set().union(*touched)]
    return tuple(tuple(sorted(group)) for group in sorted(groups, key=min))


def _blocks(outcome: Evaluated, plan: SweepPlan, executor: Executor | None) -> list[NDArray[np.int64]]:
    """Rows by block, each with whole patients, of those that the criteria not swept ever leave open for long enough."""
    seen = outcome.observations
    failed = outcome.spells.failed & outcome.spells.bits(*plan.others)
    relevant = np.unique(outcome.spells.runs(failed == 0).lasting(plan.days).row)
    longest = np.zeros(len(seen.extract.patients), np.int64)
    np.maximum.at(longest, seen.patient, seen.last)
    owner = seen.patient[relevant]
    order = np.lexsort((owner, longest[owner]))
    rows, owner = relevant[order], owner[order]
    new = np.flatnonzero(np.append(True, owner[1:] != owner[:-1])[: owner.size])
    starts = (
        new[np.searchsorted(new, np.arange(0, owner.size, rows_a_block(owner.size, executor)))] if new.size else new
    )
    return np.split(rows, np.unique(starts)[1:]) if rows.size else []


def _given(outcome: Evaluated, plan: SweepPlan, blocks: Sequence[NDArray[np.int64]]) -> Iterator[Given]:
    seen = outcome.observations
    return ((plan, seen.block(rows), seen.patient[rows], outcome.spells.take(rows)) for rows in blocks)
