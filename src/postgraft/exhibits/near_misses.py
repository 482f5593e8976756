"""Who is nearly in: how many patients each threshold keeps out by a little, without saying who they are."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from postgraft.analysis.near_misses import STEPS
from postgraft.exhibits.figure import (
    FAINT,
    INK,
    NOTE_LINE,
    SOFT,
    Exhibit,
    absent,
    blank,
    counted,
    named_rows,
    notes_below,
    number,
    styled,
    wrapped,
)
from postgraft.exhibits.labels import parameter
from postgraft.exhibits.tables import or_withheld, rows
from postgraft.exhibits.thresholds import UNITS
from postgraft.protocol import Protocol

MOST: Final = 12
"""Rows that a page has room for; of more, those with most patients are drawn."""
ROW, HEAD = 0.36, 1.0  # inches
PALEST, DARKEST = 0.05, 0.55  # of a map of colours; dark text is easy to read on all of these


def near_misses_by_threshold(misses: pd.DataFrame) -> pd.DataFrame:
    """Patients by threshold, direction and number of steps; no patient is named.

    ``misses`` as of ``Outcome.near_misses``. Columns parameter, criteria, value (the protocol's), unit, raised
    (whether the value that is needed is higher), needed, steps, patients (who need just so many steps) and
    possible (those of them who are possible). Of the directions of a parameter the one with most patients first.
    """
    groups = ["parameter", "criteria", "value", "unit", "raised", "needed", "steps"]
    marked = misses.assign(
        raised=misses["needed"] > misses["value"], possible=misses["status"] == "possible", patients=1
    )
    found = marked.groupby(groups, sort=False, as_index=False)[["patients", "possible"]].sum()
    found["total"] = found.groupby(["parameter", "raised"])["patients"].transform("sum")
    order = ["total", "parameter", "raised", "steps"]
    found = found.sort_values(order, ascending=[False, True, True, True], ignore_index=True)
    return found.drop(columns="total")


@or_withheld
def near_miss_steps(misses: pd.DataFrame, protocol: Protocol, steps: int = STEPS) -> Exhibit:
    """How many patients are 1, 2, … steps of a threshold away: a row a threshold, a column a step.

    ``misses`` and ``steps`` as of ``Outcome.near_misses``. In a cell the patients and the value that they need;
    the darker the more. At the right who is within all the steps that were tried.
    """
    if misses.empty:
        return absent(nobody(steps))
    found = near_misses_by_threshold(misses)
    lines = [(key, group) for key, group in found.groupby(["parameter", "raised"], sort=False)]
    drawn, most = lines[:MOST], int(found["patients"].max())
    notes = _notes(misses, len(lines) - len(drawn))
    with styled():
        figure, [axes] = blank(HEAD + ROW * len(drawn) + NOTE_LINE * len(notes))
        for i, (_, group) in enumerate(drawn):
            axes.plot([0.5, steps + 0.5], [i, i], color=FAINT, linewidth=0.6, zorder=0)
            for row in rows(group):
                _cell(axes, (row.steps, i), row, most)
            total = number(group["patients"].sum())
            axes.text(steps + 0.95, i, total, ha="center", va="center", fontweight="bold", fontsize=8.5)
        axes.set(xlim=(0.4, steps + 1.4), xlabel="Steps away from the protocol")
        axes.set_xticks([*range(1, steps + 1), steps + 0.95], [*map(str, range(1, steps + 1)), "all"])
        named_rows(axes, [_named(group.iloc[0], protocol, "\n") for _, group in drawn], 0.4, 0.6)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        figure.suptitle(_title(misses, steps), x=0.01, ha="left", fontsize=9, fontweight="bold")
        notes_below(figure, notes)
    return Exhibit(figure, _alt(misses, found, protocol, steps))


def _cell(axes: Axes, at: tuple[int, int], row: Any, most: int) -> None:
    depth = PALEST + (DARKEST - PALEST) * row.patients / most
    corner = (at[0] - 0.42, at[1] - 0.42)
    axes.add_patch(Rectangle(corner, 0.84, 0.84, facecolor=colormaps["Blues"](depth), edgecolor=SOFT, lw=0.5))
    x, y = at
    axes.text(x, y, number(row.patients), ha="center", va="bottom", color=INK, fontweight="bold", fontsize=8.5)
    axes.text(x, y + 0.05, f"at {row.needed:g}", ha="center", va="top", color=INK, fontsize=7)


def _named(row: Any, protocol: Protocol, between: str = " ") -> str:
    """A threshold with its value and the direction in which it would have to move."""
    moved = "raised" if row.raised else "lowered"
    return f"{parameter(protocol, row.parameter)}{between}{moved} from {_amount(row.value, row.unit)}"


def _amount(value: float, unit: str) -> str:
    return f"{value:g} {UNITS.get(unit, unit)}".strip()


def nobody(steps: int) -> str:
    """What is said where there is no near miss."""
    return f"Nobody would become eligible if one threshold were moved by up to {counted(steps, 'step')}."


def _title(misses: pd.DataFrame, steps: int) -> str:
    people = counted(misses["patient_id"].nunique(), "patient")
    return f"{people} would enter if one threshold moved by up to {counted(steps, 'step')}"


def _notes(misses: pd.DataFrame, left_out: int) -> list[str]:
    said = [
        "In a cell: patients, and the value needed. Who would enter by each of several thresholds is counted at each. "
        "A step is the smallest change worth naming: a day, a dose, one decimal."
    ]
    if left_out:
        said.append(f"Not drawn: {counted(left_out, 'threshold')} with fewer patients.")
    return wrapped(said)


def _alt(misses: pd.DataFrame, found: pd.DataFrame, protocol: Protocol, steps: int) -> str:
    lines = [group for _, group in found.groupby(["parameter", "raised"], sort=False)]
    near = misses.loc[misses["steps"] == 1, "patient_id"].nunique()
    return (
        f"{counted(misses['patient_id'].nunique(), 'patient')} not eligible would be if one threshold were moved by "
        f"up to {counted(steps, 'step')}, {number(near)} by a single step. "
        f"Most: {_named(lines[0].iloc[0], protocol)}, {counted(lines[0]['patients'].sum(), 'patient')}."
    )
