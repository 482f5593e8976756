"""How much the chance of the target depends on each assumption of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from postgraft.estimation.accrual import Accrual
from postgraft.estimation.accrual_rate import Rate
from postgraft.forecast.case import ForecastCase, accrual_of, day_number
from postgraft.forecast.forecast import Forecast
from postgraft.forecast.placed import Placed
from postgraft.protocol.plan import Proportion
from postgraft.vocabulary.errors import PostgraftError

ENDS: Final = (0.1, 0.9)
"""The ends of an uncertain assumption: its 10th and 90th percentile."""
COLUMNS: Final = ("assumption", "low", "high", "chance_low", "chance_high")


def chances(forecast: Forecast, protocol: str | None = None) -> pd.DataFrame:
    """Chance of the target by the deadline with one assumption at a time at either end, the others as they are.

    Columns assumption, low, high (the ends in words), chance_low, chance_high; the widest first; of patients who are
    eligible. ``participation``, ``screen_failure`` and ``rate`` (who can enrol, a year) are taken as known at the 10th
    and 90th percentile of what the forecast takes them to be; at the ends of ``sites`` limited ones enrol nobody, or
    as full ones do. What is known for sure has no row, nor has what at one of its ends could not
    have enrolled those who were. Empty where there is no forecast or the deadline has passed.
    """
    case, placed = forecast.case(protocol), forecast.placed
    if case.accrual is None or placed.passed:
        return pd.DataFrame(columns=COLUMNS)
    target, deadline = forecast.plan.target, day_number(forecast.plan.deadline)
    rows = [
        (name, low, high, fewer.at_least(target, deadline), more.at_least(target, deadline))
        for name, low, high, fewer, more in _ends(case, placed)
        if fewer is not None and more is not None
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    wide = (frame["chance_high"] - frame["chance_low"]).abs()
    return frame.loc[wide.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def _ends(case: ForecastCase, placed: Placed) -> Iterator[tuple[str, str, str, Accrual | None, Accrual | None]]:
    """Each assumption with its ends in words, and enrolment at either; None where it cannot be."""
    plan = placed.plan

    def under(known: Rate | None = None, /, **changed: Any) -> Accrual | None:
        assert case.lasting is not None
        used = replace(placed, plan=plan.model_copy(update=changed))
        try:
            return accrual_of(used, case.lasting, case.pools, known)
        except PostgraftError:
            return None

    from scipy.stats import beta, gamma

    assert case.lasting is not None
    rate = case.lasting.rate
    if rate.mean > 0 and rate.shape < float("inf"):
        low, high = (float(gamma.ppf(end, rate.shape, scale=rate.mean / rate.shape)) for end in ENDS)
        yield "rate", f"{low:.2g}", f"{high:.2g}", under(Rate(low)), under(Rate(high))
    for name in ("participation", "screen_failure"):
        written: Proportion = getattr(plan, name)
        seen = written.as_if_seen_in
        if seen < float("inf") and 0 < written.mean < 1:
            low, high = (float(beta.ppf(end, written.mean * seen, (1 - written.mean) * seen)) for end in ENDS)
            fewer, more = (under(**{name: Proportion(one)}) for one in (low, high))
            yield name, f"{100 * low:.0f} %", f"{100 * high:.0f} %", fewer, more
    sees = zip(plan.sites, placed.captures, strict=True)
    if plan.limited_activity is not None and any(site.activity == "limited" and share for site, share in sees):
        none, all_ = under(limited_activity=0.0), under(limited_activity=1.0)
        yield "sites", "limited sites enrol nobody", "they enrol as full ones", none, all_
