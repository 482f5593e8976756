"""What each criterion costs in the whole cohort: dropped alone, as its share of all kept out, asked alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import pandas as pd

from postgraft.api import Outcome
from postgraft.disclosure.released_count import ReleasedCount
from postgraft.evaluation.count import by_print, hidden
from postgraft.exhibits.figure import counted, number
from postgraft.exhibits.labels import label
from postgraft.exhibits.tables import MISSING, Table, rows, table

SMALLEST: Final = 0.05
"""Less than this has no digit to be shown."""
COUNTINGS: Final = (
    ("eligible", "", "Eligible", "failed or unknown keeps out"),
    ("eligible_or_possible", "_or_possible", "Eligible or not ruled out", "only failed keeps out"),
)
People = Mapping[str, Mapping[str, int]]
"""By way of counting: patients who are in, kept out, not observed for long enough, and all of them."""

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
GAIN: Final = "Gain if dropped: patients who fail this criterion alone."
SHAPLEY: Final = (
    "Share (Shapley value): criteria are dropped one by one in random order, and each patient counts for the criterion "
    "whose going lets the patient in; the average over all orders. Only the shares add up to all kept out."
)
ASKED_ALONE: Final = "Lost if asked alone: patients whom this criterion keeps out if there is no other."


def people_counted(outcome: Outcome) -> People:
    """All patients by way of counting and by whether criteria keep them out."""
    found = rows(outcome.kept_out())
    return {
        counting: {"in": inside, "kept_out": out, "unobserved": unobserved, "of": of}
        for counting, inside, out, unobserved, of in found
    }


def barriers_table(outcome: Outcome) -> Table:
    """What each criterion costs in the whole cohort, the largest first, and in the last row all of them together."""
    costs, people = outcome.barriers(), people_counted(outcome)
    drawn = costly(costs)
    shares = _has_shares(costs)
    columns = {name: said for name, said in COLUMNS.items() if shares or not name.startswith("shapley")}
    together = {name: people[counting]["kept_out"] for name, (counting, _) in columns.items()}
    shown = pd.concat([drawn[[*columns]], pd.DataFrame([together] if len(drawn) else [])]).map(amount)
    shown.insert(0, "criterion", [*map(label, drawn["criterion"]), "All together"][: len(shown)])
    return table(
        shown,
        "What each criterion costs",
        {"criterion": "Criterion", **{name: head for name, (_, head) in columns.items()}},
        (*_totals(people), GAIN, *([SHAPLEY] if shares else []), ASKED_ALONE, *_free(outcome, costs)),
        numbers=tuple(columns),
        widths={"criterion": "25%"},
        empty=_nobody(people),
    )


def _has_shares(costs: pd.DataFrame) -> bool:
    """Whether there are Shapley values; a release has none."""
    return bool(costs["shapley"].notna().any())


def _costs_anything(costs: pd.DataFrame) -> pd.Series:
    """Which criteria keep anybody out: they have a part in some patient's set, and so a share.

    Without shares, those with a count that is printed as a number.
    """
    measures = ["shapley"] if _has_shares(costs) else ["gain_if_dropped", "keeps_out"]
    found = costs[[f"{name}{suffix}" for name in measures for _, suffix, _, _ in COUNTINGS]]
    return found.map(lambda one: not hidden(one) and one != 0).any(axis=1)


def costly(costs: pd.DataFrame) -> pd.DataFrame:
    """The criteria that keep anybody out, the largest share first, or without shares the largest loss as printed."""
    drawn = costs[_costs_anything(costs)]
    if _has_shares(costs):
        return drawn.sort_values(["shapley", "shapley_or_possible"], ascending=False, kind="stable")
    printed = drawn[["keeps_out", "keeps_out_or_possible"]].map(by_print)
    order = printed.assign(name=drawn["criterion"]).sort_values([*printed, "name"]).index
    return drawn.loc[order]


def amount(value: float | ReleasedCount) -> str:
    """Patients, with one decimal where they are shared; a share too small for it is not shown as none."""
    if isinstance(value, ReleasedCount):
        return number(value)
    if math.isnan(value):
        return MISSING
    if math.isclose(value, round(value), abs_tol=1e-9):  # sums of shares are not exact
        return number(value)
    return f"{value:,.1f}" if value >= SMALLEST else "<0.1"


def _free(outcome: Outcome, costs: pd.DataFrame) -> list[str]:
    """The criteria that keep nobody out or have no number to be printed, and those that the protocol drops."""
    dropped, idle = outcome.protocol.dropped, costs[~_costs_anything(costs)]
    named = [label(name) for name in idle["criterion"] if name not in dropped]
    what = "Keep nobody out" if _has_shares(costs) else f"With {idle['keeps_out'].iloc[0]} patients in every column"
    said = [f"{what}: {', '.join(named)}."] if named else []
    return [*said, f"Dropped by this protocol: {', '.join(map(label, dropped))}."] if dropped else said


def _unobserved(people: People) -> list[str]:
    """Whom no dropped criterion lets in, in words; nothing where there is nobody."""
    count = people["eligible"]["unobserved"]
    said = f"Not in whatever is dropped, since observed too shortly: {counted(count, 'patient')}."
    return [said] if count else []


def _nobody(people: People) -> str:
    """What is said where no criterion costs anything, or has a number to be printed."""
    released = isinstance(people["eligible"]["kept_out"], ReleasedCount)
    said = "No criterion has a number that may be printed." if released else "No criterion keeps a patient out."
    return " ".join([said, *_unobserved(people)])


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
    return [*said, *_unobserved(people)]
