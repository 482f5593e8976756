"""How long the transplants of an extract are observed, and what ends it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from postgraft.eligibility.observations import ENDS, Observations


def follow_up(observations: Observations) -> pd.DataFrame:
    """What ends the observation of transplants: ended_by, transplants, share, median, q1, q3.

    A row for each of ``ENDS`` and one for all. The last three are of the last observed day, counted from the
    transplant; missing where there is none.
    """
    seen = observations.last >= observations.first
    rows = []
    for position, name in enumerate((*ENDS, "all")):
        chosen = seen & ((observations.ended_by == position) | (name == "all"))
        q1, median, q3 = pd.Series(observations.last[chosen]).quantile([0.25, 0.5, 0.75])
        share = chosen.sum() / max(int(seen.sum()), 1)
        rows.append((name, int(chosen.sum()), share, median, q1, q3))
    return pd.DataFrame(rows, columns=["ended_by", "transplants", "share", "median", "q1", "q3"])


def observed_by_day(observations: Observations) -> pd.DataFrame:
    """Number of transplants observed on each day since transplant, up to the last seen: day, transplants."""
    seen = observations.last >= observations.first
    first, last = observations.first[seen], observations.last[seen]
    change = np.zeros(int(last.max(initial=-1)) + 2, np.int64)
    np.add.at(change, first, 1)
    np.add.at(change, last + 1, -1)
    return pd.DataFrame({"day": np.arange(change.size - 1), "transplants": np.cumsum(change)[:-1]})
