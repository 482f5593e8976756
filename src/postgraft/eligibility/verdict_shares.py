"""How often each criterion is met, not known and failed, by patient and by day."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.criteria import CRITERIA
from postgraft.eligibility.counting import Count, column, exact, shares
from postgraft.eligibility.guarded import Guarded, opened
from postgraft.eligibility.outcome import Outcome
from postgraft.eligibility.summary import populations
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN, VERDICT_NAMES


def verdict_shares(outcome: Outcome | Guarded, count: Count = exact) -> pd.DataFrame:
    """Per criterion and verdict: population, unit, criterion, verdict, count, of, share; in protocol order.

    Of the population "observed" the patients by their best verdict on an observed day, and the observed days
    (unit "days") by verdict; of "cytopenia", patients whose immune cytopenia is certain on some day, the
    patients likewise. A best verdict of UNKNOWN means that the criterion is met on no day, but not ruled out.
    Days are not given out but exactly.
    """
    outcome, count = opened(outcome, count)
    groups = {
        name: group for name, group in populations(outcome).items() if name in ("observed", "cytopenia")
    }
    sizes = dict(zip(groups, count(np.array(list(groups.values()))), strict=True))
    days = outcome.screened.person_days
    rows, sets = [], []
    for i, criterion in enumerate(CRITERIA):
        best = _best(outcome, i)
        for verdict in (PASS, UNKNOWN, FAIL):
            for name, group in groups.items():
                sets.append(group & (best == verdict))
                rows.append((name, "patients", criterion.name, verdict, len(sets) - 1, sizes[name]))
            if count is exact:
                seen, of = int(days[i, verdict]), int(days[i].sum())
                rows.append(("observed", "days", criterion.name, verdict, seen, of))
    counts = count(np.array(sets))
    frame = pd.DataFrame(rows, columns=["population", "unit", "criterion", "verdict", "count", "of"])
    frame["count"] = column(
        [
            counts[n] if unit == "patients" else n
            for unit, n in zip(frame["unit"], frame["count"], strict=True)
        ]
    )
    return frame.assign(
        of=column(frame["of"].tolist()),
        verdict=np.array(VERDICT_NAMES)[frame["verdict"]],
        share=shares(frame["count"].tolist(), frame["of"].tolist()),
    )


def _best(outcome: Outcome, criterion: int) -> NDArray[np.int8]:
    """Best verdict of each patient of the extract on an observed day, -1 without one."""
    best = np.full(len(outcome.extract.patients), -1, np.int8)
    np.maximum.at(best, outcome.observations.patient, outcome.screened.best[:, criterion])
    return best
