"""How many eligible patients 100 transplants, and a year, bring."""

from __future__ import annotations

from typing import Final

import pandas as pd

from postgraft.eligibility.forecasting.incoming import incoming
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

    ``per_100_transplants``: patients per 100 observed transplants, as they were followed.
    ``per_100_transplants_followed``: were all followed as long as the longest (see ``incoming``).
    ``transplants_per_year``; ``per_year``: new eligible patients a year, the product of the two before. A patient
    counts once. The last three are missing where the extract does not tell the transplants a year; ``method`` says
    so. Where no transplant was observed all are. ``basis`` and ``transplants_per_year`` as of ``incoming``.

    Raises:
        PostgraftError: another basis.
    """
    if not (outcome.observations.last >= outcome.observations.first).any():
        nothing = (float("nan"),) * 3
        rows: list[tuple[object, ...]] = [
            (name, *nothing, 0, 0, of, "no transplant was observed") for name, of in MEASURES.items()
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))
    why = ""
    try:
        found = incoming(outcome, basis, transplants_per_year)
    except PostgraftError as error:
        # The number a year is all that is wanting: the share does not depend on it.
        if transplants_per_year is not None:
            raise
        found, why = incoming(outcome, basis, 1.0), str(error)
    low, high = wilson(found.patients, found.transplants, level)
    counted = (found.patients, found.transplants, "observed transplants")
    crude = 100 * found.patients / found.transplants
    rows = [("per_100_transplants", crude, 100 * low, 100 * high, *counted, "Wilson")]
    a_year = found.transplants_per_year
    yearly = poisson_rate(found.patients, found.years, level)
    scaled = (100 * bound / a_year for bound in yearly)
    method = f"Aalen–Johansen, within {found.followed_days} days; Poisson, Jeffreys"
    rows.append(("per_100_transplants_followed", 100 * found.share, *scaled, *counted, method))
    if why:
        nothing = (float("nan"),) * 3
        rows += [
            ("transplants_per_year", *nothing, found.transplants, None, "years", why),
            ("per_year", *nothing, found.patients, None, "years", why),
        ]
    else:
        years = found.transplants / a_year
        all_years = poisson_rate(found.transplants, years, level)
        rows += [
            (
                "transplants_per_year",
                a_year,
                *all_years,
                found.transplants,
                years,
                "years",
                "Poisson, Jeffreys",
            ),
            (
                "per_year",
                found.share * a_year,
                *yearly,
                found.patients,
                found.years,
                "years",
                "Poisson, Jeffreys",
            ),
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
