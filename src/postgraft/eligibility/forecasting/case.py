"""From an outcome and a plan to the model of enrolment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import inf, nan
from typing import Final

import numpy as np

from postgraft.eligibility.forecasting.incoming import Incoming, eligible_on, incoming
from postgraft.eligibility.outcome import Outcome
from postgraft.estimation.accrual import Accrual
from postgraft.estimation.accrual_share import Share, enrolled_share
from postgraft.estimation.accrual_sites import Sites
from postgraft.protocol import Plan
from postgraft.protocol.plan import Proportion
from postgraft.vocabulary.errors import PostgraftError

_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True)
class Case:
    """A forecast under one protocol for one of ``BASES``; without ``accrual`` there is none, ``why_not`` says why."""

    protocol: str
    basis: str
    incoming: Incoming | None = None
    accrual: Accrual | None = None
    why_not: str = ""


def case_of(name: str, outcome: Outcome, basis: str, plan: Plan) -> Case:
    """The forecast of one outcome; as of the last day of which the plan says how many were enrolled."""
    try:
        found = incoming(outcome, basis, plan.transplants_per_year)
    except PostgraftError as error:
        return Case(name, basis, why_not=str(error))
    sites = _sites(outcome, basis, plan, found)
    share = enrolled_share(_share(plan.participation), _share(plan.screen_failure))
    accrual = Accrual.planned(found.rate, share, sites)
    if plan.as_of:
        accrual = accrual.updated(day_number(plan.as_of), plan.enrolled)
    return Case(name, basis, found, accrual)


def _sites(outcome: Outcome, basis: str, plan: Plan, found: Incoming) -> Sites:
    opens = np.array([day_number(site.opens) for site in plan.sites])
    pools = {day: eligible_on(outcome, basis, day) for day in set(opens.tolist())}
    return Sites(
        opens=opens,
        closes=np.array([day_number(site.closes) if site.closes else inf for site in plan.sites]),
        intensity=np.array(plan.intensities),
        pool=np.array([nan if (pool := pools[day]) is None else pool for day in opens.tolist()], float),
        pool_years=found.pool_years,
        reached=plan.prevalent_pool_reached,
    )


def _share(written: Proportion) -> Share:
    return Share(written.mean, written.as_if_seen_in)


def day_number(day: date) -> float:
    """Days since 1970-01-01, as extracts count them."""
    return float((day - _EPOCH).days)


def date_of(number: float) -> date:
    """The date of a day number."""
    return _EPOCH + timedelta(days=int(number))
