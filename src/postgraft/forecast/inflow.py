"""How many new eligible patients a year the cohort brings, and how many are eligible on one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.analysis.entry import earliest_day, observed_late
from postgraft.estimation.accrual import YEAR
from postgraft.estimation.accrual_rate import Rate
from postgraft.estimation.incidence import cumulative_incidence
from postgraft.estimation.intervals import LEVEL, Estimate, poisson_rate
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.observations import ENDS
from postgraft.vocabulary.errors import PostgraftError

BASES: Final = ("eligible", "eligible_or_possible")
"""Who counts: patients whose eligibility is certain, and with them those whose is not ruled out."""

CENSORED, BECAME_ELIGIBLE, CANNOT = 0, 1, 2
FINAL_ENDS: Final = ("death", "next_transplant")
"""After these a transplant brings no eligible patient; after the other ends of observation it might have."""


class EnrolmentStretches(NamedTuple):
    """Eligible stretches by row of the observations: first day and number of days, arrays of one shape."""

    row: NDArray[np.int64]
    start: NDArray[np.int64]
    days: NDArray[np.int64]


@dataclass(frozen=True)
class Incoming:
    """New eligible patients of a cohort: a patient is new once, on the first day of an eligible stretch.

    ``patients``: how many; ``transplants``: of how many observed ones, but for ``late``: those that do not count, see
    ``observed_late``, and ``eligible_late``: the patients eligible after them; ``transplants_per_year``; ``share``:
    of the transplants that bring a new eligible patient within ``followed_days``, the longest follow-up, were all
    followed for so long; ``years``: what the events count for, so that patients / years is the yearly rate;
    ``pool_years``: mean time a patient stays eligible. Of several cohorts ``events`` in ``years``, see ``together``,
    stand for their patients; None: the patients themselves.
    """

    patients: int
    transplants: int
    late: int
    eligible_late: int
    transplants_per_year: float
    share: float
    followed_days: int
    years: float
    pool_years: float
    events: float | None = None

    @property
    def _events(self) -> float:
        return self.patients if self.events is None else self.events

    @property
    def rate(self) -> Rate:
        """What the cohort leaves open about the yearly number; its mean has half an event more than was seen."""
        return Rate.seen(self._events, self.years)

    def per_year(self, level: float = LEVEL) -> Estimate:
        """New eligible patients a year, wherever that is printed: transplants a year × share, Jeffreys' interval."""
        return Estimate(self.share * self.transplants_per_year, poisson_rate(self._events, self.years, level))


def together(seen: Sequence[tuple[int, float]]) -> tuple[float, float]:
    """Events and years of one Poisson process that tell of the sum of several rates as much as these do.

    ``seen``: events and years of each. Rates n / T add up, and so do their variances, n / T²; one process has both sums
    with (Σ n/T)² / Σ n/T² events. Where all years are alike these are all events. Without events the shortest years
    count.
    """
    if len(seen) == 1 or not any(events for events, _ in seen):
        return min(seen, key=lambda one: one[1])
    rate = sum(events / years for events, years in seen)
    variance = sum(events / years**2 for events, years in seen)
    return rate**2 / variance, rate / variance


def incoming(
    outcome: Evaluated, basis: str = "eligible", transplants_per_year: float | None = None, screening_days: int = 0
) -> Incoming:
    """The yearly number of new eligible patients, for ``basis`` one of ``BASES``.

    Rate = transplants a year × share of transplants that bring a new eligible patient. In a centre that goes on
    as it did this is the number a calendar year brings, whatever the time from transplant to eligibility. The
    share is an Aalen–Johansen estimate from day 0: death and the next transplant end the chance, while the
    end of the extract, last contact and the horizon censor it. So patients transplanted shortly before the end
    count for the days they were seen, and the few events of a cohort that is cut off are not taken for a low
    rate. Of transplants observed from late on it is not known who is new (``observed_late``). The events stay a
    Poisson number: ``years`` is patients / rate, and without events the transplant-years weighted by the part of the
    follow-up that was seen.

    ``screening_days``: who is still eligible so many days after the first day of a stretch counts, and is new then.

    ``transplants_per_year``: None, the cohort's: of transplants with dates one less than their number, by the
    years between the first and the last; of those without, their number by the calendar years spanned by
    ``transplant_year``.

    Raises:
        PostgraftError: no transplant was observed, all were observed late, or nothing says how many there
            are a year.
    """
    seen = outcome.observations
    under = seen.last >= seen.first
    if not under.any():
        raise PostgraftError("no transplant of the cohort was observed on any day: there is no rate to forecast from")
    a_year = transplants_per_year or _transplants_per_year(outcome)
    late = observed_late(outcome)
    counted = np.flatnonzero(under & ~late)
    if counted.size == 0:
        raise PostgraftError(
            f"every transplant of the cohort is observed from a day after day {earliest_day(outcome)} on, so that it "
            "is not known who is newly eligible: there is no rate to forecast from"
        )
    stretches = _still_after(_stretches(outcome, basis), screening_days)
    became, event = _first_of_patients(outcome, stretches)
    new = event[~late[event]]
    is_new = np.isin(counted, new)
    last_new = np.full(len(outcome.extract.patients), len(seen))
    last_new[seen.patient[new]] = new
    too_late = counted > last_new[seen.patient[counted]]
    final = np.isin(seen.ended_by[counted], [ENDS.index(name) for name in FINAL_ENDS])
    cause = np.where(is_new, BECAME_ELIGIBLE, np.where(too_late | final, CANNOT, CENSORED))
    first, last = seen.first[counted].astype(np.int64), seen.last[counted].astype(np.int64)
    # A stretch that begins in the last days before censoring is not seen to be long enough.
    unseen = max(outcome.screened.spans[0] - 1 - screening_days, 0)
    last = np.where(cause == CENSORED, np.maximum(last - unseen, first), last)
    exit_day = np.where(is_new, became[counted], np.where(too_late, first, last))
    followed = int(seen.last[counted].max())
    share = cumulative_incidence(first - 1, exit_day, cause, BECAME_ELIGIBLE, at=[exit_day.max()]).estimate[0]
    patients = int(new.size)
    part = np.where(cause == CENSORED, (exit_day + 1) / (followed + 1), 1.0).mean()
    days = float(stretches.days[~late[stretches.row]].sum())
    return Incoming(
        patients=patients,
        transplants=int(counted.size),
        late=int((under & late).sum()),
        eligible_late=int(event.size - new.size),
        transplants_per_year=float(a_year),
        share=float(share),
        followed_days=followed,
        years=float(patients / (a_year * share) if patients else counted.size * part / a_year),
        pool_years=days / YEAR / patients if patients else 0.0,
    )


def eligible_on(outcome: Evaluated, basis: str, day: float, screening_days: int = 0) -> int | None:
    """Patients in an eligible stretch on a calendar day (days since 1970-01-01), and ``screening_days`` later still.

    None where the cohort does not show it: without dates, on a day before its first or after its last transplant,
    when it no longer takes up patients, or where the later day lies after the extract.
    """
    seen = outcome.observations
    if outcome.extract.time != "dates" or len(seen) == 0 or not seen.day0.min() <= day <= seen.day0.max():
        return None
    later, cut = day + screening_days, outcome.extract.extracted_on
    if cut is not None and later > cut:
        return None
    stretches = _still_after(_stretches(outcome, basis), screening_days)
    start = seen.day0[stretches.row] + stretches.start
    on = (start <= later) & (later < start + stretches.days)
    return int(np.unique(seen.patient[stretches.row[on]]).size)


def _stretches(outcome: Evaluated, basis: str) -> EnrolmentStretches:
    if basis not in BASES:
        raise PostgraftError(f"basis: found {basis!r}; accepted are {', '.join(BASES)}")
    kept = outcome.screened
    runs = kept.certain_stretches if basis == "eligible" else kept.open_stretches
    return EnrolmentStretches(runs.row, runs.start.astype(np.int64), runs.days.astype(np.int64))


def _still_after(stretches: EnrolmentStretches, days: int) -> EnrolmentStretches:
    """Without the first ``days`` days of each stretch, in which whoever is found eligible is screened."""
    lasting = stretches.days > days
    row, start, length = (column[lasting] for column in stretches)
    return EnrolmentStretches(row, start + days, length - days)


def _first_of_patients(
    outcome: Evaluated, stretches: EnrolmentStretches
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First day of the first stretch of each transplant (-1: none), and the transplants that are a patient's first."""
    seen = outcome.observations
    first = np.full(len(seen), -1, np.int64)
    rows, at = np.unique(stretches.row, return_index=True)
    first[rows] = stretches.start[at]
    _, of_patient = np.unique(seen.patient[rows], return_index=True)
    return first, rows[of_patient]


def _transplants_per_year(outcome: Evaluated) -> float:
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
