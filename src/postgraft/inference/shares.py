"""The two ends of the number eligible, eligible and eligible or not ruled out, each with its sampling interval.

How many eligible patients 100 transplants, and a year, bring.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from postgraft.analysis.summary import DENOMINATORS, populations, statuses
from postgraft.criteria.wording import count as counted
from postgraft.estimation.intervals import LEVEL, poisson_rate, wilson
from postgraft.evaluation.evaluated import Evaluated
from postgraft.forecast.inflow import BASES, incoming
from postgraft.vocabulary.errors import PostgraftError

WHOLE_BELOW: Final = 100
"""Of fewer patients a share has no decimals."""


def share_row(measure: str, count: int, of: int, denominator: str, level: float = LEVEL) -> dict[str, object]:
    """A share with Wilson's interval as a row: measure, count, of, denominator, estimate, low, high, method.

    Of nobody, estimate and bounds are nan.
    """
    low, high = wilson(count, of, level)
    return {
        "measure": measure,
        "count": count,
        "of": of,
        "denominator": denominator,
        "estimate": count / of if of else float("nan"),
        "low": low,
        "high": high,
        "method": "Wilson",
    }


def bounds(outcome: Evaluated, level: float = LEVEL) -> pd.DataFrame:
    """Patients who are eligible, and those who are eligible or not ruled out, with an interval of each share.

    Columns measure (eligible, eligible_or_possible), count, of, denominator (each of ``DENOMINATORS``; a count is
    made within it), share (count / of), low, high, method. What the records leave open lies between the two counts,
    whatever a missing result would have said; the interval of each is about the share in all such patients, of whom
    these are a sample.
    """
    groups, found = populations(outcome), statuses(outcome, outcome.protocol.eligible_days_min)
    every = np.logical_or.reduce(list(found.values()))
    marks = {"eligible": found["eligible"], "eligible_or_possible": every}
    rows = [
        share_row(measure, int((mark & groups[name]).sum()), int(groups[name].sum()), name, level)
        for measure, mark in marks.items()
        for name in DENOMINATORS
        if name in groups
    ]
    return pd.DataFrame(rows).rename(columns={"estimate": "share"})


def in_words(found: pd.DataFrame, days: int, level: float = LEVEL) -> str:
    """Both ends of all transplanted, ``found`` as of ``bounds``, as one sentence with count, share and interval.

    ``days``: ``eligible_days_min``, on how many consecutive days everything must hold.
    """
    ends = {row["measure"]: row for row in found.to_dict("records") if row["denominator"] == "transplanted"}
    low, high = ends["eligible"], ends["eligible_or_possible"]
    return (
        f"{low['count']:,} of {low['of']:,} patients eligible on {counted(days, 'consecutive day')}"
        f"{_said(low, level)}, "
        f"{high['count']:,} eligible or not ruled out{_said(high, level)}."
    )


def _said(end: Mapping[Hashable, Any], level: float) -> str:
    """Share and interval in brackets, of fewer than a hundred patients without decimals; of nobody nothing."""
    if not end["of"]:
        return ""
    digits = 0 if end["of"] < WHOLE_BELOW else 1
    share, low, high = (f"{100 * end[name]:.{digits}f}" for name in ("share", "low", "high"))
    return f" ({share} %; {100 * level:g} % CI {low} to {high} %)"


COLUMNS: Final = ("measure", "estimate", "low", "high", "count", "of", "denominator", "method")
MEASURES: Final = {
    "per_100_transplants": "observed transplants",
    "per_100_transplants_followed": "observed transplants",
    "transplants_per_year": "years",
    "per_year": "years",
}
"""With what each is counted in."""


def rate(
    outcome: Evaluated, basis: str = "eligible", transplants_per_year: float | None = None, level: float = LEVEL
) -> pd.DataFrame:
    """Rates with their intervals: measure, estimate, low, high, count, of, denominator, method.

    ``per_100_transplants``: eligible patients per 100 observed transplants, as they were followed.
    ``per_100_transplants_followed``: new ones, were all followed as long as the longest (see ``incoming``).
    ``transplants_per_year``; ``per_year``: new eligible patients a year, the product of the two before and the number
    every page prints (``Incoming.per_year``). A patient counts once; transplants observed late count in the first
    alone (``observed_late``). The last three are missing where the extract does not tell the transplants a year;
    ``method`` says so. Where nobody can be seen to become eligible all are. ``basis`` and ``transplants_per_year`` as
    of ``incoming``.

    Raises:
        PostgraftError: another basis, or a ``transplants_per_year`` with which there is no rate.
    """
    why = ""
    try:
        found = incoming(outcome, basis, transplants_per_year)
    except PostgraftError as error:
        if basis not in BASES or transplants_per_year is not None:
            raise
        why = str(error)
        try:
            # The number a year may be all that is wanting: the share does not depend on it.
            found = incoming(outcome, basis, 1.0)
        except PostgraftError as none:
            return _nothing(str(none))
    eligible, observed = found.patients + found.eligible_late, found.transplants + found.late
    low, high = wilson(eligible, observed, level)
    crude = 100 * eligible / observed
    of = MEASURES["per_100_transplants"]
    rows: list[tuple[object, ...]] = [
        ("per_100_transplants", crude, 100 * low, 100 * high, eligible, observed, of, "Wilson")
    ]
    a_year = found.transplants_per_year
    yearly = found.per_year(level)
    scaled = (100 * bound / a_year for bound in yearly.interval)
    method = f"Aalen–Johansen, within {found.followed_days} days; Poisson, Jeffreys"
    rows.append(
        ("per_100_transplants_followed", 100 * found.share, *scaled, found.patients, found.transplants, of, method)
    )
    if why:
        nothing = (float("nan"),) * 3
        rows += [
            ("transplants_per_year", *nothing, observed, None, "years", why),
            ("per_year", *nothing, found.patients, None, "years", why),
        ]
    else:
        years = observed / a_year
        all_years = poisson_rate(observed, years, level)
        rows += [
            ("transplants_per_year", a_year, *all_years, observed, years, "years", "Poisson, Jeffreys"),
            ("per_year", yearly.estimate, *yearly.interval, found.patients, found.years, "years", "Poisson, Jeffreys"),
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _nothing(why: str) -> pd.DataFrame:
    nothing = (float("nan"),) * 3
    rows = [(name, *nothing, 0, 0, of, why) for name, of in MEASURES.items()]
    return pd.DataFrame(rows, columns=list(COLUMNS))
