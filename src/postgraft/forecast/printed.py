"""A forecast from the counts that a release prints, and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from postgraft.analysis.breakdowns import NOT_RECORDED, OTHERS
from postgraft.analysis.released import FixedTables, ReleasedOutcome
from postgraft.evaluation.count import hidden
from postgraft.forecast.case import ForecastCase, accrual_of, day_number
from postgraft.forecast.forecast import Forecast
from postgraft.forecast.inflow import BASES, Incoming, together
from postgraft.forecast.placed import Placed, opening_days, shares_of
from postgraft.protocol import RecruitmentPlan
from postgraft.vocabulary.errors import PostgraftError

PRINTED = "printed counts"


def printed(outcomes: Sequence[ReleasedOutcome], plan: RecruitmentPlan) -> Forecast:
    """When the target will be enrolled, computed from printed counts of eligible patients, years and sites.

    Rate = share eligible × transplants a year, of the plan or else all by the calendar years of transplants, with
    Jeffreys' interval of a Poisson number. What counts do not tell is left out: follow-up, who is no longer eligible
    after screening, and who is eligible when a site opens. So it is another number than at level internal. It starts
    at the end of the last year of transplants, unless the plan has a start. Where a count that it needs is hidden, or
    neither start is known, there is no forecast.
    """
    first = outcomes[0].protocol
    years = [years_of(one) for one in outcomes]
    last = max((seen[-1] for seen in years if seen), default=None)
    cut = date(last, 12, 31) if last else None
    start = plan.start or cut or first.trial.start_date
    used = Placed(plan, first.trial, cut, start, opening_days(plan, start), _captures(outcomes, plan), {})
    return Forecast(PRINTED, used, tuple(_case(basis, outcomes, years, used) for basis in BASES))


def _case(basis: str, outcomes: Sequence[ReleasedOutcome], years: Sequence[Sequence[int]], of: Placed) -> ForecastCase:
    name = outcomes[0].protocol.name
    try:
        each = [_incoming(one, basis, seen, of.plan) for one, seen in zip(outcomes, years, strict=True)]
        if of.cut is None and of.plan.start is None:
            raise PostgraftError("the plan has no start, and not all years of the transplants are printed")
        of_all = sum(count for _, count, _ in each)
        if of.plan.transplants_per_year:
            each = [(one, count, of.plan.transplants_per_year * count / of_all) for one, count, _ in each]
        rate = sum(one / count * a_year for one, count, a_year in each)
        patients, a_year = sum(one for one, _, _ in each), sum(one for _, _, one in each)
        events, time = together([(one, count / its_year) for one, count, its_year in each])
        found = Incoming(
            patients=patients,
            transplants=0,
            late=0,
            eligible_late=0,
            transplants_per_year=a_year,
            share=rate / a_year,
            followed_days=0,
            years=time,
            pool_years=0.0,
            events=events,
        )
        accrual = accrual_of(of, found, {day_number(day): None for day in of.opens})
    except PostgraftError as error:
        return ForecastCase(name, basis, why_not=str(error))
    return ForecastCase(name, basis, found, found, accrual)


def _incoming(
    outcome: ReleasedOutcome, basis: str, years: Sequence[int], plan: RecruitmentPlan
) -> tuple[int, float, float]:
    """Patients, of how many, and how many of these there are a year."""
    summary = outcome.summary()
    kept = summary[
        (summary["measure"] == basis)
        & (summary["denominator"] == "transplanted")
        & (summary["days"] == outcome.protocol.eligible_days_min)
    ].iloc[0]
    if hidden(kept["count"]) or hidden(kept["of"]) or not float(kept["of"]):
        raise PostgraftError("a count that the forecast needs is hidden")
    if not years and not plan.transplants_per_year:
        raise PostgraftError("not all years of the transplants are printed")
    patients, of = int(float(kept["count"])), float(kept["of"])
    return patients, of, of / len(years) if years else 0.0


def years_of(outcome: FixedTables) -> list[int]:
    """The calendar years from the first to the last with transplants; none where not all of them are told."""
    frame = outcome.by_year()
    if OTHERS in map(str, frame["year"]):
        return []
    there = frame.loc[[float(count) > 0 for count in frame["patients"]], "year"]
    known = sorted(int(year) for year in there if str(year).isdigit())
    return list(range(known[0], known[-1] + 1)) if known else []


def _captures(outcomes: Sequence[ReleasedOutcome], plan: RecruitmentPlan) -> tuple[float, ...]:
    """Of each site the share of the printed patients who belong there; the plan's where no site of it is printed.

    Patients of sites that are printed together only are among all; a site that is one of these sees none.
    """
    by_label: dict[str, float] = {}
    for one in outcomes:
        for label, patients in _by_label(one).items():
            by_label[label] = by_label.get(label, 0.0) + patients
    shares: Mapping[str, float] = shares_of(by_label, plan) if plan.captures == "cohort" else {}
    return tuple(shares.get(site.name, 0.0) if shares else site.capture for site in plan.sites)


def _by_label(outcome: ReleasedOutcome) -> dict[str, float]:
    frame: Any = outcome.by_site()
    return {
        str(row.site): float(row.patients)
        for row in frame.itertuples()
        if row.site != NOT_RECORDED and not hidden(row.patients)
    }
