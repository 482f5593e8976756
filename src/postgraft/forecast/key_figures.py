"""The key figures of a forecast in words."""

from datetime import date
from typing import Any, Final, NamedTuple

from postgraft.forecast.placed import Placed
from postgraft.protocol import RecruitmentPlan
from postgraft.vocabulary.units import PERCENT


class KeyFigure(NamedTuple):
    """A key figure: its value, the ends of its range, and all in words; None where there is none."""

    value: Any = None
    low: Any = None
    high: Any = None
    words: str = ""


SMALLEST: Final = 0.001
"""Probabilities below, but for 0, are written as smaller than it; so are those above 1 less it."""
BASIS_WORDS: Final = {"eligible": "eligible", "eligible_or_possible": "all not ruled out"}


def in_words(placed: Placed, last_date: date, measure: str, value: Any, low: Any, high: Any) -> str:
    """A key figure as a sentence; ``last_date``: up to which the forecast looks."""
    plan = placed.plan
    target, deadline = plan.target, plan.deadline
    match measure:
        case "new_eligible_per_year":
            return f"The cohort brings {value:.3g} new eligible patients a year (95 % CI {low:.3g} to {high:.3g})."
        case "lasting_per_year":
            return (
                f"Of these {value:.3g} a year are still eligible {plan.screening_days} "
                f"day{'' if plan.screening_days == 1 else 's'} later, when screening is done "
                f"(95 % CI {low:.3g} to {high:.3g})."
            )
        case "enrolled_per_year":
            return (
                f"With every site open {value:.3g} a year would be enrolled "
                f"(95 % CI {low:.3g} to {high:.3g}), the pools apart."
            )
        case "date_of_target" | "date_of_target_80":
            return _date_of_target(plan, last_date, value, low, high, 80 if measure.endswith("_80") else 95)
        case _ if placed.passed:
            return f"The deadline has passed: {deadline}."
        case "enrolled_by_deadline":
            return f"Enrolled by {deadline}: {value:.3g} expected, 95 % prediction interval {low} to {high}."
        case "probability_by_deadline":
            return f"Probability of {target} by {deadline}: {chance(value)}."
        case "enrolled_per_month_needed" | "enrolled_per_month_needed_80":
            if value is None:
                return "The deadline is the day of the forecast: no rate helps any more."
            return f"Needed to {_aim(measure)}: {value:.3g} enrolled a month from {placed.begin} on."
        case "new_eligible_per_year_needed" | "new_eligible_per_year_needed_80":
            if value is None:
                return f"No number of new eligible patients a year is known that would {_aim(measure)}."
            return (
                f"Needed to {_aim(measure)}: {value:.3g} new eligible patients a year in the cohort, under this plan."
            )
        case _:
            if value is None:
                return f"No number of centres like this one would {_aim(measure)}."
            return f"Needed to {_aim(measure)}: {value:g} centre{'' if value == 1 else 's'} like this one."


def _aim(measure: str) -> str:
    if measure.endswith("_80"):
        return "meet the target by the deadline with 80 % probability"
    return "meet the target by the deadline on average"


def _date_of_target(plan: RecruitmentPlan, last_date: date, value: date | None, low: Any, high: Any, level: int) -> str:
    if plan.enrolled >= plan.target:
        return f"The target of {plan.target} was met by {plan.as_of}, with {plan.enrolled} enrolled."
    after = f"later than {last_date}"
    if low is None:
        return f"Patient {plan.target}: {after} or never, with at least {(100 + level) / 2:g} % probability."
    return f"Patient {plan.target}: median {value or after}, {level} % prediction interval {low} to {high or after}."


def chance(share: float | None) -> str:
    """A probability; what is neither 0 nor 1 is not written as either."""
    if share is None:
        return "–"
    if 0 < share < SMALLEST:
        return f"< 0.1{PERCENT}"
    if 1 - SMALLEST < share < 1:
        return f"> 99.9{PERCENT}"
    whole_percent = not share or 0.095 <= share < 0.995 or share == 1
    return f"{100 * share:.{0 if whole_percent else 1}f}{PERCENT}"
