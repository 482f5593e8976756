"""Marks what ``make test`` leaves to ``make test-long``: it keeps a share of the same proof."""

import pytest


def long(*values):
    """Values of a parameter that only long runs try."""
    return [pytest.param(value, marks=pytest.mark.long) for value in values]
