"""Vectors worked out by hand from criteria.md: logic, values and parameters."""

from __future__ import annotations

from typing import Any

import pytest
from oracle import DEFAULTS
from oracle.defaults import Parameters
from oracle.kleene import FAIL, PASS, UNKNOWN, at_least
from oracle.values import Result, interval_of, own_limit


def test_at_least() -> None:
    assert at_least(2, [PASS, UNKNOWN, FAIL]) is UNKNOWN
    assert at_least(2, [PASS, FAIL]) is FAIL
    assert at_least(2, [PASS, PASS, FAIL]) is PASS


@pytest.mark.parametrize(
    ("sign", "x", "compare", "b", "verdict"),
    [
        ("<", 30, "below", 30, PASS),
        ("<", 0.5, "at_least", 0.5, FAIL),
        ("<", 50, "at_most", 30, UNKNOWN),
        (">", 246, "above", 246, PASS),
        ("<=", 30, "below", 30, UNKNOWN),
        ("<=", 30, "at_most", 30, PASS),
        (">=", 246, "above", 246, UNKNOWN),
        (">", 30, "at_most", 30, FAIL),
        ("<", 30, "above", 30, FAIL),
        (">=", 20, "at_least", 20, PASS),
        ("<=", 20, "at_least", 20, UNKNOWN),
        (">=", 30, "below", 30, FAIL),
    ],
)
def test_censored(sign: str, x: float, compare: str, b: float, verdict: Any) -> None:
    assert getattr(interval_of(x, sign), compare)(b) is verdict


def test_difference_of_intervals() -> None:
    difference = interval_of(1.5, "=").minus(interval_of(0.2, "<"))
    assert difference.above(0.8) is PASS
    assert interval_of(1.0, "=").minus(interval_of(0.2, "<")).above(0.8) is PASS  # > 0.8, open
    assert interval_of(0.7, "=").minus(interval_of(0.2, "<")).above(0.8) is UNKNOWN
    assert interval_of(1.0, "<").minus(interval_of(0.2, "=")).above(0.8) is FAIL


def test_own_limits() -> None:
    assert own_limit(Result(1, "=", ((100, 200),)), "upper", 246) == 200
    assert own_limit(Result(1, "=", ((None, 40),)), "upper", 246) is None  # beyond factor 5
    assert own_limit(Result(1, "=", ((300, 200),)), "upper", 246) is None
    assert own_limit(Result(1, "=", ((0, 200), (None, 180))), "upper", 246) == 180
    assert own_limit(Result(1, "=", ((0, 200),)), "lower", 30) is None
    assert own_limit(Result(1, "=", ((None, 1.2),)), "upper", None) == 1.2


def test_parameters() -> None:
    assert "unknown_carry_days" not in DEFAULTS
    assert DEFAULTS["spell_days"] == 56
    with pytest.raises(ValueError, match="unknown parameter resolution_days"):
        Parameters({"resolution_days": 3})
    assert Parameters({"onset_after_engraftment_days": {"itp": 3}}).mapping("onset_after_engraftment_days") == {
        "aiha": 14,
        "itp": 3,
        "prca": 28,
    }
