"""The patients in the files of an extract, those whom it leaves out included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from postgraft.extract import Extract
from postgraft.extract.files import row_count, whole_columns
from postgraft.extract.findings import Location, Notes
from postgraft.extract.table_files import find_sources
from postgraft.extract.tables import PATIENTS, TRANSPLANTS, ExtractTable


def patient_ids(folder: Path, extract: Extract) -> set[str]:
    """Every patient_id in the table of patients."""
    ids = _columns(folder, PATIENTS, extract)["patient_id"]
    return {ids.words[code] for code in np.unique(ids.codes) if code >= 0}


def event_days(folder: Path, extract: Extract) -> dict[str, set[int]]:
    """Days of birth, transplant and death, from 1970-01-01; none where the extract has no dates."""
    if extract.time != "dates":
        return {}
    patients, transplants = (_columns(folder, table, extract) for table in (PATIENTS, TRANSPLANTS))
    return {
        "birth": _days(patients["birth_date"]),
        "transplant": _days(transplants["transplant_date"]),
        "death": _days(patients["death_date"]),
    }


def _columns(folder: Path, table: ExtractTable, extract: Extract) -> dict[str, Any]:
    notes = Notes()
    source = find_sources(folder, notes)[table.name]
    assert source is not None, "the extract was read before"
    headers = [name for name in table.headers(extract.time) if name in source.header]
    cells = whole_columns(source.batches(headers), headers)
    return table.read(cells, row_count(cells), Location(notes, source.file, extract.time))


def _days(values: Any) -> set[int]:
    return {int(day) for day in np.asarray(values, float) if np.isfinite(day)}
