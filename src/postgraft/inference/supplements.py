"""A block as it would be had something been recorded that is missing: a result, a fact, a row, a whole table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.gvhd import first_row, treatment_rows
from postgraft.criteria.memo import Parameters
from postgraft.timeline.block import Block, Completeness
from postgraft.timeline.events import OPEN_END, Events
from postgraft.timeline.spans import cover
from postgraft.timeline.windows import so_far
from postgraft.vocabulary.codes import GVHD_CONDITIONS
from postgraft.vocabulary.verdicts import FAIL, PASS

Filling = Callable[[Block], Block]
"""Puts something in where it is missing, and leaves what is recorded; the same block where nothing is missing."""


def results(analyte: str, value: float, window: int | None, since: int = 0, upper: float | None = None) -> Filling:
    """A result on each day from day ``since`` on that has none in the window ending on it (None: none ever).

    ``upper``: its own upper reference limit.
    """

    def fill(block: Block) -> Block:
        own = block.measure(analyte)
        missing = own.carried(window).available.full() == FAIL
        day = np.arange(block.shape.days, dtype=np.int32)
        row, at = np.nonzero(missing & (day >= since) & (day <= block.last[:, None]))
        if not row.size:
            return block
        if window is None:  # the first one stays
            row, first = np.unique(row, return_index=True)
            at = at[first]
        events, none = own.events, np.full(row.size, np.nan)
        exact = np.zeros(row.size, np.int8)
        limit = none if upper is None else np.full(row.size, upper)
        columns = {"value": np.full(row.size, value), "lower": none, "upper": limit, "censored": exact}
        merged = Events.of_points(
            block.shape.rows,
            np.concatenate([events.row, row]),
            np.concatenate([events.day, at]),
            **{name: np.concatenate([events[name], columns[name]]) for name in columns},
        )
        return _with(block, analytes={analyte: merged})

    return fill


def age(years: float) -> Filling:
    """An age at the transplant where neither it nor the birth date is known."""

    def fill(block: Block) -> Block:
        given = block.facts["age_at_transplant"]
        unknown = np.isnan(given) & np.isnan(block.facts["birth_day"])
        if not unknown.any():
            return block
        return _with(block, facts={"age_at_transplant": np.where(unknown, years, given)})

    return fill


def sex(word: str) -> Filling:
    """A sex where it is not known."""

    def fill(block: Block) -> Block:
        codes, labels = _coded(block.labels["sex"], word)
        unknown = block.fact_is("sex", "unknown") | (block.facts["sex"] == -1)
        if not unknown.any():
            return block
        return _with(block, facts={"sex": np.where(unknown, codes, block.facts["sex"])}, labels={"sex": labels})

    return fill


def _and(
    events: Events,
    row: NDArray[np.int64],
    day: NDArray[np.int64],
    new: Mapping[str, Any],
    labels: Mapping[str, tuple[str, ...]],
) -> Events:
    """The events and one more at each (row, day) with the values ``new``; some labels are others."""
    columns = {
        name: np.concatenate([values, np.full(row.size, new[name], values.dtype)])
        for name, values in events.columns.items()
    }
    rows, days = np.concatenate([events.row, row]), np.append(events.day, day.astype(np.int32))
    return replace(Events.of_points(events.rows, rows, days, **columns), labels={**events.labels, **labels})


def status(word: str, valid_days: int) -> Filling:
    """A disease status on the days from day 0 on on which none counts, again whenever it no longer would.

    Where the table is not complete a remission counts for ``valid_days``; what was there before day 0 and is no
    remission does not count.
    """

    def fill(block: Block) -> Block:
        events = block.tables["disease_status"]
        code, labels = _coded(events.labels["status"], word)
        lasts = OPEN_END if block.complete.table("disease_status") else np.int32(valid_days)
        remission = events.isin("status", ("remission",))
        some = events.where(remission | (events.day >= 0))
        fades = np.where(some.isin("status", ("remission",)), some.day + lasts - 1, OPEN_END)
        told = cover(block.shape, some.row, some.day, np.minimum(fades, some.next_day() - 1)).full() == PASS
        day = np.arange(block.shape.days)
        missing = ~told & (day <= block.last[:, None])
        into = day - so_far(np.where(missing, -1, day)) - 1
        row, at = np.nonzero(missing & (into % lasts == 0))
        if not row.size:
            return block
        merged = _and(events, row, at, {"status": code}, {"status": labels})
        return _with(block, tables={"disease_status": merged})

    return fill


def gvhd_detail(word: str, p: Parameters) -> Filling:
    """A detail of GVHD where a row has none, but for disease that nobody treated: it needs no therapy."""

    def fill(block: Block) -> Block:
        events = block.tables["conditions"]
        code, labels = _coded(events.labels["detail"], word)
        missing = np.zeros(len(events), bool)
        for kind in GVHD_CONDITIONS:
            maybe_treated = block.complete_since("medications") > first_row(block, kind)
            maybe_treated[treatment_rows(block, p, kind).row] = True
            missing |= events.isin("condition", (kind,)) & maybe_treated[events.row]
        missing &= events.is_empty("detail")
        if not missing.any():
            return block
        columns = {**events.columns, "detail": np.where(missing, code, events["detail"])}
        changed = replace(events, columns=columns, labels={**events.labels, "detail": labels})
        return _with(block, tables={"conditions": changed})

    return fill


def condition(name: str, every: int = int(OPEN_END)) -> Filling:
    """A condition in rows that have not had it since day 0, begun on day 0 and anew ``every`` so many days."""

    def fill(block: Block) -> Block:
        events = block.tables["conditions"]
        code, labels = _coded(events.labels["condition"], name)
        some = np.zeros(block.shape.rows, bool)
        some[events.row[events.isin("condition", (name,)) & (events.day >= 0)]] = True
        row, day = np.flatnonzero(~some), np.arange(0, block.shape.days, every)
        new: Mapping[str, Any] = {
            "end": OPEN_END,
            "condition": code,
            "grade": np.nan,
            "detail": -1,
            "earlier_graft": False,
            "superseded": False,
        }
        merged = _and(events, np.repeat(row, day.size), np.tile(day, row.size), new, {"condition": labels})
        return _with(block, tables={"conditions": merged})

    return fill


def doses(flat_mg: float, mg_per_kg: float) -> Filling:
    """An amount where a row of medications has none."""

    def fill(block: Block) -> Block:
        events = block.tables["medications"]
        if not np.isnan(events["dose_mg"]).any():
            return block
        amount = np.where(events.isin("per", ("kg",)), mg_per_kg, flat_mg)
        known = np.where(np.isnan(events["dose_mg"]), amount, events["dose_mg"])
        changed = replace(events, columns={**events.columns, "dose_mg": known})
        return _with(block, tables={"medications": changed})

    return fill


def complete(names: Collection[str]) -> Filling:
    """Tables or conditions known to be complete: nothing is found that is not recorded."""

    def fill(block: Block) -> Block:
        return replace(block, complete=_Complete(block.complete, frozenset(names)), memo={})

    return fill


def nothing(block: Block) -> Block:
    """The block as it is."""
    return block


def together(*fillings: Filling) -> Filling:
    """Several at once."""

    def fill(block: Block) -> Block:
        for one in fillings:
            block = one(block)
        return block

    return fill


@dataclass(frozen=True)
class _Complete:
    declared: Completeness
    more: frozenset[str]

    def table(self, name: str, /) -> bool:
        return name in self.more or self.declared.table(name)

    def condition(self, name: str, /) -> bool:
        return name in self.more or "conditions" in self.more or self.declared.condition(name)


_NONE: Final[Mapping[str, Any]] = {}


def _with(
    block: Block,
    facts: Mapping[str, NDArray[Any]] = _NONE,
    labels: Mapping[str, tuple[str, ...]] = _NONE,
    tables: Mapping[str, Events] = _NONE,
    analytes: Mapping[str, Events] = _NONE,
) -> Block:
    def events(analyte: str) -> Events:
        return analytes[analyte] if analyte in analytes else block.measure(analyte).events

    return replace(
        block,
        facts={**block.facts, **facts},
        labels={**block.labels, **labels},
        tables={**block.tables, **tables},
        analyte_events=events,
        memo={},
    )


def _coded(labels: tuple[str, ...], word: str) -> tuple[int, tuple[str, ...]]:
    """Code of a word, and the labels with it."""
    return (labels.index(word), labels) if word in labels else (len(labels), (*labels, word))
