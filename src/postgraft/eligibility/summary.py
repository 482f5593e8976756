"""How many patients there are, and how many of them could have joined: every count with its denominator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.eligibility.screened import lengths
from postgraft.vocabulary.verdicts import PASS, UNKNOWN

if TYPE_CHECKING:
    from postgraft.eligibility.outcome import Outcome

Patients = NDArray[np.bool_]


def by_patient(outcome: Outcome, transplants: NDArray[np.bool_]) -> Patients:
    """Which patients of the extract have at least one of the marked transplants, shape (patients,)."""
    marked = np.zeros(len(outcome.extract.patients), bool)
    marked[outcome.observations.patient[transplants]] = True
    return marked


def populations(outcome: Outcome) -> dict[str, Patients]:
    """The denominators by name, each a mark by patient.

    ``transplanted``: has an allogeneic transplant. ``observed``: on some day after one.
    ``observed_on_day_min``: alive and observed on day ``days_since_transplant_min`` of one. ``cytopenia``: an
    immune cytopenia is certain (PASS) on some observed day. ``treated``: and treatment was given for it, see
    ``criteria.concepts.treatment``.
    """
    seen, day = outcome.observations, outcome.protocol.days_since_transplant_min
    return {
        "transplanted": np.ones(len(outcome.extract.patients), bool),
        "observed": by_patient(outcome, seen.first <= seen.last),
        "observed_on_day_min": by_patient(outcome, (seen.first <= day) & (day <= seen.last)),
        "cytopenia": by_patient(outcome, outcome.screened.cytopenia == PASS),
        "treated": by_patient(outcome, outcome.screened.treated == PASS),
    }


def statuses(outcome: Outcome, length: int) -> dict[str, Patients]:
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


def summary(outcome: Outcome) -> pd.DataFrame:
    """Patients by measure, each with the denominator its share refers to.

    Columns measure, days, count, denominator, of (size of the denominator), share (count / of; missing
    without a denominator or if it is empty). ``days`` is the day of observed_on_day_min, and elsewhere the
    length of the stretch that makes a patient eligible or possible: ``eligible_days_min`` and each of
    ``eligible_days_reported``. A count is made within its denominator. Measures whose name has "possible"
    come on top of the certain ones: no day is certain, but on some day or stretch nothing rules it out.
    ``eligible_or_possible`` is the upper bound of the number eligible, ``eligible`` the lower one.
    """
    groups = populations(outcome)
    kept, left_out = outcome.screened, outcome.extract.counts.patients_left_out
    in_extract = len(outcome.extract.patients) + left_out
    rows: list[tuple[str, int | None, int, str | None, int | None]] = [
        ("in_extract", None, in_extract, None, None),
        ("left_out", None, left_out, "in_extract", in_extract),
        ("transplanted", None, int(groups["transplanted"].sum()), "in_extract", in_extract),
    ]

    def count(measure: str, days: int | None, marked: Patients, denominator: str) -> None:
        group = groups[denominator]
        rows.append((measure, days, int((marked & group).sum()), denominator, int(group.sum())))

    count("observed", None, groups["observed"], "transplanted")
    day_min = outcome.protocol.days_since_transplant_min
    count("observed_on_day_min", day_min, groups["observed_on_day_min"], "transplanted")
    count("cytopenia", None, groups["cytopenia"], "transplanted")
    unclear = by_patient(outcome, kept.cytopenia == UNKNOWN) & ~groups["cytopenia"]
    count("cytopenia_possible", None, unclear, "transplanted")
    count("treated", None, groups["treated"], "cytopenia")
    unclear = by_patient(outcome, kept.treated == UNKNOWN) & ~groups["treated"]
    count("treated_possible", None, unclear, "transplanted")
    for length in sorted(set(lengths(outcome.protocol))):
        found = statuses(outcome, length)
        for denominator in ("transplanted", "observed_on_day_min", "cytopenia", "treated"):
            count("eligible", length, found["eligible"], denominator)
        documentation, diagnosis = found["possible_documentation"], found["possible_diagnosis"]
        count("possible", length, documentation | diagnosis, "transplanted")
        count("possible_documentation", length, documentation, "transplanted")
        count("possible_diagnosis", length, diagnosis, "transplanted")
        count("eligible_or_possible", length, found["eligible"] | documentation | diagnosis, "transplanted")

    frame = pd.DataFrame(rows, columns=["measure", "days", "count", "denominator", "of"])
    frame = frame.astype({"measure": "str", "days": "Int64", "denominator": "str", "of": "Int64"})
    of = frame["of"].astype("Float64")
    return frame.assign(share=(frame["count"] / of.mask(of == 0)).astype("Float64"))
