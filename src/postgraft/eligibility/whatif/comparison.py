"""Amendments of a protocol compared: who is gained, who is lost, and how sure the difference is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any

import numpy as np
import pandas as pd

from postgraft.eligibility.counting import Count, Patients, exact
from postgraft.eligibility.outcome import Outcome
from postgraft.eligibility.summary import statuses
from postgraft.eligibility.together import evaluate_named, identity
from postgraft.eligibility.wording import differences_in_words
from postgraft.estimation.paired import paired_difference
from postgraft.extract import Extract
from postgraft.protocol import Protocol, load_amendments
from postgraft.vocabulary.errors import ProtocolError

BASE = "base"
DENOMINATOR = "transplanted"


def compare(
    extract: Extract,
    protocol: Protocol,
    amendments: object,
    *,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
    count: Count = exact,
) -> pd.DataFrame:
    """A protocol and its amendments side by side: a row each, the protocol itself first as ``base``.

    ``amendments`` is whatever ``load_amendments`` takes: amendments, mappings, a YAML file, ``menu``. All are
    evaluated in one pass, and a criterion is computed anew only where a parameter that it reads is changed.

    amendment, changes (in words; "no change" where every value is the base's), certain (eligible), possible
    (on top of them). Against the base, patient by patient: gained, lost, net = gained - lost; difference =
    net / of, a share of all ``of`` patients with an allogeneic transplant (``denominator``); difference_low,
    difference_high: its 95 % interval. The same columns ending in ``_or_possible`` are about the patients
    eligible or possible. Missing: the interval where nothing is changed, and any share of nobody.
    median_first_eligible_day (days since transplant, of the eligible patients), eligible_days (the sum of their
    eligible days): each patient by the transplant that counts, see ``Outcome.patients``.

    ``count`` gives out the counts; where it is not ``exact``, intervals and days are missing.

    The interval is Tango's score interval for the difference of paired proportions. Both protocols judge the
    same patients, so only those with different answers tell of a difference. It inverts a score test whose
    variance is taken under the difference in question, and therefore covers well where few or no patients
    differ, where that of Wald collapses to a point.

    Raises:
        ProtocolError: an amendment that is not one, names what is unknown or sets what is not allowed, two of
            one name, or one named ``base``.
    """
    loaded = load_amendments(amendments, protocol)
    if any(one.name == BASE for one in loaded):
        raise ProtocolError(f"the name {BASE!r} is that of the protocol as given; choose another.")
    protocols = {BASE: protocol, **{one.name: protocol.amended(one) for one in loaded}}
    outcomes = evaluate_named(extract, protocols, executor=executor, progress=progress)
    sets = {name: _sets(outcomes[BASE], one) for name, one in outcomes.items()}
    counts = iter(count(np.array([marked for those in sets.values() for marked in those.values()])))
    rows = [
        {
            "amendment": name,
            "changes": "" if name == BASE else differences_in_words(protocol, protocols[name]),
        }
        | _row(
            one,
            {what: next(counts) for what in sets[name]},
            changed=identity(protocols[name]) != identity(protocol),
            told=count is exact,
        )
        for name, one in outcomes.items()
    ]
    frame = pd.DataFrame(rows)
    return frame.astype({"median_first_eligible_day": "Float64"})


def _sets(base: Outcome, amended: Outcome) -> dict[str, Patients]:
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


def _row(amended: Outcome, counts: Mapping[str, Any], changed: bool, told: bool) -> dict[str, object]:
    eligible = amended.patients[amended.patients["status"] == "eligible"]
    return {
        "certain": counts["certain"],
        "possible": counts["possible"],
        **_paired(counts, "", changed),
        "certain_or_possible": counts["certain_or_possible"],
        **_paired(counts, "_or_possible", changed),
        "median_first_eligible_day": eligible["first_eligible_day"].median() if told else None,
        "eligible_days": int(eligible["eligible_days"].sum()) if told else None,
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


def _eligible(outcome: Outcome) -> Patients:
    return statuses(outcome, outcome.protocol.eligible_days_min)["eligible"]


def _possible(outcome: Outcome) -> Patients:
    found = statuses(outcome, outcome.protocol.eligible_days_min)
    return found["possible_documentation"] | found["possible_diagnosis"]
