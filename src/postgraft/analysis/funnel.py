"""Where patients are lost on the way through the criteria, in protocol order."""

from __future__ import annotations

import numpy as np
import pandas as pd

from postgraft.analysis.summary import by_patient
from postgraft.evaluation.count import column
from postgraft.evaluation.evaluated import Evaluated
from postgraft.vocabulary.verdicts import FAIL, PASS

LEFT = ("remaining_eligible", "remaining_possible")
LOST = ("lost_eligible", "lost_possible")


def funnel(outcome: Evaluated) -> pd.DataFrame:
    """In protocol order: patients left when this and all earlier criteria hold on one day.

    Columns criterion, statements, remaining_eligible (all PASS), remaining_possible (none FAIL), and who is lost
    at the step: lost_eligible, lost_possible. Lost at the first one are those whom it takes of all patients with
    an observed day.
    """
    best, seen = outcome.screened.remaining, outcome.observations
    observed = by_patient(outcome, seen.first <= seen.last)
    criteria = outcome.protocol.criteria
    steps = range(len(criteria))
    left = {
        "eligible": [by_patient(outcome, best[:, i] == PASS) for i in steps],
        "possible": [by_patient(outcome, best[:, i] != FAIL) for i in steps],
    }
    lost = {
        name: [before & ~after for before, after in zip((observed, *sets), sets, strict=False)]
        for name, sets in left.items()
    }
    groups = [*left.values(), *lost.values()]
    counts = iter(outcome.count(np.array([marked for group in groups for marked in group])))
    return pd.DataFrame(
        {
            "criterion": list(criteria),
            "statements": [", ".join(criterion.statements) for criterion in criteria.values()],
            **{name: column([next(counts) for _ in steps]) for name in (*LEFT, *LOST)},
        }
    )
