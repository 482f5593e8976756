"""Marks what ``make test`` leaves to ``make test-long``: it keeps a share of the same proof."""

import pytest


def long(*values):
    """Values of a parameter that only long runs try; a tuple is one of each of several parameters."""
    return [
        pytest.param(*(value if isinstance(value, tuple) else (value,)), marks=pytest.mark.long) for value in values
    ]
