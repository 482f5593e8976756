"""How many are eligible at least and at most: the certain and the possible, with intervals of their shares."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from postgraft.eligibility.outcome import Outcome
from postgraft.eligibility.summary import populations, statuses
from postgraft.estimation.interval import LEVEL
from postgraft.estimation.proportions import wilson

DENOMINATORS: Final = ("transplanted", "observed_on_day_min", "cytopenia", "treated")
"""Populations of ``summary.populations`` that shares refer to."""


def share_row(measure: str, count: int, of: int, denominator: str, level: float = LEVEL) -> dict[str, object]:
    """A share with Wilson's interval as a row: measure, count, of, denominator, estimate, low, high, method.

    Of nobody, estimate and bounds are nan.
    """
    low, high = wilson(count, of, level)
    return {
        "measure": measure,
        "count": count,
        "of": of,
        "denominator": denominator,
        "estimate": count / of if of else float("nan"),
        "low": low,
        "high": high,
        "method": "Wilson",
    }


def bounds(outcome: Outcome, level: float = LEVEL) -> pd.DataFrame:
    """Shares of patients who are eligible for certain, and of those who are eligible or possible.

    Columns measure (eligible, eligible_or_possible), count, of, denominator (each of ``DENOMINATORS``; a count is
    made within it), estimate (count / of), low, high, method. If the definition is right, the true share of this
    cohort lies between the two estimates; the intervals add the chance of a sample.
    """
    groups, found = populations(outcome), statuses(outcome, outcome.protocol.eligible_days_min)
    every = np.logical_or.reduce(list(found.values()))
    marks = {"eligible": found["eligible"], "eligible_or_possible": every}
    return pd.DataFrame(
        [
            share_row(measure, int((mark & groups[name]).sum()), int(groups[name].sum()), name, level)
            for measure, mark in marks.items()
            for name in DENOMINATORS
        ]
    )
