"""What each criterion costs: alone, if it were dropped, and as its fair share of all patients kept out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from postgraft.eligibility.minimal_sets import Counting, MinimalSets, members, minimal_sets
from postgraft.eligibility.observations import Observations
from postgraft.eligibility.screened import NAMES, Screened

SUFFIX: Mapping[Counting, str] = {"eligible": "", "eligible_or_possible": "_or_possible"}


def barriers(screened: Screened, seen: Observations) -> pd.DataFrame:
    """Per criterion in protocol order: what it costs in patients.

    Columns criterion; fails_alone: patients who are not eligible and would be if it alone were dropped;
    gain_if_dropped: how many more would be eligible without it; shapley: its Shapley value in the game whose
    worth is the number eligible when a set of criteria is dropped (L. S. Shapley 1953, in Contributions to the
    Theory of Games II, 307-317), exact; keeps_out: patients lost if it were the only criterion. The Shapley
    values add up to the number eligible with all dropped minus that with none. fails_alone and
    gain_if_dropped are the same number, since no patient is lost when a criterion goes: the one counts
    patients, the other is a difference. The columns with ``_or_possible`` say the same of the eligible and
    possible patients together. Criteria that the protocol drops cost nothing.
    """
    frame = pd.DataFrame({"criterion": NAMES})
    for counting, suffix in SUFFIX.items():
        found = minimal_sets(screened, seen, counting)
        costs = {name: _cost(found, i) for i, name in enumerate(NAMES)}
        value = shapley(found.dividends())
        frame[f"fails_alone{suffix}"] = [alone for alone, _, _ in costs.values()]
        frame[f"gain_if_dropped{suffix}"] = [gain for _, gain, _ in costs.values()]
        frame[f"shapley{suffix}"] = [value[i] for i in range(len(NAMES))]
        frame[f"keeps_out{suffix}"] = [lost for _, _, lost in costs.values()]
    return frame


def _cost(found: MinimalSets, criterion: int) -> tuple[int, int, int]:
    """Patients with the criterion alone as a minimal set; gained by dropping it; lost by asking only it."""
    bit = 1 << criterion
    patients = found.patients.items()
    alone = sum(n for pattern, n in patients if bit in pattern)
    without = sum(n for pattern, n in patients if any(one & ~bit == 0 for one in pattern))
    kept_out = sum(n for pattern, n in patients if all(one & bit for one in pattern))
    return alone, without - found.patients.get((0,), 0), kept_out


def shapley(dividends: Mapping[int, int]) -> list[float]:
    """Shapley value of each criterion: every dividend is shared equally within its set."""
    value = [0.0] * len(NAMES)
    for union, dividend in dividends.items():
        for i in range(len(NAMES)):
            if union >> i & 1:
                value[i] += dividend / union.bit_count()
    return value


def combinations(screened: Screened, seen: Observations, counting: Counting = "eligible") -> pd.DataFrame:
    """The minimal sets of criteria that keep patients out, the one that keeps out most first.

    Columns criteria (joined by " + "), size; patients: who would get in if exactly these were dropped, and no
    fewer of them; only_way: those of them with no other minimal set; gain_if_dropped: how many more would be
    eligible (or possible) if all of these were dropped, also those for whom some of them suffice. A patient
    with several minimal sets is counted at each of them.
    """
    found = minimal_sets(screened, seen, counting)
    patients: Counter[int] = Counter()
    only: Counter[int] = Counter()
    for pattern, count in found.patients.items():
        for one in pattern:
            patients[one] += count
        if len(pattern) == 1:
            only[pattern[0]] += count
    dividends = found.dividends()
    rows = [
        (
            " + ".join(members(one)),
            one.bit_count(),
            count,
            only[one],
            sum(dividend for union, dividend in dividends.items() if union and union & ~one == 0),
        )
        for one, count in patients.items()
        if one
    ]
    columns = ["criteria", "size", "patients", "only_way", "gain_if_dropped"]
    frame = pd.DataFrame(rows, columns=columns).astype({"criteria": "str"})
    return frame.sort_values(
        ["patients", "size", "criteria"], ascending=[False, True, True], ignore_index=True
    )


def kept_out(screened: Screened, seen: Observations) -> pd.DataFrame:
    """All patients of the extract, once each, by whether criteria keep them out: counting, in, kept_out, unobserved.

    A row for each way of counting; "unobserved": no stretch of observed days is long enough, whatever is asked.
    """
    rows = []
    for counting in SUFFIX:
        found = minimal_sets(screened, seen, counting)
        inside = found.patients.get((0,), 0)
        rows.append((counting, inside, sum(found.patients.values()) - inside, found.unobserved))
    return pd.DataFrame(rows, columns=["counting", "in", "kept_out", "unobserved"])
