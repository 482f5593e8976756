"""What keeps patients out: who fails one criterion only, and what each criterion costs the whole cohort."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from postgraft.analysis.barriers import DISEASE, MORE_THAN_ONE
from postgraft.api import Outcome
from postgraft.disclosure.released_count import ReleasedCount
from postgraft.evaluation.count import by_print, hidden
from postgraft.exhibits.answer import Answer
from postgraft.exhibits.counts import counts_of
from postgraft.exhibits.figure import (
    ELIGIBLE,
    FAINT,
    UNCLEAR,
    Exhibit,
    absent,
    blank,
    counted,
    named_rows,
    number,
    part,
    styled,
    whole_ticks,
)
from postgraft.exhibits.key_numbers import barrier_numbers
from postgraft.exhibits.labels import capital, label, words
from postgraft.exhibits.tables import MISSING, Table, as_drawn, or_withheld, rows, table

ROW, HEAD = 0.27, 0.75  # inches
NAMED: Final = 3
"""Criteria that the answer names; the others are added up."""
SHORT: Final = "with a cytopenia for too few days"
"""Of patients who have the disease that the protocol asks for, but not on as many days as it asks for."""
SMALLEST: Final = 0.05
"""Less than this has no digit to be shown."""

COUNTINGS: Final = (
    ("eligible", "", "eligible", "what is failed or unknown keeps out"),
    ("eligible_or_possible", "_or_possible", "eligible or not ruled out", "only what is failed keeps out"),
)
COLUMNS: Final = {
    f"{measure}{suffix}": (counting, f"{title.capitalize()}: {said}")
    for counting, suffix, title, _ in COUNTINGS
    for measure, said in (
        ("gain_if_dropped", "gain if dropped"),
        ("shapley", "share"),
        ("keeps_out", "lost if asked alone"),
    )
}
"""By column of barriers: the way of counting and the head of the column."""
MEANING: Final = (
    "Gain if dropped: patients who meet everything else for long enough. Lost if asked alone: patients whom this "
    "criterion would keep out if there were no other."
)
SHAPLEY: Final = (
    "Share (Shapley value): criteria are dropped one after the other, in an order drawn by lot, and each patient "
    "counts for the criterion whose going let that patient in; the average over all orders. Only the shares add up."
)


def answer_barriers(outcome: Outcome) -> Answer:
    """How many with a cytopenia are not eligible, and by which one criterion; at level release the counts alone."""
    with_it, eligible, whom = _cytopenia(outcome)
    numbers = barrier_numbers(outcome)
    if isinstance(with_it, ReleasedCount):
        return Answer(f"Of **{counted(with_it, 'patient')}{whom}**, **{number(eligible)} are eligible**.", numbers)
    if not with_it:
        return Answer(f"The data show no patient{whom}.", numbers)
    out = with_it - eligible
    if not out:
        whole = f"All **{number(with_it)} patients{whom}** are" if with_it > 1 else f"The **one patient{whom}** is"
        return Answer(f"{whole} eligible.", numbers)
    found = outcome.fails_only()
    alone = found[found["criterion"] != MORE_THAN_ONE]
    said = [f"{number(row.patients)} {_by(row.criterion)}" for row in rows(alone.head(NAMED))]
    rest = out - int(alone["patients"].head(NAMED).sum())
    said += [f"{number(rest)} otherwise"] if rest else []
    verb = "is" if out == 1 else "are"
    return Answer(
        f"Of **{counted(with_it, 'patient')}{whom}**, **{number(out)} {verb} not eligible**: {', '.join(said)}.",
        numbers,
    )


def _cytopenia(outcome: Outcome) -> tuple[Any, Any, str]:
    """Patients with a cytopenia, those of them who are eligible, and the words for it; or of all patients."""
    counts = counts_of(outcome)
    if counts.cytopenia is None:
        return counts.of, counts.eligible, ""
    return counts.cytopenia, counts.eligible, " with an immune cytopenia"


def _by(name: str) -> str:
    return SHORT if name == DISEASE else f"only by {words(name)}"


def _only(name: str) -> str:
    named = {MORE_THAN_ONE: "more than one criterion", DISEASE: SHORT}
    return named.get(name, f"{words(name)} only")


@or_withheld
def only_this_one(outcome: Outcome) -> Exhibit:
    """Who has a cytopenia and is not eligible, by the one criterion that keeps them out, most at the top."""
    found = outcome.fails_only()
    whom = " with a cytopenia" if _cytopenia(outcome)[-1] else ""
    if found.empty:
        return absent(f"Nobody{whom} is kept out.")
    names = [_only(name) for name in found["criterion"]]
    of, [*_, last] = int(found["patients"].sum()), found["criterion"]
    verb = "are" if names[0] == SHORT else "fail"
    title = f"{part(found['patients'].iloc[0], of)} {verb} {names[0]}"
    with styled():
        figure, [axes] = blank(HEAD + ROW * len(found))
        bars = axes.barh(range(len(found)), as_drawn(found["patients"]), height=0.68, **ELIGIBLE)
        if last == MORE_THAN_ONE:
            bars[-1].set(**UNCLEAR)
        axes.bar_label(bars, [number(count) for count in found["patients"]], padding=2, fontsize=8.5)
        named_rows(axes, [*map(capital, names)])
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color=FAINT)
        whole_ticks(axes, "x", 1.08 * found["patients"].max())
        axes.set_xlabel(f"Patients{whom} who are not eligible, n = {number(of)}")
        axes.set_title(title)
    said = "; ".join(f"{name}, {number(count)}" for name, count in zip(names, found["patients"], strict=True))
    return Exhibit(figure, f"Patients{whom} who are not eligible, n = {number(of)}: {said}.")


def barriers_table(outcome: Outcome) -> Table:
    """What each criterion costs the whole cohort, the largest share first, and in the last row all of them together."""
    costs = outcome.barriers()
    shares = _has_shares(costs)
    people = outcome.kept_out().set_index("counting").to_dict("index")
    drawn = costly(costs)
    columns = {name: said for name, said in COLUMNS.items() if shares or not name.startswith("shapley")}
    together = {name: people[counting]["kept_out"] for name, (counting, _) in columns.items()}
    shown = pd.concat([drawn[[*columns]], pd.DataFrame([together] if len(drawn) else [])]).map(amount)
    shown.insert(0, "criterion", [*map(label, drawn["criterion"]), "All together"][: len(shown)])
    return table(
        shown,
        "What each criterion costs the whole cohort",
        {"criterion": "Criterion", **{name: head for name, (_, head) in columns.items()}},
        (*_totals(people), MEANING, *([SHAPLEY] if shares else []), *_idle(outcome, costs, drawn)),
        numbers=tuple(columns),
        widths={"criterion": "25%"},
        empty="no criterion keeps a patient out, or has a number that may be printed.",
    )


def _has_shares(costs: pd.DataFrame) -> bool:
    """Whether there are Shapley values; a release has none."""
    return bool(costs["shapley"].notna().any())


def costly(costs: pd.DataFrame) -> pd.DataFrame:
    """The criteria that keep anybody out, the largest share first, or without shares the largest loss as printed."""
    shares = _has_shares(costs)
    measures = ["shapley"] if shares else ["gain_if_dropped", "keeps_out"]
    found = costs[[f"{name}{suffix}" for name in measures for _, suffix, _, _ in COUNTINGS]]
    drawn = costs[found.map(lambda one: not hidden(one) and one != 0).any(axis=1)]
    if shares:
        return drawn.sort_values(["shapley", "shapley_or_possible"], ascending=False, kind="stable")
    printed = drawn[["keeps_out", "keeps_out_or_possible"]].map(by_print)
    return drawn.loc[printed.assign(name=drawn["criterion"]).sort_values([*printed, "name"]).index]


def amount(value: float | ReleasedCount) -> str:
    """Patients, with one decimal where they are shared; a share too small for it is not shown as none."""
    if isinstance(value, ReleasedCount):
        return number(value)
    if math.isnan(value):
        return MISSING
    if math.isclose(value, round(value), abs_tol=1e-9):  # sums of shares are not exact
        return number(value)
    return f"{value:,.1f}" if value >= SMALLEST else "<0.1"


def _totals(people: Mapping[Any, Mapping[Any, Any]]) -> list[str]:
    """Of whom the numbers are, for each way of counting."""
    return [
        f"{title.capitalize()} ({how}): {number(one['in'])}, kept out {number(one['kept_out'])}, "
        f"of {counted(one['of'], 'patient')}."
        for counting, _, title, how in COUNTINGS
        for one in (people[counting],)
    ]


def _idle(outcome: Outcome, costs: pd.DataFrame, drawn: pd.DataFrame) -> list[str]:
    """How many criteria keep nobody out or have no number to be printed, and which the protocol drops."""
    dropped = outcome.protocol.dropped
    idle = [name for name in costs["criterion"] if name not in dropped and name not in set(drawn["criterion"])]
    kept = counted(len(idle), "criterion", "criteria")
    said = [f"Not shown: {kept} that keep nobody out, or of which no count is printed."]
    return [*(said if idle else []), *([f"Dropped: {', '.join(map(label, dropped))}."] if dropped else [])]
