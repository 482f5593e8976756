"""Eligible and possible patients by days since transplant, year, site, and cytopenia with response."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from postgraft.analysis.breakdowns import ALL, OTHERS, by_cytopenia_and_route, by_days_since_transplant, first_days
from postgraft.api import Outcome
from postgraft.disclosure.released_count import ReleasedCount
from postgraft.exhibits.figure import (
    DIAGNOSIS,
    DOCUMENTATION,
    ELIGIBLE,
    FAINT,
    INK,
    SOFT,
    Exhibit,
    Look,
    absent,
    blank,
    counted,
    named_rows,
    number,
    part,
    styled,
    whole_ticks,
)
from postgraft.exhibits.labels import fitted
from postgraft.exhibits.tables import as_drawn, highest, or_withheld, rows

STATUSES: tuple[tuple[str, str, Look], ...] = (
    ("eligible", "eligible", ELIGIBLE),
    ("possible_documentation", "possible, documentation missing", DOCUMENTATION),
    ("possible_diagnosis", "possible, diagnosis open", DIAGNOSIS),
)
NAME_WIDTH, NAME_LINES = 36, 3  # columns, lines
ROW, LINE = 0.3, 0.14
"""Inches of a site, and of a line of its name."""


@or_withheld
def days_since_transplant(outcome: Outcome) -> Exhibit:
    """How many patients had become eligible by each day since transplant, and how many in each band of days."""
    days, bands = first_days(outcome), by_days_since_transplant(outcome)
    if days.size == 0:
        return absent("No patient is eligible.")
    with styled():
        figure, [axes] = blank(3.0)
        end = outcome.protocol.horizon_days
        axes.step([0, *days, end], [0, *range(1, days.size + 1), days.size], where="post", color=ELIGIBLE["facecolor"])
        for start, stop, count in _edges(bands):
            axes.axvline(start, color=FAINT, linewidth=0.8, zorder=0)
            axes.text((start + stop) / 2, days.size * 1.1, number(count), ha="center", va="center", fontweight="bold")
        axes.set_title("Bold: patients by band of days", fontweight="normal", color=SOFT, fontsize=8, loc="right")
        axes.set(xlim=(0, end), xlabel="Days since transplant", ylabel="Patients who have become eligible")
        axes.set_xticks(sorted({0, *(start for start, _, _ in _edges(bands)), end}))
        whole_ticks(axes, "y", days.size * 1.1)
        axes.spines["left"].set_bounds(0, days.size)
        axes.set_yticks([tick for tick in axes.get_yticks() if tick <= days.size])
    quartiles = np.quantile(days, (0.25, 0.5, 0.75))
    most = highest(bands, "eligible")
    return Exhibit(
        figure,
        f"First eligible day of {counted(days.size, 'eligible patient')}: median day {quartiles[1]:.0f} after "
        f"transplant (quartiles {quartiles[0]:.0f} and {quartiles[2]:.0f}). Most in the band of days {most['days']}: "
        f"{part(most['eligible'], days.size)}.",
    )


def _edges(bands: pd.DataFrame) -> list[tuple[int, int, int]]:
    """First day, last day and eligible patients of each band."""
    return [(*map(int, days.split("–")), count) for days, count in zip(bands["days"], bands["eligible"], strict=True)]


def patients_by_year(outcome: Outcome) -> Exhibit:
    """Eligible and possible patients by year of transplant, and the number who became eligible in each year."""
    years = outcome.by_year()
    dated = outcome.extract.time == "dates"
    if not len(years):
        return absent("No patient has a transplant.")
    if years["year"].isna().all():
        return absent("The year of transplant is not recorded of any patient.")
    with styled():
        figure, panels = blank(2.9, 2 if dated else 1)
        _stacks(panels[0], years, "year", "Year of transplant")
        if dated:
            _became(panels[1], years)
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3)
    best = highest(years, "eligible")
    return Exhibit(
        figure,
        f"Patients by year of transplant ({_span(years)}): {_totals(outcome)}."
        f"{_most(best, 'of the transplants of', 'year')}",
    )


def _stacks(axes: Axes, counts: pd.DataFrame, by: str, words: str) -> None:
    """Upright bars of the statuses; a tick names its group."""
    bottom = np.zeros(len(counts))
    for status, said, look in STATUSES:
        height = as_drawn(counts[status])
        axes.bar(range(len(counts)), height, bottom=bottom, label=said, linewidth=0.5, **look)
        bottom += height
    axes.set_xticks(range(len(counts)), [_year(year) for year in counts[by]], rotation=90)
    axes.set(xlabel=words, ylabel="Patients")
    whole_ticks(axes, "y", bottom.max())


def _became(axes: Axes, years: pd.DataFrame) -> None:
    dated = years[years["year"].notna()]
    height = as_drawn(dated["became_eligible"])
    axes.bar(range(len(dated)), height, linewidth=0.5, **ELIGIBLE)
    axes.set_xticks(range(len(dated)), [_year(year) for year in dated["year"]], rotation=90)
    axes.set(xlabel="Year of the first eligible day", ylabel="Patients")
    whole_ticks(axes, "y", height.max(initial=0))


def patients_by_site(outcome: Outcome) -> Exhibit:
    """Eligible and possible patients by site, with the number of patients of the site."""
    sites = outcome.by_site()
    if not len(sites):
        return absent("No patient has a transplant.")
    names = [f"{fitted(row.site, NAME_WIDTH, NAME_LINES)} (n = {number(row.patients)})" for row in rows(sites)]
    lines = max(name.count("\n") + 1 for name in names)
    with styled():
        figure, [axes] = blank(1.25 + max(ROW, LINE * (lines + 0.5)) * len(sites))
        left = np.zeros(len(sites))
        for status, said, look in STATUSES:
            width = as_drawn(sites[status])
            axes.barh(range(len(sites)), width, left=left, height=0.7, label=said, linewidth=0.5, **look)
            left += width
        named_rows(axes, names)
        axes.set_xlabel("Patients (beside the bar: the parts in this order;\nn: all patients of the site)", loc="right")
        whole_ticks(axes, "x", left.max())
        for i, row in enumerate(rows(sites)):
            words = " + ".join(number(getattr(row, status)) for status, _, _ in STATUSES)
            axes.text(left[i], i, f" {words}", va="center", fontsize=8)
        figure.legend(loc="outside lower center", ncols=3)
    best = highest(sites, "eligible")
    named = sites["site"] != OTHERS
    which = f"{named.sum()}{'' if named.all() else ', and all others'}"
    return Exhibit(figure, f"Patients by site ({which}): {_totals(outcome)}.{_most(best, 'at', 'site')}")


def _most(best: pd.Series, words: str, by: str) -> str:
    """The group with most eligible patients, as a sentence; nothing if there are none or counts have noise."""
    if not best["eligible"] or isinstance(best["eligible"], ReleasedCount):
        return ""
    name = _year(best[by])
    return f" Most eligible {words} {name}: {part(best['eligible'], best['patients'])}."


def _totals(outcome: Outcome) -> str:
    """All eligible and possible patients, in words."""
    frame = outcome.summary()
    own = (frame["days"] == outcome.protocol.eligible_days_min) & (frame["denominator"] == "transplanted")
    counts = frame[own].set_index("measure")["count"]
    return f"{number(counts['eligible'])} eligible, {number(counts['possible'])} possible"


def _year(year: Any) -> str:
    return "not recorded" if pd.isna(year) else str(year)


def _span(years: pd.DataFrame) -> str:
    known = years.loc[years["year"].notna() & (years["year"] != OTHERS), "year"]
    if not len(known):
        return "no year by itself" if len(years) else "years not recorded"
    return f"{known.min()} to {known.max()}"


@or_withheld
def cytopenia_by_route(outcome: Outcome, status: str = "eligible") -> Exhibit:
    """Patients of one status (eligible, possible) by cytopenia and kind of incomplete response, with totals."""
    if "immune_cytopenia" not in outcome.protocol.criteria:
        return absent("The protocol does not ask for an immune cytopenia.")
    found = by_cytopenia_and_route(outcome)
    found = found[found["status"] == status]
    if found.empty:
        return absent(f"No patient is {status}.")
    counts = found.pivot(index="cytopenia", columns="route", values="patients").astype(object)
    counts = counts.reindex(index=found["cytopenia"].unique(), columns=_by_frequency(found), fill_value=0)
    counts = counts.where(counts.notna(), 0)
    with styled():
        figure, [axes] = blank(0.9 + 0.34 * len(counts))
        _matrix(axes, counts)
    return Exhibit(figure, _matrix_alt(found, status))


def _by_frequency(found: pd.DataFrame) -> list[str]:
    """The routes, that of most patients first, and all of them last."""
    totals = found[found["cytopenia"] == ALL].set_index("route")["patients"].astype(float)
    routes = totals.drop(ALL).sort_values(ascending=False, kind="stable").index
    return [*map(str, routes), ALL]


def _matrix(axes: Axes, counts: pd.DataFrame) -> None:
    """Counts in a grid, the darker the more; totals at the right and below."""
    inner = counts.iloc[:-1, :-1].to_numpy(float)
    height, width = inner.shape
    axes.imshow(inner, cmap="Blues", vmin=0, vmax=np.nanmax(inner, initial=1) * 1.6, aspect="auto")
    for (i, j), count in np.ndenumerate(counts.to_numpy()):
        total = i == height or j == width
        words, colour = (number(count), INK) if count or total else ("·", SOFT)
        weight = "bold" if total else "normal"
        axes.text(j, i, words, ha="center", va="center", color=colour, fontweight=weight)
    axes.set_xticks(range(width + 1), [route.replace(" + ", " +\n") for route in counts.columns])
    axes.set_yticks(range(height + 1), list(counts.index))
    axes.set(xlim=(-0.5, width + 0.5), ylim=(height + 0.5, -0.5))
    axes.set_xlabel("Incomplete response shown by (patients)", labelpad=8)
    axes.xaxis.set_label_position("top")
    axes.tick_params(length=0, top=False, bottom=False, labeltop=True, labelbottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _matrix_alt(found: pd.DataFrame, status: str) -> str:
    whole = (found["cytopenia"] == ALL) & (found["route"] == ALL)
    groups = found[(found["cytopenia"] != ALL) & (found["route"] != ALL)]
    top = groups.sort_values("patients", key=lambda counts: -counts.astype(float), kind="stable").head(3)
    said = "; ".join(f"{row.cytopenia}, {row.route}: {number(row.patients)}" for row in rows(top))
    patients = counted(found.loc[whole, "patients"].iloc[0], f"{status} patient")
    return f"{patients} by cytopenia and kind of incomplete response. Largest groups: {said}."
