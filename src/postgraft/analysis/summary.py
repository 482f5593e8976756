"""How many patients there are, and how many of them could have joined: every count with its denominator."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.evaluation.count import Patients, column
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.screening import TREATED
from postgraft.evaluation.stretches import first_day_asked, lengths
from postgraft.vocabulary.verdicts import PASS, UNKNOWN
from postgraft.vocabulary.words import TEXT, whole

DENOMINATORS = ("transplanted", "observed_on_day_min", "cytopenia", "treated")
"""Within which the eligible are counted."""


def by_patient(outcome: Evaluated, transplants: NDArray[np.bool_]) -> Patients:
    """Which patients of the extract have at least one of the marked transplants, shape (patients,)."""
    marked = np.zeros(len(outcome.extract.patients), bool)
    marked[outcome.observations.patient[transplants]] = True
    return marked


def populations(outcome: Evaluated) -> dict[str, Patients]:
    """The denominators by name, each a mark by patient.

    ``transplanted``: has an allogeneic transplant. ``observed``: on some day after one.
    ``observed_on_day_min``: alive and observed on day ``days_since_transplant_min`` of one. ``cytopenia``: an
    immune cytopenia is certain (PASS) on some observed day. ``treated``: and treatment was given for it, see
    ``criteria.treatment.lines``; both only under a protocol that lists the criterion.
    """
    seen, day = outcome.observations, first_day_asked(outcome.protocol)
    found = {
        "transplanted": np.ones(len(outcome.extract.patients), bool),
        "observed": by_patient(outcome, seen.first <= seen.last),
        "observed_on_day_min": by_patient(outcome, (seen.first <= day) & (day <= seen.last)),
    }
    if "immune_cytopenia" in outcome.screened.names:
        found["cytopenia"] = by_patient(outcome, outcome.screened.cytopenia == PASS)
    if TREATED in outcome.spells.names:
        found["treated"] = by_patient(outcome, outcome.screened.treated == PASS)
    return found


def statuses(outcome: Evaluated, length: int) -> dict[str, Patients]:
    """Patients eligible on ``length`` consecutive days, and those possible by kind, disjoint.

    ``length`` is ``eligible_days_min`` or one of ``eligible_days_reported``.
    """
    kept, k = outcome.screened, lengths(outcome.protocol).index(length)
    eligible = by_patient(outcome, kept.eligible[:, k])
    possible = by_patient(outcome, kept.possible[:, k]) & ~eligible
    documented = by_patient(outcome, kept.possible[:, k] & kept.documentation[:, k])
    return {
        "eligible": eligible,
        "possible_documentation": possible & documented,
        "possible_diagnosis": possible & ~documented,
    }


def summary(outcome: Evaluated) -> pd.DataFrame:
    """Patients by measure, each with the denominator its share refers to.

    Columns measure, days, count, denominator, of (size of the denominator), share (count / of; missing
    without a denominator or if it is empty). ``days`` is the day of observed_on_day_min, and elsewhere the
    length of the stretch that makes a patient eligible or possible: ``eligible_days_min`` and each of
    ``eligible_days_reported``. A count is made within its denominator. Measures whose name has "possible"
    come on top of the certain ones: no day is certain, but on some day or stretch nothing rules it out.
    ``eligible_or_possible`` is the upper bound of the number eligible, ``eligible`` the lower one.
    """
    measures, count = list(_measures(outcome)), outcome.count
    groups = _with_left_out(outcome)
    counts = count(np.array([marked & groups[of or "in_extract"] for _, _, marked, of in measures]))
    sizes = dict(zip(groups, count(np.array(list(groups.values()))), strict=True))
    of = [sizes[name] if name else None for _, _, _, name in measures]
    share = [np.nan if whole is None or not whole else one / whole for one, whole in zip(counts, of, strict=True)]
    names, days, _, within = zip(*measures, strict=True)
    frame = pd.DataFrame(
        {"measure": pd.array(names, dtype=TEXT), "days": whole(days), "denominator": pd.array(within, dtype=TEXT)}
    )
    frame.insert(2, "count", column(counts))
    plain = all(whole is None or type(whole) is int for whole in of)
    return frame.assign(
        of=whole(of) if plain else pd.Series(of, dtype="object"),
        share=pd.array([None if one != one else one for one in share], dtype="Float64"),
    )


def _with_left_out(outcome: Evaluated) -> dict[str, Patients]:
    """The denominators, and all patients of the extract, also those left out, who come after the others."""
    left_out = outcome.extract.counts.patients_left_out
    groups = {name: np.append(marked, np.zeros(left_out, bool)) for name, marked in populations(outcome).items()}
    return {"in_extract": np.ones(groups["transplanted"].size, bool), **groups}


def _measures(outcome: Evaluated) -> Iterator[tuple[str, int | None, Patients, str | None]]:
    """What is counted: measure, days, who, and the denominator within which they are counted."""
    groups, kept = _with_left_out(outcome), outcome.screened
    none = np.zeros(outcome.extract.counts.patients_left_out, bool)

    yield "in_extract", None, groups["in_extract"], None
    yield "left_out", None, ~groups["transplanted"], "in_extract"
    yield "transplanted", None, groups["transplanted"], "in_extract"
    yield "observed", None, groups["observed"], "transplanted"
    yield ("observed_on_day_min", first_day_asked(outcome.protocol), groups["observed_on_day_min"], "transplanted")
    for name, best, of in (("cytopenia", kept.cytopenia, "transplanted"), ("treated", kept.treated, "cytopenia")):
        if name not in groups:
            continue
        yield name, None, groups[name], of
        unclear = np.append(by_patient(outcome, best == UNKNOWN), none) & ~groups[name]
        yield f"{name}_possible", None, unclear, "transplanted"
    for length in sorted(set(lengths(outcome.protocol))):
        found = {name: np.append(marked, none) for name, marked in statuses(outcome, length).items()}
        for denominator in (one for one in DENOMINATORS if one in groups):
            yield "eligible", length, found["eligible"], denominator
        possible = found["possible_documentation"] | found["possible_diagnosis"]
        yield "possible", length, possible, "transplanted"
        yield "possible_documentation", length, found["possible_documentation"], "transplanted"
        yield "possible_diagnosis", length, found["possible_diagnosis"], "transplanted"
        yield "eligible_or_possible", length, found["eligible"] | possible, "transplanted"
