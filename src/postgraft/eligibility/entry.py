"""Who is new: the one rule for transplants that come under observation late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from postgraft.eligibility.outcome import Outcome


def earliest_day(outcome: Outcome) -> int:
    """The first day after a transplant on which somebody can be eligible: 0 where no time since it is asked."""
    asked = "days_since_transplant" in outcome.screened.kept
    return int(outcome.protocol.days_since_transplant_min) if asked else 0


def at_risk_after(outcome: Outcome) -> NDArray[np.int64]:
    """The day after which each transplant can be seen to become eligible, shape (transplants,).

    A patient is *new* on the first day of the first eligible stretch, if it is seen to begin. A stretch that is open on
    the first observed day is not, unless nobody could have been eligible before: since when it was open is not
    known. Such a patient is prevalent: counted as eligible and in the pool of a day, but not among the new of a
    rate, of a month or of the incidence, nor among those at risk there. So a transplant is at risk from the day after
    the first observed one on (left truncation: N Keiding, RD Gill, Ann Stat 1990;18:582); from the first observed one
    on where that is not later than ``earliest_day``.

    Two things an extract does not show: whether a stretch had ended before observation began (who has another later is
    counted as new), and who became eligible while the tables are not yet complete for as long as a criterion
    looks back.
    """
    first = outcome.observations.first.astype(np.int64)
    return np.where(first > earliest_day(outcome), first, first - 1)
