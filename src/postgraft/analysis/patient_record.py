"""The chart of one transplant, as a physician reviews it: results, treatment, conditions, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.criteria.cytopenia.baseline import baseline
from postgraft.criteria.cytopenia.kinds import AIHA, ITP
from postgraft.criteria.cytopenia.work_up import total_less_direct_bilirubin
from postgraft.criteria.cytopenia.work_up_words import LIMITS
from postgraft.criteria.memo import Parameters
from postgraft.criteria.records import active_rows, is_systemic_corticosteroid, transfusions
from postgraft.criteria.steroid_dose import DailyDose, prednisone_equivalent
from postgraft.criteria.wording import measured, number, result_word
from postgraft.evaluation.evaluated import STATUSES, Evaluated
from postgraft.evaluation.observations import ENDS
from postgraft.protocol import Protocol
from postgraft.timeline.block import Block
from postgraft.timeline.events import Events
from postgraft.timeline.measure import Floats, trusted_limits
from postgraft.timeline.spells import Runs
from postgraft.timeline.verdict import Cells
from postgraft.vocabulary.censoring import Signs
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

BLOOD_COUNTS: Final = ("hemoglobin", "platelets", "neutrophils")
"""Their results count for ``blood_count_window_days``, those of chemistry for ``chemistry_window_days``."""
TYPICAL: Final = {"hemoglobin": AIHA, "platelets": ITP}
COLUMNS: Final = ("value", "lower", "upper", "censored")


class Results(NamedTuple):
    """Results of an analyte by day: values in its unit, own reference limits (NaN: none), on which side the true
    value may lie, and for how many days, its own included, a result counts."""

    day: NDArray[np.int32]
    value: Floats
    lower: Floats
    upper: Floats
    censored: Signs
    counts_days: int

    def words(self, index: int) -> str:
        """The value of one result as it was reported, without its unit."""
        return measured(float(self.value[index]), int(self.censored[index]))


class Span(NamedTuple):
    """Days first … last (both included) of a drug or condition. ``what``: purpose or grade; ``detail``: dose or detail.

    ``sure``: whether it is known to have gone on.
    """

    name: str
    first: int
    last: int
    what: str = ""
    detail: str = ""
    sure: bool = True


class Stretch(NamedTuple):
    """Days first … last, both included."""

    first: int
    last: int


@dataclass(frozen=True)
class PatientRecord:
    """What is on record of one transplant up to its last observed day, and the verdicts; days count from day 0."""

    outcome: Evaluated
    row: int

    def __repr__(self) -> str:
        days = f"days {self.first} to {self.last}"
        return f"<Chart of transplant {self.transplant} of a patient: {days}, {self.status}>"

    @property
    def protocol(self) -> Protocol:
        return self.outcome.protocol

    @property
    def patient_id(self) -> str:
        return str(self.outcome.transplants["patient_id"].iloc[self.row])

    @property
    def transplant(self) -> int:
        """1, 2, … among the patient's allogeneic transplants."""
        return int(self.outcome.observations.number[self.row])

    @property
    def first(self) -> int:
        """First observed day."""
        return int(self.outcome.observations.first[self.row])

    @property
    def last(self) -> int:
        """Last observed day; before ``first`` where no day is observed."""
        return int(self.outcome.observations.last[self.row])

    @property
    def ended_by(self) -> str:
        """One of ``ENDS``: what makes ``last`` the last day."""
        return ENDS[self.outcome.observations.ended_by[self.row]]

    @property
    def status(self) -> str:
        """eligible, possible or ineligible: of this transplant."""
        return STATUSES[self.outcome.status[self.row]]

    @property
    def possible_kind(self) -> str:
        """documentation or diagnosis where the status is possible, else empty."""
        kind = self.outcome.transplants["possible_kind"].iloc[self.row]
        return "" if pd.isna(kind) else str(kind)

    @cached_property
    def block(self) -> Block:
        """This transplant alone."""
        return self.outcome.observations.block(np.array([self.row]))

    @cached_property
    def _p(self) -> Parameters:
        return Parameters(self.protocol)

    # ---- results

    def results(self, analyte: str) -> Results:
        """All results since day 0; of indirect bilirubin also total - direct of days that have both."""
        sources = [self.block.measure(analyte).since_transplant().events]
        if analyte == "bilirubin_indirect":
            both = total_less_direct_bilirubin(self.block).since_transplant().events
            sources.append(both.where(~np.isin(both.day, sources[0].day)))
        day = np.concatenate([rows.day for rows in sources])
        order = np.argsort(day, kind="stable")
        value, lower, upper, censored = (np.concatenate([rows[name] for rows in sources])[order] for name in COLUMNS)
        p = self._p
        days = p.blood_count_window_days if analyte in BLOOD_COUNTS else p.chemistry_window_days
        return Results(day[order], value, lower, upper, censored, days)

    def limits(self, analyte: str) -> Floats:
        """The reference limit that each of ``results`` of a marker of hemolysis is held against."""
        side, fallback = LIMITS[analyte]
        found, p = self.results(analyte), self._p
        own = found.upper if side == "upper" else found.lower
        return trusted_limits(own, getattr(p, fallback), p.reference_limit_factor_max)

    def typical(self, analyte: str) -> Floats:
        """What a fall is measured against on the day of each of ``results``; NaN where not known."""
        days = self.results(analyte).day
        return baseline(self.block, self._p, TYPICAL[analyte], np.zeros(days.size, np.int64), days)

    def findings(self, analyte: str) -> list[tuple[int, str]]:
        """Day and word of each result of a qualitative analyte since day 0."""
        rows = self.block.measure(analyte).since_transplant().events
        words = [result_word(analyte, int(value)) for value in rows["value"]]
        return list(zip(rows.day.tolist(), words, strict=True))

    def disease_status(self) -> list[tuple[int, str]]:
        """Day and status of each row since day 0."""
        rows = self.block.tables["disease_status"]
        return [(int(rows.day[i]), _label(rows, "status", i)) for i in range(len(rows)) if rows.day[i] >= 0]

    # ---- treatment

    def transfusions(self, product: str) -> NDArray[np.int32]:
        """Days since day 0 with a transfusion of the product."""
        days = transfusions(self.block, product).day
        return days[days >= 0]

    @cached_property
    def steroids(self) -> DailyDose:
        """Prednisone-equivalent of systemic corticosteroids, mg/kg/day, of all purposes; shape (1, days)."""
        return prednisone_equivalent(self.block, self._p, True)

    def therapies(self) -> list[Span]:
        """What else was given since day 0, a span a row; for how long one went on that has no end is not known."""
        rows = self.block.tables["medications"]
        rows = rows.where(~is_systemic_corticosteroid(self.block, self._p) & (rows["end"] >= 0))
        return [
            Span(
                _label(rows, "drug", i),
                max(int(rows.day[i]), 0),
                min(int(rows["end"][i]), self.last),
                _label(rows, "purpose", i),
                number(rows["dose"][i], _label(rows, "dose_unit", i)) if rows["dose"][i] > 0 else "",
            )
            for i in range(len(rows))
        ]

    # ---- conditions

    def conditions(self) -> list[Span]:
        """Conditions since day 0; one that may be over is a second span that is not sure."""
        rows = self.block.tables["conditions"]
        found = []
        for i in range(len(rows)):
            one = rows.where(np.arange(len(rows)) == i)
            name, detail, grade = _label(rows, "condition", i), _label(rows, "detail", i), rows["grade"][i]
            words = f"{grade:g}" if grade == grade else ""
            active = active_rows(self.block, self._p, one).full()[0]
            found += [
                Span(name, first, last, words, detail, verdict == PASS)
                for verdict, first, last in runs(active)
                if verdict != FAIL
            ]
        return found

    # ---- what it comes to

    @cached_property
    def verdicts(self) -> tuple[Sequence[str], Cells]:
        """Names of criteria, each followed by its components, and verdicts, shape (observed days, names)."""
        return self.outcome.screened.verdicts(self.row, components=True)

    def strips(self) -> Iterator[tuple[str, list[tuple[int, int, int]]]]:
        """By criterion and component: runs of one verdict, each (verdict, first day, last day)."""
        names, cells = self.verdicts
        for k, name in enumerate(names):
            yield name, [(verdict, a + self.first, b + self.first) for verdict, a, b in runs(cells[:, k])]

    def stretches(self, status: str) -> list[Stretch]:
        """The stretches long enough that make the patient eligible, or with "possible" those without a FAIL."""
        screened = self.outcome.screened
        found: Runs = screened.certain_stretches if status == "eligible" else screened.open_stretches
        own = found.row == self.row
        return [
            Stretch(int(start), int(start + days - 1))
            for start, days in zip(found.start[own], found.days[own], strict=True)
        ]

    def in_the_way(self, day: int) -> list[tuple[str, int]]:
        """The criteria that are FAIL or UNKNOWN on an observed day, in protocol order, with the verdict."""
        names, cells = self.verdicts
        on_day = dict(zip(names, cells[day - self.first].tolist(), strict=True))
        return [(name, on_day[name]) for name in self.protocol.criteria if on_day[name] != PASS]

    @property
    def deciding_day(self) -> int | None:
        """The day to look at: the first eligible one, else the first possible one, else the best; None: none observed.

        The best day has fewest criteria failed, of several fewest unknown, of these the first.
        """
        for status in ("eligible", "possible"):
            if found := self.stretches(status):
                return found[0].first
        names, cells = self.verdicts
        if not len(cells):
            return None
        criteria = cells[:, [k for k, name in enumerate(names) if "." not in name]]
        failed, unknown = (criteria == FAIL).sum(axis=1), (criteria == UNKNOWN).sum(axis=1)
        return self.first + int(np.lexsort((unknown, failed))[0])


def runs(cells: NDArray[Any]) -> list[tuple[int, int, int]]:
    """Runs of equal verdicts of days 0, 1, …: (verdict, first day, last day).

    >>> runs(np.array([2, 2, 0]))
    [(2, 0, 1), (0, 2, 2)]
    """
    found, day = [], 0
    for verdict, same in groupby(cells.tolist()):
        length = len(list(same))
        found.append((int(verdict), day, day + length - 1))
        day += length
    return found


def _label(rows: Events, column: str, index: int) -> str:
    code = int(rows[column][index])
    return rows.labels[column][code] if code >= 0 else ""
