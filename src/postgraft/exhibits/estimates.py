"""How many are eligible and how sure that is, what missing data would change, when, and what to collect first."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from postgraft.evaluation.stretches import first_day_asked
from postgraft.exhibits.figure import FAINT, INK, SOFT, Exhibit, absent, blank, counted, number, percent, styled
from postgraft.exhibits.labels import DENOMINATORS, capital, label, words
from postgraft.exhibits.tables import Table, or_withheld, rows, table
from postgraft.inference.estimates import Estimates
from postgraft.inference.missing_data import LEFT_OUT
from postgraft.inference.time_to_eligibility import Incidence
from postgraft.vocabulary.units import PERCENT

BAND: Final = "#c4d9ec"
LINES: Final = {
    "eligible": ("first eligible", "#0a4d86", "-", 2.0),
    "relapse": ("relapse first", "#4a4f55", (0, (4, 2)), 1.1),
    "death": ("death first", "#4a4f55", (0, (1, 1.5)), 1.3),
    "next_transplant": ("next transplant first", "#8a9097", "-", 0.9),
}
"""By cause: words, colour, dashes, width; they differ in grey by their dashes."""
Row = tuple[str, ...]
"""Group, measure, estimate, interval, denominator."""
TICKS: Final = 6
SENSITIVITY: Final = "What missing data would change, by what is assumed of the untested"
ENDS: Final = (1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100)
"""Ends of the axis of a curve, in per cent."""
STEPS: Final = (10, 30, 60, 90, 180, 360, 720)
ORIGINS: Final = {"day": "From day {start} after the transplant", "cytopenia": "From the onset of a cytopenia"}


@or_withheld
def estimates_table(estimates: Estimates) -> Table:
    """Both ends of the number eligible, rates, and for how long eligibility lasts; each with its denominator."""
    parts = [*_shares(estimates), *_rates(estimates), *_lasting(estimates), *_reviewed(estimates)]
    frame = pd.DataFrame(parts, columns=["group", "measure", "estimate", "interval", "of"])
    level = f"{100 * estimates.level:g} %"
    notes = (
        "Eligible: every criterion is known to be met. Not ruled out: nothing is known to be failed. What the records "
        "leave open lies between the two; no number in between is more than its assumption, see the next table.",
        f"{level} CI, of the chance of a sample: shares by Wilson, rates Poisson, Jeffreys.",
    )
    columns = {"measure": "Measure", "estimate": "Value", "interval": f"{level} CI", "of": "Of"}
    return table(
        frame,
        "How many are eligible, and how sure that is",
        columns,
        notes,
        group="group",
        numbers=("estimate", "interval"),
    )


def _shares(estimates: Estimates) -> list[Row]:
    measures = {"eligible": "Eligible", "eligible_or_possible": "Eligible or not ruled out"}
    found, day = estimates.bounds, first_day_asked(estimates.outcome.protocol)
    made: list[Row] = []
    for name in found["denominator"].unique():
        own = found[found["denominator"] == name]
        of = "with a treated immune cytopenia" if name == "treated" else DENOMINATORS[name].format(days=day)
        made += [
            (
                f"Share of patients {of}",
                f"{measures[row.measure]}: {counted(row.count, 'patient')}",
                percent(row.share, row.of),
                _percents(row.low, row.high, row.of),
                number(row.of),
            )
            for row in rows(own)
        ]
    return made


@or_withheld
def sensitivity_table(estimates: Estimates) -> Table:
    """How many would be eligible under each assumption about the untested, the assumption in the same line."""
    found = estimates.sensitivity
    if found.table.empty and found.why_not:
        return Table(SENSITIVITY, f"<p>{escape(found.why_not)}</p>")
    shown = found.table.assign(
        share=[percent(row.share, row.of) for row in rows(found.table)],
        interval=[_percents(row.low, row.high, row.of) for row in rows(found.table)],
    )
    few = [words(one) for one in found.warnings]
    return table(
        shown,
        SENSITIVITY,
        {
            "assumption": "If this is so",
            "eligible": "Eligible",
            "of": "Of",
            "share": "Share",
            "interval": "Range if so",
        },
        (*found.assumptions, *([f"Few donors: {' '.join(few)}"] if few else [])),
        numbers=("eligible", "of", "share", "interval"),
        widths={"assumption": "48%"},
        texts={"assumption": capital, "eligible": number},
    )


def _rates(estimates: Estimates) -> list[Row]:
    measures = {
        "per_100_transplants": "Eligible patients per 100 transplants, as followed",
        "per_100_transplants_followed": "The same, were all followed to the end",
        "transplants_per_year": "Transplants a year",
        "per_year": "New eligible patients a year",
    }
    made: list[Row] = []
    for row in rows(estimates.rate):
        values = ("–", "–", "–")
        if not np.isnan(row.estimate):
            yearly = row.denominator == "years"
            of = f"{row.of:,.1f} years" if yearly else counted(row.of, "transplant")
            values = (f"{row.estimate:,.1f}", f"{row.low:,.1f} – {row.high:,.1f}", of)
        made.append(("Rates of eligible patients", measures[row.measure], *values))
    return made


def _lasting(estimates: Estimates) -> list[Row]:
    views = {
        "first": ("Still eligible so long after the first eligible day", "patient"),
        "any": ("Still eligible so long after any eligible day, as if a trial had opened on it", "eligible day"),
    }
    return [
        (
            views[row.view][0],
            f"{row.days} days",
            percent(row.estimate, row.of),
            _percents(row.low, row.high, row.of),
            counted(row.of, views[row.view][1]),
        )
        for row in rows(estimates.persistence)
    ]


def _reviewed(estimates: Estimates) -> list[Row]:
    if estimates.reviewed is None:
        return []
    measures = {
        "predictive_value": "Truly eligible among the {}",
        "sensitivity": "Of the truly eligible: {} or surer",
        "eligible_reviewed": "Truly eligible of all transplanted",
    }
    return [
        (
            "By chart review",
            measures[row.measure].format(row.stratum),
            percent(row.estimate, row.of),
            _percents(row.low, row.high, row.of),
            number(row.of),
        )
        for row in rows(estimates.reviewed)
        if row.measure in measures
    ]


@or_withheld
def donors_table(estimates: Estimates) -> Table:
    """What is unknown of patients not ruled out, and in how many others it is known."""
    return table(
        estimates.sensitivity.criteria,
        "What is unknown, and in whom it is known",
        {
            "criterion": "Unknown",
            "patients": "Patients not ruled out",
            "donors": "Donors",
            "met": "… who meet it",
            "model": "Model",
        },
        ("Donors: patients in whom the same thing is known where it matters, one transplant of each.",),
        numbers=("patients", "donors", "met"),
        empty="No patient is left open.",
        texts={"criterion": label},
    )


@or_withheld
def collect_first_table(estimates: Estimates) -> Table:
    """Which missing datum, collected first, would bring the two ends together fastest."""
    found = estimates.collect_first
    found = found[(found["settled_in"] > 0) | (found["settled_out"] > 0)]
    shown = found.assign(datum=[_datum(row.datum, row.answers) for row in rows(found)], gain=_per_ten(found))
    ends = estimates.bounds[estimates.bounds["denominator"] == "transplanted"].set_index("measure")["count"]
    open_ = ends["eligible_or_possible"] - ends["eligible"]
    return table(
        shown,
        "What to collect first",
        {
            "datum": "Missing (answers tried)",
            "charts": "Charts",
            "settled_in": "Eligible if favourable",
            "settled_out": "Ineligible if not",
            "shrinks_at_worst": "Settled whatever the answer",
            "gain": "Settled per 10 charts",
        },
        (
            f"Patients not ruled out: {number(open_)}. Charts: those in whom the datum alone would settle a "
            "criterion. Each settled patient brings the two ends closer by one.",
            "Settled per 10 charts: on average, if every answer is as likely. A patient may need more than one datum.",
            f"No answer is tried for: {_left_out()}.",
        ),
        numbers=("charts", "settled_in", "settled_out", "shrinks_at_worst", "gain"),
        empty="There is nothing that alone would settle a patient.",
    )


def _left_out() -> str:
    """What is left out and why, as one sentence."""
    return "; ".join(
        f"{', '.join(words(name) for name in names)} ({reason[:1].lower()}{reason[1:]})"
        for reason, names in LEFT_OUT.items()
    )


def _datum(name: str, answers: str) -> str:
    return f"{capital(words(name))} ({answers})"


def _per_ten(found: pd.DataFrame) -> list[str]:
    return [f"{10 * value:.1f}" for value in found["per_chart"]]


@or_withheld
def cumulative_incidence(estimates: Estimates) -> Exhibit:
    """Chance of having become eligible by day, among death, relapse and the next transplant; numbers at risk below."""
    found = [one for one in (estimates.incidence("day"), estimates.incidence("cytopenia")) if one.transplants]
    if not found:
        return absent("No transplant is under observation long enough.")
    with styled():
        figure, panels = blank(2.7, len(found), sharey=True)
        for axes, one in zip(panels, found, strict=True):
            _curves(axes, one)
        panels[0].set_ylabel("Transplants (%)")
        panels[0].set_ylim(0, _top(found))
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    return Exhibit(figure, " ".join(map(_found, found)))


def _top(found: Sequence[Incidence]) -> float:
    """The end of the axis in per cent: a round number above the curve and its interval, not far above it."""
    highest = max(100 * float(np.nanmax(one.curve.loc[one.curve["cause"] == "eligible", "high"])) for one in found)
    return next((end for end in ENDS if end >= 1.1 * highest), 100)


def _curves(axes: Axes, one: Incidence) -> None:
    curve = one.curve
    last = max(int(curve["day"].max()), one.start + 1)
    for cause, (name, colour, dashes, width) in LINES.items():
        own = curve[curve["cause"] == cause]
        day = own["day"].to_numpy()
        if cause == "eligible":
            low, high = (100 * own[bound].to_numpy(float) for bound in ("low", "high"))
            axes.fill_between(day, low, high, step="post", color=BAND, linewidth=0, label="95 % CI")
        share = 100 * own["estimate"].to_numpy(float)
        axes.step(day, share, where="post", color=colour, linestyle=dashes, linewidth=width, label=name)
    step = next((days for days in STEPS if last <= TICKS * days), last)
    ticks = [one.start, *(day for day in range(step, last + 1, step) if day - one.start > step / 2)]
    at_risk = curve[curve["cause"] == "eligible"].set_index("day")["at_risk"]
    axes.set_xticks(ticks, [f"{tick}\n{number(at_risk.get(tick, 0))}" for tick in ticks])
    axes.set_xlabel("Day; below it transplants at risk")
    axes.set_xlim(one.start, last)
    axes.set_title(ORIGINS[one.origin].format(start=one.start))
    axes.grid(axis="y", color=FAINT)
    axes.tick_params(axis="x", colors=SOFT, labelcolor=INK)


def _found(one: Incidence) -> str:
    curve = one.curve[one.curve["cause"] == "eligible"]
    last = curve[curve["estimate"].notna()].iloc[-1]
    return (
        f"{ORIGINS[one.origin].format(start=one.start)}: {counted(one.transplants, 'transplant')}, of which "
        f"{number(last['events'])} became eligible; cumulative incidence on day {last['day']:.0f} "
        f"{percent(last['estimate'])} ({_percents(last['low'], last['high'])}); death, relapse and the next transplant "
        "compete."
    )


def _percents(low: float, high: float, of: object = None) -> str:
    if np.isnan(low):
        return "–"
    return f"{percent(low, of).removesuffix(PERCENT)} – {percent(high, of)}"
