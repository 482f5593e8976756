"""In which released sets each patient is, in a form in which two versions of an extract can be compared."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.analysis.released import ReleasedOutcome
from postgraft.evaluation.evaluated import Evaluated

KEYS: Final[Mapping[str, Sequence[str]]] = {
    "summary": ("measure", "days", "denominator"),
    "funnel": ("criterion",),
    "verdicts": ("population", "criterion", "verdict"),
    "sites": ("site",),
    "years": ("year",),
    "barriers": ("criterion",),
    "kept_out": ("counting",),
}
"""The released tables of one protocol, and the columns that name their rows; the others count."""
WORDS: Final = 4
"""Numbers of 64 bits that a digest is made of."""


@dataclass(frozen=True, eq=False)
class _Set:
    """Stands for a count: who is counted."""

    members: NDArray[np.bool_]

    def __float__(self) -> float:
        return 0.0

    def __truediv__(self, other: object) -> float:
        return nan


def memberships(outcome: Evaluated) -> dict[str, bytes]:
    """A digest by patient_id of the released sets that the patient is in, 32 bytes.

    Sets go by table, row and column, so order reveals nothing, and neither does a row of which the patient is no part.
    Rare sites and years stand in rows of their own here. Two digests of a patient differ if, and but for chance only
    if, the patient is counted elsewhere; a later last contact alone changes nothing unless it does that.
    """
    ids = outcome.extract.patients["patient_id"].astype(str)
    digests = np.zeros((len(ids), WORDS), np.uint64)
    for label, members in _sets(outcome):
        code = hashlib.sha256(label.encode()).digest()
        digests[members[: len(ids)]] += np.frombuffer(code, "<u8")
    return dict(zip(ids, (digest.tobytes() for digest in digests), strict=True))


def _sets(outcome: Evaluated) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Every released set with its table, row and column as one text."""
    for table, frame in _tables(outcome).items():
        names = ["\0".join(map(str, row)) for row in zip(*(frame[key] for key in KEYS[table]), strict=True)]
        for column in frame.columns.difference(list(KEYS[table])):
            for name, cell in zip(names, frame[column], strict=True):
                if isinstance(cell, _Set):
                    yield "\0".join((table, name, str(column))), cell.members


def _tables(outcome: Evaluated) -> dict[str, pd.DataFrame]:
    kept = ReleasedOutcome(outcome, lambda sets: [_Set(one) for one in sets])
    return {
        "summary": kept.summary(),
        "funnel": kept.attrition(),
        "verdicts": kept.verdict_shares(),
        "sites": kept.by_site(),
        "years": kept.by_year(),
        "barriers": kept.barriers(),
        "kept_out": kept.kept_out(),
    }
