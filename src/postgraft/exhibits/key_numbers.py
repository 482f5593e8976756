"""The few numbers of a notebook by name, for programs; its answer carries them."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from postgraft.analysis.amendments import BASE
from postgraft.analysis.barriers import SUFFIX
from postgraft.api import Outcome
from postgraft.disclosure.released_count import ReleasedCount
from postgraft.evaluation.count import hidden
from postgraft.exhibits.figure import number, percent
from postgraft.exhibits.said import ci
from postgraft.exhibits.tables import MISSING
from postgraft.forecast.forecast import Forecast
from postgraft.forecast.key_figures import BASIS_WORDS, chance
from postgraft.vocabulary.carried import POPULATION, STATUSES, UPPER, Number

SHARES: Final = {"eligible_share": "eligible", "eligible_or_possible_share": "eligible_or_possible"}
FORECAST: Final = ("new_eligible_per_year", "enrolled_by_deadline", "probability_by_deadline", "date_of_target")
NONE: Final = "none"
NO_FORECAST: Final = "no forecast"
AMENDED: Final = ("eligible", "eligible_or_possible", "gained", "lost")
"""What each amendment has a number of, named ``gained.NAME OF THE AMENDMENT``."""


def key_numbers(outcome: Outcome) -> dict[str, Number]:
    """Patients, and how many of them are eligible and not ruled out, for the protocol's length of stretch.

    Shares are of the patients with an allogeneic transplant, to three decimals, each with Wilson's interval; at level
    release both are of the printed counts, as text in whole percent.
    """
    frame = outcome.summary()
    length, of_all = outcome.protocol.eligible_days_min, frame["denominator"] == "transplanted"
    stretch = frame["measure"].isin(STATUSES)
    kept = frame[~stretch | ((frame["days"] == length) & of_all)].set_index("measure")
    counts = {name: _count(kept.loc[name, "count"]) for name in (*POPULATION, *STATUSES) if name in kept.index}
    shares: dict[str, Number] = {}
    for name, of in SHARES.items():
        row = kept.loc[of]
        low, high = _interval(row["count"], row["of"])
        shares |= {name: _share(row["share"], row["of"]), f"{name}_low": low, f"{name}_high": high}
    return {**counts, **shares}


def barrier_numbers(outcome: Outcome) -> dict[str, Number]:
    """Patients kept out, and the criteria that cost most; names that end in ``_or_possible`` are of the upper bound.

    Criteria are named as in the contract; several of one size are named together. Shares have one decimal.
    """
    costs, people = outcome.barriers().set_index("criterion"), outcome.kept_out().set_index("counting")
    numbers: dict[str, Number] = {}
    for counting, suffix in SUFFIX.items():
        numbers[f"kept_out{suffix}"] = _count(people.loc[counting, "kept_out"])
        numbers |= _largest(costs[f"shapley{suffix}"], "shapley_top", suffix)
        numbers |= _largest(costs[f"gain_if_dropped{suffix}"], "gain_top", suffix)
    return numbers


def compared_numbers(compared: pd.DataFrame) -> dict[str, Number]:
    """The protocol's numbers, the amendment that gains most, and four of each change; ``compared`` as of ``compare``.

    Those of an amendment are named ``MEASURE.NAME``.
    """
    by_name = compared.set_index("amendment").rename(
        columns={"certain": "eligible", "certain_or_possible": "eligible_or_possible"}
    )
    base, amended = by_name.loc[BASE], by_name.drop(BASE)
    numbers: dict[str, Number] = {
        "transplanted": _count(base["of"]),
        "eligible": _count(base["eligible"]),
        "eligible_or_possible": _count(base["eligible_or_possible"]),
        **_largest(amended.loc[amended["kind"] == "amendment", "gained"], "gained_top", ""),
    }
    numbers |= {
        f"{measure}.{name}": _count(amended.loc[name, measure]) for name in amended.index for measure in AMENDED
    }
    return numbers


def forecast_numbers(forecast: Forecast) -> dict[str, Number]:
    """Target, day of the forecast, deadline and what is forecast for both bases; of amendments as ``MEASURE.NAME``.

    Names that end in ``_or_possible`` count who is eligible or possible. Rates and expected numbers have three
    digits, probabilities three decimals; the table has those of the protocol itself.
    """
    plan = forecast.plan
    numbers: dict[str, Number] = {
        "target": plan.target,
        "as_of": forecast.placed.begin.isoformat(),
        "deadline": plan.deadline.isoformat(),
    }
    of_protocol = forecast.cases[0].protocol
    for case in forecast.cases:
        own = forecast.figures(case.protocol, case.basis)
        found = {name: forecast_value(name, one.value, forecast) for name, one in own.items()}
        upper = UPPER if case.basis != next(iter(BASIS_WORDS)) else ""
        amendment = "" if case.protocol == of_protocol else f".{case.protocol}"
        numbers |= {f"{name}{upper}{amendment}": found.get(name, NO_FORECAST) for name in FORECAST}
    return numbers


def forecast_value(measure: str, value: Any, forecast: Forecast) -> Number:
    """A key figure for programs: a date in ISO form, a probability with three decimals, a rate with three digits."""
    if value is None:
        return f"after {forecast.last_date.year}" if measure == "date_of_target" else MISSING
    if isinstance(value, date):
        return value.isoformat()
    if measure == "probability_by_deadline":
        # What is neither 0 nor 1 is not written as either.
        return round(value, 3) if chance(value)[0].isdigit() else chance(value)
    return float(f"{value:.3g}")


def _count(count: Any) -> Number:
    return int(count) if isinstance(count, int | np.integer) else number(count)


def _share(share: Any, of: Any) -> Number:
    if pd.isna(share):
        return MISSING
    return percent(share, of) if isinstance(of, ReleasedCount) else round(float(share), 3)


def _interval(count: Any, of: Any) -> tuple[Number, Number]:
    """Wilson's interval of a share, to as many decimals as the share has; nothing where a count is hidden."""
    printed = [one for one in (count, of) if isinstance(one, ReleasedCount)]
    if not all(one.exact for one in printed):
        return MISSING, MISSING
    low, high = ci(count, of)
    return _share(low, of), _share(high, of)


def _largest(costs: pd.Series, name: str, suffix: str) -> dict[str, Number]:
    """Who or what costs most, and how much; ``none`` where nothing does, no number where it is hidden."""
    amounts = costs.astype(float)
    if len(costs) and amounts.isna().all():
        return {}
    most = amounts.max() if len(costs) else 0
    if not most > 0:
        return {f"{name}{suffix}": NONE, f"{name}_patients{suffix}": 0}
    equal = np.isclose(amounts, most)
    if hidden(costs[equal].iloc[0]):
        return {}
    top = ", ".join(str(one) for one in costs.index[equal])
    return {f"{name}{suffix}": top, f"{name}_patients{suffix}": _patients(costs[equal].iloc[0])}


def _patients(cost: Any) -> Number:
    """A count, or a sum of shares of patients with one decimal."""
    if isinstance(cost, int | np.integer | ReleasedCount):
        return _count(cost)
    rounded = round(float(cost), 1)
    return int(rounded) if rounded == int(rounded) else rounded
