"""Eligible and possible patients by cytopenia and kind of incomplete response."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from postgraft.eligibility import Outcome
from postgraft.eligibility.breakdowns import by_cytopenia_and_route
from postgraft.exhibits.exhibit import Exhibit, absent
from postgraft.exhibits.frames import rows
from postgraft.exhibits.style import INK, SOFT, blank, counted, number, styled


def cytopenia_by_route(outcome: Outcome, status: str = "eligible") -> Exhibit:
    """Patients of one status (eligible, possible) by cytopenia and kind of incomplete response, with totals."""
    found = by_cytopenia_and_route(outcome)
    found = found[found["status"] == status]
    table = found.pivot(index="cytopenia", columns="route", values="patients")
    table = (
        table.reindex(index=found["cytopenia"].unique(), columns=_by_frequency(found)).fillna(0).astype(int)
    )
    if table.empty:
        return absent(f"No patient is {status}.")
    with styled():
        figure, [axes] = blank(0.9 + 0.34 * (len(table) + 1))
        _matrix(axes, table)
    return Exhibit(figure, _matrix_alt(found, status))


def _by_frequency(found: pd.DataFrame) -> list[str]:
    counts = found.groupby("route", sort=False)["patients"].sum()
    return list(counts.sort_values(ascending=False, kind="stable").index)


def _matrix(axes: Axes, table: pd.DataFrame) -> None:
    """Counts in a grid, the darker the more; totals at the right and below."""
    counts = table.to_numpy()
    height, width = counts.shape
    axes.imshow(counts, cmap="Blues", vmin=0, vmax=counts.max() * 1.6, aspect="auto")
    for (i, j), count in np.ndenumerate(counts):
        axes.text(
            j, i, number(count) if count else "·", ha="center", va="center", color=INK if count else SOFT
        )
    for i, total in enumerate(counts.sum(axis=1)):
        axes.text(width, i, number(total), ha="center", va="center", fontweight="bold")
    for j, total in enumerate(counts.sum(axis=0)):
        axes.text(j, height, number(total), ha="center", va="center", fontweight="bold")
    axes.text(width, height, number(counts.sum()), ha="center", va="center", fontweight="bold")
    routes = [route.replace(" + ", " +\n") for route in table.columns]
    axes.set_xticks(range(width + 1), [*routes, "all"])
    axes.set_yticks(range(height + 1), [*table.index, "all"])
    axes.set(xlim=(-0.5, width + 0.5), ylim=(height + 0.5, -0.5))
    axes.set_xlabel("Incomplete response shown by (patients)", labelpad=8)
    axes.xaxis.set_label_position("top")
    axes.tick_params(length=0, top=False, bottom=False, labeltop=True, labelbottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _matrix_alt(found: pd.DataFrame, status: str) -> str:
    total = int(found["patients"].sum())
    top = found.nlargest(3, "patients")
    said = "; ".join(f"{row.cytopenia}, {row.route}: {number(row.patients)}" for row in rows(top))
    patients = counted(total, f"{status} patient")
    return f"{patients} by cytopenia and kind of incomplete response. Largest groups: {said}."
