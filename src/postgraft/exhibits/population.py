"""Eligible patients by site, year, and cytopenia with response."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from postgraft.analysis.breakdowns import ALL, OTHERS, by_cytopenia_and_route
from postgraft.api import Outcome
from postgraft.disclosure.released_count import ReleasedCount
from postgraft.evaluation.count import hidden
from postgraft.exhibits.counts import counts_of, sites_known
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
from postgraft.exhibits.said import ci, share_said
from postgraft.exhibits.tables import as_drawn, highest, or_withheld, rows

STATUSES: tuple[tuple[str, str, Look], ...] = (
    ("eligible", "eligible", ELIGIBLE),
    ("possible_documentation", "not ruled out: one document missing", DOCUMENTATION),
    ("possible_diagnosis", "not ruled out: work-up missing", DIAGNOSIS),
)
NAME_WIDTH, NAME_LINES = 36, 3  # columns, lines
ROW, LINE = 0.22, 0.14
"""Inches of a site, and of a line of its name."""


def patients_by_year(outcome: Outcome) -> Exhibit:
    """Eligible and possible patients by year of transplant, and the number who became eligible in each year."""
    years = outcome.by_year()
    dated = outcome.extract.time == "dates"
    if not len(years):
        return absent("No patient has a transplant.")
    if years["year"].isna().all():
        return absent("The year of transplant is not recorded of any patient.")
    with styled():
        figure, panels = blank(2.3, 2 if dated else 1)
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
    """Share of the patients of each site who are eligible, with Wilson's 95 % interval and the numbers."""
    sites = outcome.by_site()
    if not len(sites):
        return absent("No patient has a transplant.")
    names = [fitted(row.site, NAME_WIDTH, NAME_LINES) for row in rows(sites)]
    lines = max(name.count("\n") + 1 for name in names)
    with styled():
        figure, [axes] = blank(0.9 + max(ROW, LINE * (lines + 0.5)) * len(sites))
        highest_end = max(_share(axes, at, row) for at, row in enumerate(rows(sites)))
        named_rows(axes, names)
        axes.set_xlabel("Eligible (% of the patients of the site, 95 % CI)", loc="right")
        axes.set_xlim(0, min(100, max(1.0, 1.1 * highest_end)))
        axes.grid(axis="x", color=FAINT)
        axes.tick_params(axis="y", length=0)
        axes.set_title(_totals(outcome))
    known, more = sites_known(outcome)
    which = f"{known}{', and all others' if more else ''}"
    said = "; ".join(f"{row.site}: {share_said(row.eligible, row.patients)}" for row in rows(sites))
    return Exhibit(figure, f"Eligible patients by site ({which}). {said}.")


def _share(axes: Axes, at: int, row: Any) -> float:
    """Draw a site's share with its interval, if both counts are printed; the highest value drawn, in per cent."""
    known = not hidden(row.eligible) and not hidden(row.patients) and float(row.patients) > 0
    end = 0.0
    if known:
        share, (low, high) = 100 * (row.eligible / row.patients), (100 * one for one in ci(row.eligible, row.patients))
        bars = [[max(share - low, 0)], [max(high - share, 0)]]
        axes.errorbar(share, at, xerr=bars, fmt="o", color=ELIGIBLE["facecolor"], markersize=5, capsize=2.5)
        end = max(share, high)
    words = f"{number(row.eligible)} of {number(row.patients)}"
    axes.text(1.02, at, words, transform=axes.get_yaxis_transform(), va="center", fontsize=8.5)
    return end


def _most(best: pd.Series, words: str, by: str) -> str:
    """The group with most eligible patients, as a sentence; nothing if there are none or counts have noise."""
    if not best["eligible"] or isinstance(best["eligible"], ReleasedCount):
        return ""
    name = _year(best[by])
    return f" Most eligible {words} {name}: {part(best['eligible'], best['patients'])}."


def _totals(outcome: Outcome) -> str:
    """All eligible and possible patients, in words."""
    counts = counts_of(outcome)
    return f"{number(counts.eligible)} eligible, {number(counts.open)} not ruled out"


def _year(year: Any) -> str:
    return "not recorded" if pd.isna(year) else str(year)


def _span(years: pd.DataFrame) -> str:
    known = years.loc[years["year"].notna() & (years["year"] != OTHERS), "year"]
    if not len(known):
        return "no year by itself" if len(years) else "years not recorded"
    return f"{known.min()} to {known.max()}"


@or_withheld
def cytopenia_by_route(outcome: Outcome) -> Exhibit:
    """Eligible patients by cytopenia and kind of incomplete response on their first eligible day, with totals."""
    if "immune_cytopenia" not in outcome.protocol.criteria:
        return absent("The protocol does not ask for an immune cytopenia.")
    found = by_cytopenia_and_route(outcome)
    found = found[found["status"] == "eligible"]
    if found.empty:
        return absent("No patient is eligible.")
    counts = found.pivot(index="cytopenia", columns="route", values="patients").astype(object)
    counts = counts.reindex(index=found["cytopenia"].unique(), columns=_by_frequency(found), fill_value=0)
    counts = counts.where(counts.notna(), 0)
    with styled():
        figure, [axes] = blank(0.8 + 0.26 * len(counts))
        _matrix(axes, counts)
    return Exhibit(figure, _matrix_alt(found))


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


def _matrix_alt(found: pd.DataFrame) -> str:
    whole = (found["cytopenia"] == ALL) & (found["route"] == ALL)
    groups = found[(found["cytopenia"] != ALL) & (found["route"] != ALL)]
    top = groups.sort_values("patients", key=lambda counts: -counts.astype(float), kind="stable").head(3)
    said = "; ".join(f"{row.cytopenia}, {row.route}: {number(row.patients)}" for row in rows(top))
    patients = counted(found.loc[whole, "patients"].iloc[0], "eligible patient")
    return f"{patients} by cytopenia and kind of incomplete response. Largest groups: {said}."
