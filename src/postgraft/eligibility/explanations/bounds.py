"""A result beside a bound: the verdict and how it reads."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from postgraft.eligibility.explanations.reason import Used
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

Comparison = Callable[..., NDArray[np.int8]]


def beside(found: Used, rule: Comparison, bound: float, word: str, otherwise: str = "") -> tuple[int, str]:
    """Whether a result is ``word`` (below, at most) the bound; ``otherwise``: how it reads where it is not."""
    verdict = int(rule(np.array([found.value]), bound, np.array([found.censored]))[0])
    words = {PASS: word, FAIL: otherwise or f"not {word}", UNKNOWN: f"perhaps {word}"}
    return verdict, words[verdict]
