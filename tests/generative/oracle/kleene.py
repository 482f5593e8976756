"""Three-valued logic of section 1."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Verdict(IntEnum):
    """FAIL < UNKNOWN < PASS."""

    FAIL = 0
    UNKNOWN = 1
    PASS = 2


FAIL, UNKNOWN, PASS = Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS

OPPOSITE = {FAIL: PASS, UNKNOWN: UNKNOWN, PASS: FAIL}


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """AND: the worst; PASS of nothing."""
    return min(verdicts, default=PASS)


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """OR: the best; FAIL of nothing."""
    best = FAIL
    for verdict in verdicts:
        if verdict is PASS:
            return PASS
        if verdict is UNKNOWN:
            best = UNKNOWN
    return best


def negate(verdict: Verdict) -> Verdict:
    """NOT: swaps PASS and FAIL."""
    return OPPOSITE[verdict]


def at_least(k: int, verdicts: Iterable[Verdict]) -> Verdict:
    """PASS if k or more pass; FAIL if even with the unknown ones fewer than k."""
    seen = list(verdicts)
    passed = sum(1 for v in seen if v is PASS)
    unknown = sum(1 for v in seen if v is UNKNOWN)
    if passed >= k:
        return PASS
    return FAIL if passed + unknown < k else UNKNOWN


def truth(value: bool) -> Verdict:
    """PASS for true, FAIL for false."""
    return PASS if value else FAIL


def by_completeness(complete: bool) -> Verdict:
    """PASS where absence means "no", else UNKNOWN."""
    return PASS if complete else UNKNOWN


def merged(one: Verdict, other: Verdict) -> Verdict:
    """One verdict of two readings of the same element: UNKNOWN where they differ."""
    return one if one is other else UNKNOWN
