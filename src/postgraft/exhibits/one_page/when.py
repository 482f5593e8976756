"""D. When? Expected enrolment and its 80 % band, for the eligible and for all who are not ruled out."""

from __future__ import annotations

from matplotlib.figure import Figure

from postgraft.exhibits.figure import Exhibit, styled
from postgraft.exhibits.forecast import LINES, by_date, draw_enrolment
from postgraft.exhibits.one_page.overview import Overview
from postgraft.exhibits.said import day, span, whole

SIZE = (3.5, 2.1)
"""Inches: half a page."""
LOWEST = 0.1
"""Of the axis: a name does not lie on its line."""
TICKS = 5
"""Most dates on the axis."""
NAMED = {"eligible": ("eligible", "top"), "eligible_or_possible": ("with all not\nruled out", "bottom")}
"""By basis: the name at the end of its line, and which side of the name is there."""


def when_figure(of: Overview) -> Exhibit | None:
    """One panel over calendar time; None without a forecast."""
    cases = [case for case in of.forecast.cases if case.accrual]
    if not cases:
        return None
    plan, said = of.plan, []
    with styled():
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplots()
        draw_enrolment(axes, of.forecast, cases, TICKS)
        for case in cases:
            last, (name, side) = by_date(of.forecast, case).iloc[-1], NAMED[case.basis]
            at = max(last["expected"], LOWEST * axes.get_ylim()[1])
            axes.annotate(name, (last["date"], at), (3, 0), textcoords="offset points", va=side,
                          fontsize=8, color=LINES[case.basis][1])  # fmt: skip
            band = span(f"{last['q10']:.0f}", f"{last['q90']:.0f}")
            words = name.replace("\n", " ")
            said.append(f"{words}: {whole(last['expected'])} by {day(last['date'])} (80 % PI {band})")
        axes.set_ylabel(axes.get_ylabel(), fontsize=8)
        axes.tick_params(labelsize=8)
    alt = f"Expected enrolment from {day(of.forecast.placed.begin)} on, with 80 % bands; target {plan.target}. "
    return Exhibit(figure, alt + "; ".join(said) + ".")


def so_far(of: Overview) -> str:
    """As of when the forecast is made, with how many enrolled, and what is assumed."""
    plan, placed = of.plan, of.forecast.placed
    enrolled = f"{plan.enrolled} enrolled" if plan.observed else "nobody entered as enrolled"
    printed = " Computed from printed counts." if of.released else ""
    shares = [f"{100 * share.mean:.0f} %" for share in (plan.participation, plan.screen_failure)]
    return (
        f"As of {day(placed.begin)}, {enrolled}. Line: expected; band: 80 % prediction interval. Assumed: "
        f"participation {shares[0]}, screen failure {shares[1]}.{printed}"
    )
