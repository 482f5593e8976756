"""Chart review: a stratified sample is drawn, and what people found in it says something of the cohort."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from postgraft.eligibility.estimates.bounds import share_row
from postgraft.eligibility.estimates.review_file import STRATA
from postgraft.eligibility.outcome import Outcome
from postgraft.estimation.interval import LEVEL, Estimate
from postgraft.estimation.review import Stratum, review, sample_sizes
from postgraft.vocabulary.errors import PostgraftError
from postgraft.vocabulary.text import TEXT

COLUMNS: Final = ("patient_id", "stratum", "transplant", "day", "adjudicated", "comment")
LATE_DAY: Final = 100
"""Day to look at in the chart of an ineligible patient; the last observed one if that is earlier."""


def review_sample(outcome: Outcome, total: int, seed: int) -> pd.DataFrame:
    """A random sample of charts to review, of each stratum as many as ``sample_sizes`` says.

    Columns ``COLUMNS``; day: the first eligible day (certain), the first day without a FAIL (possible), else day 100
    or the last observed one. ``adjudicated`` is left empty for ``WORDS``, ``comment`` for whatever is worth it.
    Stratum and day are not for the reviewer: see ``sample_files``.
    The question is whether the patient was eligible for some ``eligible_days_min`` days after that transplant, which
    the day is only a help to see. Same arguments, same sample; the order tells nothing of the stratum.

    Raises:
        PostgraftError: too few charts, or a negative seed.
    """
    if seed < 0:
        raise PostgraftError(f"seed: found {seed}; accepted is a whole number from 0 on")
    frame = _frame(outcome)
    sizes = {name: int((frame["stratum"] == name).sum()) for name in STRATA.values()}
    try:
        wanted = sample_sizes(sizes, total)
    except ValueError as error:
        raise PostgraftError(f"total: {error}") from None
    rng = np.random.default_rng(seed)
    chosen = [
        rng.choice(np.flatnonzero(frame["stratum"] == name), size, replace=False)
        for name, size in wanted.items()
    ]
    rows = rng.permutation(np.concatenate(chosen))
    sample: pd.DataFrame = frame.iloc[rows].assign(adjudicated="", comment="")
    return sample.reset_index(drop=True)[list(COLUMNS)]


def _frame(outcome: Outcome) -> pd.DataFrame:
    patients, seen = outcome.patients, outcome.observations
    last = pd.Series(seen.last[outcome.counted_rows]).clip(lower=0)
    day = last.clip(upper=LATE_DAY).astype("Int64")
    stratum = patients["status"].map(STRATA)
    day = day.mask(stratum == "certain", patients["first_eligible_day"])
    day = day.mask(stratum == "possible", patients["first_possible_day"])
    return pd.DataFrame(
        {
            "patient_id": patients["patient_id"],
            "stratum": stratum.astype(TEXT),
            "transplant": patients["transplant"],
            "day": day.astype("int64"),
        }
    )


def reviewed(outcome: Outcome, found: pd.DataFrame, seed: int, level: float = LEVEL) -> pd.DataFrame:
    """What a review says of the cohort: a row per measure, columns as of ``bounds`` and stratum.

    ``reviewed``: charts found eligible of those reviewed, a stratum each. ``predictive_value``: share of truly
    eligible patients of a stratum. ``sensitivity``: share of all truly eligible that are in the stratum or a surer
    one. ``eligible_reviewed``: truly eligible patients of all transplanted, with the uncertainty of the review
    in its interval. See ``estimation.review``.

    Raises:
        PostgraftError: a stratum has patients but no reviewed chart.
    """
    names = outcome.patients["status"].map(STRATA)
    strata = {}
    for name in STRATA.values():
        own = found.loc[found["stratum"] == name, "eligible"]
        strata[name] = Stratum(int((names == name).sum()), len(own), int(own.sum()))
    try:
        result = review(strata, np.random.default_rng(seed), level)
    except ValueError as error:
        raise PostgraftError(f"review: {error}") from None
    size = len(outcome.patients)
    rows = []
    for name, one in strata.items():
        rows.append(
            share_row("reviewed", one.eligible, one.reviewed, "reviewed charts", level) | {"stratum": name}
        )
    method = "stratified sample, Jeffreys"

    def add(measure: str, value: Estimate, of: int, denominator: str, stratum: str | None) -> None:
        rows.append(
            {
                "measure": measure,
                "stratum": stratum,
                "of": of,
                "denominator": denominator,
                "estimate": value.estimate,
                "low": value.interval.low,
                "high": value.interval.high,
                "method": method,
            }
        )

    for name, value in result.predictive_value.items():
        add("predictive_value", value, strata[name].size, f"patients of the stratum {name}", name)
    for name, value in result.sensitivity.items():
        add("sensitivity", value, round(result.number.estimate), "truly eligible patients, estimated", name)
    low, high = result.number.interval
    share = (one / size if size else float("nan") for one in (result.number.estimate, low, high))
    estimate, low, high = share
    add(
        "eligible_reviewed",
        Estimate(estimate, type(result.number.interval)(low, high)),
        size,
        "transplanted",
        None,
    )
    return pd.DataFrame(rows).astype({"count": "Int64", "of": "Int64"})
