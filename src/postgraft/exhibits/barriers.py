"""What each criterion costs, drawn and in numbers: dropped alone, as its share of all kept out, asked alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from postgraft.api import Outcome
from postgraft.disclosure.released_count import ReleasedCount
from postgraft.evaluation.count import by_print, hidden
from postgraft.exhibits.figure import (
    DOCUMENTATION,
    ELIGIBLE,
    FAILED,
    FAINT,
    NOTE_LINE,
    SOFT,
    Exhibit,
    Look,
    absent,
    blank,
    counted,
    named_rows,
    notes_below,
    number,
    part,
    styled,
    whole_ticks,
    wrapped,
)
from postgraft.exhibits.labels import label
from postgraft.exhibits.tables import MISSING, Table, as_drawn, highest, rows, table

ROW, HEAD, LEAST = 0.27, 1.15, 1.5  # inches
BAR, OFFSET = 0.4, 0.2  # of a row
ABOVE = 15  # points of a title over its axes, with a line between
SMALLEST: Final = 0.05
"""Less than this has no digit to be shown."""

COUNTINGS: Final = (
    ("eligible", "", "Eligible, certain", "failed or unknown keeps out"),
    ("eligible_or_possible", "_or_possible", "Eligible or possible", "only failed keeps out"),
)
People = Mapping[str, Mapping[str, int]]
"""By way of counting: patients who are in, kept out, not observed for long enough, and all of them."""
Measure = tuple[str, str, Look]
"""A column of barriers, what it is called and how its bars look."""
MEASURES: tuple[Measure, ...] = (
    ("gain_if_dropped", "gained if it alone is dropped", ELIGIBLE),
    ("shapley", "its share of all kept out (Shapley)", DOCUMENTATION),
    ("keeps_out", "lost if it alone is asked", FAILED),
)

SAME_NUMBER: Final = (
    "Gained if it alone is dropped: patients who meet everything else for long enough, so it is also the number who "
    "fail this criterion alone. The two are one number, since nobody is lost when a criterion goes."
)
COLUMNS: Final = {
    f"{measure}{suffix}": (counting, f"{title}: {said}")
    for counting, suffix, title, _ in COUNTINGS
    for measure, said in (
        ("gain_if_dropped", "gain if dropped"),
        ("shapley", "share"),
        ("keeps_out", "lost if asked alone"),
    )
}
"""By column of barriers: the way of counting and the head of the column."""
SHAPLEY: Final = (
    "Share (Shapley value): suppose all criteria were dropped one after the other, in an order drawn by lot, and each "
    "patient were put down to the criterion whose going let that patient in. The share is the average over all "
    "orders. A patient kept out by one criterion counts for it whole, by two that must both go half for each."
)
ASKED_ALONE: Final = "Lost if it alone is asked: patients whom this criterion would keep out if there were no other."
TOGETHER: Final = (
    "All together: who is gained if all are dropped, what the shares add up to, who is lost since all are asked. "
    "The shares alone are made to add up (they are rounded here); the other columns overlap or leave patients out."
)


def barrier_chart(outcome: Outcome) -> Exhibit:
    """Patients that each criterion costs, the largest share at the top; certain on the left, the upper bound right.

    Two bars a criterion on one axis: gained if it alone is dropped, and its Shapley value. Beside them, on an axis of
    its own, who would be lost if it alone were asked. Criteria that cost nothing are named below.
    """
    costs, people = outcome.barriers(), people_counted(outcome)
    drawn = costly(costs)
    if drawn.empty:
        return absent(nobody(people))
    notes = wrapped([SAME_NUMBER, *free(outcome, costs)])
    with styled():
        height = HEAD + max(ROW * len(drawn), LEAST) + NOTE_LINE * len(notes)
        figure, panels = blank(height, 4, sharey=True, width_ratios=(1.5, 1, 1.5, 1))
        for k, (_, suffix, title, how) in enumerate(COUNTINGS):
            shared, own = panels[2 * k : 2 * k + 2]
            shared.set_title(title, pad=ABOVE)
            shared.text(0, 1.01, how, transform=shared.transAxes, va="bottom", fontsize=7.5, color=SOFT)
            gained, share, asked = (drawn[f"{measure}{suffix}"] for measure, _, _ in MEASURES)
            if has_shares(costs):
                _bars(shared, gained, -OFFSET, BAR, MEASURES[0])
                _bars(shared, share, OFFSET, BAR, MEASURES[1])
            else:
                _bars(shared, gained, 0, 2 * BAR, MEASURES[0])
            _bars(own, asked, 0, 2 * BAR, MEASURES[2])
        for pair in (panels[::2], panels[1::2]):
            _axis(pair)
        named_rows(panels[0], [*map(label, drawn["criterion"])], 0.4, 0.6)
        handles = [*panels[0].containers, *panels[1].containers]
        figure.legend(handles=handles, loc="outside upper center", ncols=3)
        notes_below(figure, notes)
    return Exhibit(figure, _alt(costs, people))


def people_counted(outcome: Outcome) -> People:
    """All patients by way of counting and by whether criteria keep them out."""
    found = rows(outcome.kept_out())
    return {
        counting: {"in": inside, "kept_out": out, "unobserved": unobserved, "of": of}
        for counting, inside, out, unobserved, of in found
    }


def _costs_anything(costs: pd.DataFrame) -> pd.Series:
    """Which criteria keep anybody out: they have a part in some patient's set, and so a share.

    Without shares, those with a count that is printed as a number.
    """
    measures = ["shapley"] if has_shares(costs) else ["gain_if_dropped", "keeps_out"]
    found = costs[[f"{name}{suffix}" for name in measures for _, suffix, _, _ in COUNTINGS]]
    return found.map(lambda one: not hidden(one) and one != 0).any(axis=1)


def has_shares(costs: pd.DataFrame) -> bool:
    """Whether there are Shapley values; a release has none."""
    return bool(costs["shapley"].notna().any())


def costly(costs: pd.DataFrame) -> pd.DataFrame:
    """The criteria that keep anybody out, the largest share first, or without shares the largest loss as printed."""
    drawn = costs[_costs_anything(costs)]
    if has_shares(costs):
        return drawn.sort_values(["shapley", "shapley_or_possible"], ascending=False, kind="stable")
    printed = drawn[["keeps_out", "keeps_out_or_possible"]].map(by_print)
    order = printed.assign(name=drawn["criterion"]).sort_values([*printed, "name"]).index
    return drawn.loc[order]


def _bars(axes: Axes, values: pd.Series, offset: float, height: float, measure: Measure) -> None:
    _, said, look = measure
    at = [row + offset for row in range(len(values))]
    bars = axes.barh(at, as_drawn(values), height=height, linewidth=0.5, label=said, **look)
    axes.bar_label(bars, [amount(value) for value in values], padding=1.5, fontsize=6.5)


def _axis(pair: Sequence[Axes]) -> None:
    """One scale for the same bars on the left and on the right, with room for the numbers."""
    most = max(1.0, *(axes.dataLim.x1 for axes in pair))
    for axes in pair:
        whole_ticks(axes, "x", 1.3 * most)
        axes.locator_params(axis="x", nbins=3)
        axes.set_xlabel("Patients")
        axes.grid(axis="x", color=FAINT)
        axes.tick_params(axis="x", labelsize=7.5)
        axes.tick_params(axis="y", length=0)


def amount(value: float | ReleasedCount) -> str:
    """Patients, with one decimal where they are shared; a share too small for it is not shown as none."""
    if isinstance(value, ReleasedCount):
        return number(value)
    if math.isnan(value):
        return MISSING
    if math.isclose(value, round(value), abs_tol=1e-9):  # sums of shares are not exact
        return number(value)
    return f"{value:,.1f}" if value >= SMALLEST else "<0.1"


def free(outcome: Outcome, costs: pd.DataFrame) -> list[str]:
    """The criteria that keep nobody out or have no number to be printed, and those that the protocol drops."""
    dropped, idle = outcome.protocol.dropped, costs[~_costs_anything(costs)]
    named = [label(name) for name in idle["criterion"] if name not in dropped]
    what = "Keep nobody out" if has_shares(costs) else f"With {idle['keeps_out'].iloc[0]} patients in every column"
    said = [f"{what}: {', '.join(named)}."] if named else []
    return [*said, f"Dropped by this protocol: {', '.join(map(label, dropped))}."] if dropped else said


def unobserved(people: People) -> list[str]:
    """Whom no dropped criterion lets in, in words; nothing where there is nobody."""
    count = people["eligible"]["unobserved"]
    words = f"Not in whatever is dropped, since observed too shortly: {counted(count, 'patient')}."
    return [words] if count else []


def nobody(people: People) -> str:
    """What is said where no criterion costs anything, or has a number to be printed."""
    released = isinstance(people["eligible"]["kept_out"], ReleasedCount)
    said = "No criterion has a number that may be printed." if released else "No criterion keeps a patient out."
    return " ".join([said, *unobserved(people)])


def _alt(costs: pd.DataFrame, people: People) -> str:
    said = []
    for counting, suffix, title, _ in COUNTINGS:
        out = people[counting]["kept_out"]
        said.append(f"{title}: criteria keep out {part(out, people[counting]['of'])} patients.")
        if out:
            said += _largest(costs, suffix)
    return " ".join(said)


def _largest(costs: pd.DataFrame, suffix: str) -> list[str]:
    if not has_shares(costs):
        return []
    share = highest(costs, f"shapley{suffix}")
    alone = highest(costs, f"gain_if_dropped{suffix}")
    most, gain = share[f"shapley{suffix}"], alone[f"gain_if_dropped{suffix}"]
    equal = costs["criterion"][np.isclose(costs[f"shapley{suffix}"], most)]
    if len(equal) > 1:
        said = [f"Largest barriers, each with a share of {amount(most)}: {', '.join(map(label, equal))}."]
    else:
        said = [
            f"Largest barrier: {label(share['criterion'])}, with a share of {amount(most)}; "
            f"{number(share[f'gain_if_dropped{suffix}'])} gained if it alone is dropped, "
            f"{number(share[f'keeps_out{suffix}'])} lost if it alone is asked."
        ]
    if gain == 0:
        said.append("Nobody is gained if one criterion is dropped.")
    elif len(equal) > 1 or gain > share[f"gain_if_dropped{suffix}"]:
        said.append(f"Most are gained if {label(alone['criterion'])} is dropped: {number(gain)}.")
    return said


def barriers_table(outcome: Outcome) -> Table:
    """What each criterion costs, the largest first, and in the last row all of them together."""
    costs, people = outcome.barriers(), people_counted(outcome)
    drawn = costly(costs)
    shares = has_shares(costs)
    columns = {name: said for name, said in COLUMNS.items() if shares or not name.startswith("shapley")}
    together = {name: people[counting]["kept_out"] for name, (counting, _) in columns.items()}
    shown = pd.concat([drawn[[*columns]], pd.DataFrame([together] if len(drawn) else [])]).map(amount)
    shown.insert(0, "criterion", [*map(label, drawn["criterion"]), "All together"][: len(shown)])
    said = (SAME_NUMBER, SHAPLEY, ASKED_ALONE, TOGETHER) if shares else (SAME_NUMBER, ASKED_ALONE)
    return table(
        shown,
        "What each criterion costs",
        {"criterion": "Criterion", **{name: head for name, (_, head) in columns.items()}},
        (*_totals(people), *said, *free(outcome, costs)),
        numbers=tuple(columns),
        widths={"criterion": "25%"},
        empty=nobody(people),
    )


def _totals(people: People) -> list[str]:
    """Of whom the numbers are, for each way of counting."""
    said = []
    for counting, _, title, how in COUNTINGS:
        row = people[counting]
        of = counted(row["of"], "patient")
        said.append(
            f"{title} ({how}): in {number(row['in'])}, kept out by criteria {number(row['kept_out'])}, of {of} with "
            "an allogeneic transplant."
        )
    return [*said, *unobserved(people)]
