"""The sets of criteria that together keep patients out."""

from __future__ import annotations

from typing import Final

import pandas as pd

from postgraft.api import Outcome
from postgraft.exhibits.figure import counted, number
from postgraft.exhibits.labels import capital, words
from postgraft.exhibits.tables import Table, or_withheld, table

MOST: Final = 12
"""Sets that are shown; the rest are summed up."""
MEANING: Final = (
    "Patients: who would be eligible if exactly these criteria were dropped, and no fewer of them; only way: those of "
    "them without another such set. Gain if dropped: all who would get in, also those for whom some of these suffice."
)


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
