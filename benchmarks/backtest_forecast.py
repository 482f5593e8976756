"""The forecast against two finished trials, of which only dates and totals are used.

python benchmarks/backtest_forecast.py

First: what a forecast made early, from the number enrolled by then, would have said of the total. That number
is not among the facts used, so every possible one is tried, weighted as if enrolment had been even. Second: what
each trial's pace would mean for NCT05873205.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from planted_truth import markdown

from postgraft.estimation.accrual import YEAR, Accrual, Sites
from postgraft.estimation.accrual_backtest import backtest
from postgraft.estimation.accrual_rate import Rate, Share
from postgraft.protocol import load_protocol


@dataclass(frozen=True)
class Finished:
    """A trial of the public registry: so many enrolled at so many centres from one date to another."""

    number: str
    enrolled: int
    centres: int
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


TRIALS = (
    Finished("NCT04661033", 8, 6, date(2021, 9, 9), date(2022, 12, 19)),
    Finished("NCT01000051", 64, 1, date(2010, 2, 17), date(2018, 4, 4)),
)
SEEN = (0.25, 0.5)
"""Parts of the time after which the forecast is made."""


def early(trial: Finished) -> pd.DataFrame:
    """Forecasts of the total for an early number that is low, middle and high at an even pace."""
    rows = []
    for part in SEEN:
        made = backtest(trial.enrolled, trial.days, round(part * trial.days))
        below = np.cumsum(made.weight)
        for words, level in (("low (2.5 %)", 0.025), ("median", 0.5), ("high (97.5 %)", 0.975)):
            at = int(np.searchsorted(below, level))
            rows.append(
                {
                    "trial": trial.number,
                    "after": f"{part:.0%} of the time",
                    "enrolled by then": f"{made.so_far[at]}, {words}",
                    "total forecast": made.median[at],
                    "95 % range": f"{made.low[at]} to {made.high[at]}",
                    "true total": trial.enrolled,
                    "inside": "yes" if made.holds[at] else "no",
                    "inside, all numbers": f"{made.weight[made.holds].sum():.1%}",
                }
            )
    return pd.DataFrame(rows)


def pace(trial: Finished) -> dict[str, object]:
    """The present trial at a finished one's pace, in all its centres together."""
    record = load_protocol().trial
    days = (record.completion_date - record.start_date).days
    rate = Rate.seen(trial.enrolled, trial.days / YEAR)
    one = Sites(np.zeros(1), np.array([np.inf]), np.ones(1), np.array([np.nan]))
    accrual = Accrual.planned(rate, Share(1.0).points(), one)
    low, high = accrual.quantiles(days, np.array([0.025, 0.975]))
    return {
        "pace of": trial.number,
        "centres": trial.centres,
        "enrolled a year": f"{trial.enrolled / trial.days * YEAR:.2f}",
        f"by {record.completion_date}": f"{accrual.expected(days):.1f}",
        "95 % range": f"{low} to {high}",
        f"probability of {record.target_enrollment}": f"{accrual.at_least(record.target_enrollment, days):.1%}",
    }


def main() -> None:
    print(markdown(pd.concat([early(trial) for trial in TRIALS], ignore_index=True)))
    print()
    print(markdown(pd.DataFrame([pace(trial) for trial in TRIALS])))


if __name__ == "__main__":
    main()
