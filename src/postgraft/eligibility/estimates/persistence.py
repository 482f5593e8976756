"""How likely it is that an eligible patient still is some days later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from postgraft.eligibility.observations import ENDS
from postgraft.eligibility.outcome import Outcome
from postgraft.eligibility.stretches import first_stretches
from postgraft.estimation.incidence import still
from postgraft.estimation.interval import LEVEL, normal_quantile
from postgraft.estimation.proportions import score_bounds

AHEAD: Final = (7, 14, 28)
"""Days for which the chance is told unless others are asked for."""
ENDED: Final = ("death", "next_transplant")
"""Ends of observation after which nobody is eligible for certain; at the others it may have gone on."""


def persistence(outcome: Outcome, days: Sequence[int] = AHEAD, level: float = LEVEL) -> pd.DataFrame:
    """Chance of still being eligible ``days`` later: view, days, estimate, low, high, count, of, denominator, method.

    View "first": after the first day of a patient's first eligible stretch, every patient once (Kaplan–Meier; count:
    stretches that had ended by then). It lasts at least ``eligible_days_min`` days by definition. View "any": after
    whatever eligible day, such as the one on which a trial opens: of the eligible days whose day so much later is
    known, those on which the patient is eligible again or still (count), with the interval of a ratio by patients.
    A stretch also ends when something is no longer known, and with death or the next transplant.
    """
    asked = list(days)
    found = first_stretches(outcome)
    rows: list[tuple[object, ...]] = []
    if len(found):
        ended = (found["ended_by"] != "unseen") | found["reason"].isin(ENDED)
        curve = still(found["days"].to_numpy(), ended.to_numpy(), asked, level)
        for i, ahead in enumerate(asked):
            values = (curve.estimate[i], curve.low[i], curve.high[i], int(curve.events[i]), len(found))
            rows.append(("first", ahead, *values, "first eligible stretches", "Kaplan–Meier"))
    rows += [_any(outcome, ahead, level) for ahead in asked]
    columns = ["view", "days", "estimate", "low", "high", "count", "of", "denominator", "method"]
    return pd.DataFrame(rows, columns=columns)


def _any(outcome: Outcome, ahead: int, level: float) -> tuple[object, ...]:
    kept, seen = outcome.screened, outcome.observations
    runs = kept.certain_stretches
    begin, length = runs.start.astype(np.int64), runs.days.astype(np.int64)
    last = seen.last[runs.row].astype(np.int64)
    final = np.isin(np.array(ENDS)[seen.ended_by[runs.row]], ENDED)
    known = np.where(final, length, np.clip(last - ahead - begin + 1, 0, length))
    again = np.zeros(len(runs.first), np.int64)
    of_row = [np.searchsorted(runs.row, runs.row, side) for side in ("left", "right")]
    for later, (start, stop) in enumerate(zip(*of_row, strict=True)):
        same = np.arange(start, stop)  # days of this stretch that lie so much after days of one of its row
        low = np.maximum(begin[same] + ahead, begin[later])
        high = np.minimum(begin[same] + length[same] - 1 + ahead, begin[later] + length[later] - 1)
        np.add.at(again, same, np.maximum(high - low + 1, 0))
    patient = seen.patient[runs.row]
    pairs = pd.DataFrame({"again": again, "known": known}).groupby(patient).sum()
    hit, of = pairs["again"].to_numpy(float), pairs["known"].to_numpy(float)
    total = of.sum()
    if total == 0:
        return (
            "any",
            ahead,
            float("nan"),
            float("nan"),
            float("nan"),
            0,
            0,
            "eligible days",
            "ratio by patients",
        )
    share = hit.sum() / total
    spread = np.sum((hit - share * of) ** 2) * of.size / max(of.size - 1, 1) / total**2
    size = share * (1 - share) / spread if spread > 0 else float(of.size)
    low, high = score_bounds(np.array(share), np.array(min(size, total)), normal_quantile(level))
    counts = (int(hit.sum()), int(total))
    return ("any", ahead, share, float(low), float(high), *counts, "eligible days", "ratio by patients")
