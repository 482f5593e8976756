"""What a program asks: an extract under protocols, and every question to the outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import pandas as pd

from postgraft.analysis.amendments import frontier
from postgraft.analysis.barriers import Counting, combinations, fails_only
from postgraft.analysis.explain import explain
from postgraft.analysis.near_misses import STEPS, near_misses
from postgraft.analysis.released import FixedTables, ReleasedOutcome
from postgraft.analysis.sweep import sweep
from postgraft.criteria import listed
from postgraft.criteria.wording import count as counted
from postgraft.evaluation import evaluate as evaluation
from postgraft.evaluation.count import Count, exact
from postgraft.evaluation.evaluate import evaluate_named
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.observations import check_given
from postgraft.extract import Extract
from postgraft.inference.estimates import Estimates, estimate
from postgraft.protocol import Amendment, Protocol, load_amendments, loading


class Outcome(FixedTables, Evaluated):
    """What an evaluation found, a row a transplant, folded to patients, and everything that is asked of it."""

    @classmethod
    def of(cls, found: Evaluated) -> Outcome:
        """What was evaluated, to be asked."""
        return cls(found.extract, found.protocol, found.observations, found.parts, found.read)

    @property
    def _evaluated(self) -> Evaluated:
        return self

    def explain(self, patient_id: str, day: int, transplant: int | None = None) -> pd.DataFrame:
        """Why each criterion has its verdict on one observed day of one transplant (None: the last).

        A row per criterion in protocol order: criterion, verdict, reason (in words), results_used.
        """
        return explain(self, patient_id, day, transplant)

    def combinations(self, counting: Counting = "eligible") -> pd.DataFrame:
        """The sets of criteria that together keep patients out, largest first; see ``barriers.combinations``."""
        return combinations(self, counting)

    def fails_only(self) -> pd.DataFrame:
        """Who has a cytopenia but is not eligible, by the one criterion that keeps them out; see ``fails_only``.

        No part of a release: the rows add up.
        """
        return fails_only(self)

    def near_misses(self, parameters: Sequence[str] | None = None, steps: int = STEPS) -> pd.DataFrame:
        """The smallest change of one threshold that would let each patient in; see ``near_misses``."""
        return near_misses(self, parameters, steps)

    def estimate(
        self, draws: int | None = None, seed: int | None = None, review: pd.DataFrame | None = None
    ) -> Estimates:
        """How many are eligible, and how sure that is: bounds, sensitivity, incidence, rates; see ``Estimates``.

        ``draws`` and ``seed`` are those of the sensitivity analysis (None: 1,000 and a fixed seed). ``review`` has the
        adjudications of a chart review, as ``read_review`` gives them. Raises PostgraftError for less than two
        draws or a negative seed.
        """
        return estimate(self, draws, seed, review)

    def sweep(self, values: Mapping[str, Sequence[object] | None]) -> pd.DataFrame:
        """Counts under every combination of the parameters' values, all else unchanged; see ``sweep``."""
        return sweep(self.extract, self.protocol, values)

    def frontier(self, amendments: object, most: int = 3) -> pd.DataFrame:
        """Every combination of up to ``most`` amendments, and which of them are best; see ``frontier``."""
        return frontier(self.extract, self.protocol, amendments, most)

    def released(self, count: Count) -> Outcome | ReleasedOutcome:
        """What a release may have of it, with counts as ``count`` prints them; all of it where they are exact."""
        return self if count is exact else ReleasedOutcome(self, count)


@overload
def evaluate(
    extract: Extract,
    protocol: Protocol,
    *,
    executor: Executor | None = None,
    block_rows: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome: ...


@overload
def evaluate(
    extract: Extract,
    protocol: Sequence[Protocol],
    *,
    executor: Executor | None = None,
    block_rows: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Outcome]: ...


def evaluate(
    extract: Extract,
    protocol: Protocol | Sequence[Protocol],
    *,
    executor: Executor | None = None,
    block_rows: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome | list[Outcome]:
    """Verdicts of every criterion on every observed day, folded to patients; several protocols in one pass.

    The result does not depend on ``block_rows`` (None: what suits the cohort) or ``executor``: any
    ``concurrent.futures.Executor`` (threads, processes, those of a cluster) runs the blocks. ``progress`` is
    called with (blocks done, blocks in all).
    """
    protocols = [protocol] if isinstance(protocol, Protocol) else protocol
    found = evaluation.evaluate(extract, protocols, executor=executor, block_rows=block_rows, progress=progress)
    outcomes = [Outcome.of(evaluated) for evaluated in found]
    return outcomes[0] if isinstance(protocol, Protocol) else outcomes


@dataclass(frozen=True)
class Readings:
    """Outcomes by name: of the protocol ("base") and its strict and lenient readings; under each answer
    of the sponsor (granted, withheld, open); under each amendment."""

    by_reading: Mapping[str, Outcome | ReleasedOutcome]
    by_agreement: Mapping[str, Outcome | ReleasedOutcome]
    by_amendment: Mapping[str, Outcome | ReleasedOutcome]

    def __repr__(self) -> str:
        return (
            f"<Readings: {', '.join(self.by_reading)}; sponsor agreement {', '.join(self.by_agreement)}; "
            f"{counted(len(self.by_amendment), 'amendment')}>"
        )

    @property
    def base(self) -> Outcome | ReleasedOutcome:
        """The outcome of the protocol as it was given."""
        return self.by_reading["base"]


def load_protocol(name_or_path: str | Path = "nct05873205") -> Protocol:
    """A shipped protocol by name, or one of a YAML file; ``protocol.loading`` says what a file has.

    Raises:
        ProtocolError: every problem of the file, or a criterion that there is no rule for, with the nearest one.
    """
    protocol = loading.load_protocol(name_or_path)
    listed(protocol)
    return protocol


def evaluate_readings(
    extract: Extract, protocol: Protocol, amendments: Sequence[Amendment] = (), count: Count = exact
) -> Readings:
    """Evaluate an extract once under everything that a report sets side by side.

    Protocols that agree in every value are evaluated once and share their outcome. Where
    ``count`` is not ``exact``, they are what a release may have, see ``Outcome.released``.
    """
    check_given("evaluate_readings", extract, protocol)
    readings = {"base": protocol, "strict": protocol.reading("strict"), "lenient": protocol.reading("lenient")}
    asked = protocol.parameters.get("sponsor_agreement")
    answers = asked.readings if asked else ()
    agreements = {
        str(answer): protocol.amend(name=f"sponsor agreement {answer}", set={"sponsor_agreement": answer})
        for answer in answers
    }
    amended = {one.name: protocol.amended(one) for one in load_amendments(amendments, protocol)}
    groups = {"reading": readings, "agreement": agreements, "amendment": amended}
    together = {f"{group}: {name}": one for group, named in groups.items() for name, one in named.items()}
    evaluated = evaluate_named(extract, together)
    distinct = {id(one): Outcome.of(one).released(count) for one in evaluated.values()}
    outcomes = {name: distinct[id(one)] for name, one in evaluated.items()}

    def found(group: str) -> dict[str, Outcome | ReleasedOutcome]:
        return {name: outcomes[f"{group}: {name}"] for name in groups[group]}

    return Readings(found("reading"), found("agreement"), found("amendment"))


def side_by_side(outcomes: Mapping[str, Outcome | ReleasedOutcome]) -> pd.DataFrame:
    """The summaries of several outcomes one below the other; the column ``protocol`` has their names."""
    if not outcomes:
        return pd.DataFrame(columns=["protocol", "measure", "days", "count", "denominator", "of", "share"])
    return pd.concat({name: one.summary() for name, one in outcomes.items()}, names=["protocol"]).reset_index(
        level="protocol"
    )
