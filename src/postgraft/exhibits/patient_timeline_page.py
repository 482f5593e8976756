"""The page of a patient's timeline: panels one below the other over the same days, names left, remarks right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from postgraft.exhibits.figure import FAINT, INK, SOFT, WIDTH, Look

# Inches.
LEFT, RIGHT = 1.7, 1.28
GAP, TOP, BOTTOM = 0.09, 0.42, 0.4
HIGHEST: Final = 9.7
"""A4 less margins."""
REMARK: Final = 0.105
"""Height of a line in the right margin."""
SMALL: Final = 6.3
"""Points: what stands in the margin."""
WIDE: Final = WIDTH - LEFT - RIGHT


@dataclass(frozen=True)
class Days:
    """The days that are shown, both included."""

    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    @property
    def inch(self) -> float:
        """Days an inch."""
        return self.count / WIDE


@dataclass(frozen=True)
class Panel:
    """Part of the page: what draws it, and its height in inches; or its ``weight``, a share of what is left."""

    draw: Callable[[Axes, Days], None]
    height: float = 0.0
    weight: float = 0.0


def page(panels: Sequence[Panel], days: Days, most: float, marked: int | None, footnotes: Sequence[str]) -> Figure:
    """A figure with the panels from the top; ``most`` inches a panel of weight 1; ``marked``: a day with a line.

    ``footnotes`` are lines below the axis of days.
    """
    foot = BOTTOM + 0.12 * len(footnotes)
    fixed = TOP + foot + GAP * (len(panels) - 1) + sum(panel.height for panel in panels)
    weights = sum(panel.weight for panel in panels)
    unit = min(most, (HIGHEST - fixed) / weights) if weights else 0.0
    height = fixed + unit * weights
    figure = Figure(figsize=(WIDTH, height))
    at = TOP
    for panel in panels:
        tall = panel.height or unit * panel.weight
        place = (LEFT / WIDTH, (height - at - tall) / height, WIDE / WIDTH, tall / height)
        axes = figure.add_axes(place)
        axes.set_xlim(days.first - 0.5, days.last + 0.5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=9, min_n_ticks=1))
        axes.tick_params(axis="x", length=0, labelbottom=False)
        axes.grid(axis="x", color=FAINT, linewidth=0.5)
        panel.draw(axes, days)
        if marked is not None and days.first <= marked <= days.last:
            axes.axvline(marked, color=INK, linewidth=0.9, linestyle=(0, (1, 1.2)), zorder=4)
        at += tall + GAP
    lowest = figure.axes[-1]
    lowest.tick_params(axis="x", length=3, labelbottom=True, labelsize=7.5)
    lowest.set_xlabel("Days since transplant", fontsize=8, labelpad=2)
    for i, line in enumerate(footnotes):
        figure.text(0.01, (0.12 * (len(footnotes) - i) - 0.06) / height, line, fontsize=SMALL, color=SOFT)
    return figure


def headed(figure: Figure, title: str, below: str) -> None:
    """A title, and a line below it, at the top of the page."""
    height = figure.get_figheight()
    figure.text(0.01, 1 - 0.14 / height, title, fontweight="bold", fontsize=9, va="center")
    figure.text(0.01, 1 - 0.3 / height, below, fontsize=7.5, color=SOFT, va="center")


def tall(axes: Axes) -> float:
    """Height of axes in inches."""
    return float(axes.get_position().height * axes.get_figure().get_figheight())  # type: ignore[union-attr]


def remarks(axes: Axes, wanted: Sequence[tuple[float, str]]) -> None:
    """Words in the right margin, each at a height (0 to 1) or as near to it as those below it leave room."""
    apart = REMARK / tall(axes)
    lowest = -0.5 * apart
    order = sorted(wanted, key=lambda one: one[0])
    room = 1 - apart * (len(order) - 1)
    for i, (height, words) in enumerate(order):
        lowest = max(min(height, room + i * apart), lowest + apart)
        axes.text(1.015, lowest, words, transform=axes.transAxes, va="center", fontsize=SMALL, color=SOFT)


def key(axes: Axes, looks: Sequence[tuple[Look, str]]) -> None:
    """What fills mean, from the top of the right margin down."""
    inch = tall(axes)
    for i, (look, words) in enumerate(looks):
        middle = 1 - (i + 0.5) * 1.1 * REMARK / inch
        box = {"transform": axes.transAxes, "clip_on": False, "linewidth": 0.4, **look}
        axes.add_patch(Rectangle((1.015, middle - 0.035 / inch), 0.045, 0.07 / inch, **box))
        axes.text(1.075, middle, words, transform=axes.transAxes, va="center", fontsize=SMALL, color=SOFT)


def share_of(axes: Axes, value: float) -> float:
    """How high a value of the y axis stands, 0 to 1."""
    point: Any = axes.transAxes.inverted().transform(axes.transData.transform((0, value)))
    return float(point[1])
