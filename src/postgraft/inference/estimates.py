"""All estimates of an outcome, each computed when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import NoneType
from typing import Final

import pandas as pd

from postgraft.estimation.intervals import LEVEL
from postgraft.evaluation.evaluated import Evaluated
from postgraft.inference.calendar import monthly, pool
from postgraft.inference.chart_review import review_sample, reviewed
from postgraft.inference.collect_first import collect_first
from postgraft.inference.sensitivity import Sensitivity, sensitivity
from postgraft.inference.shares import bounds, in_words, rate
from postgraft.inference.time_to_eligibility import Incidence, Origin, incidence, persistence
from postgraft.vocabulary.errors import PostgraftError, is_whole, must_be
from postgraft.vocabulary.shown import shown_value

DRAWS: Final = 1_000
"""So many that the bounds of a count stand still."""
SEED: Final = 20230721


@dataclass(frozen=True, eq=False)
class Estimates:
    """What an evaluated cohort says of the number eligible, and how sure that is.

    The number eligible is given by its two ends, ``bounds``; what lies between is known to no extract, and only
    ``sensitivity`` says what it would be, each time under an assumption. Intervals are two-sided at ``level``. Every
    proportion names its denominator.
    """

    outcome: Evaluated
    draws: int = DRAWS
    seed: int = SEED
    review: pd.DataFrame | None = None
    level: float = LEVEL

    def __repr__(self) -> str:
        return f"<Estimates of {self.outcome.in_short}>"

    @cached_property
    def bounds(self) -> pd.DataFrame:
        """The number eligible, and eligible or not ruled out, each with its interval; see ``bounds``."""
        return bounds(self.outcome, self.level)

    @property
    def ends(self) -> str:
        """Both ends with the interval of each, in a sentence."""
        return in_words(self.bounds, self.outcome.protocol.eligible_days_min, self.level)

    @property
    def in_words(self) -> str:
        """The ends, and in a second sentence why nothing is estimated between them, if so."""
        return f"{self.ends} {self.sensitivity.why_not}".rstrip()

    @cached_property
    def sensitivity(self) -> Sensitivity:
        """The number eligible under five assumptions about the untested; see ``Sensitivity``."""
        return sensitivity(self.outcome, self.draws, self.seed, self.level)

    def incidence(self, origin: Origin = "day", basis: str = "eligible") -> Incidence:
        """Aalen–Johansen cumulative incidence of first eligibility; see ``incidence``."""
        return incidence(self.outcome, origin, basis, self.level)

    @cached_property
    def monthly(self) -> pd.DataFrame:
        """New eligible patients per calendar month; see ``monthly``."""
        return monthly(self.outcome)

    def pool(self, on: str | date) -> pd.DataFrame:
        """Patients eligible on a calendar day; see ``pool``."""
        return pool(self.outcome, on, self.level)

    @cached_property
    def persistence(self) -> pd.DataFrame:
        """Chance of still being eligible 7, 14 and 28 days later; see ``persistence``."""
        return persistence(self.outcome, level=self.level)

    @cached_property
    def rate(self) -> pd.DataFrame:
        """Eligible patients per 100 transplants and a year; see ``rate``."""
        return rate(self.outcome, level=self.level)

    @cached_property
    def reviewed(self) -> pd.DataFrame | None:
        """Predictive values, sensitivity and the number truly eligible by the chart review; None without one."""
        if self.review is None:
            return None
        return reviewed(self.outcome, self.review, self.seed, self.level)

    def review_sample(self, total: int) -> pd.DataFrame:
        """Charts to review; see ``review_sample``."""
        return review_sample(self.outcome, total, self.seed)

    @cached_property
    def collect_first(self) -> pd.DataFrame:
        """Which missing datum to collect first; see ``collect_first``."""
        return collect_first(self.outcome)


def estimate(
    outcome: Evaluated, draws: int | None = None, seed: int | None = None, review: pd.DataFrame | None = None
) -> Estimates:
    """The estimates on an outcome; see ``Outcome.estimate``."""
    draws, seed = DRAWS if draws is None else draws, SEED if seed is None else seed
    must_be(review, (pd.DataFrame, NoneType), "estimate takes a review, such as read_review(file, outcome) gives")
    if not is_whole(draws, 2):
        raise PostgraftError(f"draws: found {shown_value(draws)}; accepted is a whole number from 2 on")
    if not is_whole(seed, 0):
        raise PostgraftError(f"seed: found {shown_value(seed)}; accepted is a whole number from 0 on")
    return Estimates(outcome, draws, seed, review)
