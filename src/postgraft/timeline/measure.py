"""Daily results of one analyte and how long they stay valid."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.events import Events, Ints
from postgraft.timeline.spans import paint, paint_values
from postgraft.timeline.verdict import Shape, Verdict
from postgraft.vocabulary.censoring import Signs
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

Floats = NDArray[np.float64]
DECIMALS = 9
"""Numbers are compared after rounding to 1e-9, so that 9.8 - 7.8 reaches 2."""


def rounded(numbers: Floats | float) -> Floats:
    """The numbers as they are compared."""
    return np.asarray(np.round(np.asarray(numbers, np.float64), DECIMALS), np.float64)


def test(numbers: Floats, holds: Callable[[Floats], NDArray[np.bool_]]) -> NDArray[np.int8]:
    """PASS where ``holds`` of the rounded number, UNKNOWN where the number is NaN, else FAIL."""
    numbers = rounded(numbers)
    with np.errstate(invalid="ignore"):
        held = np.where(holds(numbers), PASS, FAIL)
    return np.where(np.isnan(numbers), UNKNOWN, held).astype(np.int8)


def reaches(numbers: Floats, least: Floats | float, censored: Signs | int = 0) -> NDArray[np.int8]:
    """Verdict of number ≥ ``least``; UNKNOWN where either is NaN.

    A verdict holds for all that a censored number stands for (see ``vocabulary.censoring``), else UNKNOWN.
    """
    bound, censored = rounded(least), np.asarray(censored)
    verdict = test(numbers, lambda n: n >= bound)
    verdict = np.where(np.isnan(bound), np.int8(UNKNOWN), verdict)
    if censored.any():
        verdict = np.where(censored < 0, np.minimum(verdict, UNKNOWN), verdict)
        verdict = np.where(censored > 0, np.maximum(verdict, UNKNOWN), verdict)
    return verdict.astype(np.int8)


def below(numbers: Floats, bound: Floats | float, censored: Signs | int = 0) -> NDArray[np.int8]:
    """Verdict of number < ``bound``; else as ``reaches``."""
    return (PASS - reaches(numbers, bound, censored)).astype(np.int8)


def at_most(numbers: Floats, most: Floats | float, censored: Signs | int = 0) -> NDArray[np.int8]:
    """Verdict of number ≤ ``most``; else as ``reaches``."""
    return reaches(-np.asarray(numbers), -np.asarray(most), -np.asarray(censored))


def above(numbers: Floats, bound: Floats | float, censored: Signs | int = 0) -> NDArray[np.int8]:
    """Verdict of number > ``bound``; else as ``reaches``."""
    return (PASS - at_most(numbers, bound, censored)).astype(np.int8)


def trusted_limits(own: Floats, fallback: float, factor_max: float) -> Floats:
    """The results' own reference limits, where they are within ``factor_max`` (closed) of ``fallback``; else that.

    A limit in another unit than its result, or of another test, is worse than none.
    """
    near = (rounded(own * factor_max) >= rounded(fallback)) & (rounded(own) <= rounded(fallback * factor_max))
    return np.where(near, own, fallback)


@dataclass(frozen=True)
class Measure:
    """Results of one analyte, at most one per block row and day.

    ``events`` has the columns value, lower, upper (reference limits of the result itself; NaN = none) and
    censored (-1: the true value is at or below ``value``; 0: it is that; 1: at or above it).
    """

    shape: Shape
    events: Events

    @property
    def value(self) -> Floats:
        """Value of each event."""
        return self.events["value"]

    @property
    def censored(self) -> Signs:
        """On which side of its value each event's true value may lie."""
        return self.events["censored"]

    def since_transplant(self) -> Measure:
        """Only the results from day 0 on."""
        return Measure(self.shape, self.events.where(self.events.day >= 0))

    def with_values(self, value: Floats, censored: Signs, keep: NDArray[np.bool_]) -> Measure:
        """The kept events with other values and no reference limits; all arrays of shape (events,)."""
        none = np.full(len(self.events), np.nan)
        columns = {"value": value, "lower": none, "upper": none, "censored": censored}
        return Measure(self.shape, Events(self.events.offsets, self.events.day, columns).where(keep))

    def value_at(self, row: Ints, day: Ints, within: int | None = None) -> Floats:
        """The latest value on days day-within+1 ... day (closed; None: ever) at single points, NaN if none."""
        index = self.events.latest(row, day, within)
        if not len(self.events):
            return np.full(index.shape, np.nan)
        return np.where(index >= 0, self.value[index], np.nan)

    def carried(self, days: int | None) -> Carried:
        """Each result, valid on its own day and after it until the next, ``days`` days in all (None: for ever)."""
        end = self.events.next_day() - 1
        if days is not None:
            end = np.minimum(end, self.events.day + np.int32(days - 1))
        return Carried(self.shape, self.events, end)


@dataclass(frozen=True)
class Carried:
    """A quantity on every day: its latest result in a window ending on that day; nothing there is UNKNOWN."""

    shape: Shape
    events: Events
    end: NDArray[np.int32]

    def verdict(self, of_event: NDArray[np.int8], none: int = UNKNOWN) -> Verdict:
        """Verdicts of the single results (shape (events,)) carried over their days; ``none`` without a result."""
        return paint(self.shape, self.events.row, self.events.day, self.end, of_event, none)

    @property
    def _value(self) -> Floats:
        return self.events["value"]

    @property
    def _censored(self) -> Signs:
        return self.events["censored"]

    def __ge__(self, least: float) -> Verdict:
        return self.verdict(reaches(self._value, least, self._censored))

    def __le__(self, most: float) -> Verdict:
        return self.verdict(at_most(self._value, most, self._censored))

    def __lt__(self, bound: float) -> Verdict:
        return self.verdict(below(self._value, bound, self._censored))

    def __gt__(self, bound: float) -> Verdict:
        return self.verdict(above(self._value, bound, self._censored))

    def is_any(self, codes: Collection[int], none: int = UNKNOWN) -> Verdict:
        """PASS where the latest qualitative result is one of ``codes``, FAIL where another, ``none`` without one."""
        found = np.isin(self._value, list(codes))
        return self.verdict(np.where(found, np.int8(PASS), np.int8(FAIL)), none)

    def increased(self, fallback: float, factor_max: float) -> Verdict:
        """Value > the limit of ``trusted_limits`` among the results' own upper ones (strict)."""
        limit = trusted_limits(self.events["upper"], fallback, factor_max)
        return self.verdict(above(self._value, limit, self._censored))

    def decreased(self, fallback: float, factor_max: float) -> Verdict:
        """Value < the limit of ``trusted_limits`` among the results' own lower ones (strict)."""
        limit = trusted_limits(self.events["lower"], fallback, factor_max)
        return self.verdict(below(self._value, limit, self._censored))

    @cached_property
    def values(self) -> Floats:
        """The quantity on every day, shape (rows, days), NaN without a result; for censored ones their stand-in."""
        return self._daily(self._value)

    @property
    def ranges(self) -> tuple[Floats, Floats]:
        """The least and the most the quantity can be on every day, both (rows, days); infinite where unknown."""
        least = self._daily(np.where(self._censored < 0, -np.inf, self._value))
        most = self._daily(np.where(self._censored > 0, np.inf, self._value))
        return np.where(np.isnan(least), -np.inf, least), np.where(np.isnan(most), np.inf, most)

    def _daily(self, of_event: Floats) -> Floats:
        return paint_values(self.shape, self.events.row, self.events.day, self.end, of_event)

    @property
    def available(self) -> Verdict:
        """PASS where a result is in its window, else FAIL."""
        return self.verdict(np.full(len(self.events), PASS, np.int8), FAIL)
