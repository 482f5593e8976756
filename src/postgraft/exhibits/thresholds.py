"""Numbers of patients as thresholds move: a curve over one parameter, a map over two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real
from textwrap import wrap
from typing import Any, Final, Protocol

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from postgraft.exhibits.figure import (
    DIAGNOSIS,
    ELIGIBLE,
    INK,
    SOFT,
    Exhibit,
    absent,
    blank,
    counted,
    number,
    styled,
    whole_ticks,
)
from postgraft.exhibits.labels import label
from postgraft.exhibits.tables import highest, or_withheld

UNITS: Final = {"1": "", "d": "days", "a": "years", "10*9/L": "×10⁹/L", "mg/kg/d": "mg/kg/day", "mg/d": "mg/day"}
"""UCUM units as axes write them, where they write them otherwise."""
PALEST, DARKEST, WHITE_FROM = 0.05, 0.75, 0.62
CELL, HEAD, LEAST = 0.42, 1.1, 2.6  # inches
LABEL_WIDTH: Final = 22  # characters
MARKED = 40
"""A curve of more values has no mark at each."""


class Swept(Protocol):
    """The protocol that was swept, as far as a figure asks of it."""

    @property
    def parameters(self) -> Mapping[str, Any]: ...


@or_withheld
def threshold_curve(frame: pd.DataFrame, protocol: Swept, parameter: str) -> Exhibit:
    """Patients eligible, and eligible or not ruled out, at each value of a parameter; others as in ``protocol``.

    ``frame`` as of ``postgraft.sweep`` over this parameter. Marks are values that were evaluated, where they are
    few; the steps between them join neighbours. The protocol's own value is a vertical line. Beyond the ends of
    the axis the numbers stay as they are at the ends.
    """
    if frame.empty:
        return absent(f"No value of {label(parameter)} was evaluated.")
    at, ticks = _scale(frame[parameter])
    order = np.argsort(at)
    own = _position(frame[parameter], protocol.parameters[parameter].value, at)
    with styled():
        figure, [axes] = blank(3.0)
        for column, said, look in (
            ("certain_or_possible", "eligible or not ruled out", {"color": DIAGNOSIS["edgecolor"], "marker": "s"}),
            ("certain", "eligible", {"color": ELIGIBLE["facecolor"], "marker": "o"}),
        ):
            upper = column != "certain"
            axes.plot(
                at[order],
                frame[column].to_numpy()[order],
                drawstyle="default" if ticks else "steps-post",
                linestyle="none" if ticks else "--" if upper else "-",
                markerfacecolor="white" if upper else look["color"],
                markersize=4.5 if ticks or len(frame) <= MARKED else 0,
                label=said,
                **look,
            )
        if not ticks:
            axes.set_xlim(*_where_it_changes(at[order], frame.iloc[order], own))
        whole_ticks(axes, "y", float(frame["certain_or_possible"].max()) * 1.05)
        if own is not None:
            axes.axvline(own, color=SOFT, linewidth=0.9, linestyle=":")
            axes.text(own, 1.0, " protocol", transform=axes.get_xaxis_transform(), va="top", color=SOFT, fontsize=8)
        if ticks:
            axes.set_xticks(at, ticks)
        axes.set(xlabel=_named(protocol, parameter), ylabel="Patients")
        axes.set_title(_finding(frame, protocol, parameter))
        figure.legend(loc="outside lower center", ncols=2)
    return Exhibit(figure, _curve_alt(frame, protocol, parameter))


def _finding(frame: pd.DataFrame, protocol: Swept, parameter: str) -> str:
    """The number at the protocol's value, and where it is highest."""
    best = highest(frame, "certain")
    own = frame[[value == protocol.parameters[parameter].value for value in frame[parameter]]]
    most = f"most, {number(best['certain'])}, at {_written(best[parameter])}"
    if own.empty:
        return f"Eligible: {most}"
    here = f"{number(own.iloc[0]['certain'])} eligible at {_written(own.iloc[0][parameter])}"
    return f"{here}; {most if best['certain'] > own.iloc[0]['certain'] else 'no value lets more in'}"


def _where_it_changes(at: np.ndarray[Any, Any], frame: pd.DataFrame, own: float | None) -> tuple[float, float]:
    """The part of the axis on which some number changes, the protocol's own value within, with a margin."""
    counts = frame[["certain", "certain_or_possible"]].to_numpy()
    change = np.flatnonzero((counts[1:] != counts[:-1]).any(axis=1))
    inside = np.concatenate([at[change], at[change + 1]]) if change.size else at
    if own is not None:
        inside = np.append(inside, own)
    low, high = float(inside.min()), float(inside.max())
    margin = 0.04 * (high - low or abs(high) or 1)
    return max(low - margin, float(at[0]) - margin), min(high + margin, float(at[-1]) + margin)


@or_withheld
def threshold_surface(frame: pd.DataFrame, protocol: Swept, parameters: Sequence[str]) -> Exhibit:
    """Patients at each pair of values of two parameters, the first upwards and the second to the right.

    ``frame`` as of ``postgraft.sweep`` over these two. In a cell the number eligible and, with a plus, how many
    more are not ruled out; the darker the more eligible. The cell of the protocol has a frame.
    """
    if frame.empty:
        return absent("No pair of values was evaluated.")
    down, across = parameters
    rows, columns = (list(dict.fromkeys(frame[name])) for name in (down, across))
    cells = {
        (one, other): (eligible, possible)
        for one, other, eligible, possible in zip(
            *(frame[name] for name in (down, across, "certain", "possible")), strict=True
        )
    }
    most = max(int(frame["certain"].max()), 1)
    with styled():
        figure, [axes] = blank(max(HEAD + CELL * len(rows), LEAST))
        for i, one in enumerate(rows):
            for j, other in enumerate(columns):
                _cell(axes, (j, i), *cells[one, other], most)
        own = [protocol.parameters[name].value for name in (down, across)]
        if own[0] in rows and own[1] in columns:
            corner = (columns.index(own[1]) - 0.5, rows.index(own[0]) - 0.5)
            axes.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=INK, linewidth=2.2, clip_on=False))
        axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(-0.5, len(rows) - 0.5))
        axes.set_xticks(range(len(columns)), [_written(value) for value in columns])
        axes.set_yticks(range(len(rows)), [_written(value) for value in rows])
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set(xlabel=_named(protocol, across), ylabel="\n".join(wrap(_named(protocol, down), LABEL_WIDTH)))
        axes.set_title(
            "Eligible patients, + not ruled out; framed: the protocol", fontweight="normal", color=SOFT, fontsize=8
        )
    return Exhibit(figure, _surface_alt(frame, protocol, parameters))


def _cell(axes: Axes, at: tuple[int, int], eligible: int, possible: int, most: int) -> None:
    depth = PALEST + (DARKEST - PALEST) * eligible / most
    colour = "white" if depth > WHITE_FROM else INK
    axes.add_patch(Rectangle((at[0] - 0.5, at[1] - 0.5), 1, 1, facecolor=colormaps["Blues"](depth), edgecolor="white"))
    axes.text(*at, number(eligible), ha="center", va="bottom", color=colour, fontsize=8.5, fontweight="bold")
    axes.text(*at, f"+{number(possible)}", ha="center", va="top", color=colour, fontsize=7)


def _scale(values: pd.Series) -> tuple[np.ndarray[Any, Any], list[str]]:
    """Where the values stand on an axis; without an order of their own side by side, with their names."""
    if all(isinstance(value, Real) and not isinstance(value, bool | np.bool_) for value in values):
        return values.to_numpy(float), []
    return np.arange(len(values), dtype=float), [_written(value) for value in values]


def _position(values: pd.Series, own: object, at: np.ndarray[Any, Any]) -> float | None:
    """Where the protocol's own value stands; None where it was not evaluated."""
    return next((float(x) for x, value in zip(at, values, strict=True) if value == own), None)


def _named(protocol: Swept, parameter: str) -> str:
    """A parameter as the name of an axis, with its unit."""
    unit = protocol.parameters[parameter].unit
    shown = UNITS.get(unit, unit)
    name = protocol.parameters[parameter].title or label(parameter)
    return f"{name} [{shown}]" if shown else str(name)


def _written(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, Real) else "none" if value is None else str(value).replace("_", " ")


def _curve_alt(frame: pd.DataFrame, protocol: Swept, parameter: str) -> str:
    own = frame[[value == protocol.parameters[parameter].value for value in frame[parameter]]]
    said = [f"from {_at(frame.iloc[0], [parameter])}", f"to {_at(frame.iloc[-1], [parameter])}"]
    said += [f"the protocol's {_at(own.iloc[0], [parameter])}"] if len(own) else []
    return f"Patients at {counted(len(frame), 'value')} of {_named(protocol, parameter)}: {'; '.join(said)}."


def _surface_alt(frame: pd.DataFrame, protocol: Swept, parameters: Sequence[str]) -> str:
    named = " and ".join(_named(protocol, name) for name in parameters)
    best, least = highest(frame, "certain"), frame.iloc[int(frame["certain"].to_numpy().argmin())]
    return (
        f"Patients at {counted(len(frame), 'pair')} of values of {named}. "
        f"Most eligible: {_at(best, parameters)}. Fewest: {_at(least, parameters)}."
    )


def _at(row: pd.Series, parameters: Sequence[str]) -> str:
    values = ", ".join(_written(row[name]) for name in parameters)
    eligible, upper = number(row["certain"]), number(row["certain_or_possible"])
    return f"{values} gives {eligible} eligible, {upper} eligible or not ruled out"
