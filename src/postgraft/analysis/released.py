"""The fixed tables of counts that a release may have, and an outcome of which nothing else can be had."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NoReturn

import pandas as pd

from postgraft.analysis.amendments import compared
from postgraft.analysis.barriers import barriers, kept_out
from postgraft.analysis.breakdowns import by_site, by_year, verdict_shares
from postgraft.analysis.funnel import LEFT, funnel
from postgraft.analysis.summary import summary
from postgraft.evaluation.count import Count
from postgraft.evaluation.evaluated import Evaluated
from postgraft.protocol import Protocol
from postgraft.vocabulary.errors import WithheldError

CALLED = "This cohort"
"""What stands in place of an extract's own name, a free text that anything may stand in."""


class Withheld:
    """Stands for a result that is not released; asking it for anything raises WithheldError."""

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise WithheldError(name)

    def __getitem__(self, name: object) -> NoReturn:
        raise WithheldError(str(name))


class FixedTables:
    """The tables of counts of an outcome; its ``count`` decides whether they are exact."""

    protocol: Protocol

    @property
    def _evaluated(self) -> Evaluated:
        """Whose tables they are."""
        raise NotImplementedError

    def summary(self) -> pd.DataFrame:
        """Counts with named denominators: measure, days, count, denominator, of, share; see ``summary``."""
        return summary(self._evaluated)

    def funnel(self) -> pd.DataFrame:
        """In protocol order: patients left when this and all earlier criteria hold on one day; see ``funnel``.

        Columns criterion, statements, remaining_eligible (all PASS), remaining_possible (none FAIL).
        """
        return self.attrition()[["criterion", "statements", *LEFT]]

    def attrition(self) -> pd.DataFrame:
        """The funnel with who is lost at each step: also lost_eligible, lost_possible; see ``funnel``."""
        return funnel(self._evaluated)

    def barriers(self) -> pd.DataFrame:
        """What each criterion costs: criterion, fails_alone, gain_if_dropped, shapley, keeps_out; see ``barriers``."""
        return barriers(self._evaluated)

    def kept_out(self) -> pd.DataFrame:
        """All patients by whether criteria keep them out; see ``barriers.kept_out``."""
        return kept_out(self._evaluated)

    def by_site(self) -> pd.DataFrame:
        """Patients by site and status; see ``breakdowns.by_site``."""
        return by_site(self._evaluated)

    def by_year(self) -> pd.DataFrame:
        """Patients by calendar year and status; see ``breakdowns.by_year``."""
        return by_year(self._evaluated)

    def verdict_shares(self) -> pd.DataFrame:
        """How often each criterion is met, unknown and failed; see ``breakdowns.verdict_shares``."""
        return verdict_shares(self._evaluated)

    def compare(self, amendments: object) -> pd.DataFrame:
        """The protocol and its amendments side by side; see ``compare``."""
        return compared(self._evaluated, amendments)


@dataclass(frozen=True)
class About:
    """What a release may say of an extract."""

    name: str
    time: str


class ReleasedOutcome(FixedTables):
    """Stands for an outcome in a release: its protocol and the fixed tables, with counts as ``count`` prints them.

    Everything else, rows of patients above all, is withheld: whoever asks for it gets a WithheldError. So what was not
    made for a release cannot be in one.
    """

    def __init__(self, outcome: Evaluated, count: Count) -> None:
        self._outcome = replace(outcome, count=count)
        self.protocol = outcome.protocol

    @property
    def _evaluated(self) -> Evaluated:
        return self._outcome

    @property
    def extract(self) -> About:
        """What stands for the name of the extract, and whether it has dates."""
        return About(CALLED, self._outcome.extract.time)

    def estimate(self, *given: Any, **named: Any) -> Withheld:
        """Estimates are withheld: they are made of patients, not of counts."""
        return Withheld()

    def near_misses(self, *given: Any, **named: Any) -> Withheld:
        """Near misses are withheld: they are single patients."""
        return Withheld()

    def sweep(self, *given: Any, **named: Any) -> Withheld:
        """Swept thresholds are withheld: so many counts of one group of patients would disclose each other."""
        return Withheld()

    def frontier(self, *given: Any, **named: Any) -> Withheld:
        """Combinations of amendments are withheld, as swept thresholds are."""
        return Withheld()

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise WithheldError(name)
