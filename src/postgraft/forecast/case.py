"""From an outcome and a plan to the model of enrolment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import inf, nan

import numpy as np

from postgraft.estimation.accrual import Accrual, Sites
from postgraft.estimation.accrual_rate import Rate, Share, enrolled_share
from postgraft.evaluation.evaluated import Evaluated
from postgraft.forecast.inflow import Incoming, eligible_on, incoming
from postgraft.forecast.placed import EPOCH, Placed
from postgraft.protocol.plan import Proportion
from postgraft.vocabulary.errors import PostgraftError


@dataclass(frozen=True)
class ForecastCase:
    """A forecast under one protocol for one of ``BASES``; without ``accrual`` there is none, ``why_not`` says why.

    ``incoming``: new eligible patients; ``lasting``: those still eligible when screening is done, who can enrol.
    ``pools``: patients eligible in the cohort on the opening days.
    """

    protocol: str
    basis: str
    incoming: Incoming | None = None
    lasting: Incoming | None = None
    accrual: Accrual | None = None
    pools: Mapping[float, int | None] = field(default_factory=dict)
    why_not: str = ""

    @property
    def lasting_share(self) -> float:
        """Share of the new eligible patients who are still eligible when screening is done; nan if nobody was seen."""
        if self.incoming is self.lasting:
            return 1.0
        if self.incoming is None or self.lasting is None or not self.incoming.patients:
            return nan
        return self.lasting.per_year().estimate / self.incoming.per_year().estimate


def case_of(name: str, outcome: Evaluated, basis: str, of: Placed) -> ForecastCase:
    """The forecast of one outcome; as of the last day of which the plan says how many were enrolled."""
    plan = of.plan
    try:
        found = incoming(outcome, basis, plan.transplants_per_year)
        lasting = found
        if plan.screening_days:
            lasting = incoming(outcome, basis, plan.transplants_per_year, plan.screening_days)
        days = {day_number(day) for day in of.opens}
        pools = {day: eligible_on(outcome, basis, day, plan.screening_days) for day in days}
        accrual = accrual_of(of, lasting, pools)
    except PostgraftError as error:
        return ForecastCase(name, basis, why_not=str(error))
    return ForecastCase(name, basis, found, lasting, accrual, pools)


def accrual_of(of: Placed, lasting: Incoming, pools: Mapping[float, int | None], rate: Rate | None = None) -> Accrual:
    """Enrolment under a plan, as of the last day of which it says how many were enrolled.

    ``pools``: patients eligible in the cohort on the opening day of each site, see ``eligible_on``. ``rate``: in
    place of the cohort's.

    Raises:
        PostgraftError: somebody was enrolled when no site could.
    """
    plan = of.plan
    accrual = Accrual.planned(
        rate or lasting.rate,
        enrolled_share(_share(plan.participation), _share(plan.screen_failure)),
        _sites(of, lasting, pools),
    )
    if plan.as_of and plan.enrolled and not accrual.expected(day_number(plan.as_of)) > 0:
        raise PostgraftError(f"{plan.enrolled} were enrolled by {plan.as_of}, when no site of the plan sees a patient")
    return accrual.updated(day_number(plan.as_of), plan.enrolled) if plan.as_of else accrual


def _sites(of: Placed, lasting: Incoming, pools: Mapping[float, int | None]) -> Sites:
    """The sites from the day on which they can enrol: who is found eligible on the opening day is screened first."""
    plan, screened = of.plan, of.plan.screening_days
    found_on = [day_number(day) for day in of.opens]
    opens = np.array(found_on) + screened
    closes = np.array([day_number(site.closes) if site.closes else inf for site in plan.sites])
    return Sites(
        opens=opens,
        closes=closes,
        intensity=np.where(closes < opens, 0.0, of.intensities),
        pool=np.array([nan if (pool := pools[day]) is None else pool for day in found_on], float),
        pool_years=lasting.pool_years,
        reached=plan.prevalent_pool_reached,
    )


def _share(written: Proportion) -> Share:
    return Share(written.mean, written.as_if_seen_in)


def day_number(day: date) -> float:
    """Days since 1970-01-01, as extracts count them."""
    return float((day - EPOCH).days)


def date_of(number: float) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=int(number))
