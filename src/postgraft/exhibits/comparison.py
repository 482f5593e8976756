"""Tables of amendments against the protocol, and of their best combinations."""

from __future__ import annotations

from typing import Any

import pandas as pd

from postgraft.exhibits.frames import rows
from postgraft.exhibits.labels import amendment_name
from postgraft.exhibits.style import counted, signed
from postgraft.exhibits.tables import MISSING, Table, table
from postgraft.exhibits.withheld import or_withheld

COMPARED = {
    "amendment": "Amendment",
    "certain": "Eligible",
    "possible": "Possible",
    "gained": "Gained",
    "lost": "Lost",
    "net": "Net",
    "difference": "Difference (95 % interval)",
    "median_first_eligible_day": "First eligible day",
    "eligible_days": "Eligible days",
}
COUNTED = ("amendment", "certain", "possible", "gained", "lost")
"""The columns that a release has: counts of patients."""
WHO = "Gained, lost: patients eligible under the amendment only, under the protocol only."
PAIRED = (
    "Difference: gained less lost as a share of all patients with a transplant, in percentage points, with Tango's "
    "score interval for paired proportions. No change: every value is that of the protocol."
)
DAYS = (
    "First eligible day: since transplant, median of the eligible patients. Eligible days: their sum over these "
    "patients."
)
ON_TOP = "Possible patients come on top of the eligible ones."


def comparison_table(compared: pd.DataFrame) -> Table:
    """The protocol and its amendments, a row each; ``compared`` as of ``eligibility.compare``."""
    released = compared["certain"].dtype == object  # then what is computed of two counts is not told
    columns = {name: COMPARED[name] for name in (COUNTED if released else COMPARED)}
    of = f"Of {counted(compared['of'].iloc[0], 'patient')} with an allogeneic transplant."
    shown = compared.assign(
        amendment=[amendment_name(name) for name in compared["amendment"]],
        net=[signed(net) for net in compared["net"]],
        difference=[_difference(row) for row in rows(compared)],
    )
    return table(
        shown,
        "Amendments compared",
        columns,
        (of, WHO, ON_TOP) if released else (of, f"{WHO} {PAIRED}", f"{DAYS} {ON_TOP}"),
        numbers=tuple(columns)[1:],
    )


def _difference(row: Any) -> str:
    if pd.isna(row.difference_low):
        return "no change" if row.changes == "no change" else MISSING
    low, high = (signed(100 * end, 1) for end in (row.difference_low, row.difference_high))
    return f"{signed(100 * row.difference, 1)} ({low} to {high})"


def changes_table(compared: pd.DataFrame) -> Table:
    """What each amendment changes; ``compared`` as of ``eligibility.compare``."""
    amended = compared[compared["amendment"] != "base"]
    return table(
        amended.assign(amendment=[amendment_name(name) for name in amended["amendment"]]),
        "What the amendments change",
        {"amendment": "Amendment", "changes": "From the protocol's value to the amendment's"},
        widths={"amendment": "36%"},
        empty="No amendment was given.",
    )


@or_withheld
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
        {"amendments": "Amendments", "certain": "Eligible", "possible": "Possible", "gained": "Gained"},
        (
            f"Of {counted(len(frontier), 'combination')}: no other one of as few or fewer amendments has more "
            "eligible patients. Gained: eligible patients beyond those of the protocol.",
        ),
        group="number",
        numbers=("certain", "possible", "gained"),
    )
