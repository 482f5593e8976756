"""Whose charts to review: a patient by id, or those who miss by least."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from postgraft.analysis.near_misses import near_misses
from postgraft.analysis.patient_record import PatientRecord
from postgraft.evaluation.evaluated import Evaluated
from postgraft.vocabulary.errors import PostgraftError

NEAR_MISSES: Final = "near misses"
COUNTS: Final = 0
"""In place of a transplant's number: the one that counts for the patient."""
SUGGESTED: Final = 3


@dataclass(frozen=True)
class NearMiss:
    """A threshold that would let a patient in: the parameter, its value, the value needed, its unit, steps away."""

    parameter: str
    value: float
    needed: float
    unit: str
    steps: int


@dataclass(frozen=True)
class Chosen:
    """A chart, and for a near miss the nearest threshold."""

    chart: PatientRecord
    near: NearMiss | None = None


def choose_charts(
    outcome: Evaluated, patient: str = NEAR_MISSES, transplant: int = COUNTS, most: int = 5
) -> list[Chosen]:
    """The chart of one patient, or with "near misses" those of up to ``most`` patients who miss by fewest steps.

    ``transplant``: 1, 2, … among the patient's allogeneic transplants, or 0 for the one that counts; near misses
    come with the transplant they hold for. Raises PostgraftError for a patient or transplant that there is not, and
    for fewer than one patient.
    """
    if most < 1:
        raise PostgraftError(f"chart review: found most {most}; accepted is 1 or more patients.")
    if patient == NEAR_MISSES:
        return _nearest(outcome, most)
    ids = outcome.transplants["patient_id"]
    if patient not in set(ids):
        raise PostgraftError(_unknown(outcome, patient))
    if transplant != COUNTS:
        return [Chosen(PatientRecord(outcome, outcome.row_of(patient, transplant)))]
    [row] = outcome.counted_rows[(ids.iloc[outcome.counted_rows] == patient).to_numpy()]
    return [Chosen(PatientRecord(outcome, int(row)))]


def _nearest(outcome: Evaluated, most: int) -> list[Chosen]:
    """The first patients of all near misses; further than one step is looked only where that finds too few."""
    misses = near_misses(outcome, steps=1)
    if misses["patient_id"].nunique() < most:
        misses = near_misses(outcome)
    rows: Iterator[Any] = misses.drop_duplicates("patient_id").head(most).itertuples()
    return [
        Chosen(
            PatientRecord(outcome, outcome.row_of(row.patient_id, row.transplant)),
            NearMiss(row.parameter, row.value, row.needed, row.unit, row.steps),
        )
        for row in rows
    ]


def _unknown(outcome: Evaluated, patient: str) -> str:
    """That there is no such patient, who is meant perhaps, and how many there are."""
    ids = list(dict.fromkeys(outcome.transplants["patient_id"]))
    folded = {name.casefold(): name for name in reversed(ids)}
    near = [folded[name] for name in get_close_matches(patient.casefold(), folded, SUGGESTED, cutoff=0.6)]
    nearest = f"nearest are {', '.join(near)}" if near else "no id is like it"
    there = f"there are {len(ids):,}" if len(ids) != 1 else "there is 1"
    return (
        f'chart review: found patient "{patient}", who is not in "{outcome.extract.name}"; {nearest}; {there}. '
        f'Accepted is a patient_id with an allogeneic transplant, or "{NEAR_MISSES}".'
    )
