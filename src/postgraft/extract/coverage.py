"""How much of what an extract might hold is there, by table and by analyte."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from postgraft.extract.events import day_column
from postgraft.extract.patient_index import Index, offsets
from postgraft.extract.reading import Contents
from postgraft.extract.tables import TABLES
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.errors import Finding
from postgraft.vocabulary.words import with_whole

Days = npt.NDArray[np.int32]


def coverage(contents: Contents, warnings: Sequence[Finding]) -> pd.DataFrame:
    """A row a table (``analyte`` empty), then a row an analyte; missing where there is nothing to tell.

    Columns: table, analyte, captured, rows (used; of an analyte one a patient and day), intervals (of these,
    below or above a number), patients (with a row), share (of the patients that are in), first_day, last_day
    (as in the extract), units (spellings in the file with their number of rows), warnings (how many findings
    about the table).
    """
    frames, series = contents.frames, contents.series
    patients = len(frames["patients"])
    tables: dict[str, tuple[list[Days], list[Index]]] = {
        name: ([frame[day_column(frame)].to_numpy()], [offsets(frame["patient"].to_numpy(), patients)])
        for name, frame in frames.items()
        if name != "patients"
    }
    tables["measurements"] = [s.day for s in series.values()], [s.offsets for s in series.values()]
    lines = []
    for name in TABLES:
        days, starts = tables.get(name, ([], []))
        line = {"table": name, "analyte": "", "captured": name in contents.captured}
        line["warnings"] = sum(_table(warning.file) == name for warning in warnings)
        lines.append(line | _extent(days, starts, patients))
    lines[0] |= {"rows": patients, "patients": patients, "share": 1.0 if patients else np.nan}
    for name in ANALYTES:
        days, starts = ([series[name].day], [series[name].offsets]) if name in series else ([], [])
        line = {"table": "measurements", "analyte": name, "captured": name in series}
        line["intervals"] = int(np.count_nonzero(series[name].censored)) if name in series else 0
        spellings = sorted((text, rows) for (analyte, text), rows in contents.units.items() if analyte == name)
        line["units"] = ", ".join(f"{text or '(none)'}: {rows}" for text, rows in spellings)
        lines.append(line | _extent(days, starts, patients))
    frame = pd.DataFrame(lines, columns=_COLUMNS)
    return with_whole(frame, "rows", "intervals", "patients", "first_day", "last_day", "warnings")


_COLUMNS = (
    "table", "analyte", "captured", "rows", "intervals", "patients", "share", "first_day", "last_day", "units",
    "warnings",
)  # fmt: skip


def _extent(days: list[Days], starts: list[Index], patients: int) -> dict[str, Any]:
    some = [day for day in days if len(day)]
    with_row = int(np.count_nonzero(np.any([np.diff(start) > 0 for start in starts], axis=0)))
    return {
        "rows": sum(len(day) for day in days),
        "patients": with_row,
        "share": with_row / patients if patients else np.nan,
        "first_day": min((int(day.min()) for day in some), default=pd.NA),
        "last_day": max((int(day.max()) for day in some), default=pd.NA),
    }


def _table(file: str) -> str:
    return file.removesuffix("/").split(".")[0]
