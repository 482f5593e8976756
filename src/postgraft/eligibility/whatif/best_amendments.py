"""The frontier: with how few amendments how many patients are in, over all combinations of a menu."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from itertools import combinations, islice

import pandas as pd

from postgraft.eligibility.counting import Count, exact
from postgraft.eligibility.evaluation import evaluate
from postgraft.eligibility.guarded import Withheld
from postgraft.eligibility.outcome import Outcome
from postgraft.extract import Extract
from postgraft.protocol import Amendment, Protocol, load_amendments
from postgraft.vocabulary.errors import ProtocolError

AT_ONCE = 64
"""Combinations that are held in memory together."""


def frontier(
    extract: Extract,
    protocol: Protocol,
    amendments: object,
    most: int = 3,
    *,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
    count: Count = exact,
) -> pd.DataFrame | Withheld:
    """Every combination of up to ``most`` amendments, each evaluated, and which of them are best.

    ``amendments``: whatever ``load_amendments`` takes. Columns changes (number of amendments), amendments (names
    joined by " + ", empty for the protocol itself), certain, possible, certain_or_possible, gained (eligible
    beyond the protocol's), best: no combination of as few or fewer amendments has more eligible patients, and
    none of fewer has as many. Sorted by changes, then the most eligible first. Amendments that set one
    parameter to different values are not combined. Withheld where ``count`` is not ``exact``, as those of ``sweep``.

    Raises:
        ProtocolError: an amendment that is none or not allowed, or ``most`` below 1.
    """
    if most < 1:
        raise ProtocolError(f"frontier: found most = {most}; accepted is 1 or more.")
    if count is not exact:
        return Withheld()
    sets = list(_sets(load_amendments(amendments, protocol), most))
    base = evaluate(extract, protocol, executor=executor)
    rows = [(0, "", *_counts(base))]
    remaining = iter(sets)
    while some := list(islice(remaining, AT_ONCE)):
        protocols = [_together(protocol, chosen) for chosen in some]
        outcomes = evaluate(extract, [protocol, *protocols], executor=executor)[1:]
        for chosen, outcome in zip(some, outcomes, strict=True):
            rows.append((len(chosen), " + ".join(one.name for one in chosen), *_counts(outcome)))
        if progress:
            progress(len(rows) - 1, len(sets))
    frame = pd.DataFrame(rows, columns=["changes", "amendments", "certain", "certain_or_possible"])
    frame.insert(3, "possible", frame["certain_or_possible"] - frame["certain"])
    frame["gained"] = frame["certain"] - frame["certain"].iloc[0]
    frame["best"] = _best(frame)
    order = ["changes", "certain", "certain_or_possible", "amendments"]
    return frame.sort_values(order, ascending=[True, False, False, True], ignore_index=True)


def _sets(amendments: Sequence[Amendment], most: int) -> Iterator[tuple[Amendment, ...]]:
    """All combinations of up to ``most`` amendments that do not contradict each other, the small ones first."""
    for size in range(1, most + 1):
        for chosen in combinations(amendments, size):
            if not any(_contradict(one, other) for one, other in combinations(chosen, 2)):
                yield chosen


def _contradict(one: Amendment, other: Amendment) -> bool:
    return any(name in other.set and other.set[name] != value for name, value in one.set.items())


def _together(protocol: Protocol, amendments: Sequence[Amendment]) -> Protocol:
    for amendment in amendments:
        protocol = protocol.amended(amendment)
    return protocol


def _counts(outcome: Outcome) -> tuple[int, int]:
    """Patients eligible, and eligible or possible."""
    status = outcome.patients["status"]
    eligible = int((status == "eligible").sum())
    return eligible, eligible + int((status == "possible").sum())


def _best(frame: pd.DataFrame) -> pd.Series:
    """Which rows no other row beats: at least as many eligible with fewer changes, or more with as few."""
    most = frame.groupby("changes")["certain"].max()
    before = most.cummax().shift(fill_value=-1)
    certain = frame["certain"]
    return (certain == frame["changes"].map(most)) & (certain > frame["changes"].map(before))
