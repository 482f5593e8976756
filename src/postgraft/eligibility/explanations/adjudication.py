"""What the site ruled."""

from __future__ import annotations

import numpy as np

from postgraft.criteria.concepts.adjudications import adjudicated
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.reason import Reason, Used
from postgraft.eligibility.explanations.wording import verdict_name


def ruling(case: Case, name: str) -> Reason | None:
    """The adjudication of a criterion or component in force today, with its source; None where there is none."""
    found = adjudicated(case.block, name)
    if found.rows.size == 0 or found.cells[0, case.day] < 0:
        return None
    verdict, since = int(found.cells[0, case.day]), int(found.since[0, case.day])
    rows = case.rows("adjudications", lambda rows: rows.isin("criterion", (name,)))
    rows = rows.where((rows.day == since) & (rows["verdict"] == verdict) & (rows["end"] >= case.day))
    codes = np.unique(rows["source"][rows["source"] >= 0])
    sources = ", ".join(rows.labels["source"][code] for code in codes.tolist())
    last = int(rows["end"].max())
    used = Used(
        "adjudication",
        since,
        last if last <= case.day else None,
        result=verdict_name(verdict),
        detail=sources,
    )
    text = f"adjudicated by the site as {verdict_name(verdict)} since day {since} (source: {sources or 'not given'})"
    return Reason(verdict, text, (used,))
