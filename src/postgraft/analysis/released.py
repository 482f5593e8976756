"""An outcome of which only the tables of a release can be had, with counts as they may be shown outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

import pandas as pd

from postgraft.analysis.barriers import barriers, kept_out
from postgraft.analysis.summary import Count, exact, summary
from postgraft.evaluation.evaluated import Evaluated
from postgraft.protocol import Protocol
from postgraft.vocabulary.errors import WithheldError

Found = TypeVar("Found", bound=Evaluated)

CALLED = "This cohort"
"""What stands in place of an extract's own name, a free text that anything may stand in."""


class Withheld:
    """Stands for a result that is not given out; asking it for anything raises WithheldError."""

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise WithheldError(name)

    def __getitem__(self, name: object) -> NoReturn:
        raise WithheldError(str(name))


@dataclass(frozen=True)
class About:
    """What may be known of an extract whose outcome is guarded."""

    name: str
    time: str


class Guarded:
    """Stands for an outcome where its counts leave the house: ``count`` gives them out.

    Has the protocol and the tables of a release: summary, barriers and who is kept out; ``funnel``,
    ``verdict_shares``, ``by_site`` and ``by_year`` take it as well, see ``opened``. Everything else, rows of patients
    above all, is withheld: whoever asks for it gets a WithheldError. So what nobody made fit to be shown cannot be.
    """

    def __init__(self, outcome: Evaluated, count: Count) -> None:
        self._outcome, self._count = outcome, count

    @property
    def protocol(self) -> Protocol:
        """The protocol of the outcome."""
        return self._outcome.protocol

    @property
    def extract(self) -> About:
        """What stands for the name of the extract, and whether it has dates."""
        return About(CALLED, self._outcome.extract.time)

    def summary(self) -> pd.DataFrame:
        """As that of the outcome."""
        return summary(self._outcome, self._count)

    def barriers(self) -> pd.DataFrame:
        """As those of the outcome, without Shapley values."""
        return barriers(self._outcome.screened, self._outcome.observations, self._count)

    def kept_out(self) -> pd.DataFrame:
        """As that of the outcome."""
        return kept_out(self._outcome.screened, self._outcome.observations, self._count)

    def estimate(self, *given: Any, **named: Any) -> Withheld:
        """Estimates are withheld: they are made of patients, not of counts."""
        return Withheld()

    def near_misses(self, *given: Any, **named: Any) -> Withheld:
        """Near misses are withheld: they are single patients."""
        return Withheld()

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise WithheldError(name)


def guarded(outcome: Found | Guarded, count: Count) -> Found | Guarded:
    """The outcome as ``count`` has it given out: itself where that is ``exact``, or where it is guarded already."""
    return outcome if count is exact or isinstance(outcome, Guarded) else Guarded(outcome, count)


def opened(found: Evaluated | Guarded, count: Count) -> tuple[Evaluated, Count]:
    """The outcome, and what is to give out its counts: what guards it, if it is guarded."""
    return (found._outcome, found._count) if isinstance(found, Guarded) else (found, count)
