"""D. When? Expected enrolment and its 80 % band, for the eligible and for all who are not ruled out."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure

from postgraft.exhibits.figure import ELIGIBLE, INK, SOFT, Exhibit, styled, whole_ticks
from postgraft.exhibits.one_page.overview import Overview
from postgraft.exhibits.said import day, span, whole
from postgraft.forecast.case import ForecastCase

SIZE = (3.5, 2.1)
"""Inches: half a page."""
LOOKS = {
    "eligible": ("eligible", ELIGIBLE["facecolor"], "-", "top"),
    "eligible_or_possible": ("with all not\nruled out", "#44627d", (0, (4, 2)), "bottom"),
}


def when_figure(of: Overview) -> Exhibit | None:
    """One panel over calendar time; None without a forecast."""
    cases = [case for case in of.forecast.cases if case.accrual]
    if not cases:
        return None
    plan, said = of.plan, []
    with styled():
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplots()
        top = float(plan.target)
        for case in reversed(cases):
            rows, (name, colour, dashes, side) = _rows(of, case), LOOKS[case.basis]
            dates = rows["date"].to_numpy()
            low, high, expected = (rows[column].to_numpy(float) for column in ("q10", "q90", "expected"))
            axes.fill_between(dates, low, high, color=colour, alpha=0.22, linewidth=0)
            axes.plot(dates, expected, color=colour, linestyle=dashes)
            axes.annotate(name, (dates[-1], expected[-1]), (3, 0), textcoords="offset points", va=side,
                          fontsize=8, color=colour)  # fmt: skip
            top = max(top, float(high.max()))
            words = name.replace("\n", " ")
            band = span(f"{low[-1]:.0f}", f"{high[-1]:.0f}")
            said.append(f"{words}: {whole(expected[-1])} by {day(rows['date'].iloc[-1])} (80 % {band})")
        _marks(axes, of)
        whole_ticks(axes, "y", top * 1.1)
        axes.set_ylabel("Patients enrolled", fontsize=8)
        axes.tick_params(labelsize=8)
    alt = f"Expected enrolment from {day(of.forecast.placed.begin)} on, with 80 % bands; target {plan.target}. "
    return Exhibit(figure, alt + "; ".join(reversed(said)) + ".")


def _rows(of: Overview, case: ForecastCase) -> pd.DataFrame:
    frame = of.forecast.by_date
    return frame[(frame["protocol"] == case.protocol) & (frame["basis"] == case.basis)]


def _marks(axes: Any, of: Overview) -> None:
    """Target, deadline, and who is enrolled so far."""
    plan, placed = of.plan, of.forecast.placed
    axes.axhline(plan.target, color=INK, linewidth=1)
    axes.text(0.01, plan.target, f"target {plan.target}", transform=axes.get_yaxis_transform(), va="bottom", fontsize=8)
    if not placed.passed:
        axes.axvline(pd.Timestamp(plan.deadline).to_numpy(), color=SOFT, linestyle=":", linewidth=1.2)
        axes.text(pd.Timestamp(plan.deadline).to_numpy(), 0.99, "deadline ", transform=axes.get_xaxis_transform(),
                  ha="right", va="top", fontsize=8, color=SOFT)  # fmt: skip
    if plan.observed:
        seen = pd.to_datetime([one.date for one in plan.observed]).to_numpy()
        axes.plot(seen, [one.enrolled for one in plan.observed], "o", color=INK, markersize=3.5)
    locator = AutoDateLocator(minticks=2, maxticks=5)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call]


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
