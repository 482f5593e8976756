"""What each criterion costs, in numbers that say what they mean."""

from __future__ import annotations

from typing import Final

import pandas as pd

from postgraft.eligibility import Outcome
from postgraft.exhibits.barriers import (
    COUNTINGS,
    SAME_NUMBER,
    People,
    amount,
    costly,
    free,
    has_shares,
    nobody,
    people_counted,
    unobserved,
)
from postgraft.exhibits.labels import label
from postgraft.exhibits.style import counted, number
from postgraft.exhibits.tables import Table, table

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
ASKED_ALONE: Final = (
    "Lost if it alone is asked: patients whom this criterion would keep out if there were no other."
)
TOGETHER: Final = (
    "All together: who is gained if all are dropped, what the shares add up to, who is lost since all are asked. "
    "The shares alone are made to add up (they are rounded here); the other columns overlap or leave patients out."
)


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
