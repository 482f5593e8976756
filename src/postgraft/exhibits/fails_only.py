"""By which one criterion patients with a cytopenia are kept out: the answer of the page, and its figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from postgraft.analysis.barriers import MORE_THAN_ONE
from postgraft.api import Outcome
from postgraft.evaluation.count import hidden
from postgraft.exhibits.answer import NONE, Answer, Number, counted_number, largest_numbers
from postgraft.exhibits.barriers import COUNTINGS, people_counted
from postgraft.exhibits.figure import (
    ELIGIBLE,
    FAILED,
    FAINT,
    Exhibit,
    absent,
    blank,
    counted,
    named_rows,
    number,
    part,
    percent,
    styled,
    whole_ticks,
)
from postgraft.exhibits.labels import capital, label, words
from postgraft.exhibits.tables import or_withheld, rows
from postgraft.vocabulary.errors import WithheldError

ROW, HEAD = 0.27, 0.75  # inches
LONGEST: Final = 30
"""Words of an answer."""
NAMED: Final = 3
"""Criteria that an answer names at most."""
ILL: Final = "with an immune cytopenia"


def answer_barriers(outcome: Outcome) -> Answer:
    """How many patients with a cytopenia are not eligible, and by which one criterion; at release how many are.

    The numbers: patients of the whole cohort kept out, and the criteria that cost most, by the names of the contract;
    names that end in ``_or_possible`` are of those who are eligible or not ruled out.
    """
    try:
        said = _answer(outcome, outcome.fails_only())
    except WithheldError:
        said = _answer_released(outcome)
    return Answer(said, _numbers(outcome))


def _answer(outcome: Outcome, found: pd.DataFrame) -> str:
    of, _, whom = _with_cytopenia(outcome)
    out = int(found["patients"].sum())
    if not of:
        return f"This cannot be said: there is no patient{whom}."
    if not out:
        return f"All {counted(of, 'patient')}{whom} are eligible." if of > 1 else f"The one patient{whom} is eligible."
    begin = f"Of **{counted(of, 'patient')}**{whom}, **{number(out)}** {'is' if out == 1 else 'are'} not eligible: "
    *alone, more = rows(found)
    for named in range(min(NAMED, len(alone)), -1, -1):
        answer = begin + ", ".join(_reasons(alone, named, more.patients)) + "."
        if len(answer.split()) <= LONGEST:
            break
    return answer


def _reasons(alone: list[Any], named: int, more: int) -> Iterator[str]:
    """The first criteria by name, then the other ones together, then who is kept out by more than one."""
    for row in alone[:named]:
        yield f"{number(row.patients)} only by {words(row.criterion)}"
    if rest := sum(row.patients for row in alone[named:]):
        yield f"{number(rest)} by one {'other' if named else 'alone'}"
    if more:
        yield f"{number(more)} by {MORE_THAN_ONE}"


def _answer_released(outcome: Outcome) -> str:
    """What printed counts can say; a difference of two of them would be neither's."""
    of, eligible, whom = _with_cytopenia(outcome)
    if not of and not hidden(of):
        return f"This cannot be said: there is no patient{whom}."
    said = f"Of **{number(of)} patients**{whom}, **{number(eligible)}** are eligible."
    costs = outcome.barriers().set_index("criterion")["fails_alone"]
    found = largest_numbers(costs, "top")
    if found.get("top", NONE) == NONE:
        return f"{said} How many fail one criterion alone cannot be said."
    first = str(found["top"]).split(", ")[0]
    return f"{said} Of all patients, {found['top_patients']} fail only {words(first)}."


def _with_cytopenia(outcome: Outcome) -> tuple[Any, Any, str]:
    """Who has an immune cytopenia, how many of them are eligible, and how they are called; all where none is asked."""
    frame = outcome.summary()
    own = frame[(frame["measure"] == "eligible") & (frame["days"] == outcome.protocol.eligible_days_min)]
    by_whole = own.set_index("denominator")
    whole, whom = ("cytopenia", f" {ILL}") if "cytopenia" in by_whole.index else ("transplanted", "")
    return by_whole.at[whole, "of"], by_whole.at[whole, "count"], whom


def _numbers(outcome: Outcome) -> dict[str, Number]:
    costs, people = outcome.barriers().set_index("criterion"), people_counted(outcome)
    numbers: dict[str, Number] = {}
    for counting, suffix, _, _ in COUNTINGS:
        numbers[f"kept_out{suffix}"] = counted_number(people[counting]["kept_out"])
        numbers |= largest_numbers(costs[f"shapley{suffix}"], "shapley_top", suffix)
        numbers |= largest_numbers(costs[f"gain_if_dropped{suffix}"], "gain_top", suffix)
    return numbers


@or_withheld
def barrier_chart(outcome: Outcome) -> Exhibit:
    """Patients with a cytopenia who are not eligible, by the one criterion that keeps them out; more than one below."""
    found = outcome.fails_only()
    out = int(found["patients"].sum())
    if not out:
        return absent("No patient is kept out.")
    alone, whom = out - int(found["patients"].iloc[-1]), _with_cytopenia(outcome)[2]
    drawn = found[found["patients"] > 0]
    finding = f"{part(alone, out)} {'is' if alone == 1 else 'are'} kept out by one criterion alone"
    names = [
        f"{capital(MORE_THAN_ONE)} criterion" if one == MORE_THAN_ONE else label(one) for one in drawn["criterion"]
    ]
    with styled():
        figure, [axes] = blank(HEAD + ROW * len(drawn))
        looks = [FAILED if one == MORE_THAN_ONE else ELIGIBLE for one in drawn["criterion"]]
        for row, (patients, look) in enumerate(zip(drawn["patients"], looks, strict=True)):
            bar = axes.barh([row], [patients], height=0.7, linewidth=0.5, **look)
            axes.bar_label(bar, [f"{number(patients)} ({percent(patients / out, out)})"], padding=3, fontsize=8.5)
        whole_ticks(axes, "x", 1.15 * drawn["patients"].max())
        axes.set(xlabel=f"Patients{whom}, not eligible (n = {number(out)})", title=finding)
        axes.grid(axis="x", color=FAINT)
        axes.tick_params(axis="y", length=0)
        named_rows(axes, names)
    bars = "; ".join(f"{name} {number(patients)}" for name, patients in zip(names, drawn["patients"], strict=True))
    return Exhibit(figure, f"Of patients{whom} who are not eligible, {finding}. {bars}.")
