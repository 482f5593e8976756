"""The sets of criteria that together keep patients out."""

from __future__ import annotations

from typing import Final

import pandas as pd

from postgraft.api import Outcome
from postgraft.exhibits.figure import (
    DOCUMENTATION,
    ELIGIBLE,
    FAINT,
    INK,
    WIDTH,
    Exhibit,
    Look,
    absent,
    counted,
    named_rows,
    notes_below,
    number,
    styled,
    whole_ticks,
)
from postgraft.exhibits.labels import capital, label, words
from postgraft.exhibits.tables import as_drawn, or_withheld, rows

MOST: Final = 12
"""Sets that are shown; the rest are summed up."""
BARS, ROW, HEAD = 1.7, 0.22, 0.75  # inches
JOINED: Final = " + "

KEPT_OUT: dict[Counting, str] = {
    "eligible": "Sets of criteria that keep patients from being eligible",
    "eligible_or_possible": "Sets of criteria that keep patients from being eligible or not ruled out",
}


@or_withheld
def combinations_table(outcome: Outcome) -> Table:
    """The sets of criteria that keep most patients from being eligible, and what dropping all of a set would gain."""
    found = outcome.combinations()
    return table(
        found.head(MOST),
        "Sets of criteria that keep patients out",
        {"criteria": "Criteria", "patients": "Patients", "only_way": "Only way", "gain_if_dropped": "Gain if dropped"},
        (MEANING, *_rest(found)),
        numbers=("patients", "only_way", "gain_if_dropped"),
        widths={"criteria": "61%"},
        empty="No set of criteria keeps a patient out.",
        texts={"criteria": in_words},
    )


def _rest(found: pd.DataFrame) -> list[str]:
    """What the sets that are not shown come to; nothing where all are."""
    rest = found.iloc[MOST:]
    if rest.empty:
        return []
    each = "1 patient each" if rest["patients"].max() == 1 else f"at most {number(rest['patients'].max())} each"
    return [f"Not shown: {counted(len(rest), 'more set')}, with {each}."]


def in_words(criteria: str) -> str:
    """A set of criteria as words: "immune_cytopenia + hiv" is "Immune cytopenia + HIV"."""
    return capital(words(criteria))


def _alt(found: pd.DataFrame, counting: Counting) -> str:
    said = "; ".join(f"{in_words(row.criteria)}, {_patients(row)}" for row in rows(found.head(3)))
    return f"{KEPT_OUT[counting]}: {counted(len(found), 'set')}. Largest: {said}."


def _patients(row: Any) -> str:
    return f"{counted(row.patients, 'patient')} ({number(row.only_way)} with no other way in)"
