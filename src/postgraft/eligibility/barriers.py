"""What each criterion costs: alone, if it were dropped, and as its fair share of all patients kept out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import nan

import numpy as np
import pandas as pd

from postgraft.eligibility.counting import Count, column, exact
from postgraft.eligibility.minimal_sets import Counting, members, minimal_sets, ways_in
from postgraft.eligibility.observations import Observations
from postgraft.eligibility.screened import NAMES, Screened
from postgraft.vocabulary.text import TEXT

SUFFIX: Mapping[Counting, str] = {"eligible": "", "eligible_or_possible": "_or_possible"}


def barriers(screened: Screened, seen: Observations, count: Count = exact) -> pd.DataFrame:
    """Per criterion in protocol order: what it costs in patients.

    Columns criterion; fails_alone: patients who are not eligible and would be if it alone were dropped;
    gain_if_dropped: how many more would be eligible without it; shapley: its Shapley value in the game whose
    worth is the number eligible when a set of criteria is dropped (L. S. Shapley 1953, in Contributions to the
    Theory of Games II, 307-317), exact; keeps_out: patients lost if it were the only criterion. The Shapley
    values add up to the number eligible with all dropped minus that with none. fails_alone and
    gain_if_dropped are the same number, since no patient is lost when a criterion goes: the one counts
    patients, the other is a difference. The columns with ``_or_possible`` say the same of the eligible and
    possible patients together. Criteria that the protocol drops cost nothing. Shapley values are no counts, and
    are given out exactly or, as NaN, not at all.
    """
    frame = pd.DataFrame({"criterion": NAMES})
    positions = range(len(NAMES))
    for counting, suffix in SUFFIX.items():
        ways = ways_in(screened, seen, counting)
        gain = [ways.let_in(1 << i) for i in positions]
        counts = count(np.array([*gain, *(ways.kept_out_by(i) for i in positions)]))
        frame[f"fails_alone{suffix}"] = frame[f"gain_if_dropped{suffix}"] = column(counts[: len(NAMES)])
        known = shapley(minimal_sets(screened, seen, counting).dividends()) if count is exact else nan
        frame[f"shapley{suffix}"] = known
        frame[f"keeps_out{suffix}"] = column(counts[len(NAMES) :])
    return frame


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
    for pattern, number in found.patients.items():
        for one in pattern:
            patients[one] += number
        if len(pattern) == 1:
            only[pattern[0]] += number
    dividends = found.dividends()
    rows = [
        (
            " + ".join(members(one)),
            one.bit_count(),
            number,
            only[one],
            sum(dividend for union, dividend in dividends.items() if union and union & ~one == 0),
        )
        for one, number in patients.items()
        if one
    ]
    columns = ["criteria", "size", "patients", "only_way", "gain_if_dropped"]
    frame = pd.DataFrame(rows, columns=columns).astype({"criteria": TEXT})
    order = ["patients", "size", "criteria"]
    return frame.sort_values(order, ascending=[False, True, True], ignore_index=True)


def kept_out(screened: Screened, seen: Observations, count: Count = exact) -> pd.DataFrame:
    """All patients of the extract, once each, by whether criteria keep them out.

    Columns counting (a row for each way), in, kept_out, unobserved, of. "unobserved": no stretch of observed days
    is long enough, whatever is asked.
    """
    rows = []
    for counting in SUFFIX:
        ways = ways_in(screened, seen, counting)
        everybody = np.ones(ways.of, bool)
        rows.append(count(np.array((ways.inside, ways.observed & ~ways.inside, ~ways.observed, everybody))))
    columns = zip(("in", "kept_out", "unobserved", "of"), zip(*rows, strict=True), strict=True)
    return pd.DataFrame({"counting": list(SUFFIX), **{name: column(counts) for name, counts in columns}})
