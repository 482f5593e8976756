"""From an extract to observed transplants, and from those to blocks.

Rows of conditions that end though nobody closed them: at the next graft, or at the next row of their GVHD.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.extract import Extract
from postgraft.extract.series import Series, empty_series
from postgraft.protocol import Protocol
from postgraft.timeline.block import Block
from postgraft.timeline.events import OPEN_END, Events, ragged, sort_key
from postgraft.timeline.verdict import Shape
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.codes import GVHD_CONDITIONS
from postgraft.vocabulary.errors import must_be
from postgraft.vocabulary.shown import quoted

TABLES = ("medications", "transfusions", "disease_status", "conditions", "adjudications")
ENDS = ("death", "next_transplant", "extract_end", "horizon", "last_contact")
"""What may end an observation; of several on one day the first named counts."""
Columns = tuple[dict[str, NDArray[Any]], dict[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Observations:
    """Observed allogeneic transplants, a row each, in the order of patients and days.

    ``patient``: code of the patient; ``number``: 1, 2, … among the patient's allogeneic transplants;
    ``day0``: absolute day; ``first`` and ``last``: observed days (closed, from day 0), ``last`` < ``first``
    if none; ``ended_by``: position in ``ENDS`` of what makes ``last`` the last day. ``recorded_from``: the day
    of ``observed_from``, before which no table is complete; ``-OPEN_END`` where none is given.
    """

    extract: Extract
    protocol: Protocol
    patient: NDArray[np.int64]
    number: NDArray[np.int64]
    day0: NDArray[np.int64]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    ended_by: NDArray[np.int8]
    recorded_from: NDArray[np.int32]
    source_row: NDArray[np.int64]
    age_day: NDArray[np.int64]

    def __len__(self) -> int:
        return self.patient.size

    def __repr__(self) -> str:
        return f"<Observations of {self.in_short}: {len(self):,} transplants>"

    @property
    def in_short(self) -> str:
        """Names of extract and protocol, for a line that shows no row."""
        return f"{quoted(self.extract.name)} under {quoted(self.protocol.name)}"

    @cached_property
    def _columns(self) -> dict[str, Columns]:
        names = ("patients", "transplants", *TABLES)
        return {name: _coded(getattr(self.extract, name)) for name in names}

    def _facts(self, rows: NDArray[np.int64]) -> Columns:
        patients, patient_labels = self._columns["patients"]
        transplants, transplant_labels = self._columns["transplants"]
        own, source = self.patient[rows], self.source_row[rows]
        day0 = self.day0[rows].astype(np.float64)
        facts = {name: patients[name][own] for name in _PATIENT_FACTS}
        facts |= {
            name: transplants[name][source] - (day0 if name.endswith("engraftment") else 0)
            for name in ("indication", "neutrophil_engraftment", "platelet_engraftment")
        }
        calendar = np.full(rows.size, self.extract.time == "dates")
        facts |= {"day0": day0, "calendar": calendar, "age_day": self.age_day[rows].astype(np.float64)}
        return facts, patient_labels | transplant_labels

    def _events(
        self, rows: NDArray[np.int64], starts: NDArray[np.int64], day: NDArray[Any], columns: Columns
    ) -> Events:
        """The dated rows of each observation's patient that are known by its last observed day."""
        own = self.patient[rows]
        index = ragged(starts[own], starts[own + 1])
        row = np.repeat(np.arange(rows.size), starts[own + 1] - starts[own])
        relative = day[index] - self.day0[rows][row]
        known = relative <= self.last[rows][row]
        index, row, relative = index[known], row[known], relative[known]
        offsets = np.searchsorted(row, np.arange(rows.size + 1))
        values, labels = columns
        picked = {name: values[name][index] for name in values}
        if "end" in picked:
            picked["end"] = np.minimum(picked["end"] - self.day0[rows][row], OPEN_END).astype(np.int32)
        return Events(offsets, relative.astype(np.int32), picked, labels)

    def people(self, rows: NDArray[np.int64]) -> Block:
        """A block of day 0 alone that knows what does not change of the given observations, and no event."""
        facts, labels = self._facts(rows)
        none = np.zeros(rows.size, np.int32)
        complete = self.extract.complete.assuming(self.protocol.assume_complete)
        nothing = Events(np.zeros(rows.size + 1, np.int64), np.empty(0, np.int32), {})
        return Block(Shape(rows.size, 1), none, none, none, facts, labels, {}, lambda analyte: nothing, complete)

    def block(self, rows: NDArray[np.int64]) -> Block:
        """The block of the given observations, its rows in that order; holds copies, so it can go to a process."""
        facts, labels = self._facts(rows)
        tables = {}
        for name in TABLES:
            values, table_labels = self._columns[name]
            day = values["start" if "start" in values else "day"]
            kept = {key: column for key, column in values.items() if key not in ("patient", "start", "day")}
            tables[name] = self._events(rows, self.extract.offsets(name), day, (kept, table_labels))
        tables = self._of_this_graft(rows, tables)

        def of(series: Series) -> Events:
            return self._events(rows, series.offsets, series.day, (series.columns, {}))

        results = dict.fromkeys(ANALYTES, of(empty_series(len(self.extract.patients))))
        results |= {analyte: of(series) for analyte, series in self.extract.contents.series.items()}
        last = self.last[rows]
        shape = Shape(rows.size, int(max(last.max(initial=-1), 0)) + 1)
        complete = self.extract.complete.assuming(self.protocol.assume_complete)
        recorded_from = self.recorded_from[rows]
        return Block(shape, self.first[rows], last, recorded_from, facts, labels, tables, results.__getitem__, complete)

    def _of_this_graft(self, rows: NDArray[np.int64], tables: Mapping[str, Events]) -> dict[str, Events]:
        """The tables without what was ruled or ended with an earlier graft of the patient."""
        later_graft = self.number[rows] > 1
        conditions = closed(tables["conditions"], later_graft, self.protocol.graft_bound_conditions)
        rulings = tables["adjudications"]
        rulings = rulings.where(~later_graft[rulings.row] | (rulings.day >= 0))
        return {**tables, "conditions": conditions, "adjudications": rulings}


_PATIENT_FACTS = ("sex", "birth_day", "birth_year", "age_at_transplant", "transplant_year")


def _coded(frame: pd.DataFrame) -> Columns:
    """Columns as arrays: categories as codes with their labels, open ends as ``OPEN_END``."""
    values: dict[str, NDArray[Any]] = {}
    labels: dict[str, tuple[str, ...]] = {}
    for name, column in frame.items():
        if isinstance(column.array, pd.Categorical):
            values[str(name)] = column.array.codes.astype(np.int64)
            labels[str(name)] = tuple(column.array.categories.tolist())
        else:
            values[str(name)] = column.to_numpy()
    if "end" in values:
        end = np.where(np.isnan(values["end"]), float(2**40), values["end"]).astype(np.int64)
        single = ~values["daily"] if "daily" in values else np.zeros(end.size, bool)
        values["end"] = np.where(single, values["start"], end)
    return values, labels


def check_given(who: str, extract: object, protocol: object) -> None:
    """Raises PostgraftError if a function was given something else for an extract and a protocol."""
    must_be(extract, Extract, f"{who} takes an extract, such as read_extract(folder) gives")
    must_be(protocol, Protocol, f"{who} takes a protocol, such as load_protocol(name) gives")


def observe(extract: Extract, protocol: Protocol) -> Observations:
    """The transplants that ``index_transplant`` asks for, with their observed days.

    Days run from day 0 (or ``observed_from``) to the first of death, last contact, the end of the extract,
    the day before the next allogeneic transplant and ``horizon_days``, all included.
    """
    check_given("observe", extract, protocol)
    transplants, patients = extract.transplants, extract.patients
    source = np.flatnonzero((transplants["type"] == "allogeneic").to_numpy())
    patient = transplants["patient"].to_numpy()[source].astype(np.int64)
    day0 = transplants["day"].to_numpy()[source].astype(np.int64)
    new = np.append(True, np.diff(patient) != 0)[: patient.size]
    start = np.maximum.accumulate(np.where(new, np.arange(patient.size), 0))
    number = np.arange(patient.size) - start + 1
    final = np.append(np.diff(patient) != 0, True)[: patient.size]
    following = np.where(final, np.inf, np.append(day0[1:], 0)[: patient.size])
    death, last_contact = (patients[name].to_numpy()[patient] for name in ("death", "last_contact"))
    extract_end = np.full(patient.size, _or_inf(extract.extracted_on))
    ends = np.stack([death, following - 1, extract_end, day0 + protocol.horizon_days, last_contact])
    last = np.fmin.reduce(ends) - day0
    ended_by = np.nanargmin(ends, axis=0)
    since = patients["observed_from"].to_numpy()[patient] - day0
    age_day = day0[start] if extract.time == "dates" else np.zeros_like(day0)
    chosen = {"each": np.ones(patient.size, bool), "first": new, "last": final}[protocol.index_transplant]
    mask: Mapping[str, NDArray[Any]] = {
        "patient": patient,
        "number": number,
        "day0": day0,
        "first": np.clip(np.nan_to_num(since, nan=0), 0, OPEN_END).astype(np.int32),
        "last": np.clip(last, -1, OPEN_END).astype(np.int32),
        "ended_by": ended_by.astype(np.int8),
        "recorded_from": np.clip(np.nan_to_num(since, nan=-float(OPEN_END)), -OPEN_END, OPEN_END).astype(np.int32),
        "source_row": source,
        "age_day": age_day,
    }
    return Observations(extract, protocol, **{name: values[chosen] for name, values in mask.items()})


def _or_inf(day: float | None) -> float:
    return np.inf if day is None else float(day)


def closed(rows: Events, later_graft: NDArray[np.bool_], bound: Collection[str]) -> Events:
    """Rows of ``conditions`` with the ends that follow from a later graft and from later rows of GVHD.

    ``later_graft`` (shape (rows,)): the transplant is not the patient's first allogeneic one; what is ``bound``
    to a graft and began before its day 0 then ended with an earlier one (``earlier_graft``). A row of GVHD ends
    the day before a later row of its kind starts (``superseded``, where its own end would come later).
    """
    earlier_graft = later_graft[rows.row] & (rows.day < 0) & rows.isin("condition", bound)
    end = np.where(earlier_graft, np.minimum(rows["end"], np.int32(-1)), rows["end"])
    before_next = _next_of_gvhd(rows) - np.int32(1)
    columns = {
        **rows.columns,
        "end": np.minimum(end, before_next),
        "earlier_graft": earlier_graft,
        "superseded": before_next < end,
    }
    return replace(rows, columns=columns)


def _next_of_gvhd(rows: Events) -> NDArray[np.int32]:
    """Start of the next row of the same kind of GVHD that starts on a later day; ``OPEN_END`` where none does."""
    found = np.full(len(rows), OPEN_END, np.int32)
    gvhd = np.flatnonzero(rows.isin("condition", GVHD_CONDITIONS))
    series = rows.row[gvhd] * len(rows.labels["condition"]) + rows["condition"][gvhd]
    key = sort_key(series, rows.day[gvhd])
    order = np.argsort(key, kind="stable")
    key, gvhd, series = key[order], gvhd[order], series[order]
    after = np.searchsorted(key, key, side="right")
    some = np.flatnonzero(after < key.size)
    some = some[series[after[some]] == series[some]]
    found[gvhd[some]] = rows.day[gvhd[after[some]]]
    return found
