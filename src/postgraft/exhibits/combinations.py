"""The sets of criteria that together keep patients out, as a matrix of dots and as a table."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from postgraft.analysis.barriers import Counting
from postgraft.api import Outcome
from postgraft.exhibits.figure import (
    DOCUMENTATION,
    ELIGIBLE,
    FAINT,
    INK,
    WIDTH,
    Exhibit,
    Look,
    absent,
    counted,
    named_rows,
    notes_below,
    number,
    styled,
    whole_ticks,
)
from postgraft.exhibits.labels import capital, label, words
from postgraft.exhibits.tables import as_drawn, or_withheld, rows

MOST: Final = 12
"""Sets that are shown; the rest are summed up."""
BARS, ROW, HEAD = 1.2, 0.19, 0.6  # inches
JOINED: Final = " + "

KEPT_OUT: dict[Counting, str] = {
    "eligible": "Sets of criteria that keep patients from being eligible",
    "eligible_or_possible": "Sets of criteria that keep patients from being eligible or not ruled out",
}


@or_withheld
def combination_matrix(outcome: Outcome, counting: Counting = "eligible") -> Exhibit:
    """The sets of criteria that keep most patients out: a column a set, its criteria the joined dots, above it a bar.

    The bar's dark part is the patients with no other way in. Only criteria that are in one of these sets have a row.
    """
    found = outcome.combinations(counting)
    if found.empty:
        return absent("No set of criteria keeps a patient out.")
    shown = found.head(MOST)
    members = [set(criteria.split(JOINED)) for criteria in shown["criteria"]]
    names = [name for name in outcome.protocol.criteria if any(name in each for each in members)]
    with styled():
        matrix = ROW * len(names)
        figure = Figure(figsize=(WIDTH, HEAD + BARS + matrix), layout="constrained")
        bars, dots = figure.subplots(2, 1, sharex=True, height_ratios=(BARS, matrix))
        _bars(bars, shown)
        _dots(dots, names, members)
        dots.set_xlim(-0.6, max(len(shown), MOST // 2) - 0.4)  # a few sets are not drawn wider than need be
        figure.legend(loc="outside upper center", ncols=2)
        notes_below(figure, _rest(found))
    return Exhibit(figure, _alt(found, counting))


def _bars(axes: Axes, shown: pd.DataFrame) -> None:
    at, all_of, only = range(len(shown)), as_drawn(shown["patients"]), as_drawn(shown["only_way"])
    plain: Look = {"width": 0.62, "linewidth": 0}  # an edge would hide a bar of a few patients
    axes.bar(at, only, label="no other way in", **ELIGIBLE, **plain)
    others = np.maximum(all_of - only, 0)
    tops = axes.bar(at, others, bottom=only, label="another way in as well", **DOCUMENTATION, **plain)
    axes.bar_label(tops, [number(count) for count in shown["patients"]], padding=1.5, fontsize=7.5)
    whole_ticks(axes, "y", 1.1 * all_of.max())
    axes.set_ylabel("Patients")
    axes.tick_params(axis="x", bottom=False, labelbottom=False)


def _dots(axes: Axes, names: list[str], members: list[set[str]]) -> None:
    for row in range(0, len(names), 2):
        axes.axhspan(row - 0.5, row + 0.5, color="#f3f5f7", linewidth=0)
    for column, each in enumerate(members):
        inside = [row for row, name in enumerate(names) if name in each]
        axes.plot([column] * len(names), range(len(names)), ".", color=FAINT, markersize=4)
        axes.plot([column] * len(inside), inside, "o-", color=INK, markersize=6, linewidth=1.4)
    named_rows(axes, [*map(label, names)])
    axes.tick_params(length=0, labelbottom=False)
    axes.spines[:].set_visible(False)


def _rest(found: pd.DataFrame) -> list[str]:
    """What the sets that are not shown come to; nothing where all are."""
    rest = found.iloc[MOST:]
    if rest.empty:
        return []
    each = "1 patient each" if rest["patients"].max() == 1 else f"at most {number(rest['patients'].max())} each"
    return [f"Not shown: {counted(len(rest), 'more set')}, with {each}."]


def in_words(criteria: str) -> str:
    """A set of criteria as words: "immune_cytopenia + hiv" is "Immune cytopenia + HIV"."""
    return capital(words(criteria))


def _alt(found: pd.DataFrame, counting: Counting) -> str:
    said = "; ".join(f"{in_words(row.criteria)}, {_patients(row)}" for row in rows(found.head(3)))
    return f"{KEPT_OUT[counting]}: {counted(len(found), 'set')}. Largest: {said}."


def _patients(row: Any) -> str:
    return f"{counted(row.patients, 'patient')} ({number(row.only_way)} with no other way in)"
