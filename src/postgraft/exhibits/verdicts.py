"""How often each criterion is met, unknown and failed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from postgraft.api import Outcome
from postgraft.exhibits.figure import (
    FAILED,
    PASSED,
    UNCLEAR,
    Exhibit,
    Look,
    absent,
    blank,
    named_rows,
    nothing,
    number,
    part,
    percent,
    styled,
)
from postgraft.exhibits.labels import label
from postgraft.exhibits.tables import rows

PANELS = (
    ("observed", "patients", "Patients", "best day"),
    ("cytopenia", "patients", "Patients with an\nimmune cytopenia", "best day"),
    ("observed", "days", "Observed days", "each day"),
)
VERDICTS: tuple[tuple[str, str, Look], ...] = (
    ("PASS", "met", PASSED),
    ("UNKNOWN", "unknown", UNCLEAR),
    ("FAIL", "failed", FAILED),
)
ROW = 0.18  # inches
ABOVE = 15  # points of a title over its axes, with a line between


def verdicts_by_criterion(outcome: Outcome) -> Exhibit:
    """Stacked bars of the shares met, unknown and failed, a row a criterion in protocol order.

    Patients by the best verdict on a day that was observed, all and those with a certain immune cytopenia;
    and observed days by verdict. Each panel has its denominator.
    """
    shares = outcome.verdict_shares()
    given = {*zip(shares["population"], shares["unit"], strict=True)}
    shown = [panel for panel in PANELS if panel[:2] in given]
    names = list(dict.fromkeys(shares["criterion"]))
    if not shares["of"].any():
        return absent("No patient was observed.")
    with styled():
        figure, panels = blank(1.15 + ROW * len(names), len(shown), sharey=True)
        for axes, (population, unit, title, how) in zip(panels, shown, strict=True):
            chosen = shares[(shares["population"] == population) & (shares["unit"] == unit)]
            of = chosen["of"].iloc[0]
            axes.set_title(title, loc="left", pad=ABOVE)
            axes.text(0, 1.012, f"{how}, n = {number(of)}", transform=axes.transAxes, fontsize=8)
            _bars(axes, chosen, names) if of else nothing(axes, "no such patient")
        named_rows(panels[0], [*map(label, names)])
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return Exhibit(figure, _alt(shares))


def _bars(axes: Axes, chosen: pd.DataFrame, names: list[str]) -> None:
    left = np.zeros(len(names))
    for verdict, words, look in VERDICTS:
        rows_of = chosen[chosen["verdict"] == verdict].set_index("criterion").loc[names, ["count", "of"]]
        width = 100 * np.nan_to_num(rows_of["count"].to_numpy(float) / rows_of["of"].to_numpy(float))
        axes.barh(range(len(names)), width, left=left, height=0.78, label=words, linewidth=0.5, **look)
        left += width
    axes.set(xlim=(0, 100), xticks=(0, 50, 100), xlabel="Share (%)")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _alt(shares: pd.DataFrame) -> str:
    patients = shares[(shares["population"] == "observed") & (shares["unit"] == "patients")]
    days = shares[shares["unit"] == "days"]
    met = patients[patients["verdict"] == "PASS"]
    lowest = met.iloc[np.argsort(met["count"].to_numpy(float), kind="stable")[:3]]
    rare = ", ".join(f"{label(r.criterion)} by {part(r.count, r.of)}" for r in rows(lowest))
    said = f"Met on some day by fewest patients: {rare}."
    if days.empty:
        return f"Share of patients by whom each criterion is met on some day, or unknown or failed. {said}"
    unknown = days[days["verdict"] == "UNKNOWN"].nlargest(1, "share").iloc[0]
    return (
        f"Share of patients and of observed days on which each criterion is met, unknown or failed. {said} "
        f"Most often unknown: {label(unknown['criterion'])}, on {percent(unknown['share'])} of the observed days."
    )
