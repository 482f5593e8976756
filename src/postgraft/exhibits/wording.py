"""Tables of how the registry record was read, and of what no extract can answer."""

from __future__ import annotations

import pandas as pd

from postgraft.exhibits.frames import rows
from postgraft.exhibits.labels import label
from postgraft.exhibits.tables import Table, table


def readings_table(used: pd.DataFrame) -> Table:
    """Which reading of each ambiguous statement was used; ``used`` as of ``eligibility.readings_used``."""
    shown = used.assign(
        statements=used["statements"].str.replace("_", " "),
        reading=[f"{row.reading}: {row.meaning}" if row.meaning else row.reading for row in rows(used)],
    )
    return table(
        shown,
        "Readings used",
        {
            "statements": "Statements",
            "ambiguity": "What the record leaves open",
            "reading": "Reading used",
            "alternatives": "Other readings",
            "parameter": "Parameter",
        },
        widths={
            "statements": "14%",
            "ambiguity": "30%",
            "reading": "27%",
            "alternatives": "13%",
            "parameter": "16%",
        },
        notes=("Statements are numbered in registry order, I inclusion, E exclusion.",),
    )


def not_answerable_table(found: pd.DataFrame) -> Table:
    """What is taken in place of an answer; ``found`` as of ``eligibility.not_answerable``."""
    shown = found.assign(criterion=[label(name) for name in found["criterion"]])
    return table(
        shown,
        "What no extract can answer",
        {
            "criterion": "Criterion",
            "statements": "Statements",
            "left_open": "What is left open",
            "counted_as": "Counted as",
        },
        widths={"criterion": "18%", "statements": "14%", "left_open": "40%", "counted_as": "28%"},
        notes=("Whoever is counted as eligible here may still be kept out by one of these at enrolment.",),
    )
