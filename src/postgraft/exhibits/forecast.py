"""The forecast of enrolment over calendar time, by site and in key figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

from postgraft.exhibits.figure import (
    DOCUMENTATION,
    ELIGIBLE,
    FAINT,
    INK,
    SOFT,
    Exhibit,
    absent,
    blank,
    named_rows,
    styled,
    whole_ticks,
)
from postgraft.exhibits.labels import capital
from postgraft.exhibits.said import day, span, whole
from postgraft.exhibits.tables import rows
from postgraft.forecast.assumptions import chances
from postgraft.forecast.case import ForecastCase
from postgraft.forecast.forecast import Forecast
from postgraft.forecast.key_figures import BASIS_WORDS, SMALLEST, chance

LINES: Final = {
    "eligible": ("eligible", ELIGIBLE["facecolor"], "-"),
    "eligible_or_possible": ("all not ruled out", "#44627d", (0, (4, 2))),
}
"""By basis: words, colour, dashes; they differ in grey by their dashes."""


def enrolment_fan(forecast: Forecast, protocol: str | None = None) -> Exhibit:
    """Expected number enrolled over calendar time with its 80 % band, target, deadline and who is enrolled so far.

    One line counts the eligible, the other also all who are not ruled out.
    """
    cases = _shown(forecast, protocol)
    if not cases:
        return absent("There is no forecast.")
    with styled():
        figure, [axes] = blank(2.9)
        draw_enrolment(axes, forecast, cases)
        axes.set_title(_title(forecast, cases[0]))
        handles, labels = axes.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=2)
    alt = f"Forecast of enrolment as of {day(forecast.placed.begin)}. {' '.join(_findings(forecast, cases))}"
    return Exhibit(figure, alt)


def draw_enrolment(axes: Axes, forecast: Forecast, cases: Sequence[ForecastCase], ticks: int = 7) -> None:
    """Expected numbers with their 80 % bands, target, deadline and who is enrolled so far; at most ``ticks`` dates."""
    plan, top = forecast.plan, float(forecast.plan.target)
    for case in reversed(cases):
        own, (name, colour, dashes) = by_date(forecast, case), LINES[case.basis]
        dates, low, high = (own[column].to_numpy() for column in ("date", "q10", "q90"))
        axes.fill_between(dates, low, high, color=colour, alpha=0.22, linewidth=0, label=f"80 % PI, {name}")
        axes.plot(dates, own["expected"].to_numpy(), color=colour, linestyle=dashes, label=f"expected, {name}")
        top = max(top, float(high.max()))
    if plan.observed:
        seen = pd.to_datetime([one.date for one in plan.observed]).to_numpy()
        counts = [one.enrolled for one in plan.observed]
        axes.plot(seen, counts, "o", color="white", markeredgecolor=INK, markersize=4.5, label="enrolled so far")
    axes.axhline(plan.target, color=INK, linewidth=1.0)
    axes.text(0.01, plan.target, f"target {plan.target}", transform=axes.get_yaxis_transform(), va="bottom", fontsize=8)
    if not forecast.placed.passed:
        deadline: Any = pd.Timestamp(plan.deadline).to_numpy()
        axes.axvline(deadline, color=SOFT, linestyle=":", linewidth=1.2)
        axes.text(deadline, 0.99, "deadline ", transform=axes.get_xaxis_transform(), ha="right", va="top", fontsize=8)
    whole_ticks(axes, "y", top * 1.1)
    axes.set_ylabel("Patients enrolled")
    axes.grid(axis="y", color=FAINT)
    ticker = AutoDateLocator(minticks=ticks // 2, maxticks=ticks)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(ticker)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(ticker, show_offset=False))  # type: ignore[no-untyped-call]


def _title(forecast: Forecast, case: ForecastCase) -> str:
    if forecast.placed.passed:
        return f"The deadline has passed: {day(forecast.plan.deadline)}"
    expected = forecast.figures(case.protocol, case.basis)["enrolled_by_deadline"].value
    return f"{whole(expected)} of {forecast.plan.target} expected by {day(forecast.plan.deadline)}"


ASSUMED: Final = {
    "rate": "Patients who can enrol, a year",
    "participation": "Take part",
    "screen_failure": "Fail screening",
    "sites": "Limited sites",
}


def assumption_tornado(forecast: Forecast, protocol: str | None = None) -> Exhibit:
    """Probability of the target with one assumption of the plan at a time at either of its ends."""
    found = chances(forecast, protocol)
    if found.empty:
        return absent("There is no forecast, or the deadline has passed.")
    if found[["chance_low", "chance_high"]].to_numpy().max() < SMALLEST:
        return absent(f"At either end of each assumption the probability stays below {100 * SMALLEST:g} %.")
    asked = f"Probability of {forecast.plan.target} by {day(forecast.plan.deadline)}"
    base = float(forecast.figures(protocol)["probability_by_deadline"].value)
    with styled():
        figure, [axes] = blank(0.95 + 0.34 * len(found))
        for at, row in enumerate(rows(found)):
            low, high = 100 * row.chance_low, 100 * row.chance_high
            axes.barh(at, high - low, left=low, height=0.55, **DOCUMENTATION)
            for value, words, other in ((low, row.low, high), (high, row.high, low)):
                side = "right" if value < other or (value == other and words is row.low) else "left"
                axes.annotate(f" {words} ", (value, at), ha=side, va="center", fontsize=8)
        axes.axvline(100 * base, color=INK, linewidth=1.0)
        named_rows(axes, [ASSUMED[name] for name in found["assumption"]])
        ends = 100 * found[["chance_low", "chance_high"]].to_numpy()
        room = 0.7 * max(ends.max() - ends.min(), 1)
        axes.set_xlim(ends.min() - room, ends.max() + room)
        axes.set_xticks([tick for tick in axes.get_xticks() if 0 <= tick <= 100])
        axes.set_xlim(ends.min() - room, ends.max() + room)
        axes.set_xlabel(f"{asked} (%)")
        axes.tick_params(axis="y", length=0)
        widest = found.iloc[0]
        from_to = span(chance(widest["chance_low"]), chance(widest["chance_high"]))
        axes.set_title(f"{ASSUMED[widest['assumption']]}: {from_to}")
    said = "; ".join(
        f"{ASSUMED[row.assumption].lower()} {row.low}: {chance(row.chance_low)}, {row.high}: {chance(row.chance_high)}"
        for row in rows(found)
    )
    return Exhibit(figure, f"{asked}, {chance(base)} as planned; with {said}.")


def _shown(forecast: Forecast, protocol: str | None) -> list[ForecastCase]:
    """The cases of a protocol (None: the first) that have a forecast."""
    wanted = forecast.case(protocol).protocol
    return [case for case in forecast.cases if case.protocol == wanted and case.accrual]


def by_date(forecast: Forecast, case: ForecastCase) -> pd.DataFrame:
    """The rows of ``Forecast.by_date`` of a case."""
    table = forecast.by_date
    return table[(table["protocol"] == case.protocol) & (table["basis"] == case.basis)]


def _findings(forecast: Forecast, cases: list[ForecastCase]) -> list[str]:
    plan, passed = forecast.plan, forecast.placed.passed
    said = [f"The deadline has passed: {day(plan.deadline)}."] if passed else []
    for case in cases:
        own = forecast.figures(case.protocol, case.basis)
        by, likely = own["enrolled_by_deadline"], own["probability_by_deadline"].value
        expected = f"{whole(by.value)} of {plan.target} expected by {day(plan.deadline)}"
        by_then = f"{expected} (95 % PI {span(by.low, by.high)}); probability {chance(likely)}."
        found = own["date_of_target_80"].words if passed else by_then
        said.append(f"{capital(BASIS_WORDS[case.basis])}: {found}")
    return said
