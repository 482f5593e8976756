"""Eligible patients by site, and by cytopenia with response."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from postgraft.analysis.breakdowns import ALL, by_cytopenia_and_route
from postgraft.api import Outcome
from postgraft.evaluation.count import hidden
from postgraft.exhibits.counts import counts_of, sites_known
from postgraft.exhibits.figure import (
    ELIGIBLE,
    FAINT,
    INK,
    SOFT,
    Exhibit,
    absent,
    blank,
    counted,
    named_rows,
    number,
    styled,
)
from postgraft.exhibits.labels import fitted
from postgraft.exhibits.said import ci, share_said
from postgraft.exhibits.tables import or_withheld, rows

NAME_WIDTH, NAME_LINES = 36, 3  # columns, lines
ROW, LINE = 0.22, 0.14
"""Inches of a site, and of a line of its name."""


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
    which = f"{len(known)}{', and all others' if more else ''}"
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


def _totals(outcome: Outcome) -> str:
    """All eligible and possible patients, in words."""
    counts = counts_of(outcome)
    return f"{number(counts.eligible)} eligible, {number(counts.open)} not ruled out"


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
