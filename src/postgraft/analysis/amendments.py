"""Amendments of a protocol compared with it, patient by patient, and the best combinations of a few of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from itertools import combinations, islice
from typing import Any

import numpy as np
import pandas as pd

from postgraft.analysis.protocol_in_words import differences_in_words
from postgraft.analysis.summary import statuses
from postgraft.estimation.intervals import paired_difference
from postgraft.evaluation.count import Patients, exact
from postgraft.evaluation.evaluate import evaluate, evaluate_named, identity
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.observations import check_given
from postgraft.extract import Extract
from postgraft.protocol import Amendment, Protocol, load_amendments
from postgraft.vocabulary.errors import ProtocolError, is_whole
from postgraft.vocabulary.shown import shown_value

BASE = "base"
DENOMINATOR = "transplanted"
AT_ONCE = 64
"""Combinations that are held in memory together."""


def compare(
    extract: Extract,
    protocol: Protocol,
    amendments: object,
    *,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """A protocol and its amendments side by side: a row each, the protocol itself first as ``base``.

    ``amendments`` is whatever ``load_amendments`` takes: amendments, mappings, a YAML file, ``menu``. All are
    evaluated in one pass, and a criterion is computed anew only where a parameter that it reads is changed.

    amendment, title (what readers see in place of the name), kind (amendment, reading or data; the protocol: base),
    changes (in words; "no change" where every value is the base's), certain (eligible), possible
    (on top of them). Against the base, patient by patient: gained, lost, net = gained - lost; difference =
    net / of, a share of all ``of`` patients with an allogeneic transplant (``denominator``); difference_low,
    difference_high: its 95 % interval. The same columns ending in ``_or_possible`` are about the patients
    eligible or possible. Missing: the interval where nothing is changed, and any share of nobody.
    median_first_eligible_day (days since transplant, of the eligible patients), eligible_days (the sum of their
    eligible days): each patient by the transplant that counts, see ``Outcome.patients``.

    The interval is Tango's score interval for the difference of paired proportions. Both protocols judge the
    same patients, so only those with different answers tell of a difference. It inverts a score test whose
    variance is taken under the difference in question, and therefore covers well where few or no patients
    differ, where that of Wald collapses to a point.

    Raises:
        ProtocolError: an amendment that is not one, names what is unknown or sets what is not allowed, two of
            one name, or one named ``base``.
    """
    check_given("compare", extract, protocol)
    loaded = _loaded(protocol, amendments)
    protocols = _amended(protocol, loaded)
    return _compared(protocols, evaluate_named(extract, protocols, executor=executor, progress=progress), loaded)


def compared(outcome: Evaluated, amendments: object) -> pd.DataFrame:
    """As ``compare``, with counts as those of the outcome; where they are not exact, intervals and days are missing."""
    loaded = _loaded(outcome.protocol, amendments)
    protocols = _amended(outcome.protocol, loaded)
    return _compared(protocols, {**evaluate_named(outcome.extract, protocols), BASE: outcome}, loaded)


def _loaded(protocol: Protocol, amendments: object) -> list[Amendment]:
    """The amendments to be compared with the protocol, which has a name of its own."""
    loaded = load_amendments(amendments, protocol)
    if any(one.name == BASE for one in loaded):
        raise ProtocolError(f"the name {BASE!r} is that of the protocol as given; choose another.")
    return loaded


def _amended(protocol: Protocol, amendments: Sequence[Amendment]) -> dict[str, Protocol]:
    """The protocol and what each amendment makes of it, by name."""
    return {BASE: protocol, **{one.name: protocol.amended(one) for one in amendments}}


def _compared(
    protocols: Mapping[str, Protocol], outcomes: Mapping[str, Evaluated], amendments: Sequence[Amendment]
) -> pd.DataFrame:
    titles = {BASE: "Protocol", **{one.name: one.title or one.name for one in amendments}}
    kinds = {BASE: BASE, **{one.name: one.kind for one in amendments}}
    base, protocol = outcomes[BASE], protocols[BASE]
    sets = {name: _sets(base, one) for name, one in outcomes.items()}
    counts = iter(base.count(np.array([marked for those in sets.values() for marked in those.values()])))
    rows = [
        {
            "amendment": name,
            "title": titles[name],
            "kind": kinds[name],
            "changes": "" if name == BASE else differences_in_words(protocol, protocols[name]),
        }
        | _row(
            one,
            {what: next(counts) for what in sets[name]},
            changed=identity(protocols[name]) != identity(protocol),
            with_days=base.count is exact,
        )
        for name, one in outcomes.items()
    ]
    frame = pd.DataFrame(rows)
    return frame.astype({"median_first_eligible_day": "Float64"})


def _sets(base: Evaluated, amended: Evaluated) -> dict[str, Patients]:
    """Who is counted in a row."""
    before, after = _eligible(base), _eligible(amended)
    before_upper, after_upper = before | _possible(base), after | _possible(amended)
    return {
        "certain": after,
        "possible": after_upper & ~after,
        "certain_or_possible": after_upper,
        "of": np.ones(after.size, bool),
        "gained": after & ~before,
        "lost": before & ~after,
        "gained_or_possible": after_upper & ~before_upper,
        "lost_or_possible": before_upper & ~after_upper,
    }


def _row(amended: Evaluated, counts: Mapping[str, Any], changed: bool, with_days: bool) -> dict[str, object]:
    eligible = amended.patients[amended.patients["status"] == "eligible"]
    return {
        "certain": counts["certain"],
        "possible": counts["possible"],
        **_paired(counts, "", changed),
        "certain_or_possible": counts["certain_or_possible"],
        **_paired(counts, "_or_possible", changed),
        "median_first_eligible_day": eligible["first_eligible_day"].median() if with_days else None,
        "eligible_days": int(eligible["eligible_days"].sum()) if with_days else None,
        "of": counts["of"],
        "denominator": DENOMINATOR,
    }


def _paired(counts: Mapping[str, Any], suffix: str, changed: bool) -> dict[str, Any]:
    """What a change does to a group of patients, patient by patient."""
    gained, lost, of = counts[f"gained{suffix}"], counts[f"lost{suffix}"], counts["of"]
    low = high = np.nan
    if changed and of and all(type(one) is int for one in (gained, lost, of)):
        low, high = paired_difference(gained, lost, of)
    found = {
        "gained": gained,
        "lost": lost,
        "net": gained - lost,
        "difference": (gained - lost) / of if of else np.nan,
        "difference_low": low,
        "difference_high": high,
    }
    return {f"{name}{suffix}": value for name, value in found.items()}


def _eligible(outcome: Evaluated) -> Patients:
    return statuses(outcome, outcome.protocol.eligible_days_min)["eligible"]


def _possible(outcome: Evaluated) -> Patients:
    found = statuses(outcome, outcome.protocol.eligible_days_min)
    return found["possible_documentation"] | found["possible_diagnosis"]


def frontier(
    extract: Extract,
    protocol: Protocol,
    amendments: object,
    most: int = 3,
    *,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Every combination of up to ``most`` amendments, each evaluated, and which of them are best.

    ``amendments``: whatever ``load_amendments`` takes. Columns changes (number of amendments), amendments (names
    joined by " + ", empty for the protocol itself), titles (the same of their titles), certain, possible,
    certain_or_possible, gained (eligible
    beyond the protocol's), best: no combination of as few or fewer amendments has more eligible patients, and
    none of fewer has as many. Sorted by changes, then the most eligible first. Amendments that set one
    parameter to different values are not combined.

    Time grows with the number of combinations: the 49 amendments of ``menu`` make 49 of one, 1,171 of up to two and
    17,459 of up to three, which takes many minutes. ``progress`` is called with (combinations done, combinations in
    all) after every ``AT_ONCE`` of them.

    Raises:
        ProtocolError: an amendment that is none or not allowed, or a ``most`` that is no whole number from 1 on.
    """
    check_given("frontier", extract, protocol)
    if not is_whole(most, 1):
        raise ProtocolError(f"frontier: found most = {shown_value(most)}; accepted is a whole number from 1 on.")
    sets = list(combined(load_amendments(amendments, protocol), most))
    [base] = evaluate(extract, [protocol], executor=executor)
    rows = [(0, "", "", *_counts(base))]
    remaining = iter(sets)
    while some := list(islice(remaining, AT_ONCE)):
        protocols = [amended_by(protocol, chosen) for chosen in some]
        outcomes = evaluate(extract, [protocol, *protocols], executor=executor)[1:]
        for chosen, outcome in zip(some, outcomes, strict=True):
            names, titles = (
                " + ".join(words) for words in zip(*((one.name, one.title or one.name) for one in chosen), strict=True)
            )
            rows.append((len(chosen), names, titles, *_counts(outcome)))
        if progress:
            progress(len(rows) - 1, len(sets))
    frame = pd.DataFrame(rows, columns=["changes", "amendments", "titles", "certain", "certain_or_possible"])
    frame.insert(4, "possible", frame["certain_or_possible"] - frame["certain"])
    frame["gained"] = frame["certain"] - frame["certain"].iloc[0]
    frame["best"] = best_of(frame)
    order = ["changes", "certain", "certain_or_possible", "amendments"]
    return frame.sort_values(order, ascending=[True, False, False, True], ignore_index=True)


def combined(amendments: Sequence[Amendment], most: int) -> Iterator[tuple[Amendment, ...]]:
    """All combinations of up to ``most`` amendments that do not contradict each other, the small ones first."""
    for size in range(1, most + 1):
        for chosen in combinations(amendments, size):
            if not any(_contradict(one, other) for one, other in combinations(chosen, 2)):
                yield chosen


def _contradict(one: Amendment, other: Amendment) -> bool:
    return any(name in other.set and other.set[name] != value for name, value in one.set.items())


def amended_by(protocol: Protocol, amendments: Sequence[Amendment]) -> Protocol:
    """The protocol with all of the amendments, one after the other."""
    for amendment in amendments:
        protocol = protocol.amended(amendment)
    return protocol


def _counts(outcome: Evaluated) -> tuple[int, int]:
    """Patients eligible, and eligible or possible."""
    status = outcome.patients["status"]
    eligible = int((status == "eligible").sum())
    return eligible, eligible + int((status == "possible").sum())


def best_of(frame: pd.DataFrame) -> pd.Series:
    """Which rows no other row beats: at least as many eligible with fewer changes, or more with as few."""
    most = frame.groupby("changes")["certain"].max()
    before = most.cummax().shift(fill_value=-1)
    certain = frame["certain"]
    return (certain == frame["changes"].map(most)) & (certain > frame["changes"].map(before))
