"""Who the patients of each step are: age, sex, donor, indication, conditioning and graft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.analysis.breakdowns import NOT_RECORDED
from postgraft.analysis.summary import by_patient, populations, statuses
from postgraft.criteria.patient import age_at_least
from postgraft.evaluation.count import Patients, exact
from postgraft.evaluation.evaluated import Evaluated
from postgraft.vocabulary import codes
from postgraft.vocabulary.errors import PostgraftError
from postgraft.vocabulary.verdicts import FAIL, PASS
from postgraft.vocabulary.words import TEXT, did_you_mean

MAIN_STEPS: Final = ("transplanted", "cytopenia", "eligible")
OLDEST: Final = 130
AGE_BANDS: Final = (("<18", 0, 17), ("18–39", 18, 39), ("40–64", 40, 64), ("≥65", 65, OLDEST))
"""Bands of completed years, both ends included: children, and adults as trials of this field report them."""
MOST_INDICATIONS: Final = 15
OTHERS: Final = "less frequent ones"
"""Indications are free words: what is rarer than the most frequent ones is one level."""

LEVELS: Final[Mapping[str, Sequence[str]]] = {
    "sex": codes.SEXES[:2],
    "donor": codes.DONORS,
    "indication": (),
    "conditioning": codes.CONDITIONING,
    "graft_source": codes.GRAFT_SOURCES,
}
"""Characteristics with their levels in order; those of indications are found in the extract."""


class CytopeniaGroup(NamedTuple):
    """The patients of a step who have one level of a characteristic; ``members`` marks them among all patients.

    The whole step is the level "" of the characteristic "patients".
    """

    step: str
    characteristic: str
    level: str
    members: Patients


def steps(outcome: Evaluated) -> dict[str, Patients]:
    """Every step by name, each a mark by patient.

    Denominators as of ``summary.populations``; eligible, possible_documentation, possible_diagnosis and
    eligible_or_possible; and for each criterion those left when it and all before it are certain on one day (its
    name) or not failed on one day (its name with "_or_possible").
    """
    found = populations(outcome) | statuses(outcome, outcome.protocol.eligible_days_min)
    kinds = ("eligible", "possible_documentation", "possible_diagnosis")
    found["eligible_or_possible"] = np.logical_or.reduce([found[name] for name in kinds])
    for i, name in enumerate(outcome.screened.names):
        best = outcome.screened.remaining[:, i]
        found[name] = by_patient(outcome, best == PASS)
        found[f"{name}_or_possible"] = by_patient(outcome, best != FAIL)
    return found


def chosen_steps(outcome: Evaluated, names: Sequence[str] = MAIN_STEPS) -> dict[str, Patients]:
    """The named steps in the order given; PostgraftError for one that there is not.

    Of ``MAIN_STEPS`` those that the protocol has.
    """
    known = steps(outcome)
    if names is MAIN_STEPS:
        return {name: known[name] for name in names if name in known}
    for name in names:
        if name not in known:
            raise PostgraftError(f"no step {name!r}{did_you_mean(name, known)}; accepted are {', '.join(known)}.")
    return {name: known[name] for name in names}


def groups(outcome: Evaluated, names: Sequence[str] = MAIN_STEPS) -> Iterator[CytopeniaGroup]:
    """Every count of the composition by its members, step by step; the levels of a characteristic are disjoint.

    Each patient counts with the transplant that counts for the patient (see ``Outcome.counted_rows``), at every
    step the same. A level that no patient of the extract has is left out where it is "not recorded".
    """
    levels = {"age": _age_bands(outcome), **{name: _level(outcome, name) for name in LEVELS}}
    order = {"age": [name for name, _, _ in AGE_BANDS]}
    order |= {name: list(known) or _frequent(levels[name]) for name, known in LEVELS.items()}
    for step, inside in chosen_steps(outcome, names).items():
        yield CytopeniaGroup(step, "patients", "", inside)
        for characteristic, of_patient in levels.items():
            missing = [NOT_RECORDED] if (of_patient == NOT_RECORDED).any() else []
            for level in (*order[characteristic], *missing):
                yield CytopeniaGroup(step, characteristic, level, inside & (of_patient == level))


def composition(outcome: Evaluated, names: Sequence[str] = MAIN_STEPS) -> pd.DataFrame:
    """The groups as counts: step, characteristic, level, patients, of (patients of the step)."""
    found = list(groups(outcome, names))
    counts = exact(np.array([group.members for group in found])) if found else []
    whole = {
        group.step: number for group, number in zip(found, counts, strict=True) if group.characteristic == "patients"
    }
    frame = pd.DataFrame([group[:3] for group in found], columns=["step", "characteristic", "level"], dtype=TEXT)
    return frame.assign(
        patients=pd.Series(counts, dtype="int64"), of=pd.Series([whole[group.step] for group in found], dtype="int64")
    )


def age_quartiles(outcome: Evaluated, names: Sequence[str] = MAIN_STEPS) -> pd.DataFrame:
    """Age at transplant in completed years by step: step, patients (whose age is known), q1, median, q3.

    Where only the year of birth is known, the middle of the ages it leaves open.
    """
    youngest, oldest = ages(outcome)
    age = np.where(oldest >= OLDEST, np.nan, (youngest + oldest) / 2)
    rows = []
    for step, inside in chosen_steps(outcome, names).items():
        known = pd.Series(age[inside]).dropna()
        rows.append((step, len(known), *known.quantile([0.25, 0.5, 0.75])))
    return pd.DataFrame(rows, columns=["step", "patients", "q1", "median", "q3"])


def ages(outcome: Evaluated, rows: NDArray[np.int64] | None = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Youngest and oldest possible age on day 0 of transplants, in completed years; OLDEST: not known.

    ``rows``: those of the transplants; None: of the one that counts for each patient.
    """
    day_0 = outcome.observations.people(outcome.counted_rows if rows is None else rows)
    row, day = np.arange(day_0.shape.rows), np.zeros(day_0.shape.rows, np.int64)
    youngest, oldest = (np.zeros(day_0.shape.rows, np.int64) for _ in range(2))
    for years in range(1, OLDEST + 1):
        reached = age_at_least(day_0, years).at(row, day)
        youngest += reached == PASS
        oldest += reached != FAIL
    return youngest, oldest


def _age_bands(outcome: Evaluated) -> NDArray[np.object_]:
    """The band of each patient; not recorded where the possible ages reach over more than one."""
    youngest, oldest = ages(outcome)
    band = np.full(youngest.size, NOT_RECORDED, object)
    for name, first, last in AGE_BANDS:
        band[(youngest >= first) & (oldest <= last)] = name
    band[oldest >= OLDEST] = NOT_RECORDED
    return band


def _level(outcome: Evaluated, characteristic: str) -> NDArray[np.object_]:
    """The level of each patient: of the patient, or of the transplant that counts."""
    patients, transplants = outcome.extract.patients, outcome.extract.transplants
    if characteristic in patients:
        column = patients[characteristic]
    else:
        column = transplants[characteristic].iloc[outcome.observations.source_row[outcome.counted_rows]]
    words = column.astype(object).to_numpy(object)
    known = np.array([isinstance(word, str) and word not in ("", "unknown") for word in words], bool)
    words = np.where(known, words, NOT_RECORDED)
    if LEVELS[characteristic]:
        return words
    frequent = _by_frequency(words)[:MOST_INDICATIONS]
    return np.where(np.isin(words, [*frequent, NOT_RECORDED]), words, OTHERS)


def _by_frequency(words: NDArray[np.object_]) -> list[str]:
    """The different words but for what is not recorded, the most frequent first, then by name."""
    counts = pd.Series(words[words != NOT_RECORDED], dtype=object).value_counts()
    return sorted(map(str, counts.index), key=lambda word: (-counts[word], word))


def _frequent(levels: NDArray[np.object_]) -> list[str]:
    """The indications in the order of the table, what is rare last."""
    found = [word for word in _by_frequency(levels) if word != OTHERS]
    return [*found, *([OTHERS] if OTHERS in levels else [])]
