"""One number for the content of an extract, for the provenance of a report."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from postgraft.extract.patient_index import Index, gather
from postgraft.extract.reading import Contents


def fingerprint(contents: Contents, starts: Mapping[str, Index]) -> str:
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
