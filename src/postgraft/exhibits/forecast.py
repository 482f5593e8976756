"""The forecast of enrolment over calendar time, by site and in key figures."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

from postgraft.exhibits.figure import ELIGIBLE, FAINT, INK, SOFT, Exhibit, absent, blank, styled, whole_ticks
from postgraft.forecast.case import ForecastCase
from postgraft.forecast.forecast import Forecast
from postgraft.forecast.key_figures import BASIS_WORDS, probability

# Three blues that are light, middle and dark in grey too; the line of the expected number is darker than all.
BANDS: Final = (
    ("q2.5", "q97.5", "95 %", "#dbe8f4"),
    ("q10", "q90", "80 %", "#a9c9e6"),
    ("q25", "q75", "50 %", "#6499cc"),
)


def enrolment_fan(forecast: Forecast, protocol: str | None = None) -> Exhibit:
    """Expected number enrolled over calendar time with its 50, 80 and 95 % ranges, target, deadline and observed.

    One panel counts patients whose eligibility is certain, the other also those whose is not ruled out.
    """
    cases = _shown(forecast, protocol)
    if not cases:
        return absent("There is no forecast; the forecast in words says why.")
    with styled():
        figure, panels = blank(3.3, len(cases), sharey=True)
        for axes, case in zip(panels, cases, strict=True):
            _fan(axes, forecast, case)
        top = max(float(_rows(forecast, case)["q97.5"].max()) for case in cases)
        whole_ticks(panels[0], "y", max(top, forecast.plan.target) * 1.15)
        panels[0].set_ylabel("Patients enrolled")
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=4)
    return Exhibit(
        figure, f"Forecast of enrolment as of {forecast.placed.begin}. " + " ".join(_findings(forecast, cases))
    )


def _fan(axes: Axes, forecast: Forecast, case: ForecastCase) -> None:
    plan, rows = forecast.plan, _rows(forecast, case)
    dates = rows["date"].to_numpy()
    for low, high, name, colour in BANDS:
        axes.fill_between(
            dates, rows[low].to_numpy(), rows[high].to_numpy(), color=colour, linewidth=0, label=f"{name} range"
        )
    axes.plot(dates, rows["expected"].to_numpy(), color=INK, label="expected")
    if plan.observed:
        seen = pd.to_datetime([one.date for one in plan.observed])
        axes.plot(
            seen.to_numpy(),
            [one.enrolled for one in plan.observed],
            "o",
            color="white",
            markeredgecolor=INK,
            markersize=4.5,
            label="observed",
        )
    axes.axhline(plan.target, color=INK, linestyle=(0, (5, 3)), linewidth=1.0, label=f"target {plan.target}")
    deadline: Any = pd.Timestamp(plan.deadline).to_numpy()
    axes.axvline(deadline, color=SOFT, linestyle=":", linewidth=1.2, label=f"deadline {plan.deadline}")
    axes.set_title(_capital(BASIS_WORDS[case.basis]))
    # Counts begin low, so this corner is free.
    chance = (
        f"The deadline has passed:\n{plan.deadline}"
        if forecast.placed.passed
        else f"{_capital(_chance(forecast, case))}\nof {plan.target} by {plan.deadline}"
    )
    axes.text(0.03, 0.97, chance, transform=axes.transAxes, va="top", fontsize=8.5)
    _date_axis(axes)
    axes.set_xlim(min(dates[0], _start(forecast)), dates[-1])
    axes.grid(axis="y", color=FAINT)


def target_probability(forecast: Forecast, protocol: str | None = None) -> Exhibit:
    """Probability that the target is enrolled by each date, for the certain and for the possible as well."""
    cases = _shown(forecast, protocol)
    if not cases:
        return absent("There is no forecast; the forecast in words says why.")
    plan = forecast.plan
    with styled():
        figure, [axes] = blank(2.7)
        for case, dashes in zip(cases, ("-", (0, (4, 2))), strict=False):
            rows = _rows(forecast, case)
            axes.plot(
                rows["date"].to_numpy(),
                100 * rows["probability"].to_numpy(),
                color=ELIGIBLE["facecolor"] if case.basis == "eligible" else INK,
                linestyle=dashes,
                label=BASIS_WORDS[case.basis],
            )
        deadline: Any = pd.Timestamp(plan.deadline).to_numpy()
        axes.axvline(deadline, color=SOFT, linestyle=":", linewidth=1.2, label=f"deadline {plan.deadline}")
        axes.axhline(80, color=FAINT, linewidth=1.0, zorder=0)
        axes.set(ylim=(-2, 102), ylabel=f"Probability of {plan.target} (%)")
        axes.set_yticks(range(0, 101, 20))
        _date_axis(axes)
        axes.set_xlim(*_rows(forecast, cases[0])["date"].iloc[[0, -1]].to_numpy())
        figure.legend(loc="outside lower center", ncols=3)
    by_deadline = {
        case.basis: "" if forecast.placed.passed else f"{_chance(forecast, case)} by {plan.deadline}, "
        for case in cases
    }
    ends = [
        f"{_capital(BASIS_WORDS[case.basis])}: {by_deadline[case.basis]}"
        f"{probability(float(_rows(forecast, case)['probability'].iloc[-1]))} by "
        f"{_rows(forecast, case)['date'].iloc[-1].date()}."
        for case in cases
    ]
    return Exhibit(figure, f"Probability that {plan.target} patients are enrolled by a date. " + " ".join(ends))


def _shown(forecast: Forecast, protocol: str | None) -> list[ForecastCase]:
    """The cases of a protocol (None: the first) that have a forecast."""
    wanted = forecast.case(protocol).protocol
    return [case for case in forecast.cases if case.protocol == wanted and case.accrual]


def _rows(forecast: Forecast, case: ForecastCase) -> pd.DataFrame:
    table = forecast.by_date
    return table[(table["protocol"] == case.protocol) & (table["basis"] == case.basis)]


def _figure(forecast: Forecast, case: ForecastCase, measure: str) -> Any:
    table = forecast.key_figures
    own = (table["protocol"] == case.protocol) & (table["basis"] == case.basis)
    return table[own & (table["measure"] == measure)].iloc[0]


def _chance(forecast: Forecast, case: ForecastCase) -> str:
    share = _figure(forecast, case, "probability_by_deadline")["value"]
    return f"probability {probability(share)}"


def _findings(forecast: Forecast, cases: list[ForecastCase]) -> list[str]:
    if forecast.placed.passed:
        return [f"The deadline has passed: {forecast.plan.deadline}. {_last_patient(forecast, cases)}"]
    said = []
    for case in cases:
        by_deadline = _figure(forecast, case, "enrolled_by_deadline")
        said.append(
            f"{_capital(BASIS_WORDS[case.basis])}: {by_deadline['value']:.3g} expected by {forecast.plan.deadline}, "
            f"95 % range {by_deadline['low']} to {by_deadline['high']}, against a target of {forecast.plan.target}; "
            f"{_chance(forecast, case)}."
        )
    return said


def _last_patient(forecast: Forecast, cases: list[ForecastCase]) -> str:
    said = (_figure(forecast, case, "date_of_target_80")["words"] for case in cases)
    return " ".join(f"{_capital(BASIS_WORDS[case.basis])}: {one}" for case, one in zip(cases, said, strict=True))


def _start(forecast: Forecast) -> Any:
    return pd.Timestamp(forecast.placed.start).to_datetime64().astype("datetime64[s]")


def _date_axis(axes: Axes) -> None:
    ticks = AutoDateLocator(minticks=3, maxticks=7)  # type: ignore[no-untyped-call]
    axes.set_xlabel("Calendar date")
    axes.xaxis.set_major_locator(ticks)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(ticks, show_offset=False))  # type: ignore[no-untyped-call]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
