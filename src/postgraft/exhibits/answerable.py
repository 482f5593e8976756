"""Which criteria the data can answer, and what is missing most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from postgraft.api import Outcome
from postgraft.exhibits.answer import Answer
from postgraft.exhibits.figure import ELIGIBLE, FAINT, SOFT, Exhibit, blank, counted, named_rows, number, styled
from postgraft.exhibits.labels import fitted, label, words
from postgraft.exhibits.tables import rows
from postgraft.inference.unknowns import READINGS, needed, what_must_be_met
from postgraft.protocol import Protocol

STATES: Final = {
    "computed": "computed",
    "partly unknown": "partly",
    "attested": "attested",
    "not captured": "absent",
    "not specified": "absent",
}
"""The columns of the figure, by state of computability."""
COLUMNS: Final = tuple(dict.fromkeys(STATES.values()))
NAMED: Final = 3
ROW, HEAD = 0.17, 0.6  # inches
WIDTH: Final = 34  # characters of what is missing


def answer_data(states: pd.DataFrame, outcome: Outcome) -> Answer:
    """How many criteria the data answer, and what most patients who are not ruled out lack.

    ``states`` as of ``postgraft.computability``; ``outcome`` of the same extract and protocol.
    """
    found = asked_for(states, outcome.protocol)
    kinds = found["kind"].value_counts()
    computed, *others = (kinds.get(kind, 0) for kind in COLUMNS)
    rest = ", ".join(f"**{count}** {kind}" for count, kind in zip(others, COLUMNS[1:], strict=True))
    said = f"**{computed} of {len(found)} criteria** are computed, {rest}."
    missing = sorted(_missing(outcome), key=lambda one: (-one[1], one[0]))[:NAMED]
    most = ", ".join(
        f"{words(name)} ({number(patients) if at else counted(patients, 'patient')})"
        for at, (name, patients) in enumerate(missing)
    )
    return Answer(f"{said} Missing most: {most}." if most else said)


def _missing(outcome: Outcome) -> Iterator[tuple[str, int]]:
    """What is unknown of patients who are not ruled out, and of how many; what no record would settle is not."""
    for name, patients in needed(outcome, what_must_be_met(outcome)).items():
        if name not in READINGS:
            yield name, len(patients)


def asked_for(states: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """The criteria without their components and without those that are dropped, each with its column of the figure."""
    own = states[states["criterion"].isin([name for name in protocol.criteria if name not in protocol.dropped])]
    return own.assign(kind=own["state"].map(STATES))


def criteria_states(states: pd.DataFrame, protocol: Protocol) -> Exhibit:
    """Which criteria are computed, partly, attested or absent, a row each with what is missing; ``states`` as above."""
    found = asked_for(states, protocol)
    with styled():
        figure, [axes] = blank(HEAD + ROW * len(found))
        for at, row in enumerate(rows(found)):
            axes.plot([-0.5, len(COLUMNS) - 0.5], [at, at], color=FAINT, linewidth=0.6, zorder=0)
            axes.plot(COLUMNS.index(row.kind), at, "o", color=ELIGIBLE["facecolor"], markersize=6)
            axes.text(len(COLUMNS) - 0.4, at, fitted(_lacks(row), WIDTH), va="center", fontsize=8, color=SOFT)
        named_rows(axes, [label(name) for name in found["criterion"]])
        axes.set_xticks(range(len(COLUMNS)), COLUMNS)
        axes.xaxis.tick_top()
        axes.set_xlim(-0.5, len(COLUMNS) + 2.6)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    said = "; ".join(
        f"{kind}: {', '.join(label(name) for name in own['criterion'])}"
        for kind, own in found.groupby("kind", sort=False)
    )
    return Exhibit(figure, f"{counted(len(found), 'criterion', 'criteria')}. {said}.")


def _lacks(row: Any) -> str:
    """What is missing of a criterion, in a few words."""
    if row.state == "not captured":
        return "nothing it needs is captured"
    if row.not_declared:
        return f"not declared complete: {words(row.not_declared)}"
    return ""
