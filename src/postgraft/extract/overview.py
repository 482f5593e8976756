"""An extract in short, for people who judge whether it can be used: facts, tables, warnings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from postgraft.extract.extract import Extract
from postgraft.extract.tables import TABLES


def extract_facts(extract: Extract) -> pd.DataFrame:
    """What the extract says of itself: fact, value (text)."""
    counts, end = extract.counts, extract.extracted_on
    facts = {
        "Name": extract.name,
        "Days given as": "calendar dates" if extract.time == "dates" else "days since the index transplant",
        "End of the extract": "none: no calendar day is known" if end is None else str(np.datetime64(int(end), "D")),
        "Patients in the file": f"{counts.patients_in_file:,}",
        "Left out, no allogeneic transplant": f"{counts.patients_left_out:,}",
        "Patients with an allogeneic transplant": f"{len(extract.patients):,}",
        "Allogeneic transplants": f"{int((extract.transplants['type'] == 'allogeneic').sum()):,}",
        "Sites": f"{extract.patients['site'].nunique():,}",
        "Fingerprint": extract.fingerprint,
    }
    return pd.DataFrame({"fact": list(facts), "value": list(facts.values())})


def table_rows(extract: Extract) -> pd.DataFrame:
    """Per table: table, captured, in_file, ignored, patients, share, complete.

    ``in_file`` and ``ignored`` count rows, ``patients`` and ``share`` the patients with a row that is used.
    ``complete`` says where absence of a row means "no": yes, no, or the conditions declared.
    """
    coverage = extract.coverage()
    found = coverage[coverage["analyte"] == ""].set_index("table").loc[list(TABLES)]
    counts, names = extract.counts, list(TABLES)
    return pd.DataFrame(
        {
            "table": names,
            "captured": found["captured"].to_numpy(),
            "in_file": [counts.rows[name] for name in names],
            "ignored": [counts.ignored[name] for name in names],
            "patients": found["patients"].to_numpy(),
            "share": found["share"].to_numpy(),
            "complete": [_complete(extract, name) for name in names],
        }
    )


def _complete(extract: Extract, table: str) -> str:
    """What the manifest declares; patients and transplants are taken as they are."""
    if table in ("patients", "transplants"):
        return "required"
    if extract.complete.table(table):
        return "yes"
    declared = sorted(extract.complete.conditions) if table == "conditions" else []
    return f"for {', '.join(declared)}" if declared else "no"


def warnings_found(extract: Extract) -> pd.DataFrame:
    """What the reader found strange and went on with.

    Columns file, column, found, rows (their number, 0 if it is not about rows), first_rows (their numbers).
    """
    return pd.DataFrame(
        [(one.file, one.column, one.found, one.count, ", ".join(map(str, one.rows))) for one in extract.warnings],
        columns=["file", "column", "found", "rows", "first_rows"],
    )
