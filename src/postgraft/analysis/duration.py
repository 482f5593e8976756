"""How long the eligible stay eligible, how long transplants are observed, and what ends either."""

from __future__ import annotations

import numpy as np
import pandas as pd

from postgraft.evaluation.count import shares
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.observations import ENDS, Observations
from postgraft.vocabulary.verdicts import FAIL
from postgraft.vocabulary.words import TEXT


def first_stretches(outcome: Evaluated) -> pd.DataFrame:
    """The first eligible stretch of each eligible patient: patient_id, days, ended_by, reason.

    ``ended_by``: "failed" or "unknown", the verdict on the next day of the criterion that ``reason`` names
    (of several the first in protocol order), or "unseen" with one of ``ENDS``: observation ended, and the
    stretch may have gone on.
    """
    rows = outcome.counted_rows[(outcome.patients["status"] == "eligible").to_numpy()]
    criterion = outcome.screened.ended_by[rows]
    unseen, failed = criterion < 0, outcome.screened.ended_with[rows] == FAIL
    names = np.array(outcome.screened.names)
    reason = np.where(unseen, np.array(ENDS)[outcome.observations.ended_by[rows]], names[criterion])
    return pd.DataFrame(
        {
            "patient_id": outcome.transplants["patient_id"].to_numpy()[rows],
            "days": outcome.screened.first_stretch_days[rows].astype("int64"),
            "ended_by": pd.Series(np.where(unseen, "unseen", np.where(failed, "failed", "unknown")), dtype=TEXT),
            "reason": pd.Series(reason, dtype=TEXT),
        }
    )


def stretch_length(outcome: Evaluated) -> pd.DataFrame:
    """Length in days of the first eligible stretches, in one row.

    Columns patients, median, q1, q3, shortest, longest (missing without patients) and unseen, the number of
    stretches that ended because observation did. Those count with the days that were seen, so the true
    lengths are at least these.
    """
    found = first_stretches(outcome)
    at = found["days"].quantile([0, 0.25, 0.5, 0.75, 1]).tolist()
    values = dict(zip(("shortest", "q1", "median", "q3", "longest"), at, strict=True))
    row = {"patients": len(found), **{name: values[name] for name in ("median", "q1", "q3")}}
    row |= {name: values[name] for name in ("shortest", "longest")}
    return pd.DataFrame([row | {"unseen": int((found["ended_by"] == "unseen").sum())}])


def stretch_ends(outcome: Evaluated) -> pd.DataFrame:
    """What ends the first eligible stretches, the frequent first: ended_by, reason, patients, of, share."""
    found = first_stretches(outcome)
    of = len(found)
    counts = found.groupby(["ended_by", "reason"], as_index=False).agg(patients=("days", "size"))
    counts = counts.sort_values(["patients", "reason"], ascending=[False, True], ignore_index=True)
    return counts.assign(of=of, share=shares(counts["patients"].tolist(), [of] * len(counts)))


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
