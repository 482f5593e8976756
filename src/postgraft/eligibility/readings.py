"""One extract under the readings of one protocol: the shipped sets, the sponsor's answers, amendments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from postgraft.eligibility.counting import Count, exact
from postgraft.eligibility.guarded import Guarded, guarded
from postgraft.eligibility.outcome import Outcome
from postgraft.eligibility.together import evaluate_named
from postgraft.extract import Extract
from postgraft.protocol import Amendment, Protocol


@dataclass(frozen=True)
class Readings:
    """Outcomes by name: of the protocol ("base") and its strict and lenient readings; under each answer
    of the sponsor (granted, withheld, open); under each amendment."""

    by_reading: Mapping[str, Outcome | Guarded]
    by_agreement: Mapping[str, Outcome | Guarded]
    by_amendment: Mapping[str, Outcome | Guarded]

    @property
    def base(self) -> Outcome | Guarded:
        """The outcome of the protocol as it was given."""
        return self.by_reading["base"]


def evaluate_readings(
    extract: Extract, protocol: Protocol, amendments: Sequence[Amendment] = (), count: Count = exact
) -> Readings:
    """Evaluate an extract once under everything that a report sets side by side.

    Protocols that agree in every value are evaluated once and share their outcome. Counts are
    given out by ``count``.
    """
    readings = {
        "base": protocol,
        "strict": protocol.reading("strict"),
        "lenient": protocol.reading("lenient"),
    }
    answers = protocol.parameters["sponsor_agreement"].readings
    agreements = {
        str(answer): protocol.amend(name=f"sponsor agreement {answer}", set={"sponsor_agreement": answer})
        for answer in answers
    }
    amended = {amendment.name: protocol.amended(amendment) for amendment in amendments}
    groups = {"reading": readings, "agreement": agreements, "amendment": amended}
    together = {f"{group}: {name}": one for group, named in groups.items() for name, one in named.items()}
    outcomes = evaluate_named(extract, together)

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
