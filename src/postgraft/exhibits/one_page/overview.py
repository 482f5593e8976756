"""All results that the summary shows, of one cohort or of several together, each computed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import pandas as pd

from postgraft.analysis.computability import computability
from postgraft.analysis.released import ReleasedOutcome
from postgraft.api import Outcome, Readings, evaluate_readings
from postgraft.evaluation.count import Count, exact, hidden
from postgraft.evaluation.evaluate import identity
from postgraft.exhibits.answerable import asked_for
from postgraft.exhibits.counts import Counts, counts_of, together
from postgraft.exhibits.one_page.best import BestChanges, best_changes, compared_changes
from postgraft.extract import Extract
from postgraft.forecast.forecast import Forecast
from postgraft.forecast.pooled import pooled
from postgraft.forecast.printed import printed
from postgraft.inference.estimates import Estimates
from postgraft.protocol import Amendment, Protocol, RecruitmentPlan
from postgraft.protocol.amendments import menu, of_kind
from postgraft.vocabulary.errors import ProtocolError

Given = tuple[Extract, Protocol, Sequence[Amendment], Count]
"""An extract, the protocol, the amendments beside it, and how its counts are printed."""

DIAGNOSES: Final = {"assume_complete": ("conditions",)}
"""What the amendment sets under which each absent diagnosis is taken for a no."""
MOST_COMBINED: Final = 3
"""Amendments that are tried in combination."""


@dataclass(frozen=True, eq=False)
class Cohort:
    """One cohort under everything that is set side by side. ``extract`` is not printed at level release."""

    name: str
    extract: Extract
    readings: Readings
    plan: RecruitmentPlan

    @property
    def outcome(self) -> Outcome | ReleasedOutcome:
        """Under the protocol as given."""
        return self.readings.base

    @cached_property
    def counts(self) -> Counts:
        """Under the protocol as given."""
        return counts_of(self.outcome)

    @cached_property
    def states(self) -> pd.DataFrame:
        """Which criteria the data answer, and what each lacks; see ``computability``."""
        return asked_for(computability(self.extract, self.outcome.protocol), self.outcome.protocol)

    @cached_property
    def forecast(self) -> Forecast:
        """Of this cohort alone."""
        return _forecast([self.outcome], self.plan)


@dataclass(frozen=True, eq=False)
class Overview:
    """What is known of the cohorts together, and what is made of it."""

    cohorts: tuple[Cohort, ...]
    protocol: Protocol
    amendments: Sequence[Amendment]
    plan: RecruitmentPlan
    released: bool

    @cached_property
    def counts(self) -> Counts:
        """Of all cohorts together."""
        return together([one.counts for one in self.cohorts])

    @cached_property
    def forecast(self) -> Forecast:
        """Of all cohorts together."""
        return _forecast([one.outcome for one in self.cohorts], self.plan)

    @cached_property
    def best(self) -> BestChanges:
        """The protocol and the best combinations of amendments; at level release each amendment by itself."""
        if self.released:
            released = [one.outcome for one in self.cohorts if isinstance(one.outcome, ReleasedOutcome)]
            return compared_changes(released, self.amendments)
        outcomes = [one.outcome for one in self.cohorts if isinstance(one.outcome, Outcome)]
        return best_changes(outcomes, self.amendments, self.plan, MOST_COMBINED)

    @cached_property
    def estimates(self) -> tuple[Estimates, ...]:
        """Of each cohort; none at level release, as they are made of patients."""
        return tuple(one.outcome.estimate() for one in self.cohorts if isinstance(one.outcome, Outcome))


def overview(cohorts: Mapping[str, Given], plan: RecruitmentPlan) -> Overview:
    """Evaluate the cohorts, by name, under everything that the summary sets side by side.

    They are taken to have no patient in common. All have the same protocol and amendments; where none are given,
    those of the menu are tried. Nothing is drawn at random.
    """
    (_, protocol, given, count), *_ = cohorts.values()
    released = count is not exact
    usual = [] if released else [one for one in menu(protocol) if _fits(one, protocol)]
    amendments = of_kind(given or usual)
    complete = [one for one in usual if dict(one.set) == DIAGNOSES]
    evaluated = tuple(
        Cohort(name, extract, evaluate_readings(extract, own, complete, printing), plan)
        for name, (extract, own, _, printing) in cohorts.items()
    )
    return Overview(_with_their_part(evaluated, plan), protocol, amendments, plan, released)


def _with_their_part(cohorts: tuple[Cohort, ...], plan: RecruitmentPlan) -> tuple[Cohort, ...]:
    """Each cohort with its part of the plan's transplants a year, by its number of patients."""
    of_all = together([one.counts for one in cohorts]).of
    if not plan.transplants_per_year or hidden(of_all):
        return cohorts
    return tuple(
        replace(one, plan=plan.model_copy(update={"transplants_per_year": a_year}))
        for one in cohorts
        for a_year in [plan.transplants_per_year * float(one.counts.of) / float(of_all)]
    )


def _fits(amendment: Amendment, protocol: Protocol) -> bool:
    """Whether an amendment of the menu, which is of another protocol, changes this one, and its title is true of it."""
    try:
        changed = protocol.amended(amendment)
    except ProtocolError:
        return False
    return bool(amendment.title) and identity(changed) != identity(protocol)


def _forecast(outcomes: Sequence[Outcome | ReleasedOutcome], plan: RecruitmentPlan) -> Forecast:
    exactly = [one for one in outcomes if isinstance(one, Outcome)]
    return (
        pooled({exactly[0].protocol.name: exactly}, plan)
        if exactly
        else printed([one for one in outcomes if isinstance(one, ReleasedOutcome)], plan)
    )
