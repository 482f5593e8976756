"""Kleene's three verdicts, comparisons after rounding, and a per-object memory for pure methods."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Concatenate, ParamSpec, TypeVar, cast

Verdict = int
FAIL: Verdict = 0
UNKNOWN: Verdict = 1
PASS: Verdict = 2
NAMES: tuple[str, str, str] = ("FAIL", "UNKNOWN", "PASS")


def verdict(truth: bool) -> Verdict:
    return PASS if truth else FAIL


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """AND = worst; of nothing, PASS."""
    return min(verdicts, default=PASS)


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """OR = best; of nothing, FAIL."""
    return max(verdicts, default=FAIL)


def negate(v: Verdict) -> Verdict:
    return PASS - v


def at_least(k: int, verdicts: Iterable[Verdict]) -> Verdict:
    found = list(verdicts)
    passed = found.count(PASS)
    if passed >= k:
        return PASS
    if passed + found.count(UNKNOWN) < k:
        return FAIL
    return UNKNOWN


def either(available: Iterable[Verdict]) -> Verdict:
    """Two measures of one thing, an unavailable one given as UNKNOWN."""
    known = [v for v in available if v != UNKNOWN]
    return any_of(known) if known else UNKNOWN


def rounded(x: float) -> float:
    return round(x, 9)


# Rounding never turns two numbers round, so it is only asked where it can matter.


def ge(a: float, b: float) -> bool:
    return a >= b or rounded(a) >= rounded(b)


def gt(a: float, b: float) -> bool:
    return a > b and rounded(a) > rounded(b)


def le(a: float, b: float) -> bool:
    return a <= b or rounded(a) <= rounded(b)


def lt(a: float, b: float) -> bool:
    return a < b and rounded(a) < rounded(b)


Self = TypeVar("Self")
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def remember(
    method: Callable[Concatenate[Self, Asked], Answer],
) -> Callable[Concatenate[Self, Asked], Answer]:
    """Keep each answer of a pure method on its own object (and let both go together)."""
    slot = f"_remembered_{method.__name__}"

    @functools.wraps(method)
    def wrapper(self: Self, *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        assert not kwargs, "asked by position only"
        answers: dict[object, Answer] = self.__dict__.setdefault(slot, {})
        try:
            return answers[args]
        except KeyError:
            answer = answers[args] = method(self, *args, **kwargs)
            return answer

    return cast("Callable[Concatenate[Self, Asked], Answer]", wrapper)


class RunningOr:
    """OR of a verdict over the days [first, last], kept day by day as the last day moves on."""

    def __init__(self) -> None:
        self._best: dict[int, list[Verdict]] = {}

    def over(self, first: int, last: int, on_day: Callable[[int], Verdict]) -> Verdict:
        best = self._best.setdefault(first, [])
        while len(best) < last - first + 1:
            best.append(max(best[-1] if best else FAIL, on_day(first + len(best))))
        return best[last - first] if last >= first else FAIL
