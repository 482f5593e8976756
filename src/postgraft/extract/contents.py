"""What an extract is made of, how much of what it might hold is there, and one number for its content."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from postgraft.extract.events import day_column
from postgraft.extract.manifest import Manifest
from postgraft.extract.patient_index import Index, gather, offsets
from postgraft.extract.series import Series
from postgraft.extract.tables import TABLES
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.errors import Finding
from postgraft.vocabulary.words import with_whole

Days = npt.NDArray[np.int32]

_COLUMNS: Final = (
    "table", "analyte", "captured", "rows", "intervals", "patients", "share", "first_day", "last_day", "units",
    "warnings",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowCounts:
    """``patients_in_file`` of which ``patients_left_out`` have no allogeneic transplant; rows by table.

    ``rows`` are those in the file, ``ignored`` those of patients that are in but not used: after death,
    the end of the extract or last contact, without a value that can be, or of a dose or units of 0.
    """

    patients_in_file: int
    patients_left_out: int
    rows: Mapping[str, int]
    ignored: Mapping[str, int]


@dataclass(frozen=True, slots=True, repr=False)
class TableContents:
    """What an extract is made of; ``units`` counts the rows of a file by analyte and spelling of the unit."""

    manifest: Manifest
    frames: Mapping[str, pd.DataFrame]
    series: Mapping[str, Series]
    captured: frozenset[str]
    counts: RowCounts
    units: Mapping[tuple[str, str], int]


def coverage(contents: TableContents, warnings: Sequence[Finding]) -> pd.DataFrame:
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
        line["warnings"] = sum(_table_of(warning.file) == name for warning in warnings)
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


def _table_of(file: str) -> str:
    """The table that a finding is about, by its file, in a partition or not."""
    return file.removesuffix("/").rpartition("/")[2].split(".")[0]


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


def fingerprint(contents: TableContents, starts: Mapping[str, Index]) -> str:
    """SHA-256 of manifest, frames and series with patients in the order of their ids.

    ``starts`` are the row starts by patient of each frame. Rows are already in an order that depends on their
    content only, so that neither the order of a file nor its format matters.
    """
    digest = hashlib.sha256()
    manifest, patients = contents.manifest, contents.frames["patients"]
    complete = [sorted(manifest.complete.tables), sorted(manifest.complete.conditions)]
    head = [manifest.name, manifest.time, manifest.extracted_on, complete, sorted(manifest.sites.items())]
    digest.update(json.dumps([head, sorted(contents.captured)]).encode())
    by_id = np.argsort(patients["patient_id"].to_numpy(dtype=object), kind="stable")
    in_order = bool(np.all(by_id[1:] > by_id[:-1]))
    _add(digest, "patients", {name: column.array for name, column in patients.items()}, by_id)
    for name, frame in sorted(contents.frames.items()):
        if name != "patients":
            columns = {str(column): frame[column].array for column in frame.columns if column != "patient"}
            digest.update(np.diff(starts[name])[by_id].tobytes())
            _add(digest, name, columns, slice(None) if in_order else gather(starts[name], by_id))
    for name, series in sorted(contents.series.items()):
        digest.update(np.diff(series.offsets)[by_id].tobytes())
        columns = {"day": series.day, **series.columns}
        _add(digest, name, columns, slice(None) if in_order else gather(series.offsets, by_id))
    return digest.hexdigest()


def _add(digest: Any, name: str, columns: Mapping[Any, Any], rows: Any) -> None:
    for column, values in columns.items():
        digest.update(f"{name}.{column}".encode())
        chosen = values[rows]
        if isinstance(chosen, pd.Categorical):
            digest.update(json.dumps(list(chosen.categories)).encode())
            digest.update(chosen.codes.astype("<i4").tobytes())
        elif getattr(chosen.dtype, "kind", "O") in "ifb":
            digest.update(_plain(np.asarray(chosen)))
        else:
            digest.update(json.dumps([str(text) for text in chosen]).encode())


def _plain(values: npt.NDArray[Any]) -> bytes:
    if values.dtype.kind != "f":
        return values.astype("<i4").tobytes()
    # One zero and one NaN, whatever the file's.
    return np.where(np.isnan(values), np.nan, values + 0.0).astype("<f8").tobytes()
