"""Numbers, censored results as intervals, and their comparison with bounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .kleene import FAIL, PASS, UNKNOWN, Verdict, negate

STEP = 1e-6
DIGITS = 9

# which of two results with the same stand-in number comes first as lowest (last as highest)
OPERATOR_ORDER = {"<": 0, "<=": 1, "=": 2, ">=": 3, ">": 4}


def rounded(number: float) -> float:
    """Numbers are compared after rounding to 1e-9."""
    return round(number, DIGITS)


def reaches(number: float, bound: float) -> bool:
    """number >= bound."""
    return rounded(number) >= rounded(bound)


def median(numbers: Sequence[float]) -> float:
    """Median; of an even number the mean of the middle two."""
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


@dataclass(frozen=True)
class Interval:
    """All numbers between low and high; the ends belong to it where `_in` says so."""

    low: float
    low_in: bool
    high: float
    high_in: bool

    def at_least(self, bound: float) -> Verdict:
        """>= bound, if it holds (fails) in the whole interval."""
        low, high, b = rounded(self.low), rounded(self.high), rounded(bound)
        if low >= b:
            return PASS
        if high < b or (high == b and not self.high_in):
            return FAIL
        return UNKNOWN

    def above(self, bound: float) -> Verdict:
        """> bound."""
        low, high, b = rounded(self.low), rounded(self.high), rounded(bound)
        if low > b or (low == b and not self.low_in):
            return PASS
        if high <= b:
            return FAIL
        return UNKNOWN

    def below(self, bound: float) -> Verdict:
        """< bound."""
        return negate(self.at_least(bound))

    def at_most(self, bound: float) -> Verdict:
        """<= bound."""
        return negate(self.above(bound))

    def minus(self, other: Interval) -> Interval:
        """Difference by interval arithmetic."""
        return Interval(
            self.low - other.high, self.low_in and other.high_in, self.high - other.low, self.high_in and other.low_in
        )


def interval_of(x: float, operator: str) -> Interval:
    """The numbers a result with this sign may be."""
    if operator == "<":
        return Interval(-math.inf, False, x, False)
    if operator == "<=":
        return Interval(-math.inf, False, x, True)
    if operator == ">":
        return Interval(x, False, math.inf, False)
    if operator == ">=":
        return Interval(x, True, math.inf, False)
    return Interval(x, True, x, True)


@dataclass(frozen=True)
class Result:
    """A day's numeric result, with the reference limits of the rows that gave it."""

    x: float
    operator: str
    limits: tuple[tuple[float | None, float | None], ...] = ()

    @property
    def interval(self) -> Interval:
        return interval_of(self.x, self.operator)

    @property
    def number(self) -> float:
        """The number that stands in for ordering, medians, nadirs, falls and rises."""
        if self.operator == "<":
            return self.x - STEP
        if self.operator == ">":
            return self.x + STEP
        return self.x

    @property
    def order(self) -> tuple[float, int]:
        """Sort key: lowest first, and `<x` before x."""
        return (rounded(self.number), OPERATOR_ORDER[self.operator])


Side = Literal["lower", "upper"]
LIMIT_FACTOR = 5.0


def own_limit(result: Result, side: Side, fallback: float | None) -> float | None:
    """The strictest own limit that can be used, else None."""
    usable: list[float] = []
    for lower, upper in result.limits:
        if lower is not None and upper is not None:
            sound = 0 <= lower < upper
        else:
            sound = any(limit is not None and limit > 0 for limit in (lower, upper))
        limit = lower if side == "lower" else upper
        if not sound or limit is None:
            continue
        if fallback is not None:
            near = reaches(limit, fallback / LIMIT_FACTOR) and reaches(fallback * LIMIT_FACTOR, limit)
            if not near:
                continue
        usable.append(limit)
    if not usable:
        return None
    return max(usable) if side == "lower" else min(usable)
