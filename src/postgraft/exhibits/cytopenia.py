"""Eligible and possible patients by cytopenia and kind of incomplete response."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from postgraft.eligibility import Outcome
from postgraft.eligibility.breakdowns import ALL, by_cytopenia_and_route
from postgraft.exhibits.exhibit import Exhibit, absent
from postgraft.exhibits.frames import rows
from postgraft.exhibits.style import INK, SOFT, blank, counted, number, styled
from postgraft.exhibits.withheld import or_withheld


@or_withheld
def cytopenia_by_route(outcome: Outcome, status: str = "eligible") -> Exhibit:
    """Patients of one status (eligible, possible) by cytopenia and kind of incomplete response, with totals."""
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
