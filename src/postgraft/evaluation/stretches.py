"""What the spells of each transplant come to under a protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.evaluation.screening import TREATED
from postgraft.protocol import Protocol
from postgraft.timeline.spells import Masks, Runs, Spells
from postgraft.timeline.verdict import Cells
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

NONE = -1
"""Stands for a day or a verdict that there is not."""


def first_day_asked(protocol: Protocol) -> int:
    """First day after a transplant that the protocol asks for; 0 of one without ``days_since_transplant_min``."""
    return int(getattr(protocol, "days_since_transplant_min", 0))


DIAGNOSIS = ("immune_cytopenia", "incomplete_response")
"""The criteria that a possible patient of kind "documentation" meets."""


def lengths(protocol: Protocol) -> tuple[int, ...]:
    """Lengths of the stretches that are counted, that of the protocol first."""
    return (protocol.eligible_days_min, *protocol.eligible_days_reported)


@dataclass(frozen=True, eq=False)
class EligibleStretches:
    """Each transplant under one protocol; arrays have a row a transplant, days are -1 where there is none.

    ``names``: the criteria that the protocol lists, in its order, which is that of the spells' bits. ``kept``: those
    that are asked; one that is dropped is PASS on every day. ``spans``: the lengths in
    days of the stretches that count, first that which makes a patient eligible.
    """

    spells: Spells
    names: tuple[str, ...]
    kept: tuple[str, ...]
    spans: tuple[int, ...]

    @classmethod
    def under(cls, protocol: Protocol, spells: Spells) -> EligibleStretches:
        """The spells as the protocol has them."""
        names = tuple(protocol.criteria)
        kept = tuple(name for name in names if name not in protocol.dropped)
        return cls(spells, names, kept, lengths(protocol))

    @property
    def rows(self) -> int:
        """Number of transplants."""
        return self.spells.last.size

    @cached_property
    def failed(self) -> Masks:
        """The criteria asked that are FAIL in each spell."""
        return np.asarray(self.spells.failed & self.spells.bits(*self.kept))

    @cached_property
    def in_the_way(self) -> Masks:
        """The criteria asked that are FAIL or UNKNOWN in each spell."""
        return np.asarray((self.spells.failed | self.spells.unknown) & self.spells.bits(*self.kept))

    @cached_property
    def _certain(self) -> Runs:
        return self.spells.runs(self.in_the_way == 0)

    @cached_property
    def _open(self) -> Runs:
        return self.spells.runs(self.failed == 0)

    def _by_span(self, stretches: Runs) -> NDArray[np.bool_]:
        found = np.zeros((self.rows, len(self.spans)), bool)
        for k, days in enumerate(self.spans):
            found[stretches.lasting(days).row, k] = True
        return found

    @cached_property
    def eligible(self) -> NDArray[np.bool_]:
        """Some stretch of so many days has every criterion PASS, shape (rows, spans)."""
        return self._by_span(self._certain)

    @cached_property
    def possible(self) -> NDArray[np.bool_]:
        """Not eligible, but some stretch of so many days has no FAIL, shape (rows, spans)."""
        return self._by_span(self._open) & ~self.eligible

    @cached_property
    def documentation(self) -> NDArray[np.bool_]:
        """The diagnosis and incomplete response are sure on some day of such a stretch, shape (rows, spans)."""
        spells, sure = self.spells, np.zeros((self.rows, len(self.spans)), bool)
        open_ = (self.in_the_way & spells.bits(*(name for name in DIAGNOSIS if name in self.names))) != 0
        for k, days in enumerate(self.spans):
            sure[spells.row[self._open.lasting(days).members() & ~open_], k] = True
        return sure

    @cached_property
    def certain_stretches(self) -> Runs:
        """The eligible stretches."""
        return self._certain.lasting(self.spans[0])

    @cached_property
    def open_stretches(self) -> Runs:
        """The stretches without a FAIL, eligible ones included."""
        return self._open.lasting(self.spans[0])

    @cached_property
    def first_eligible_day(self) -> NDArray[np.int32]:
        """First day of the first eligible stretch."""
        return _first(self.certain_stretches, self.certain_stretches.start, self.rows)

    @cached_property
    def first_stretch_days(self) -> NDArray[np.int32]:
        """Length of the first eligible stretch, 0 without one."""
        first = _first(self.certain_stretches, self.certain_stretches.days, self.rows)
        return np.where(first == NONE, np.int32(0), first)

    @cached_property
    def first_possible_day(self) -> NDArray[np.int32]:
        """First day of the first stretch without a FAIL."""
        return _first(self.open_stretches, self.open_stretches.start, self.rows)

    @cached_property
    def eligible_days(self) -> NDArray[np.int32]:
        """Number of days in eligible stretches."""
        return _days(self.certain_stretches, self.rows)

    @cached_property
    def possible_days(self) -> NDArray[np.int32]:
        """Number of days in stretches without a FAIL."""
        return _days(self.open_stretches, self.rows)

    @cached_property
    def _after(self) -> NDArray[np.int64]:
        """The spell after the first eligible stretch of each row, -1 where there is none."""
        runs = self.certain_stretches
        return _first(runs, np.where(self.spells.final[runs.final], NONE, runs.final + 1), self.rows)

    @cached_property
    def ended_by(self) -> NDArray[np.int8]:
        """Position of the first criterion not PASS after the first eligible stretch, -1 if observation ended."""
        ended = np.full(self.rows, NONE, np.int8)
        some = self._after >= 0
        ended[some] = _lowest(self.in_the_way[self._after[some]])
        return ended

    @cached_property
    def ended_with(self) -> Cells:
        """The verdict of that criterion on the next day, -1 if observation ended."""
        verdict = np.full(self.rows, NONE, np.int8)
        some = self._after >= 0
        after = self._after[some]
        failed = _lowest(self.failed[after]) == _lowest(self.in_the_way[after])
        verdict[some] = np.where(failed, FAIL, UNKNOWN)
        return verdict

    @cached_property
    def best(self) -> Cells:
        """Best verdict of each criterion on an observed day, -1 without one, shape (rows, criteria)."""
        return self._best(self.failed, self.in_the_way, self.names)

    @cached_property
    def cytopenia(self) -> Cells:
        """Best verdict of an immune cytopenia on an observed day, also where the criterion is not asked."""
        return self._best_of("immune_cytopenia")

    @cached_property
    def treated(self) -> Cells:
        """The same of an immune cytopenia that was treated."""
        return self._best_of(TREATED)

    def _best_of(self, name: str) -> Cells:
        spells = self.spells
        if name not in spells.names:  # the protocol does not list the criterion
            return np.full(self.rows, NONE, np.int8)
        return self._best(spells.failed, spells.failed | spells.unknown, (name,))[:, 0]

    def _best(self, failed: Masks, in_the_way: Masks, names: Sequence[str]) -> Cells:
        best = np.full((self.rows, len(names)), NONE, np.int8)
        some = np.flatnonzero(np.diff(self.spells.offsets))
        starts = self.spells.offsets[some]
        always = [np.bitwise_and.reduceat(sets, starts) if some.size else sets for sets in (in_the_way, failed)]
        for k, name in enumerate(names):
            never_passed, never_open = ((sets & self.spells.bits(name)) != 0 for sets in always)
            best[some, k] = np.where(never_open, FAIL, np.where(never_passed, UNKNOWN, PASS))
        return best

    @cached_property
    def remaining(self) -> Cells:
        """Best verdict of each criterion and all before it on one day, shape (rows, criteria)."""
        reached = np.full((self.rows, 2), NONE, np.int64)
        for k, sets in enumerate((self.failed, self.in_the_way)):
            np.maximum.at(reached[:, k], self.spells.row, _lowest(sets))
        position = np.arange(len(self.names))[None, :]
        not_failed, passed = (position < reached[:, k, None] for k in (0, 1))
        return np.where(passed, PASS, np.where(not_failed, UNKNOWN, FAIL)).astype(np.int8)

    @cached_property
    def parts(self) -> Mapping[str, Cells]:
        """Verdict of each component on the first day of the stretch that counts, -1 without one, by name."""
        certain, open_ = (_first(runs, runs.first, self.rows) for runs in (self.certain_stretches, self.open_stretches))
        at = np.where(certain >= 0, certain, open_)
        some = at >= 0
        found = {}
        for name in self.spells.names[len(self.names) :]:
            if name != TREATED:
                found[name] = np.full(self.rows, NONE, np.int8)
                found[name][some] = self._verdict(at[some], name)
        return found

    def _verdict(self, spell: NDArray[np.int64], name: str) -> Cells:
        bit = self.spells.bits(name)
        failed, unknown = ((sets[spell] & bit) != 0 for sets in (self.spells.failed, self.spells.unknown))
        return np.where(failed, FAIL, np.where(unknown, UNKNOWN, PASS)).astype(np.int8)

    def verdicts(self, row: int, components: bool = False) -> tuple[Sequence[str], Cells]:
        """Names and verdicts (observed days, names) of one transplant, components after their criterion."""
        names = [
            name
            for criterion in self.names
            for name in (criterion, *(one for one in self.spells.names if one.startswith(f"{criterion}.")))
            if components or name == criterion
        ]
        spell = np.arange(self.spells.offsets[row], self.spells.offsets[row + 1])
        days = self.spells.end[spell] - self.spells.start[spell] + 1
        cells = np.full((spell.size, len(names)), PASS, np.int8)
        for k, name in enumerate(names):
            if name not in self.names or name in self.kept:
                cells[:, k] = self._verdict(spell, name)
        return names, np.repeat(cells, days, axis=0)

    @cached_property
    def person_days(self) -> NDArray[np.int64]:
        """Observed days with FAIL, UNKNOWN and PASS of each criterion, shape (criteria, 3)."""
        days = self.spells.end.astype(np.int64) - self.spells.start + 1
        found = np.zeros((len(self.names), 3), np.int64)
        for k, name in enumerate(self.names):
            bit = self.spells.bits(name)
            found[k, FAIL] = days[(self.failed & bit) != 0].sum()
            found[k, UNKNOWN] = days[(self.in_the_way & bit) != 0].sum() - found[k, FAIL]
        found[:, PASS] = days.sum() - found.sum(axis=1)
        return found


def _first(stretches: Runs, values: NDArray[np.integer[Any]], rows: int) -> NDArray[Any]:
    """The value of the first stretch of each row, -1 without one."""
    found = np.full(rows, NONE, values.dtype)
    row, first = np.unique(stretches.row, return_index=True)
    found[row] = values[first]
    return found


def _days(stretches: Runs, rows: int) -> NDArray[np.int32]:
    return np.bincount(stretches.row, stretches.days, rows).astype(np.int32)


def _lowest(sets: Masks) -> NDArray[np.int64]:
    """Position of the lowest bit of each set; the number of bits where it is empty."""
    one = sets.dtype.type(1)
    return np.asarray(np.bitwise_count((sets & (~sets + one)) - one), np.int64)
