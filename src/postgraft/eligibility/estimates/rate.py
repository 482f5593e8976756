"""How many eligible patients 100 transplants, and a year, bring."""

from __future__ import annotations

from typing import Final

import pandas as pd

from postgraft.eligibility.forecasting.incoming import BASES, incoming
from postgraft.eligibility.outcome import Outcome
from postgraft.estimation.interval import LEVEL
from postgraft.estimation.proportions import wilson
from postgraft.estimation.rates import poisson_rate
from postgraft.vocabulary.errors import PostgraftError

COLUMNS: Final = ("measure", "estimate", "low", "high", "count", "of", "denominator", "method")
MEASURES: Final = {
    "per_100_transplants": "observed transplants",
    "per_100_transplants_followed": "observed transplants",
    "transplants_per_year": "years",
    "per_year": "years",
}
"""With what each is counted in."""


def rate(
    outcome: Outcome,
    basis: str = "eligible",
    transplants_per_year: float | None = None,
    level: float = LEVEL,
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
        (
            "per_100_transplants_followed",
            100 * found.share,
            *scaled,
            found.patients,
            found.transplants,
            of,
            method,
        )
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
            (
                "transplants_per_year",
                a_year,
                *all_years,
                observed,
                years,
                "years",
                "Poisson, Jeffreys",
            ),
            (
                "per_year",
                yearly.estimate,
                *yearly.interval,
                found.patients,
                found.years,
                "years",
                "Poisson, Jeffreys",
            ),
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _nothing(why: str) -> pd.DataFrame:
    nothing = (float("nan"),) * 3
    rows = [(name, *nothing, 0, 0, of, why) for name, of in MEASURES.items()]
    return pd.DataFrame(rows, columns=list(COLUMNS))
