"""Ranges: closure of both ends, and their words."""

import math

import pytest

from postgraft.protocol.parameters import AllowedRange


@pytest.mark.parametrize(
    ("text", "inside", "outside", "words"),
    [
        ("[0, 1]", [0, 0.5, 1], [-1e-9, 1 + 1e-9], "at least 0 and at most 1"),
        ("(0, 1)", [1e-9, 0.5], [0, 1], "above 0 and below 1"),
        ("[0, 1)", [0], [1], "at least 0 and below 1"),
        ("(0, inf)", [1e300], [0, math.inf], "above 0"),
        ("(-inf, 2.5]", [-1e300, 2.5], [2.6, -math.inf, math.nan], "at most 2.5"),
    ],
)
def test_ends(text, inside, outside, words):
    interval = AllowedRange.parse(text)
    assert all(interval.contains(number) for number in inside)
    assert not any(interval.contains(number) for number in outside)
    assert str(interval) == words


@pytest.mark.parametrize("text", ["", "0-1", "[0, 1", "[a, b]", "[2, 1]", "[1.2.3, 4]"])
def test_what_is_no_range(text):
    with pytest.raises(ValueError):  # noqa: PT011  # the words differ, the class is what callers catch
        AllowedRange.parse(text)
