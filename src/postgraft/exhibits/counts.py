"""How many patients there are at each step, of one cohort or of several together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from postgraft.analysis.breakdowns import NOT_RECORDED, OTHERS
from postgraft.analysis.released import FixedTables
from postgraft.disclosure.released_count import ReleasedCount
from postgraft.exhibits.figure import number


@dataclass(frozen=True)
class Counts:
    """Patients by step and status, exact or as printed; None where the protocol does not ask for it.

    ``observed``: alive and observed on the first day asked for. ``open``: not ruled out; ``documentation`` and
    ``diagnosis``: these by what is missing; ``either``: eligible or not ruled out.
    """

    of: Any
    observed: Any
    cytopenia: Any
    treated: Any
    eligible: Any
    documentation: Any
    diagnosis: Any
    open: Any
    either: Any


def counts_of(outcome: FixedTables, days: int | None = None) -> Counts:
    """The counts of an outcome, for stretches of so many days (None: the protocol's)."""
    frame = outcome.summary()
    length = outcome.protocol.eligible_days_min if days is None else days
    kept = frame[
        (frame["days"].isna() | (frame["days"] == length) | (frame["measure"] == "observed_on_day_min"))
        & (frame["denominator"].fillna("transplanted").isin(["transplanted", "in_extract", "cytopenia"]))
    ]
    first = kept[~((kept["measure"] == "eligible") & (kept["denominator"] != "transplanted"))].set_index("measure")
    at = first["count"]
    if "immune_cytopenia" in outcome.protocol.dropped:
        at = at.drop(["cytopenia", "treated"], errors="ignore")
    return Counts(
        of=_count(at["transplanted"]),
        observed=_count(at["observed_on_day_min"]),
        cytopenia=_count(at.get("cytopenia")),
        treated=_count(at.get("treated")),
        eligible=_count(at["eligible"]),
        documentation=_count(at["possible_documentation"]),
        diagnosis=_count(at["possible_diagnosis"]),
        open=_count(at["possible"]),
        either=_count(at["eligible_or_possible"]),
    )


def together(counts: Sequence[Counts]) -> Counts:
    """The sums over cohorts that share no patient; see ``total``."""
    return Counts(**{one.name: total([getattr(each, one.name) for each in counts]) for one in fields(Counts)})


def total(counts: Sequence[Any]) -> Any:
    """The sum of counts; of printed ones what they add up to, and no number where one of them is hidden."""
    if any(one is None for one in counts):
        return None
    if len(counts) == 1 or not any(isinstance(one, ReleasedCount) for one in counts):
        return sum(counts[1:], counts[0])
    value = sum(float(one) for one in counts)
    known = all(one.exact for one in counts if isinstance(one, ReleasedCount))
    return ReleasedCount(value, number(value)) if known else ReleasedCount(value)


def sites_known(outcome: FixedTables) -> tuple[set[str], bool]:
    """The sites by name, and whether a release put small ones together, so that there are more."""
    names = set(outcome.by_site()["site"])
    return names - {NOT_RECORDED, OTHERS}, OTHERS in names


def _count(value: Any) -> Any:
    return (
        None
        if value is None or (not isinstance(value, ReleasedCount) and pd.isna(value))
        else (value if isinstance(value, ReleasedCount) else int(value))
    )
