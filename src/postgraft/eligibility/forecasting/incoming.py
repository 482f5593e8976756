"""How many new eligible patients a year the cohort brings, and how many are eligible on one day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.eligibility.observations import ENDS
from postgraft.eligibility.outcome import Outcome
from postgraft.estimation.accrual_rate import Rate
from postgraft.estimation.accrual_sites import YEAR
from postgraft.estimation.incidence import cumulative_incidence
from postgraft.timeline.spells import Runs
from postgraft.vocabulary.errors import PostgraftError

BASES: Final = ("eligible", "eligible_or_possible")
"""Who counts: patients whose eligibility is certain, and with them those whose is not ruled out."""

CENSORED, BECAME_ELIGIBLE, CANNOT = 0, 1, 2
FINAL_ENDS: Final = ("death", "next_transplant")
"""After these a transplant brings no eligible patient; after the other ends of observation it might have."""


@dataclass(frozen=True)
class Incoming:
    """New eligible patients of a cohort: a patient is new once, on the first day of an eligible stretch.

    ``patients``: how many; ``transplants``: of how many observed ones; ``transplants_per_year``; ``share``: of the
    transplants that bring a new eligible patient within ``followed_days``, the longest follow-up, were all
    followed for so long; ``years``: what the events count for, so that patients / years is the yearly rate;
    ``pool_years``: mean time a patient stays eligible.
    """

    patients: int
    transplants: int
    transplants_per_year: float
    share: float
    followed_days: int
    years: float
    pool_years: float

    @property
    def rate(self) -> Rate:
        """New eligible patients a year."""
        return Rate.seen(self.patients, self.years)


def incoming(
    outcome: Outcome, basis: str = "eligible", transplants_per_year: float | None = None
) -> Incoming:
    """The yearly number of new eligible patients, for ``basis`` one of ``BASES``.

    Rate = transplants a year × share of transplants that bring a new eligible patient. In a centre that goes on
    as it did this is the number a calendar year brings, whatever the time from transplant to eligibility. The
    share is an Aalen–Johansen estimate from day 0: death and the next transplant end the chance, while the
    end of the extract, last contact and the horizon censor it. So patients transplanted shortly before the end
    count for the days they were seen, and the few events of a cohort that is cut off are not taken for a low
    rate. The events stay a Poisson number: ``years`` is patients / rate, and without events the transplant-years
    weighted by the part of the follow-up that was seen.

    ``transplants_per_year``: None, the cohort's: of transplants with dates one less than their number, by the
    years between the first and the last; of those without, their number by the calendar years spanned by
    ``transplant_year``.

    Raises:
        PostgraftError: no transplant was observed, or none of the three tells the transplants a year.
    """
    seen = outcome.observations
    observed = np.flatnonzero(seen.last >= seen.first)
    if observed.size == 0:
        raise PostgraftError(
            "no transplant of the cohort was observed on any day: there is no rate to forecast from"
        )
    a_year = transplants_per_year or _transplants_per_year(outcome)
    stretches = _stretches(outcome, basis)
    became, new = _first_of_patients(outcome, stretches)
    counted = np.zeros(len(seen), np.int64)  # rows of patients who were eligible after an earlier transplant
    counted[new] = 1
    last_new = np.full(len(outcome.extract.patients), len(seen))
    last_new[seen.patient[new]] = new
    is_new = counted[observed] == 1
    too_late = observed > last_new[seen.patient[observed]]
    final = np.isin(seen.ended_by[observed], [ENDS.index(name) for name in FINAL_ENDS])
    cause = np.where(is_new, BECAME_ELIGIBLE, np.where(too_late | final, CANNOT, CENSORED))
    first, last = seen.first[observed], seen.last[observed]
    # A stretch that begins in the last days before censoring is not seen to be long enough.
    last = np.where(cause == CENSORED, np.maximum(last - outcome.screened.spans[0] + 1, first), last)
    exit_day = np.where(is_new, became[observed], np.where(too_late, first, last))
    followed = int(seen.last[observed].max())
    share = cumulative_incidence(first - 1, exit_day, cause, BECAME_ELIGIBLE, at=[exit_day.max()]).estimate[0]
    patients = int(new.size)
    part = np.where(cause == CENSORED, (exit_day + 1) / (followed + 1), 1.0).mean()
    days = float(stretches.days.sum())
    return Incoming(
        patients=patients,
        transplants=int(observed.size),
        transplants_per_year=float(a_year),
        share=float(share),
        followed_days=followed,
        years=float(patients / (a_year * share) if patients else observed.size * part / a_year),
        pool_years=days / YEAR / patients if patients else 0.0,
    )


def eligible_on(outcome: Outcome, basis: str, day: float) -> int | None:
    """Patients in an eligible stretch on a calendar day (days since 1970-01-01).

    None where the cohort cannot tell: without dates, or on a day before its first or after its last transplant,
    when it no longer takes up patients.
    """
    seen = outcome.observations
    if outcome.extract.time != "dates" or len(seen) == 0 or not seen.day0.min() <= day <= seen.day0.max():
        return None
    stretches = _stretches(outcome, basis)
    start = seen.day0[stretches.row] + stretches.start
    on = (start <= day) & (day < start + stretches.days)
    return int(np.unique(seen.patient[stretches.row[on]]).size)


def _stretches(outcome: Outcome, basis: str) -> Runs:
    if basis not in BASES:
        raise PostgraftError(f"basis: found {basis!r}; accepted are {', '.join(BASES)}")
    kept = outcome.screened
    return kept.certain_stretches if basis == "eligible" else kept.open_stretches


def _first_of_patients(outcome: Outcome, stretches: Runs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First day of the first stretch of each transplant (-1: none), and the transplants that are a patient's first."""
    seen = outcome.observations
    first = np.full(len(seen), -1, np.int64)
    rows, at = np.unique(stretches.row, return_index=True)
    first[rows] = stretches.start[at]
    _, of_patient = np.unique(seen.patient[rows], return_index=True)
    return first, rows[of_patient]


def _transplants_per_year(outcome: Outcome) -> float:
    seen = outcome.observations
    if outcome.extract.time == "dates":
        between = float(seen.day0.max() - seen.day0.min()) / YEAR
        if between > 0:
            return (len(seen) - 1) / between
        raise PostgraftError(
            "all transplants of the cohort are of one day, which gives no number a year; "
            "give transplants_per_year in the plan"
        )
    years = pd.Series(outcome.extract.patients["transplant_year"]).dropna()
    if years.empty:
        raise PostgraftError(
            "the cohort has neither dates nor transplant_year, so how many transplants a year there are is not known; "
            "give transplants_per_year in the plan"
        )
    return len(seen) / float(years.max() - years.min() + 1)
