"""The two ends of the number eligible, eligible and eligible or not ruled out, each with its sampling interval."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from postgraft.eligibility.outcome import Outcome
from postgraft.eligibility.summary import populations, statuses
from postgraft.estimation.interval import LEVEL
from postgraft.estimation.proportions import wilson

DENOMINATORS: Final = ("transplanted", "observed_on_day_min", "cytopenia", "treated")
"""Populations of ``summary.populations`` that shares refer to."""
WHOLE_BELOW: Final = 100
"""Of fewer patients a share has no decimals."""


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
    """Patients who are eligible, and those who are eligible or not ruled out, with an interval of each share.

    Columns measure (eligible, eligible_or_possible), count, of, denominator (each of ``DENOMINATORS``; a count is
    made within it), share (count / of), low, high, method. What the records leave open lies between the two counts,
    whatever a missing result would have said; the interval of each is about the share in all such patients, of whom
    these are a sample.
    """
    groups, found = populations(outcome), statuses(outcome, outcome.protocol.eligible_days_min)
    every = np.logical_or.reduce(list(found.values()))
    marks = {"eligible": found["eligible"], "eligible_or_possible": every}
    rows = [
        share_row(measure, int((mark & groups[name]).sum()), int(groups[name].sum()), name, level)
        for measure, mark in marks.items()
        for name in DENOMINATORS
    ]
    return pd.DataFrame(rows).rename(columns={"estimate": "share"})


def in_words(found: pd.DataFrame, level: float = LEVEL) -> str:
    """Both ends of all transplanted, ``found`` as of ``bounds``, as one sentence with count, share and interval."""
    ends = {row["measure"]: row for row in found.to_dict("records") if row["denominator"] == "transplanted"}
    low, high = ends["eligible"], ends["eligible_or_possible"]
    return (
        f"{low['count']:,} of {low['of']:,} patients eligible{_said(low, level)}, "
        f"{high['count']:,} eligible or not ruled out{_said(high, level)}."
    )


def _said(end: Mapping[Hashable, Any], level: float) -> str:
    """Share and interval in brackets, of fewer than a hundred patients without decimals; of nobody nothing."""
    if not end["of"]:
        return ""
    digits = 0 if end["of"] < WHOLE_BELOW else 1
    share, low, high = (f"{100 * end[name]:.{digits}f}" for name in ("share", "low", "high"))
    return f" ({share} %; {100 * level:g} % CI {low} to {high} %)"
