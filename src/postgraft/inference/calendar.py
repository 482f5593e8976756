"""Eligible patients in calendar time: new ones a month, and how many there are on a given day."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from postgraft.analysis.entry import observed_late
from postgraft.analysis.summary import by_patient
from postgraft.estimation.intervals import LEVEL
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.stretches import NONE
from postgraft.inference.shares import share_row
from postgraft.timeline.spells import Runs
from postgraft.vocabulary.errors import PostgraftError


def monthly(outcome: Evaluated) -> pd.DataFrame:
    """A row per calendar month from the first transplant to the end of observation, also those without anybody.

    Columns month (its first day); eligible: patients whose first eligible day it holds; eligible_or_possible: whose
    first day without a FAIL, both without transplants ``observed_late``, of which it is not known who is new;
    transplants: done in it; observed: transplants under observation on some day of it, the denominator. Neither is a
    forecast: in the last months stretches are not seen to their end.

    Raises:
        PostgraftError: the extract has no calendar dates.
    """
    _need_dates(outcome)
    kept, seen = outcome.screened, outcome.observations
    start, end = _months(seen.day0 + seen.first), _months(seen.day0 + seen.last)
    observed = np.flatnonzero(seen.last >= seen.first)
    if observed.size == 0:
        return pd.DataFrame(columns=["month", "eligible", "eligible_or_possible", "transplants", "observed"])
    origin = min(_months(seen.day0[observed]).min(), start[observed].min())
    months = np.arange(origin, end[observed].max() + 1)
    under = np.zeros(months.size + 1, np.int64)
    np.add.at(under, start[observed] - origin, 1)
    np.add.at(under, end[observed] - origin + 1, -1)
    done = _months(seen.day0[observed]) - origin
    found = {"eligible": kept.first_eligible_day, "eligible_or_possible": kept.first_possible_day}
    return pd.DataFrame(
        {
            "month": months.astype("datetime64[M]").astype("datetime64[s]"),
            **{
                name: np.bincount(_months(_first_dates(outcome, day)) - origin, minlength=months.size)
                for name, day in found.items()
            },
            "transplants": np.bincount(done, minlength=months.size),
            "observed": np.cumsum(under)[:-1],
        }
    )


def pool(outcome: Evaluated, on: str | date, level: float = LEVEL) -> pd.DataFrame:
    """How many patients are eligible on a calendar day, such as the day a trial opens: the prevalent pool.

    Columns as of ``bounds``; rows eligible (the day lies in an eligible stretch) and eligible_or_possible (in a
    stretch without a FAIL), of the patients under observation on that day. All that was recorded counts, so that a
    stretch need not have been long enough by that day.

    Raises:
        PostgraftError: the extract has no calendar dates, or ``on`` is none.
    """
    _need_dates(outcome)
    day = _day(on)
    kept, seen = outcome.screened, outcome.observations
    relative = day - seen.day0
    observed = by_patient(outcome, (seen.first <= relative) & (relative <= seen.last))

    def patients(runs: Runs) -> int:
        begin = seen.day0[runs.row] + runs.start
        on_day = np.zeros(len(seen), bool)
        on_day[runs.row[(begin <= day) & (day < begin + runs.days)]] = True
        return int(by_patient(outcome, on_day).sum())

    found = {"eligible": patients(kept.certain_stretches), "eligible_or_possible": patients(kept.open_stretches)}
    of = int(observed.sum())
    return pd.DataFrame([share_row(name, n, of, "observed_on_the_day", level) for name, n in found.items()])


def _first_dates(outcome: Evaluated, day: np.ndarray) -> np.ndarray:
    """The earliest such calendar day of each patient who has one, and is known to be new on it."""
    seen = outcome.observations
    rows = np.flatnonzero((day != NONE) & ~observed_late(outcome))
    dates = pd.Series(seen.day0[rows] + day[rows]).groupby(seen.patient[rows]).min()
    return dates.to_numpy(np.int64)


def _months(day: np.ndarray) -> np.ndarray:
    """Months since January 1970 of days since 1970-01-01."""
    return np.asarray(day, np.int64).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _need_dates(outcome: Evaluated) -> None:
    if outcome.extract.time != "dates":
        raise PostgraftError(
            f"{outcome.extract.name}: its manifest says time: days, so that no event has a calendar day; "
            "numbers a month or on a date need an extract with time: dates"
        )


def _day(on: str | date) -> int:
    try:
        when = date.fromisoformat(on) if isinstance(on, str) else on
        return (date(when.year, when.month, when.day) - date(1970, 1, 1)).days
    except (ValueError, AttributeError, TypeError):
        raise PostgraftError(f"on: found {on!r}; accepted is a date such as 2024-07-01") from None
