"""Cumulative incidence among competing causes, and how long a spell lasts, in whole days."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from postgraft.estimation.intervals import LEVEL, normal_quantile, score_bounds

Floats = NDArray[np.float64]


class Curve(NamedTuple):
    """A chance by day, arrays of shape (days,): bounds lie in 0 … 1, both included, around the estimate.

    ``at_risk``: those under observation on the day and free of every event before it. ``events``: of the kind
    in question, up to and including the day.
    """

    day: Floats
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    estimate: Floats
    standard_error: Floats
    low: Floats
    high: Floats


def cumulative_incidence(
    entry: ArrayLike,
    exit: ArrayLike,
    cause: ArrayLike,
    of_interest: int,
    at: Sequence[float] | None = None,
    level: float = LEVEL,
) -> Curve:
    """Aalen–Johansen chance that an event of one cause has happened by a day, others competing, some entering late.

    ``entry``, ``exit`` (days) and ``cause`` (0: censored, else which event) have shape (subjects,). A subject is at
    risk on the days entry < t ≤ exit: whoever comes under observation on a day is there because no event had
    happened by then, so that an event on the very day of entry could not have been counted against them; one who
    could have is given the day before as entry. On a tie, events come before censoring, and events of all causes
    take place together. With one cause it is 1 - Kaplan–Meier.

    ``at`` are the days the curve is wanted for; None: each distinct day of an event of interest. Days after the
    last exit are nan, unless every subject has had an event by then. With late entry look at ``at_risk`` first:
    where the first events meet one or two subjects, the curve jumps to nearly 1 and stays there.

    The standard error is the delta-method one for competing events (GE Dinse, MG Larson, Biometrika 1986;73:379;
    E Marubini, MG Valsecchi, Analysing Survival Data, 1995, 10.2), which is Greenwood's with one cause. The
    interval is Wilson's for the number of patients who would give that standard error (KJ Rothman, J Chronic Dis
    1978;31:557). It holds with few events, where log(-log) and Wald fall short, and before the first of them, where
    the number is ``at_risk``. Once all have had an event, the number is the one before that day.

    Raises:
        ValueError: shapes differ, no subject, a missing value, entry ≥ exit, a negative cause, or of_interest < 1.

    Source: OO Aalen, S Johansen, Scand J Stat 1978;5:141; late entry: N Keiding, RD Gill, Ann Stat 1990;18:582.

    >>> curve = cumulative_incidence([0, 0, 0, 0], [3, 5, 5, 8], [1, 2, 1, 0], of_interest=1)
    >>> curve.estimate.tolist(), curve.at_risk.tolist()
    ([0.25, 0.5], [4, 3])
    """
    start, stop, why = _checked(entry, exit, cause, of_interest)
    quantile = normal_quantile(level)
    days = np.unique(stop[why > 0])
    at_risk = _at_risk(start, stop, days)
    events = _count(stop[why > 0], days)
    wanted = _count(stop[why == of_interest], days)
    after = np.cumprod(1 - events / at_risk)  # free of every event after each day
    before = np.concatenate([[1.0], after])[:-1]
    risen = np.cumsum(before * wanted / at_risk)
    variance = _variance(at_risk, events, wanted, before, risen)
    size = _sizes(risen, variance, at_risk)

    asked = np.unique(stop[why == of_interest]) if at is None else np.asarray(at, np.float64)
    last = np.searchsorted(days, asked, side="right")  # 0: before the first event
    ended = np.concatenate([[False], after == 0])[last]
    known = (asked <= stop.max()) | ended
    now = _at_risk(start, stop, asked)
    estimate = np.where(known, np.concatenate([[0.0], risen])[last], np.nan)
    error = np.where(known, np.sqrt(np.concatenate([[0.0], variance])[last]), np.nan)
    patients = np.where(estimate > 0, np.concatenate([[0.0], size])[last], now)
    low, high = score_bounds(estimate, patients, quantile)
    counted = np.concatenate([[0], np.cumsum(wanted)])[last]
    return Curve(asked, now, counted, estimate, error, low, high)


def still(duration: ArrayLike, ended: ArrayLike, at: Sequence[float], level: float = LEVEL) -> Curve:
    """Chance that a spell that has begun still lasts ``at`` days later (Kaplan–Meier).

    ``duration`` (spells,): observed length in days, the first day included, so at least 1. ``ended`` (spells,):
    whether it was seen to end; if not, observation stopped with it. A spell of d days counts as lasting on
    days 0 … d - 1 after its first. One seen to end is known not to last on day d; of one not seen to end, day d
    is unknown, so that it leaves after day d - 1. ``events`` are spells that have ended by the day.

    Raises:
        ValueError: shapes differ, no spell, or a duration under 1 day.

    >>> still([1, 3, 3, 5], [True, True, False, True], at=[0, 1, 2, 3]).estimate.tolist()
    [1.0, 0.75, 0.75, 0.375]
    """
    length, over = np.asarray(duration, np.float64), np.asarray(ended, bool)
    if length.shape != over.shape or not (length >= 1).all():
        raise ValueError("a spell needs a duration of at least 1 day, and whether it ended")
    gone = cumulative_incidence(np.full(length.shape, -1.0), np.where(over, length, length - 1), over, 1, at, level)
    return gone._replace(estimate=1 - gone.estimate, low=1 - gone.high, high=1 - gone.low)


def _checked(
    entry: ArrayLike, exit: ArrayLike, cause: ArrayLike, of_interest: int
) -> tuple[Floats, Floats, NDArray[Any]]:
    start, stop, why = np.asarray(entry, np.float64), np.asarray(exit, np.float64), np.asarray(cause)
    if start.ndim != 1 or start.size == 0 or not start.shape == stop.shape == why.shape:
        raise ValueError(
            f"entry, exit and cause need one value a subject; got shapes {start.shape}, {stop.shape}, {why.shape}"
        )
    if not (start < stop).all():
        raise ValueError("every subject must enter before it leaves; some entry is missing or not before its exit")
    if of_interest < 1 or not (why >= 0).all():
        raise ValueError("causes are whole numbers from 1 on, 0 is censored")
    return start, stop, why


def _at_risk(start: Floats, stop: Floats, days: Floats) -> NDArray[np.int64]:
    """How many have entered before each day and not left before it."""
    entered = np.searchsorted(np.sort(start), days, side="left")
    left = np.searchsorted(np.sort(stop), days, side="left")
    return np.asarray(entered - left)


def _count(when: Floats, days: Floats) -> NDArray[np.int64]:
    """How many fall on each of the distinct days; all of them must be among those."""
    return np.bincount(np.searchsorted(days, when), minlength=days.size)


def _variance(
    at_risk: NDArray[Any], events: NDArray[Any], wanted: NDArray[Any], before: Floats, risen: Floats
) -> Floats:
    """Delta-method variance of the cumulative incidence after each event day."""
    # Nothing follows the day on which all have had an event, so that its term is multiplied by 0 throughout.
    left = np.where(at_risk > events, at_risk - events, 1)
    all_causes = np.where(at_risk > events, events / (at_risk * left), 0.0)
    own = before**2 * (at_risk - wanted) * wanted / at_risk**3.0
    both = before * wanted / at_risk**2.0
    spread = (
        risen**2 * np.cumsum(all_causes) - 2 * risen * np.cumsum(risen * all_causes) + np.cumsum(risen**2 * all_causes)
    )
    joint = risen * np.cumsum(both) - np.cumsum(risen * both)
    return np.asarray(np.maximum(spread + np.cumsum(own) - 2 * joint, 0.0))


def _sizes(risen: Floats, variance: Floats, at_risk: NDArray[Any]) -> Floats:
    """How many patients would give each variance; where it is 0, as many as before, at first those at risk."""
    inside = (variance > 0) & (risen < 1)
    size = np.where(inside, risen * (1 - risen) / np.where(inside, variance, 1.0), 0.0)
    last = np.maximum.accumulate(np.where(inside, np.arange(risen.size), -1))
    return np.where(last >= 0, size[last], at_risk).astype(np.float64)
