"""Tables of the forecast: key figures, sites, amendments, the forecast in words, what the plan assumes."""

from __future__ import annotations

from typing import Final

import pandas as pd

from postgraft.exhibits.figure import counted
from postgraft.exhibits.labels import capital
from postgraft.exhibits.said import day, month, rate, whole
from postgraft.exhibits.tables import MISSING, Table, rows, table
from postgraft.forecast.forecast import Forecast
from postgraft.forecast.key_figures import BASIS_WORDS, KeyFigure, chance
from postgraft.forecast.sentences import of_plan

NO_FORECAST: Final = "there is no forecast."
MEASURES: Final = {
    "new_eligible_per_year": "New eligible patients a year in the cohort (95 % CI)",
    "lasting_per_year": "Of these still eligible when screening is done (95 % CI)",
    "enrolled_per_year": "Enrolled a year with every site open (95 % CI)",
    "enrolled_by_deadline": "Enrolled by the deadline: expected (95 % PI)",
    "probability_by_deadline": "Probability of the target by the deadline",
    "date_of_target": "Date of the target: median (95 % PI)",
    "date_of_target_80": "Date of the target: median (80 % PI)",
    "enrolled_per_month_needed": "Needed on average: enrolled a month",
    "new_eligible_per_year_needed": "Needed on average: new eligible patients a year",
    "enrolled_per_month_needed_80": "Needed for 80 % probability: enrolled a month",
    "new_eligible_per_year_needed_80": "Needed for 80 % probability: new eligible patients a year",
    "centres_needed_80": "Needed for 80 % probability: centres of this size",
}
"""By measure of ``Forecast.key_figures``."""
BASIS_NOTE: Final = "CI: confidence interval of what the cohort shows. PI: prediction interval of what will be."
AMENDMENT_MEASURES: Final = {
    "new_eligible_per_year": "New eligible a year (95 % CI)",
    "enrolled_by_deadline": "Enrolled by the deadline (95 % PI)",
    "probability_by_deadline": "Probability of the target",
    "date_of_target_80": "Date of the target (80 % PI)",
    "centres_needed_80": "Centres of this size needed for 80 %",
}
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


def key_figures_table(forecast: Forecast, protocol: str | None = None) -> Table:
    """The key figures of one protocol (None: the first), a column for each basis."""
    shown = pd.DataFrame({basis: _written(forecast, protocol, basis) for basis in BASIS_WORDS}, dtype=object)
    shown.insert(0, "measure", [MEASURES[name] for name in shown.index])
    plan = forecast.plan
    passed = "The deadline has passed: what is asked by it cannot be said. " if forecast.placed.passed else ""
    return table(
        shown,
        f"Target {plan.target} by {day(plan.deadline)}",
        {"measure": "Measure", **{basis: capital(words) for basis, words in BASIS_WORDS.items()}},
        (f"As of {day(forecast.placed.begin)}, {plan.enrolled} enrolled. {passed}{BASIS_NOTE}",),
        empty=NO_FORECAST,
    )


def forecast_by_site_table(forecast: Forecast, protocol: str | None = None) -> Table:
    """Sites of the plan with the number that each enrols by the deadline, for each basis."""
    found = forecast.by_site[forecast.by_site["protocol"] == forecast.case(protocol).protocol]
    shown = found[found["basis"] == "eligible"].copy()
    for basis in BASIS_WORDS:
        own = found[found["basis"] == basis]
        shown[basis] = [
            MISSING if pd.isna(row.expected) else f"{whole(row.expected)} ({row.low} to {row.high})"
            for row in rows(own)
        ]
    shown["opens"] = [f"{row.opens:%Y-%m-%d}" for row in rows(shown)]
    shown["capture"], shown["intensity"] = (
        [f"{100 * share:.3g} %" for share in shown[name]] for name in ("capture", "intensity")
    )
    expected = {basis: f"{capital(words)}: expected (95 % PI)" for basis, words in BASIS_WORDS.items()}
    return table(
        shown,
        f"Enrolled by site by {day(forecast.plan.deadline)}",
        {
            "site": "Site",
            "activity": "Activity",
            "opens": "Opens",
            "capture": "Sees",
            "intensity": "Can enrol",
            "so_far": "So far",
            **expected,
        },
        (
            "Sees: share of the cohort's eligible patients. Can enrol: the same, less where the activity is limited.",
            "All sites share one rate and one participation, so their counts go together and the ends of the ranges "
            f"do not add up. {BASIS_NOTE}",
        ),
        numbers=("opens", "capture", "intensity", "so_far", *BASIS_WORDS),
        empty=NO_FORECAST,
        widths={
            "site": "14%",
            "activity": "10%",
            "opens": "13%",
            "capture": "9%",
            "intensity": "9%",
            "so_far": "7%",
            **dict.fromkeys(BASIS_WORDS, "19%"),
        },
    )


def forecast_amendments_table(forecast: Forecast) -> Table:
    """The forecast under each protocol, two rows each: eligible, and all not ruled out."""
    several = len({case.protocol for case in forecast.cases}) > 1
    shown: list[dict[str, str | None]] = []
    for case in forecast.cases if several else ():
        own = _written(forecast, case.protocol, case.basis)
        row = {"protocol": case.protocol, "basis": BASIS_WORDS[case.basis]}
        shown.append({**row, **{name: own.get(name) for name in AMENDMENT_MEASURES}})
    return table(
        pd.DataFrame(shown),
        f"Target {forecast.plan.target} by {day(forecast.plan.deadline)} under each protocol",
        {"basis": "Counted", **AMENDMENT_MEASURES},
        (BASIS_NOTE,),
        group="protocol",
        numbers=("date_of_target_80",),
    )


def plan_words_table(forecast: Forecast) -> Table:
    """What a reader must know of the plan, and what is odd about it, a sentence a row."""
    return table(pd.DataFrame({"words": list(of_plan(forecast.placed))}), "About the plan", {"words": ""})


def _written(forecast: Forecast, protocol: str | None, basis: str) -> dict[str, str]:
    """The key figures of a case in cells, by measure."""
    return {name: _cell(name, one, forecast) for name, one in forecast.figures(protocol, basis).items()}


def _cell(measure: str, row: KeyFigure, forecast: Forecast) -> str:
    """A key figure in a cell: its value, and the range where it has one."""
    if measure.startswith("date_of_target"):
        late = f"after {forecast.last_date.year}"
        ends = [month(one) if one else late for one in (row.value, row.low, row.high)]
        return late if row.low is None else f"{ends[0]} ({ends[1]} to {ends[2]})"
    if row.value is None:
        return "–"
    if measure == "probability_by_deadline":
        return chance(row.value)
    # A rate has two digits, an expected number none after the point.
    said = whole if measure.startswith(("enrolled_by", "centres")) else rate
    return said(row.value) + ("" if row.low is None else f" ({said(row.low)} to {said(row.high)})")


OURS: Final = "Ours: an assumption of this project, for which no source was found."
DEADLINE: Final = (
    "A registered study completion is no last day of enrolment: enrolment has to end a treatment and follow-up before."
)


def plan_table(forecast: Forecast) -> Table:
    """What the forecast assumes: each value of the plan as it is for this cohort, and where it comes from."""
    plan, placed = forecast.plan, forecast.placed
    days = plan.screening_days
    values = {
        "target": counted(plan.target, "patient"),
        "start": day(placed.start),
        "observed": f"{plan.enrolled} by {day(plan.as_of)}" if plan.as_of else None,
        "deadline": day(plan.deadline),
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
            f"{site.name} {100 * share:.3g} %" for site, share in zip(plan.sites, placed.captures, strict=True)
        ),
        "limited_activity": None
        if plan.limited_activity is None
        else f"{100 * plan.limited_activity:.3g} % of what a full site enrols",
    }
    given = {name: value for name, value in values.items() if value is not None}
    shown = pd.DataFrame(
        {
            "assumption": [ASSUMPTIONS[name] for name in given],
            "value": list(given.values()),
            "source": [capital(placed.sources[name]) for name in given],
        }
    )
    return table(
        shown,
        "What the plan assumes",
        {"assumption": "Assumption", "value": "Value", "source": "Source"},
        (OURS, DEADLINE),
    )


def _transplants(forecast: Forecast) -> str:
    found = forecast.case().incoming
    return "not known" if found is None else f"{found.transplants_per_year:.4g}"
