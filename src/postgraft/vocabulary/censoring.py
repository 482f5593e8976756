"""Censored results: ``<0.5`` is no number but everything below one.

A result is held as a number that stands in for it and a direction. ``<x`` is held as the number next below x
and everything down from it, ``>x`` as the number next above x and everything up from it; ``<=x`` and ``>=x``
hold x itself.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

OPERATORS: Final = ("<", "<=", "=", ">=", ">")
"""What may stand before a number; the position less ``EQUAL`` is its sign: the direction, twice it where strict."""
EQUAL: Final = OPERATORS.index("=")
STEP: Final = 1e-6
"""From x to the number next to it, in the canonical unit."""
_DECIMALS: Final = 9
_SPELLINGS: Final = {"≤": "<=", "=<": "<=", "≥": ">=", "=>": ">=", "==": "="}

Floats = npt.NDArray[np.float64]
Signs = npt.NDArray[np.int8]
"""-1: the true value is at or below the number held; 0: it is the number; 1: at or above it."""


def read_operator(text: str) -> str:
    """An operator as in ``OPERATORS``; another text as it is."""
    return _SPELLINGS.get(text.strip(), text.strip())


def stand_in(number: Floats, sign: Signs) -> tuple[Floats, Signs]:
    """The numbers held for numbers after an operator of the given sign (-2 … 2), and their directions."""
    if not sign.any():
        return number, sign
    direction = np.sign(sign)
    shift = np.where(np.abs(sign) == 2, direction * STEP, 0.0)
    return np.where(shift == 0, number, np.round(number + shift, _DECIMALS)), direction


def difference(one: Floats, other: Floats, of_one: Signs, of_other: Signs) -> tuple[Floats, Signs]:
    """``one - other`` and its direction; NaN where the directions pull it to both sides."""
    torn = of_one * of_other > 0
    direction = np.sign(of_one - of_other).astype(np.int8)
    return np.where(torn, np.nan, one - other), np.where(torn, np.int8(0), direction)


def as_reported(number: float, direction: int) -> tuple[str, float]:
    """The operator (empty for an exact result) and the number of a result as it was reported.

    Results are reported to fewer than six decimals, so one that has them stands beside the number reported.
    """
    if direction == 0:
        return "", number
    reported = round(number - direction * STEP, _DECIMALS)
    strict = round(number, 5) != number and round(reported, 5) == reported
    operator = {(-1, True): "<", (-1, False): "<=", (1, False): ">=", (1, True): ">"}[direction, strict]
    return operator, reported if strict else number
