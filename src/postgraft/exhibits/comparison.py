"""Tables of amendments against the protocol, and of their best combinations."""

from __future__ import annotations

from typing import Any

import pandas as pd

from postgraft.exhibits.frames import rows
from postgraft.exhibits.labels import amendment_name
from postgraft.exhibits.style import counted, signed
from postgraft.exhibits.tables import MISSING, Table, table

COMPARED = {
    "amendment": "Amendment",
    "eligible": "Eligible",
    "possible": "Possible",
    "gained": "Gained",
    "lost": "Lost",
    "net": "Net",
    "difference": "Difference (95 % interval)",
    "median_first_eligible_day": "First eligible day, median",
    "eligible_days": "Eligible days",
    "changes": "What changes",
}
PAIRED = (
    "Gained, lost: patients eligible under the amendment only, under the protocol only. Difference: gained less "
    "lost as a share of all patients with a transplant, in percentage points, with Tango's score interval for "
    "paired proportions. No change: every value is the protocol's own."
)
DAYS = (
    "First eligible day: since transplant, median of the eligible patients. Eligible days: their sum over these "
    "patients. Possible patients come on top of the eligible ones."
)


def comparison_table(compared: pd.DataFrame) -> Table:
    """The protocol and its amendments, a row each; ``compared`` as of ``eligibility.compare``."""
    shown = compared.assign(
        amendment=[amendment_name(name) for name in compared["amendment"]],
        net=[signed(net) for net in compared["net"]],
        difference=[_difference(row) for row in rows(compared)],
        changes=[words or MISSING for words in compared["changes"]],
    )
    return table(
        shown,
        "Amendments compared",
        COMPARED,
        (f"Of {counted(compared['of'].iloc[0], 'patient')} with an allogeneic transplant.", PAIRED, DAYS),
        numbers=tuple(COMPARED)[1:-1],
    )


def _difference(row: Any) -> str:
    if pd.isna(row.difference):
        return MISSING
    if pd.isna(row.difference_low):
        return signed(100 * row.difference, 1)
    low, high = (signed(100 * end, 1) for end in (row.difference_low, row.difference_high))
    return f"{signed(100 * row.difference, 1)} ({low} to {high})"


def frontier_table(frontier: pd.DataFrame) -> Table:
    """The best combinations of each number of amendments; ``frontier`` as of ``eligibility.frontier``."""
    best = frontier[frontier["best"]].sort_values(["changes", "amendments"])
    shown = best.assign(
        amendments=[amendment_name(names) or "the protocol as it is" for names in best["amendments"]],
        number=[counted(changes, "amendment") for changes in best["changes"]],
    )
    return table(
        shown,
        "Best combinations of amendments",
        {"amendments": "Amendments", "eligible": "Eligible", "possible": "Possible", "gained": "Gained"},
        (
            f"Of {counted(len(frontier), 'combination')}: no other one of as few or fewer amendments has more "
            "eligible patients. Gained: eligible under it, but not under the protocol.",
        ),
        group="number",
        numbers=("eligible", "possible", "gained"),
    )
