"""When the target will be enrolled, in one sentence."""

from __future__ import annotations

from postgraft.exhibits.answer import Answer
from postgraft.exhibits.key_numbers import forecast_numbers
from postgraft.exhibits.said import day, month, whole
from postgraft.forecast.forecast import Forecast
from postgraft.forecast.key_figures import KeyFigure, chance


def answer_forecast(forecast: Forecast) -> Answer:
    """Enrolled by the deadline, the probability of the target, and when its last patient comes; or why not."""
    case, plan = forecast.case(), forecast.plan
    numbers = forecast_numbers(forecast)
    if case.accrual is None:
        return Answer(f"There is no forecast: {case.why_not}.", numbers)
    if plan.enrolled >= plan.target:
        return Answer(f"The target of **{plan.target}** was reached by {day(plan.as_of or plan.deadline)}.", numbers)
    figures = forecast.figures()
    last = f"last patient {_last(figures['date_of_target_80'], forecast)}"
    if forecast.placed.passed:
        return Answer(f"The deadline, {day(plan.deadline)}, has passed; {last}.", numbers)
    by = figures["enrolled_by_deadline"]
    likely = chance(figures["probability_by_deadline"].value)
    return Answer(
        f"By {day(plan.deadline)} **{whole(by.value)} (95 % PI {by.low} – {by.high}) of {plan.target}**, "
        f"probability of all {likely}; {last}.",
        numbers,
    )


def _last(row: KeyFigure, forecast: Forecast) -> str:
    late = f"after {forecast.last_date.year}"
    if row.low is None:
        return f"{late} or never"
    ends = [month(one) if one else late for one in (row.value, row.low, row.high)]
    return f"{ends[0]} (80 % PI {ends[1]} – {ends[2]})"
