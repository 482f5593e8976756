"""Who is new: the one rule for transplants that come under observation late."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from postgraft.evaluation.evaluated import Evaluated


def earliest_day(outcome: Evaluated) -> int:
    """The first day after a transplant on which somebody can be eligible: 0 where no time since it is asked."""
    asked = "days_since_transplant" in outcome.screened.kept
    return int(outcome.protocol.days_since_transplant_min) if asked else 0


def observed_late(outcome: Evaluated) -> NDArray[np.bool_]:
    """Transplants of which it cannot be told who is new, shape (transplants,).

    A patient is *new* on the first day of the first eligible stretch. That day is known if observation begins no later
    than ``earliest_day``. If it begins later, a stretch that is open on the first observed day began no one knows
    when (the patient is prevalent), and one seen to begin need not be the first, as another may have ended before. So
    no transplant of such a patient counts among the new, nor among those who could become so: in the rate, the
    forecast, the incidence and the months alike. As eligible, and in the pool of a day, the patient counts.

    To enter them on their first observed day (left truncation) would take for new who may have been eligible before.
    """
    seen = outcome.observations
    late = (seen.first > earliest_day(outcome)) & (seen.last >= seen.first)
    return np.isin(seen.patient, seen.patient[late])
