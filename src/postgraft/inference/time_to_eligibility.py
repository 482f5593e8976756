"""When transplants first become eligible: cumulative incidence among what makes it impossible.

How likely it is that an eligible patient still is some days later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.analysis.duration import first_stretches
from postgraft.analysis.entry import earliest_day, observed_late
from postgraft.estimation.incidence import cumulative_incidence, still
from postgraft.estimation.intervals import LEVEL, normal_quantile, score_bounds
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.observations import ENDS
from postgraft.timeline.spells import Spells
from postgraft.vocabulary.errors import PostgraftError
from postgraft.vocabulary.shown import quoted
from postgraft.vocabulary.verdicts import FAIL, PASS

Days = NDArray[np.int64]
Origin = Literal["day", "cytopenia"]
CAUSES: Final = ("eligible", "death", "relapse", "next_transplant")
"""What may come first; positions from 1 on are the causes of the estimator, 0 is censored."""
NEVER: Final = 10**6


@dataclass(frozen=True)
class Incidence:
    """Chance by day that a transplant has become eligible, and that something else came first.

    ``curve``: a row per cause and day, columns cause (``CAUSES``), day (after the transplant, or after the onset of
    the cytopenia), at_risk (transplants under observation on it without any event before), events (of the cause,
    up to and including it), estimate, low, high. ``transplants``: how many come under observation at all;
    ``left_out``: why the others don't. ``eligible_after_relapse``: transplants that became eligible after a
    relapse, here counted as relapse.
    """

    origin: Origin
    basis: str
    start: int
    transplants: int
    left_out: Mapping[str, int]
    eligible_after_relapse: int
    curve: pd.DataFrame

    def __repr__(self) -> str:
        return (
            f"<Incidence by {self.origin} of {quoted(self.basis)}: {self.transplants:,} transplants from day "
            f"{self.start} on>"
        )

    def at(self, day: int) -> pd.DataFrame:
        """The rows of one day; of a day after the last under observation there is none."""
        return self.curve[self.curve["day"] == day].reset_index(drop=True)


def incidence(outcome: Evaluated, origin: Origin = "day", basis: str = "eligible", level: float = LEVEL) -> Incidence:
    """Aalen–Johansen cumulative incidence of the first eligible day of each transplant.

    ``origin``: "day", days after the transplant from ``earliest_day`` on; "cytopenia", days after the
    first day with ``immune_cytopenia`` PASS. ``basis``: "eligible", or "eligible_or_possible" for the first day on
    which nothing rules it out. Death, the first relapse (while ``no_relapse`` is asked) and the next transplant
    compete; the other ends of observation censor, so many days earlier as a stretch needs to be seen whole, and an
    event after that day is not counted.
    Transplants observed late are left out, see ``observed_late``; counted from the onset, those whose cytopenia is
    there on a first observed day after day 0, as its onset was not seen.

    Raises:
        PostgraftError: another origin or basis.
    """
    _check(origin, basis)
    kept, seen = outcome.screened, outcome.observations
    first, last = seen.first.astype(np.int64), seen.last.astype(np.int64)
    became = _or_never(kept.first_eligible_day if basis == "eligible" else kept.first_possible_day)
    asked = "no_relapse" in kept.kept
    relapsed = first_day(kept.spells, "no_relapse", FAIL) if asked else np.full(len(seen), NEVER)
    day_min = earliest_day(outcome)
    known = "immune_cytopenia" in kept.names
    onset = first_day(kept.spells, "immune_cytopenia", PASS) if known else np.full(len(seen), NEVER)
    zero = np.full(len(seen), day_min) if origin == "day" else onset
    entry = zero - 1

    event = np.minimum(became, relapsed)
    cause = np.where(became <= relapsed, 1, 3)
    final = {ENDS.index("death"): 2, ENDS.index("next_transplant"): 4}
    ended = np.array([final.get(end, 0) for end in range(len(ENDS))])[seen.ended_by]
    cause = np.where(event < NEVER, cause, ended)
    # What comes after the day on which observation would have censored is not seen of anybody: else only those with
    # an event would be left at risk on the last days. Of who died that day is the end of all observation.
    censored = np.where(ended > 0, _end_of_all(outcome), last) - (kept.spans[0] - 1)
    stop = np.where(event < NEVER, event, np.where(ended > 0, last, censored))
    cause = np.where(stop > censored, 0, cause)
    stop = np.minimum(stop, censored)

    reasons = {
        "not observed on that day or later" if origin == "day" else "no certain cytopenia": (last < zero)
        | (first > last),
        "observed from a later day on": (origin == "day") & observed_late(outcome),
        "cytopenia already there when observation began": (origin == "cytopenia") & (first > 0) & (zero == first),
        "eligible before": became <= entry,
        "relapsed before": relapsed <= entry,
        "observed too briefly": stop <= entry,
    }
    left, left_out = np.zeros(len(seen), bool), {}
    for words, marked in reasons.items():
        left_out[words] = int((marked & ~left).sum())
        left |= marked
    rows = np.flatnonzero(~left)
    shift = np.zeros_like(rows) if origin == "day" else zero[rows]
    after_relapse = int(((became < NEVER) & (relapsed < became))[rows].sum())
    curve = _curve(entry[rows] - shift, stop[rows] - shift, cause[rows], level)
    start = day_min if origin == "day" else 0
    return Incidence(origin, basis, start, rows.size, left_out, after_relapse, curve)


def first_day(spells: Spells, name: str, verdict: int) -> Days:
    """First observed day of each row with the verdict (PASS or FAIL) of a name; ``NEVER`` without one."""
    bit = spells.bits(name)
    against = spells.failed | spells.unknown
    holds = (against & bit) == 0 if verdict == PASS else (spells.failed & bit) != 0
    found = np.full(spells.last.size, NEVER)
    row, at = np.unique(spells.row[holds], return_index=True)
    found[row] = spells.start[holds][at]
    return found


def _curve(entry: Days, stop: Days, cause: Days, level: float) -> pd.DataFrame:
    columns = ["cause", "day", "at_risk", "events", "estimate", "low", "high"]
    if entry.size == 0:
        return pd.DataFrame(columns=columns)
    days = np.arange(entry.min() + 1, stop.max() + 1)
    parts = []
    for position, name in enumerate(CAUSES, start=1):
        found = cumulative_incidence(entry, stop, cause, position, days.tolist(), level)
        part = pd.DataFrame({column: getattr(found, column) for column in columns[2:]})
        parts.append(part.assign(cause=name, day=days)[columns])
    return pd.concat(parts, ignore_index=True)


def _end_of_all(outcome: Evaluated) -> Days:
    """The day on which observation of each transplant ends at the latest, whatever happens to the patient."""
    end = np.full(len(outcome.observations), outcome.protocol.horizon_days, np.int64)
    extracted = outcome.extract.extracted_on
    return end if extracted is None else np.minimum(end, int(extracted) - outcome.observations.day0)


def _or_never(day: NDArray[np.int32]) -> Days:
    return np.where(day < 0, NEVER, day.astype(np.int64))


def _check(origin: str, basis: str) -> None:
    for name, found, accepted in (
        ("origin", origin, ("day", "cytopenia")),
        ("basis", basis, ("eligible", "eligible_or_possible")),
    ):
        if found not in accepted:
            raise PostgraftError(f"{name}: found {found!r}; accepted are {', '.join(accepted)}")


AHEAD: Final = (7, 14, 28)
"""Days for which the chance is told unless others are asked for."""
ENDED: Final = ("death", "next_transplant")
"""Ends of observation after which nobody is eligible for certain; at the others it may have gone on."""


def persistence(outcome: Evaluated, days: Sequence[int] = AHEAD, level: float = LEVEL) -> pd.DataFrame:
    """Chance of still being eligible ``days`` later: view, days, estimate, low, high, count, of, denominator, method.

    View "first": after the first day of a patient's first eligible stretch, every patient once (Kaplan–Meier; count:
    stretches that had ended by then). It lasts at least ``eligible_days_min`` days by definition. View "any": after
    whatever eligible day, such as the one on which a trial opens: of the eligible days whose day so much later is
    known, those on which the patient is eligible again or still (count), with the interval of a ratio by patients.
    A stretch also ends when something is no longer known, and with death or the next transplant.
    """
    asked = list(days)
    found = first_stretches(outcome)
    rows: list[tuple[object, ...]] = []
    if len(found):
        ended = (found["ended_by"] != "unseen") | found["reason"].isin(ENDED)
        curve = still(found["days"].to_numpy(), ended.to_numpy(), asked, level)
        for i, ahead in enumerate(asked):
            values = (curve.estimate[i], curve.low[i], curve.high[i], int(curve.events[i]), len(found))
            rows.append(("first", ahead, *values, "first eligible stretches", "Kaplan–Meier"))
    rows += [_any(outcome, ahead, level) for ahead in asked]
    columns = ["view", "days", "estimate", "low", "high", "count", "of", "denominator", "method"]
    return pd.DataFrame(rows, columns=columns)


def _any(outcome: Evaluated, ahead: int, level: float) -> tuple[object, ...]:
    kept, seen = outcome.screened, outcome.observations
    runs = kept.certain_stretches
    begin, length = runs.start.astype(np.int64), runs.days.astype(np.int64)
    last = seen.last[runs.row].astype(np.int64)
    final = np.isin(np.array(ENDS)[seen.ended_by[runs.row]], ENDED)
    known = np.where(final, length, np.clip(last - ahead - begin + 1, 0, length))
    again = np.zeros(len(runs.first), np.int64)
    of_row = [np.searchsorted(runs.row, runs.row, side) for side in ("left", "right")]
    for later, (start, stop) in enumerate(zip(*of_row, strict=True)):
        same = np.arange(start, stop)  # days of this stretch that lie so much after days of one of its row
        low = np.maximum(begin[same] + ahead, begin[later])
        high = np.minimum(begin[same] + length[same] - 1 + ahead, begin[later] + length[later] - 1)
        np.add.at(again, same, np.maximum(high - low + 1, 0))
    patient = seen.patient[runs.row]
    pairs = pd.DataFrame({"again": again, "known": known}).groupby(patient).sum()
    hit, of = pairs["again"].to_numpy(float), pairs["known"].to_numpy(float)
    total = of.sum()
    if total == 0:
        return ("any", ahead, float("nan"), float("nan"), float("nan"), 0, 0, "eligible days", "ratio by patients")
    share = hit.sum() / total
    spread = np.sum((hit - share * of) ** 2) * of.size / max(of.size - 1, 1) / total**2
    size = share * (1 - share) / spread if spread > 0 else float(of.size)
    low, high = score_bounds(np.array(share), np.array(min(size, total)), normal_quantile(level))
    counts = (int(hit.sum()), int(total))
    return ("any", ahead, share, float(low), float(high), *counts, "eligible days", "ratio by patients")
