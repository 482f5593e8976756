"""Numbers over days in a patient's timeline: counts, markers of hemolysis, steroid dose."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullLocator
from numpy.typing import NDArray

from postgraft.analysis.patient_record import TYPICAL, PatientRecord, Results
from postgraft.exhibits.figure import DIAGNOSIS, DOCUMENTATION, ELIGIBLE, INK, SOFT
from postgraft.exhibits.patient_timeline_page import Days, Panel, remarks, share_of, tall

LINE: Final = ELIGIBLE["facecolor"]
STALE: Final = "#f0f1f3"
"""Behind days on which no result counts."""
TICKS: Final = (0, 0.25, 0.5, 1, 3, 10, 30, 100, 300, 1000, 3000, 10000)
Limit = tuple[str, str]
"""A threshold: what it is called, and the parameter."""

CELLS: Final = "×10⁹/L"
COUNTS: Final[tuple[tuple[str, str, str, str, tuple[Limit, ...], str], ...]] = (
    (
        "hemoglobin",
        "Hemoglobin\n(g/dL)",
        "",
        "red_cells",
        (("AIHA: below {}", "aiha_hemoglobin_below"), ("PRCA: below {}", "prca_hemoglobin_below")),
        "▾ red cells given",
    ),
    (
        "platelets",
        f"Platelets\n({CELLS})",
        "itp_platelets_max",
        "platelets",
        (("ITP: up to {}", "itp_platelets_max"), ("engrafted: from {}", "platelet_engraftment_min")),
        "▾ platelets given",
    ),
    (
        "neutrophils",
        f"Neutrophils\n({CELLS})",
        "neutrophils_min",
        "",
        (("needed: from {}", "neutrophils_min"), ("engrafted: from {}", "neutrophil_engraftment_min")),
        "",
    ),
    (
        "reticulocytes_percent",
        "Reticulocytes\n(%)",
        "",
        "",
        (
            ("PRCA: below {}", "prca_reticulocyte_percent_below"),
            ("raised: above {}", "reticulocytes_percent_upper_limit"),
        ),
        "",
    ),
    (
        "reticulocytes",
        f"Reticulocytes\n({CELLS})",
        "prca_reticulocytes_below",
        "",
        (("PRCA: below {}", "prca_reticulocytes_below"), ("raised: above {}", "reticulocytes_upper_limit")),
        "",
    ),
)
"""Analyte, name with unit, parameter up to which the axis is linear (none: all of it), product, limits, its mark."""
ALWAYS: Final = ("hemoglobin", "platelets", "neutrophils")
MARKERS: Final = (
    ("ldh", "LDH", "o", LINE),
    ("bilirubin_indirect", "indirect bilirubin", "^", INK),
    ("haptoglobin", "haptoglobin (low tells)", "s", DOCUMENTATION["facecolor"]),
)
"""Analyte, name, marker, colour."""
MARKS: Final = {"o": "●", "^": "▲", "s": "■"}
STEROIDS: Final = (
    ("refractory: from {}", "refractory_steroid_dose"),
    ("dependent: from {}", "dependence_steroid_dose"),
)
WEIGHTS: Final = {"hemoglobin": 1.0, "platelets": 1.0, "neutrophils": 0.8}
LESS: Final = 0.7
TICK: Final = 0.1
"""Inches between ticks that do not crowd."""


def curves(chart: PatientRecord) -> list[Panel]:
    """A panel for each thing measured, and one for the steroid dose."""
    panels = []
    for analyte, name, linear, product, limits, mark in COUNTS:
        if analyte in ALWAYS or chart.results(analyte).day.size:
            draw = partial(_count, chart, analyte, name, linear, product, limits, mark)
            panels.append(Panel(draw, weight=WEIGHTS.get(analyte, LESS)))
    if any(chart.results(marker[0]).day.size for marker in MARKERS):
        panels.append(Panel(partial(_markers, chart), weight=LESS))
    return [*panels, Panel(partial(_steroids, chart), weight=LESS)]


def _count(
    chart: PatientRecord,
    analyte: str,
    name: str,
    linear: str,
    product: str,
    limits: Sequence[Limit],
    mark: str,
    axes: Axes,
    days: Days,
) -> None:
    found = chart.results(analyte)
    values = [float(getattr(chart.protocol, parameter)) for _, parameter in limits]
    typical = chart.typical(analyte) if analyte in TYPICAL else np.full(found.day.size, np.nan)
    inside = _within(found.day, days)
    shown = np.concatenate([found.value[inside], typical[inside], values])
    if linear:
        _scaled(axes, float(getattr(chart.protocol, linear)), float(np.nanmax(shown)))
    else:
        low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
        room = 0.12 * (high - low or 1.0)
        axes.set_ylim(max(low - room, 0), high + (2.2 if product else 1) * room)
    _stale(axes, chart, found)
    _line(axes, found, "o", LINE)
    said = [_limit(axes, words, value) for (words, _), value in zip(limits, values, strict=True)]
    if not np.isnan(typical).all():
        axes.plot(found.day, typical, "_", color=SOFT, markersize=4, markeredgewidth=0.8)
        said.append((0.8, "– typical before"))
    if product:
        given = chart.transfusions(product)
        top = np.full(given.size, 0.92)
        axes.plot(given, top, "v", color=INK, markersize=3, transform=axes.get_xaxis_transform())
        said.append((1.0, mark))
    remarks(axes, said)
    _named(axes, name)


def _within(day: NDArray[np.integer], days: Days) -> NDArray[np.bool_]:
    return np.asarray((day >= days.first) & (day <= days.last))


def _markers(chart: PatientRecord, axes: Axes, days: Days) -> None:
    """LDH, indirect bilirubin and haptoglobin as multiples of the limit beyond which they tell of hemolysis."""
    said, highest = [], 1.0
    for i, (analyte, name, marker, colour) in enumerate(MARKERS):
        found = chart.results(analyte)
        ratio = found.value / chart.limits(analyte)
        highest = max(highest, float(ratio[_within(found.day, days)].max(initial=1)))
        _line(axes, found._replace(value=ratio), marker, colour)
        if found.day.size:
            said.append((1 - 0.3 * i, f"{MARKS[marker]} {name}"))
    _scaled(axes, 1.0, highest)
    axes.axhline(1, color=SOFT, linewidth=0.8, linestyle="--")
    remarks(axes, said)
    _named(axes, "Hemolysis\n(× limit)")


def _steroids(chart: PatientRecord, axes: Axes, days: Days) -> None:
    """Prednisone-equivalent dose; hatched where there may be more than is known."""
    dose = chart.steroids
    known, unknown = dose.known[0], dose.unknown[0]
    day = np.arange(known.size)
    limits = [float(getattr(chart.protocol, parameter)) for _, parameter in STEROIDS]
    _scaled(axes, max(limits), max(*limits, float(known[_within(day, days)].max(initial=0))))
    edges = np.append(day, known.size) - 0.5
    axes.stairs(known, edges, fill=True, color=LINE, linewidth=0)
    said = [_limit(axes, words, value) for (words, _), value in zip(STEROIDS, limits, strict=True)]
    if unknown.any():
        hatched = {"facecolor": "none", "edgecolor": DIAGNOSIS["edgecolor"], "hatch": "////", "linewidth": 0}
        for first, last in _true(unknown):
            axes.axvspan(first - 0.5, last + 0.5, **hatched)
        said.append((1.0, "//// not known"))
    remarks(axes, said)
    _named(axes, "Prednisone equiv.\n(mg/kg/day)")


def _line(axes: Axes, found: Results, marker: str, colour: str) -> None:
    """The results, joined only where one still counts the day before the next."""
    day, value = found.day.astype(float), found.value
    breaks = np.flatnonzero(np.diff(found.day) > found.counts_days) + 1
    axes.plot(
        np.insert(day, breaks, np.nan),
        np.insert(value, breaks, np.nan),
        marker=marker,
        markersize=2.2,
        linewidth=1.0,
        color=colour,
    )


def _stale(axes: Axes, chart: PatientRecord, found: Results) -> None:
    """Grey behind the days on which no result counts."""
    counts = np.zeros(chart.last + found.counts_days + 1, bool)
    for day in found.day:
        counts[day : day + found.counts_days] = True
    for first, last in _true(~counts[: chart.last + 1]):
        axes.axvspan(first - 0.5, last + 0.5, color=STALE, linewidth=0, zorder=0)


def _true(marked: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of each run of True."""
    change = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    return list(zip(change[::2].tolist(), (change[1::2] - 1).tolist(), strict=True))


def _limit(axes: Axes, words: str, value: float) -> tuple[float, str]:
    """A line at a threshold of the protocol; where its words belong."""
    axes.axhline(value, color=SOFT, linewidth=0.8, linestyle="--", zorder=1)
    return share_of(axes, value), words.format(f"{value:g}")


def _scaled(axes: Axes, linear: float, highest: float) -> None:
    """An axis from 0, linear up to the threshold that matters and logarithmic above, so that both can be read."""
    top = max(1.6 * highest, 2.2 * linear)
    axes.set_yscale("symlog", linthresh=linear, linscale=0.9)
    axes.set_ylim(0, top)
    apart, ticks = TICK / tall(axes) * _place(top, linear), list[float]()
    for tick in sorted({*TICKS, linear}):
        if tick <= top and all(_place(tick, linear) - _place(below, linear) > apart for below in ticks):
            ticks.append(tick)
    axes.set_yticks(ticks)
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(_plain))


def _plain(value: float, _: int) -> str:
    return f"{value:,g}"


def _place(value: float, linear: float) -> float:
    """Where a value stands on such an axis, its linear part being 0.9 long."""
    return 0.9 * value / linear if value <= linear else 0.9 + float(np.log10(value / linear))


def _named(axes: Axes, name: str) -> None:
    axes.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=7.5)
    axes.yaxis.set_label_coords(-0.075, 0.5)
    axes.tick_params(axis="y", labelsize=6.5, length=2, pad=1.5)
