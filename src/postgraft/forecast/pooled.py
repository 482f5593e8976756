"""One forecast of several cohorts: their new eligible patients together, each site of the plan with its own share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from postgraft.evaluation.evaluated import Evaluated
from postgraft.forecast.case import ForecastCase, accrual_of, day_number
from postgraft.forecast.forecast import Forecast, forecast
from postgraft.forecast.inflow import BASES, Incoming, eligible_on, incoming, together
from postgraft.forecast.placed import COHORT, Placed, opening_days, placed, site_shares
from postgraft.protocol import RecruitmentPlan
from postgraft.vocabulary.errors import PostgraftError

TOGETHER = "all cohorts"


def pooled(by_protocol: Mapping[str, Sequence[Evaluated]], plan: RecruitmentPlan) -> Forecast:
    """When the target will be enrolled from several cohorts, under each protocol by name; of one, as ``forecast``.

    The cohorts share no patient. Their yearly rates add up, known as well as so many events tell; a site sees the
    share of all patients who belong there; patients eligible on an opening day add up. The forecast starts at the
    latest data cut. A case is missing where it is missing for one of the cohorts.

    Raises:
        PostgraftError: no outcome.
    """
    first = next(iter(by_protocol.values()), ())
    if len(first) == 1:
        return forecast({name: one for name, [one] in by_protocol.items()}, plan)
    if not first:
        raise PostgraftError("pooled takes outcomes, such as evaluate gives; found none")
    used = _placed(plan, first)
    cases = tuple(_case(name, outcomes, basis, used) for name, outcomes in by_protocol.items() for basis in BASES)
    return Forecast(TOGETHER, used, cases)


def _placed(plan: RecruitmentPlan, outcomes: Sequence[Evaluated]) -> Placed:
    each = [placed(plan, one) for one in outcomes]
    latest = max(each, key=lambda one: one.start)
    # Where the plan gives the start, all start alike, whichever was cut last.
    cut = max((one.cut for one in each if one.cut), default=None)
    found = replace(latest, cut=cut, opens=opening_days(plan, latest.start))
    if plan.captures != "cohort":
        return found
    shares = [
        (site_shares(one.extract, plan), int(pd.Series(one.extract.patients["site"]).count())) for one in outcomes
    ]
    of = sum(patients for known, patients in shares)
    seen = {site.name: sum(known.get(site.name, 0.0) * of_it for known, of_it in shares) for site in plan.sites}
    if not sum(seen.values()):
        return found
    captures = tuple(seen[site.name] / of for site in plan.sites)
    sources = {**found.sources, "captures": COHORT}
    return replace(found, captures=captures, belong_elsewhere=1 - sum(captures), sources=sources)


def _case(name: str, outcomes: Sequence[Evaluated], basis: str, of: Placed) -> ForecastCase:
    plan = of.plan
    try:
        a_year = _transplants_per_year(outcomes, plan)
        found = _added([incoming(one, basis, own) for one, own in zip(outcomes, a_year, strict=True)])
        lasting = found
        if plan.screening_days:
            each = zip(outcomes, a_year, strict=True)
            lasting = _added([incoming(one, basis, own, plan.screening_days) for one, own in each])
        pools = {
            day: [eligible_on(one, basis, day, plan.screening_days) for one in outcomes]
            for day in map(day_number, of.opens)
        }
        known = {day: None if None in each else sum(filter(None, each)) for day, each in pools.items()}
        accrual = accrual_of(of, lasting, known)
    except PostgraftError as error:
        return ForecastCase(name, basis, why_not=str(error))
    return ForecastCase(name, basis, found, lasting, accrual, known)


def _transplants_per_year(outcomes: Sequence[Evaluated], plan: RecruitmentPlan) -> list[float | None]:
    """What the plan says of all cohorts together, parted by their patients; None: each cohort's own."""
    sizes = [len(one.extract.patients) for one in outcomes]
    given = plan.transplants_per_year
    return [given * size / sum(sizes) if given else None for size in sizes]


def _added(each: Sequence[Incoming]) -> Incoming:
    """The new eligible patients of cohorts that share none: numbers and rates add up, times are averaged."""
    patients = sum(one.patients for one in each)
    a_year = sum(one.transplants_per_year for one in each)
    rate = sum(one.share * one.transplants_per_year for one in each)
    events, years = together([(one.patients, one.years) for one in each])
    pool = np.average([one.pool_years for one in each], weights=[one.patients for one in each]) if patients else 0.0
    return Incoming(
        patients=patients,
        transplants=sum(one.transplants for one in each),
        late=sum(one.late for one in each),
        eligible_late=sum(one.eligible_late for one in each),
        transplants_per_year=a_year,
        share=rate / a_year,
        followed_days=max(one.followed_days for one in each),
        years=years,
        pool_years=float(pool),
        events=events,
    )
