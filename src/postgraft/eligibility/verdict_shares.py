"""How often each criterion is met, not known and failed, by patient and by day."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.criteria import CRITERIA
from postgraft.eligibility.outcome import Outcome
from postgraft.eligibility.summary import populations
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN, VERDICT_NAMES


def verdict_shares(outcome: Outcome) -> pd.DataFrame:
    """Per criterion and verdict: population, unit, criterion, verdict, count, of, share; in protocol order.

    Of the population "observed" the patients by their best verdict on an observed day, and the observed days
    (unit "days") by verdict; of "cytopenia", patients whose immune cytopenia is certain on some day, the
    patients likewise. A best verdict of UNKNOWN means that the criterion is met on no day, but not ruled out.
    """
    groups = populations(outcome)
    days = outcome.screened.person_days
    rows = []
    for i, criterion in enumerate(CRITERIA):
        best = _best(outcome, i)
        for verdict in (PASS, UNKNOWN, FAIL):
            for name in ("observed", "cytopenia"):
                group = groups[name]
                count = int((group & (best == verdict)).sum())
                rows.append((name, "patients", criterion.name, verdict, count, int(group.sum())))
            rows.append(
                ("observed", "days", criterion.name, verdict, int(days[i, verdict]), int(days[i].sum()))
            )
    frame = pd.DataFrame(rows, columns=["population", "unit", "criterion", "verdict", "count", "of"])
    share = frame["count"] / frame["of"].where(frame["of"] > 0)
    return frame.assign(verdict=np.array(VERDICT_NAMES)[frame["verdict"]], share=share)


def _best(outcome: Outcome, criterion: int) -> NDArray[np.int8]:
    """Best verdict of each patient of the extract on an observed day, -1 without one."""
    best = np.full(len(outcome.extract.patients), -1, np.int8)
    np.maximum.at(best, outcome.observations.patient, outcome.screened.best[:, criterion])
    return best
