"""From whom unknown verdicts are imputed: patients in whom the same thing is known where it matters."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.criteria import listed
from postgraft.criteria.memo import Parameters
from postgraft.estimation.imputation import Donors
from postgraft.evaluation.evaluate import BLOCK_ROWS
from postgraft.evaluation.evaluated import Evaluated
from postgraft.inference.unknowns import BY_NAME, PARTS, READINGS, UNRECORDED, bits, low_without_onset, telling
from postgraft.vocabulary.words import TEXT

Days = NDArray[np.int64]
COVARIATES: Final = (
    "ITP is the cytopenia in question, or one of them",
    "day after the transplant",
    "age at the transplant",
    "non-malignant indication",
)
"""In the order in which they are used, as far as there are donors for them."""


@dataclass(frozen=True, eq=False)
class Known:
    """Transplants in which something is known: ``row``, whether it is ``met``, and the first ``day`` it mattered."""

    row: Days
    met: NDArray[np.bool_]
    day: Days

    def by_patient(self, patient: Days) -> Known:
        """One transplant of each patient, one in which it is met before others."""
        order = np.lexsort((self.row, ~self.met, patient[self.row]))
        _, first = np.unique(patient[self.row][order], return_index=True)
        chosen = order[first]
        return Known(self.row[chosen], self.met[chosen], self.day[chosen])


def donors(outcome: Evaluated, names: Collection[str]) -> dict[str, Donors]:
    """Donors of each of the names (of ``unknowns.Asked``), one a patient.

    A part of a cytopenia: days with a count or a result of its work-up on which its counts, other causes aside, qualify
    for certain; met if PASS on one of them, not met if FAIL on all on which it is known. Counts: met if they qualify
    for certain on a count day; not met if a result is low enough from ``days_since_transplant_min`` on and no count
    day qualifies or may do so.
    A criterion: days on which ``immune_cytopenia`` is not FAIL (``incomplete_response``: PASS;
    ``immune_cytopenia``: all) from ``days_since_transplant_min`` on; met if PASS on one, not met if FAIL on all.
    Without donors is what a reading of the protocol leaves open, and what is met only by the completeness of a table
    that is not declared complete: there a row says no, and nothing could say yes.
    """
    patient = outcome.observations.patient
    known = {name: _of_criterion(outcome, name) for name in names if name not in PARTS}
    parts = [name for name in PARTS if name in names]
    if parts:
        known |= _of_parts(outcome, parts)
    found = {}
    for name in names:
        one = known[name].by_patient(patient)
        if name in READINGS or (not one.met.any() and not _recordable(outcome, name)):
            one = Known(one.row[:0], one.met[:0], one.day[:0])
        itp = np.full(one.row.size, name.startswith("itp.")) if name in PARTS else _itp(outcome, one.row, one.day)
        found[name] = Donors(one.met, covariates(outcome, one.row, one.day, itp))
    return found


def unit_covariates(outcome: Evaluated, patients: Days) -> NDArray[np.float64]:
    """Covariates of possible patients, as of the first day of the stretch that makes them so."""
    rows = outcome.counted_rows
    rows = rows[np.searchsorted(outcome.observations.patient[rows], patients)]
    day = outcome.screened.first_possible_day[rows].astype(np.int64)
    return covariates(outcome, rows, day, _itp(outcome, rows, day))


def covariates(outcome: Evaluated, row: Days, day: Days, itp: NDArray[np.bool_]) -> NDArray[np.float64]:
    """``COVARIATES`` of transplants on a day, shape (transplants, covariates); an unknown age is the median."""
    seen, extract = outcome.observations, outcome.extract
    people = extract.patients.iloc[seen.patient[row]]
    day0 = seen.day0[row]
    year = pd.Series(people["transplant_year"]).to_numpy(float) if extract.time == "days" else 1970 + day0 / 365.25
    age = (day0 - people["birth_day"].to_numpy(float)) / 365.25
    age = np.where(np.isnan(age), people["age_at_transplant"].to_numpy(float), age)
    age = np.where(np.isnan(age), year - people["birth_year"].to_numpy(float), age)
    known = age[np.isfinite(age)]
    age = np.where(np.isfinite(age), age, np.median(known) if known.size else 0.0)
    indication = extract.transplants["indication"].iloc[seen.source_row[row]].astype(TEXT)
    listed = outcome.protocol.parameters["nonmalignant_indications"].value
    assert isinstance(listed, Collection)
    other = indication.isin(list(listed)).to_numpy(float)
    return np.column_stack([itp.astype(float), day.astype(float), age, other])


def _itp(outcome: Evaluated, row: Days, day: Days) -> NDArray[np.bool_]:
    """Whether ITP is not ruled out on the day."""
    spells = outcome.spells
    key = spells.row * 100_000 + spells.start
    at = np.searchsorted(key, row * 100_000 + day, side="right") - 1
    return np.asarray((spells.failed[at] & spells.bits("immune_cytopenia.itp")) == 0)


def _of_criterion(outcome: Evaluated, name: str) -> Known:
    spells, since = outcome.spells, outcome.protocol.days_since_transplant_min
    failed, unknown = ((sets & spells.bits(name)) != 0 for sets in (spells.failed, spells.unknown))
    against = {
        "immune_cytopenia": np.uint64(0) * spells.failed,
        "incomplete_response": spells.failed | spells.unknown,
    }.get(name, spells.failed)
    matters = ((against & spells.bits("immune_cytopenia")) == 0) & (spells.end >= since)
    row, first = np.unique(spells.row[matters], return_index=True)
    best = np.zeros(spells.last.size, np.int8)
    np.maximum.at(best, spells.row[matters], np.where(failed, 0, np.where(unknown, 1, 2))[matters].astype(np.int8))
    day = np.maximum(spells.start[matters][first].astype(np.int64), since)
    known = best[row] != 1
    return Known(row[known], best[row][known] == 2, day[known])


def _of_parts(outcome: Evaluated, parts: Collection[str]) -> dict[str, Known]:
    """Of the parts of cytopenias; the whole cohort is gone through, block by block."""
    seen, p = outcome.observations, Parameters(outcome.protocol)
    since = p.days_since_transplant_min
    found: dict[str, list[Known]] = {name: [] for name in parts}
    order = np.argsort(seen.last, kind="stable")
    for start in range(0, len(seen), BLOCK_ROWS):
        rows = order[start : start + BLOCK_ROWS]
        block = seen.block(rows)
        for cytopenia in BY_NAME.values():
            own = [name for name in parts if name.startswith(cytopenia.name)]
            if not own:
                continue
            shown = telling(block, p, cytopenia)
            for name in own:
                if name.endswith(".counts"):
                    sure = np.unique(shown.row)
                    never = np.flatnonzero(low_without_onset(block, p, cytopenia, since))
                    row = np.concatenate([sure, never])
                    met = np.arange(row.size) < sure.size
                    found[name].append(Known(rows[row], met, np.full(row.size, since)))
                else:
                    known = (shown.unknown & bits(name)) == 0
                    met = (shown.failed & bits(name)) == 0
                    row, first = np.unique(shown.row[known], return_index=True)
                    once = np.zeros(block.shape.rows, bool)
                    once[shown.row[known & met]] = True
                    day = shown.day[known][first]
                    found[name].append(Known(rows[row], once[row], day))
        block.memo.clear()
    return {name: _together(some) for name, some in found.items()}


def _together(some: list[Known]) -> Known:
    row, met, day = (np.concatenate([getattr(one, field) for one in some]) for field in ("row", "met", "day"))
    return Known(row, met, day)


def _recordable(outcome: Evaluated, name: str) -> bool:
    """Whether the extract could show that it is met: what it asks to be complete is declared so."""
    complete = outcome.extract.complete.assuming(outcome.protocol.assume_complete)
    asked: Mapping[str, Collection[str]] = {
        criterion.name: criterion.needs(Parameters(outcome.protocol)).complete for criterion in listed(outcome.protocol)
    }
    if name in UNRECORDED:
        return all(map(complete.condition, outcome.protocol.parameters[UNRECORDED[name]].value))  # type: ignore[arg-type]
    tables = {"medications", "transfusions", "disease_status", "measurements"}
    return all(complete.table(one) if one in tables else complete.condition(one) for one in asked.get(name, ()))
