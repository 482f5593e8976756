"""The table of what a forecast assumes, each value with its source."""

from __future__ import annotations

from typing import Final

import pandas as pd

from postgraft.eligibility import Forecast
from postgraft.exhibits.tables import Table, table

ASSUMPTIONS: Final = {
    "target": "Target",
    "start": "Start",
    "observed": "Enrolled so far",
    "deadline": "Deadline, the last day of enrolment",
    "transplants_per_year": "Transplants a year",
    "screening_days": "From the first eligible day to enrolment",
    "participation": "Of the eligible who are approached, take part",
    "screen_failure": "Of these, fail screening",
    "prevalent_pool_reached": "Of those eligible when a site opens, are approached",
    "sites": "Sites",
    "captures": "Share of the eligible patients that each site sees",
    "limited_activity": "A site of limited activity",
}
"""By key of a plan."""


def plan_table(forecast: Forecast) -> Table:
    """What the forecast assumes: each value of the plan as it is for this cohort, and where it comes from."""
    plan, placed = forecast.plan, forecast.placed
    days = plan.screening_days
    values = {
        "target": f"{plan.target} patients",
        "start": str(placed.start),
        "observed": f"{plan.enrolled} by {plan.as_of}" if plan.as_of else None,
        "deadline": str(plan.deadline),
        "transplants_per_year": _transplants(forecast),
        "screening_days": f"{days} day{'' if days == 1 else 's'}",
        "participation": str(plan.participation),
        "screen_failure": str(plan.screen_failure),
        "prevalent_pool_reached": f"{100 * plan.prevalent_pool_reached:.3g} %",
        "sites": "; ".join(
            f"{sum(site.activity == activity for site in plan.sites)} with {activity} activity"
            for activity in ("full", "limited")
            if any(site.activity == activity for site in plan.sites)
        ),
        "captures": "; ".join(
            f"{site.name} {100 * share:.3g} %"
            for site, share in zip(plan.sites, placed.captures, strict=True)
        ),
        "limited_activity": None
        if plan.limited_activity is None
        else f"{100 * plan.limited_activity:.3g} % of what a full site enrols",
    }
    told = {name: value for name, value in values.items() if value is not None}
    shown = pd.DataFrame(
        {
            "assumption": [ASSUMPTIONS[name] for name in told],
            "value": list(told.values()),
            "source": [_capital(placed.sources[name]) for name in told],
        }
    )
    return table(
        shown,
        "What the plan assumes",
        {"assumption": "Assumption", "value": "Value", "source": "Source"},
        ("Ours: an assumption of this project, for which no source was found.",),
    )


def _transplants(forecast: Forecast) -> str:
    found = forecast.case().incoming
    return "not known" if found is None else f"{found.transplants_per_year:.4g}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
