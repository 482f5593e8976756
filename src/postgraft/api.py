"""What a program asks: an extract under protocols, and every question to the outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import pandas as pd

from postgraft.analysis.barriers import Counting, barriers, combinations, kept_out
from postgraft.analysis.explain import explain
from postgraft.analysis.funnel import funnel
from postgraft.analysis.near_misses import STEPS, near_misses
from postgraft.analysis.released import Guarded, guarded
from postgraft.analysis.summary import Count, exact, summary
from postgraft.criteria import listed
from postgraft.criteria.wording import count as counted
from postgraft.evaluation import evaluate as evaluation
from postgraft.evaluation.evaluate import evaluate_named
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.observations import check_given
from postgraft.extract import Extract
from postgraft.inference.estimates import Estimates, estimate
from postgraft.protocol import Amendment, Protocol, load_amendments, loading


class Outcome(Evaluated):
    """What an evaluation found, a row a transplant, folded to patients, and everything that is asked of it."""

    @classmethod
    def of(cls, found: Evaluated) -> Outcome:
        """What was evaluated, to be asked."""
        return cls(found.extract, found.protocol, found.observations, found.parts, found.read)

    def explain(self, patient_id: str, day: int, transplant: int | None = None) -> pd.DataFrame:
        """Why each criterion has its verdict on one observed day of one transplant (None: the last).

        A row per criterion in protocol order: criterion, verdict, reason (in words), results_used.
        """
        return explain(self, patient_id, day, transplant)

    def funnel(self) -> pd.DataFrame:
        """In protocol order: patients left when this and all earlier criteria hold on one day; see ``funnel``.

        Columns criterion, statements, remaining_eligible (all PASS), remaining_possible (none FAIL).
        """
        return funnel(self)[["criterion", "statements", "remaining_eligible", "remaining_possible"]]

    def barriers(self) -> pd.DataFrame:
        """What each criterion costs: criterion, fails_alone, gain_if_dropped, shapley, keeps_out; see ``barriers``."""
        return barriers(self.screened, self.observations)

    def combinations(self, counting: Counting = "eligible") -> pd.DataFrame:
        """The sets of criteria that together keep patients out, largest first; see ``barriers.combinations``."""
        return combinations(self.screened, self.observations, counting)

    def kept_out(self) -> pd.DataFrame:
        """All patients by whether criteria keep them out; see ``barriers.kept_out``."""
        return kept_out(self.screened, self.observations)

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

    def summary(self) -> pd.DataFrame:
        """Counts with named denominators: measure, days, count, denominator, of, share; see ``summary``."""
        return summary(self)


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

    by_reading: Mapping[str, Outcome | Guarded]
    by_agreement: Mapping[str, Outcome | Guarded]
    by_amendment: Mapping[str, Outcome | Guarded]

    def __repr__(self) -> str:
        return (
            f"<Readings: {', '.join(self.by_reading)}; sponsor agreement {', '.join(self.by_agreement)}; "
            f"{counted(len(self.by_amendment), 'amendment')}>"
        )

    @property
    def base(self) -> Outcome | Guarded:
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

    Protocols that agree in every value are evaluated once and share their outcome. Counts are
    given out by ``count``.
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
    distinct = {id(one): Outcome.of(one) for one in evaluated.values()}
    outcomes = {name: distinct[id(one)] for name, one in evaluated.items()}

    def found(group: str) -> dict[str, Outcome | Guarded]:
        return {name: guarded(outcomes[f"{group}: {name}"], count) for name in groups[group]}

    return Readings(found("reading"), found("agreement"), found("amendment"))


def side_by_side(outcomes: Mapping[str, Outcome | Guarded]) -> pd.DataFrame:
    """The summaries of several outcomes one below the other; the column ``protocol`` has their names."""
    if not outcomes:
        return pd.DataFrame(columns=["protocol", "measure", "days", "count", "denominator", "of", "share"])
    return pd.concat({name: one.summary() for name, one in outcomes.items()}, names=["protocol"]).reset_index(
        level="protocol"
    )
