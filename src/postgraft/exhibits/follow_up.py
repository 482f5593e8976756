"""How long transplants are observed, and which analytes the patients have results of."""

from __future__ import annotations

import pandas as pd

from postgraft.eligibility.follow_up import observed_by_day
from postgraft.eligibility.observations import Observations
from postgraft.exhibits.exhibit import Exhibit, absent
from postgraft.exhibits.frames import rows
from postgraft.exhibits.labels import label
from postgraft.exhibits.style import ELIGIBLE, FAINT, blank, number, part, styled, whole_ticks


def observed_transplants(observations: Observations) -> Exhibit:
    """Number of transplants observed on each day since transplant."""
    counts = observed_by_day(observations)
    if counts.empty:
        return absent("No transplant is observed.")
    with styled():
        figure, [axes] = blank(2.7)
        axes.step(counts["day"], counts["transplants"], where="post", color=ELIGIBLE["facecolor"])
        axes.set(xlabel="Days since transplant", ylabel="Transplants observed")
        axes.set_xlim(0, max(int(counts["day"].max()), 1))
        whole_ticks(axes, "y", counts["transplants"].max())
        axes.grid(axis="y")
    most, last = int(counts["transplants"].max()), counts.iloc[-1]
    day_min = observations.protocol.days_since_transplant_min
    at = counts.loc[counts["day"] == day_min, "transplants"]
    on_day = f" {part(int(at.iloc[0]), most)} are on day {day_min}," if len(at) else ""
    return Exhibit(
        figure,
        f"Transplants observed by day since transplant. At most {number(most)} are observed on one day;{on_day} "
        f"{part(last['transplants'], most)} on day {last['day']}, the last observed one.",
    )


def analyte_coverage(coverage: pd.DataFrame) -> Exhibit:
    """Share of patients with at least one result, by analyte; ``coverage`` as of ``Extract.coverage``."""
    found = coverage[coverage["analyte"] != ""].sort_values("share", ascending=False, kind="stable")
    if not found["patients"].any():
        return absent("No patient has a result of any analyte.")
    with styled():
        figure, [axes] = blank(0.8 + 0.2 * len(found))
        axes.barh(
            range(len(found)), 100 * found["share"].to_numpy(float), height=0.72, linewidth=0.5, **ELIGIBLE
        )
        axes.set_yticks(range(len(found)), [label(name) for name in found["analyte"]])
        axes.set(xlim=(0, 108), ylim=(len(found) - 0.5, -0.5), xticks=range(0, 101, 20))
        axes.set_xlabel("Patients with at least one result (%; beside the bar: their number)")
        for i, row in enumerate(rows(found)):
            beside = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}  # not struck by the grid
            axes.text(100 * row.share + 1, i, number(row.patients), va="center", fontsize=8, bbox=beside)
        axes.grid(axis="x", color=FAINT)
    without = [label(name) for name in found.loc[found["patients"] == 0, "analyte"]]
    return Exhibit(
        figure,
        f"Patients with at least one result of each of {len(found)} analytes. No patient has any of: "
        f"{', '.join(without) or 'none; every analyte is there'}.",
    )
